// What a screening looks at: the names of a question, checked, and how the result is read off the counts of a run.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "analysis/screen.hpp"
#include "analysis/tally.hpp"

namespace hybridcare {

/// A question with its names resolved.
struct Asked {
  Question question;         ///< nothing left open
  std::string unit;
  std::string meaning;
  int variant = 0;
  std::vector<int> arms;     ///< one or two, places in the experiment's list
  Twin twin = Twin::factual; ///< factual: no twin is subtracted
  int weeks = 0;             ///< that must be lived through
  std::function<Estimate(const Counts&, int cell)> of_cell;
};

/// @throws UserError naming the nearest known name
Asked resolve(const Experiment& experiment, const Question& question);

/// Whether clients know of each other in one of the arms.
bool is_coupled(const std::vector<Scenario>& arms);

/// Cells of one set of scenarios, in the order that `result_of` reads: by arm, each followed by its twin, if any.
std::vector<Cell> cells_of(const Asked& asked, int variant);
/// The result from the cells that begin at `first`.
Estimate result_of(const Asked& asked, const Counts& counts, int first);

}  // namespace hybridcare
