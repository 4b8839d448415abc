#include "analysis/estimates.hpp"

#include <algorithm>
#include <limits>

namespace hybridcare {

Estimates::Estimates(const Experiment& experiment, const std::vector<Cell>& cells, const Counts& counts)
    : experiment_(experiment),
      cells_(cells),
      counts_(counts),
      t_(t_quantile(static_cast<std::size_t>(counts.replicates))),
      metrics_(metrics(experiment, counts.layout)) {
  values_.reserve(cells.size() * static_cast<std::size_t>(groups()) * metrics_.size());
  for (int cell = 0; cell < counts.cells; ++cell)
    for (int group = 0; group < groups(); ++group) {
      const Pool pool(counts, cell, group - 1);
      for (const Metric& metric : metrics_) values_.push_back(pool.estimate(metric.of));
      clients_.push_back(pool.total()[static_cast<std::size_t>(Layout::at(Total::clients))]);
    }
}

std::size_t Estimates::place(int cell, int group) const {
  return static_cast<std::size_t>(cell) * static_cast<std::size_t>(groups()) + static_cast<std::size_t>(group);
}

const Estimate& Estimates::of(int cell, int group, int metric) const {
  return values_[place(cell, group) * metrics_.size() + static_cast<std::size_t>(metric)];
}

double Estimates::clients(int cell, int group) const { return clients_[place(cell, group)]; }

int Estimates::find(int variant, int arm, Twin twin) const {
  for (std::size_t i = 0; i < cells_.size(); ++i)
    if (cells_[i].variant == variant && cells_[i].arm == arm && cells_[i].twin == twin) return static_cast<int>(i);
  return -1;
}

int Estimates::find(const std::string& metric, const std::string& reading) const {
  for (std::size_t i = 0; i < metrics_.size(); ++i)
    if (metrics_[i].name == metric && metrics_[i].reading == reading) return static_cast<int>(i);
  return -1;
}

std::string Estimates::variant(int cell) const {
  return experiment_.variants[static_cast<std::size_t>(cells_[static_cast<std::size_t>(cell)].variant)].name;
}

std::string Estimates::arm(int cell) const {
  return experiment_.arms[static_cast<std::size_t>(cells_[static_cast<std::size_t>(cell)].arm)].name;
}

std::string Estimates::twin(int cell) const { return twin_name(cells_[static_cast<std::size_t>(cell)].twin); }

std::string Estimates::group(int index) const {
  return index == 0 ? "all" : culture_names(experiment_)[static_cast<std::size_t>(index) - 1];
}

double percentile(const std::int64_t* histogram, double p) {
  std::int64_t all = 0;
  for (int y = 0; y < kScores; ++y) all += histogram[y];
  if (all == 0) return std::numeric_limits<double>::quiet_NaN();
  const double below = p * static_cast<double>(all);
  double passed = 0;
  for (int y = 0; y < kScores; ++y) {
    const auto here = static_cast<double>(histogram[y]);
    if (here > 0 && passed + here >= below) return std::clamp(y - .5 + (below - passed) / here, 0.0, kScores - 1.0);
    passed += here;
  }
  return kScores - 1;
}

}  // namespace hybridcare
