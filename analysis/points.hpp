// Many design points of one experiment: at each, a JSON merge patch is laid over its arms, and a few results are read
// off. The workhorse of sweeps, attribution and claims.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analysis/screen.hpp"
#include "analysis/watch.hpp"
#include "scenarios/run.hpp"

namespace hybridcare {

struct PointsRequest {
  std::vector<std::string> arms;        ///< names; each a course for the same clients with the same chance
  std::vector<Question> metrics;        ///< metric, reading, culture and twin; read off each of the arms
  std::vector<MeasureRequest> watch;    ///< measures of the user's own, behind the metrics
  bool paired = true;                   ///< all points share their replicates; else each has some of its own
  std::uint32_t first_point = 0;        ///< number of the first point, for those that are not paired
  RunOptions run;
};

/// What stands in one place of the results, with nothing left open.
struct PointMetric { std::string name, reading, culture, twin, unit, meaning; };

struct PointRuns {
  std::size_t points = 0, arms = 0, replicates = 0;
  std::vector<PointMetric> metrics;
  std::vector<double> estimate;         ///< shape (points, arms, metrics); NaN: nobody counted, or a failed point
  std::vector<double> values;           ///< shape (points, arms, metrics, replicates): jackknife pseudo-values
  std::map<std::size_t, std::string> failures;  ///< points that the reader refused, and why
  std::string hash;                     ///< of estimates and values; depends on no thread or block size
  RunReport report;                     ///< of all points together
};

/// @param patches  JSON text of each point; members of "arms" are for the arm of that name alone, all others for every
///                 arm of the first variant
/// @pre the experiment was read from a file
/// @throws UserError for unknown names or too little memory; Cancelled. What a patch gets wrong is a failure of its
///         point and throws nothing.
PointRuns run_points(const Experiment& experiment, const std::vector<std::string>& patches,
                     const PointsRequest& request);

}  // namespace hybridcare
