// Scores of two halves of the clients apart. Both halves share a replicate's posterior draw and nothing else, so that
// what they have in common over replicates is what the draw does.
#pragma once
#include <array>
#include <vector>

#include "analysis/parts.hpp"
#include "scenarios/run.hpp"

namespace hybridcare {

/// Sums of (clients, PHQ-9 points in the week of the main reading), groups: clients of even and of odd number.
SumRecorder record_halves(const Experiment& experiment, const std::vector<Cell>& cells,
                          std::uint32_t first_replicate);

/// Cells of a contrast with and without posterior draws.
struct DrawnCells {
  int arm_drawn = 0, arm_at_means = 0, against_drawn = 0, against_at_means = 0;
};

/// SD over posterior draws of mean(arm) - mean(against): root of the covariance, over replicates, of what drawing
/// changes in one half and in the other. Unbiased but for the root; 0 where the covariance is below zero; NaN with
/// fewer than three replicates.
double spread_over_draws(const Sums& halves, const DrawnCells& cells);

}  // namespace hybridcare
