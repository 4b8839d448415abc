#pragma once
#include <vector>

#include "analysis/echo.hpp"
#include "analysis/table.hpp"

namespace hybridcare {

/// What a study would report of every arm, beside what empathy causes (where the twin `more_empathy` was run), and
/// dropout as odds ratio of arms: against the headline's reference arm, and of arms with feedback against arms without.
Table echo_table(const Experiment& experiment, const std::vector<Cell>& cells, const EchoSums& sums);

}  // namespace hybridcare
