// Counts of one group of clients, pooled over replicates, and pooled over all replicates but one.
#pragma once
#include <functional>
#include <vector>

#include "analysis/noise.hpp"
#include "analysis/tally.hpp"

namespace hybridcare {

/// A row of counts (see Layout) as real numbers: sums over replicates may exceed 64 bits, and are exact below 2^53.
using CountRow = std::vector<double>;

class Pool {
 public:
  /// @param culture  its index, or kAllCultures
  Pool(const Counts& counts, int cell, int culture);

  const Layout& layout() const { return *layout_; }
  const CountRow& total() const { return total_; }
  /// Evaluates a function of counts on all replicates and on all but one, for each one.
  template <class Statistic>
  Estimate estimate(const Statistic& statistic) const {
    Estimate result{statistic(total_), {}};
    result.without.reserve(without_.size());
    for (const CountRow& row : without_) result.without.push_back(statistic(row));
    return result;
  }
  /// Sums over all replicates but one, shape (replicates,); empty if there is one replicate only.
  const std::vector<CountRow>& without() const { return without_; }

 private:
  const Layout* layout_;
  CountRow total_;
  std::vector<CountRow> without_;
};

inline constexpr int kAllCultures = -1;

}  // namespace hybridcare
