#include "analysis/points_metrics.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "analysis/metrics.hpp"
#include "scenarios/names.hpp"
#include "sim/error.hpp"

namespace hybridcare {
namespace {

/// The week of a reading, or -1 for the whole course.
int week_of(const Experiment& experiment, const std::string& reading) {
  for (const Reading& each : readings(experiment))
    if (each.name == reading) return each.week;
  return -1;
}

/// The metric of that name in a run that may have been cut short, where the same week can have another name. Null for
/// what is no metric of counts by reading.
const Metric* find(const std::vector<Metric>& list, const Experiment& held, const Question& question, int week) {
  for (const Metric& metric : list) {
    if (metric.name != question.metric) continue;
    if (metric.by_then ? week_of(held, metric.reading) == week : metric.reading == question.reading) return &metric;
  }
  return nullptr;
}

/// Pools of counts, each made once: by cell and group.
class Pools {
 public:
  explicit Pools(const Counts& counts) : counts_(counts) {}
  const Pool& of(int cell, int group) {
    const auto [it, fresh] = pools_.try_emplace({cell, group}, nullptr);
    if (fresh) it->second = std::make_unique<Pool>(counts_, cell, group - 1);
    return *it->second;
  }

 private:
  const Counts& counts_;
  std::map<std::pair<int, int>, std::unique_ptr<Pool>> pools_;
};

}  // namespace

PointMetrics::PointMetrics(const Experiment& experiment, const PointsRequest& request) {
  add_arms(experiment, request.arms);
  for (const Question& question : request.metrics) add_metric(experiment, question);
  add_watch(experiment, request.watch);
  if (list_.empty()) throw UserError("metrics", "nothing to be read off; name one metric at least");
  if (is_coupled(experiment.scenarios.front())) weeks_ = experiment.weeks;
}

void PointMetrics::add_arms(const Experiment& experiment, const std::vector<std::string>& names) {
  std::vector<std::string> known;
  for (const ArmInfo& arm : experiment.arms) known.push_back(arm.name);
  for (const std::string& name : names) {
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end()) throw UserError("arms", unknown_name("arm", name, known));
    const int arm = static_cast<int>(found - known.begin());
    const bool twice = std::find(arms_.begin(), arms_.end(), arm) != arms_.end();
    if (twice) throw UserError("arms", "'" + name + "' stands twice");
    arms_.push_back(arm);
  }
  if (arms_.empty()) throw UserError("arms", "no arm to be run");
}

void PointMetrics::add_metric(const Experiment& experiment, Question question) {
  question.arm = experiment.arms[static_cast<std::size_t>(arms_.front())].name;
  question.against.clear();
  question.variant.clear();
  Place place{resolve(experiment, question)};
  place.week = week_of(experiment, place.asked.question.reading);
  const std::vector<std::string>& cultures = culture_names(experiment);
  const auto group = std::find(cultures.begin(), cultures.end(), question.culture);
  if (group != cultures.end()) place.group = 1 + static_cast<int>(group - cultures.begin());
  const Asked& asked = place.asked;
  if (asked.twin != Twin::factual && std::find(twins_.begin(), twins_.end(), asked.twin) == twins_.end())
    twins_.push_back(asked.twin);
  weeks_ = std::max(weeks_, asked.weeks);
  list_.push_back({asked.question.metric, asked.question.reading, asked.question.culture, asked.question.twin,
                   asked.unit, asked.meaning});
  places_.push_back(std::move(place));
}

void PointMetrics::add_watch(const Experiment& experiment, const std::vector<MeasureRequest>& watch) {
  for (const Measure& measure : parse_watch({watch, {}}, experiment).measures) {
    weeks_ = std::max(weeks_, measure.last);
    list_.push_back({measure.name, "", "all", "", "", "as it was asked for"});
  }
}

std::vector<Cell> PointMetrics::cells() const {
  std::vector<Cell> cells;
  for (int arm = 0; arm < static_cast<int>(arms_.size()); ++arm) {
    cells.push_back({0, arm, Twin::factual});
    for (const Twin twin : twins_) cells.push_back({0, arm, twin});
  }
  return cells;
}

int PointMetrics::cell_of(std::size_t arm, Twin twin) const {
  const auto found = std::find(twins_.begin(), twins_.end(), twin);
  const auto within = twin == Twin::factual ? 0 : 1 + (found - twins_.begin());
  return static_cast<int>(arm * (1 + twins_.size())) + static_cast<int>(within);
}

std::vector<Estimate> PointMetrics::read(const Experiment& held, const Counts& counts, const Sums* own) const {
  const std::vector<Metric> known = metrics(held, counts.layout);
  Pools pools(counts);
  std::vector<Estimate> results;
  for (std::size_t arm = 0; arm < arms_.size(); ++arm) {
    for (const Place& place : places_) {
      const Metric* metric = find(known, held, place.asked.question, place.week);
      const auto in_cell = [&](int cell) {
        return metric ? pools.of(cell, place.group).estimate(metric->of) : place.asked.of_cell(counts, cell);
      };
      Estimate value = in_cell(cell_of(arm, Twin::factual));
      if (place.asked.twin != Twin::factual) value = value - in_cell(cell_of(arm, place.asked.twin));
      results.push_back(std::move(value));
    }
    for (std::size_t m = places_.size(); m < list_.size(); ++m)
      results.push_back(measured_level(*own, cell_of(arm, Twin::factual), m - places_.size()));
  }
  return results;
}

}  // namespace hybridcare
