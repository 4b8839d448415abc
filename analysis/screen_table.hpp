// The table of a screening: what moves the result, by rank.
#pragma once
#include <optional>
#include <vector>

#include "analysis/screen_moves.hpp"
#include "analysis/screen_question.hpp"

namespace hybridcare {

/// A field moved one way: where to, and what the result changed by.
struct Side {
  double to = 0;
  Estimate change;
};

/// A field that was moved at least one way.
struct Driver {
  const Movable* from = nullptr;
  std::optional<Side> down, up;  ///< nothing: not moved that way
  bool moved() const { return down || up; }
  /// The result is exactly as it is, in every replicate.
  bool still() const;
  /// The side that changes the result more.
  const Side& larger() const;
};

/// Ranks the drivers: first those whose change exceeds its simulation noise, by its size; then the others, by theirs.
Table drivers_table(const Experiment& experiment, const Asked& asked, std::vector<Driver> drivers);

}  // namespace hybridcare
