// What is read off the run of one design point.
#pragma once
#include <string>
#include <vector>

#include "analysis/measures.hpp"
#include "analysis/points.hpp"
#include "analysis/screen_question.hpp"
#include "analysis/tally.hpp"

namespace hybridcare {

/// The request with its names resolved: which weeks must be lived through, which courses, what is read off them.
class PointMetrics {
 public:
  /// @throws UserError naming the nearest known name
  PointMetrics(const Experiment& experiment, const PointsRequest& request);

  const std::vector<PointMetric>& list() const { return list_; }
  const std::vector<int>& arms() const { return arms_; }  ///< places in the experiment's list
  int weeks() const { return weeks_; }
  /// Of one set of scenarios, that of variant 0: by arm, as it is and then its twins.
  std::vector<Cell> cells() const;
  /// Results of all arms, shape (arms, metrics).
  /// @param held  the experiment that was run, its arms those of the request
  /// @param own   sums of the user's own measures, or null
  std::vector<Estimate> read(const Experiment& held, const Counts& counts, const Sums* own) const;

 private:
  void add_arms(const Experiment& experiment, const std::vector<std::string>& names);
  void add_metric(const Experiment& experiment, Question question);
  void add_watch(const Experiment& experiment, const std::vector<MeasureRequest>& watch);
  int cell_of(std::size_t arm, Twin twin) const;

  struct Place { Asked asked; int group = 0, week = -1; };
  std::vector<int> arms_;
  std::vector<Twin> twins_;      ///< beside the course as it is
  std::vector<Place> places_;    ///< of the metrics, without the user's own
  std::vector<PointMetric> list_;
  int weeks_ = 0;
};

}  // namespace hybridcare
