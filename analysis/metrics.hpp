// The list of what is estimated: each metric a function of counts.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "analysis/pool.hpp"

namespace hybridcare {

struct Metric {
  std::string name;
  std::string reading;  ///< "" : of the whole course
  std::string unit;
  std::string meaning;
  std::function<double(const CountRow&)> of;  ///< NaN where nobody is counted
  bool by_then = false;  ///< no week after the reading counts
};

/// All metrics of the experiment, in the order of the tables. The layout must outlive them.
std::vector<Metric> metrics(const Experiment& experiment, const Layout& layout);

/// Mean and spread of the PHQ-9 in a week, and share in care.
double mean_phq9(const Layout& layout, const CountRow& row, int week);
double phq9_area(const Layout& layout, const CountRow& row, int week);  ///< from entry, point-weeks
double sd_phq9(const Layout& layout, const CountRow& row, int week);
double share_in_care(const Layout& layout, const CountRow& row, int week);

/// Erosion counts of one agent, shape (contacts x kErosionEnds,).
std::span<const double> erosion_counts(const Layout& layout, const CountRow& row, int agent);

}  // namespace hybridcare
