// Estimates of all metrics for all cells and groups of clients, and the tables made from them.
#pragma once
#include <string>
#include <vector>

#include "analysis/metrics.hpp"
#include "analysis/table.hpp"

namespace hybridcare {

/// Everything estimated from one run. Groups of clients: 0 is everybody, 1 + c is culture c.
class Estimates {
 public:
  /// @param experiment, cells, counts  must outlive the estimates
  Estimates(const Experiment& experiment, const std::vector<Cell>& cells, const Counts& counts);

  const Experiment& experiment() const { return experiment_; }
  const std::vector<Cell>& cells() const { return cells_; }
  const Counts& counts() const { return counts_; }
  const std::vector<Metric>& list() const { return metrics_; }
  int groups() const { return counts_.cultures + 1; }

  const Estimate& of(int cell, int group, int metric) const;
  Noise noise(const Estimate& estimate) const { return hybridcare::noise(estimate, t_); }
  double clients(int cell, int group) const;  ///< replicates pooled
  /// Place of the cell, or -1.
  int find(int variant, int arm, Twin twin) const;
  /// Place of the metric, or -1.
  int find(const std::string& metric, const std::string& reading) const;

  std::string variant(int cell) const;
  std::string arm(int cell) const;
  std::string twin(int cell) const;
  std::string group(int index) const;  ///< "all" or the culture

 private:
  std::size_t place(int cell, int group) const;

  const Experiment& experiment_;
  const std::vector<Cell>& cells_;
  const Counts& counts_;
  double t_;  ///< quantile for the number of replicates
  std::vector<Metric> metrics_;
  std::vector<Estimate> values_;  ///< shape (cells, groups, metrics)
  std::vector<double> clients_;   ///< shape (cells, groups)
};

// Columns and meanings: README.md and the data dictionary written beside every export.
Table estimates_table(const Estimates& estimates);
Table contrasts_table(const Estimates& estimates);
Table split_table(const Estimates& estimates);
Table headline_table(const Estimates& estimates);
Table excess_table(const Estimates& estimates);
Table course_table(const Estimates& estimates);
Table trust_table(const Estimates& estimates);
Table erosion_table(const Estimates& estimates);
Table misrecognition_table(const Estimates& estimates);
Table leaving_table(const Estimates& estimates);
Table nnt_table(const Estimates& estimates);
Table equity_table(const Estimates& estimates);
Table replicates_table(const Estimates& estimates);  ///< on request

/// Score below which a share `p` of the clients lies. Scores are whole points: each is taken as spread evenly over
/// the point around it, so that bands are smooth. NaN without clients.
/// @param histogram  clients by score, shape (kScores,)
double percentile(const std::int64_t* histogram, double p);

}  // namespace hybridcare
