#include "analysis/pool.hpp"

namespace hybridcare {
namespace {

CountRow row_of(const Counts& counts, int replicate, int cell, int culture) {
  CountRow row(static_cast<std::size_t>(counts.layout.size), 0);
  for (int c = 0; c < counts.cultures; ++c) {
    if (culture != kAllCultures && c != culture) continue;
    const std::int64_t* from = counts.rows.data() + counts.row_at(replicate, cell, c);
    for (std::size_t i = 0; i < row.size(); ++i) row[i] += static_cast<double>(from[i]);
  }
  return row;
}

}  // namespace

Pool::Pool(const Counts& counts, int cell, int culture)
    : layout_(&counts.layout), total_(static_cast<std::size_t>(counts.layout.size), 0) {
  std::vector<CountRow> rows;
  for (int r = 0; r < counts.replicates; ++r) {
    rows.push_back(row_of(counts, r, cell, culture));
    for (std::size_t i = 0; i < total_.size(); ++i) total_[i] += rows.back()[i];
  }
  if (rows.size() < 2) return;
  without_ = std::move(rows);
  for (CountRow& row : without_)
    for (std::size_t i = 0; i < total_.size(); ++i) row[i] = total_[i] - row[i];
}

}  // namespace hybridcare
