// From what a user asked to be measured to checked expressions.
#include <algorithm>
#include <cmath>

#include "analysis/measures.hpp"
#include "scenarios/names.hpp"
#include "sim/error.hpp"

namespace hybridcare {
namespace {

using Categories = std::vector<GuardCategory>;

const std::vector<std::string>& when_names() {
  static const std::vector<std::string> names = {"at", "ever", "mean", "total"};
  return names;
}

/// Names that a study's expressions know, beyond numbers: cultures, named attributes, how clients have left.
Categories categories_of(const Experiment& experiment) {
  const Scenario& scenario = experiment.scenarios.front().front();
  Categories list = {culture_category(scenario.cultures), exit_category()};
  for (std::size_t place = 0; place < scenario.attributes.size(); ++place)
    list.push_back(attribute_category(scenario.attributes[place].name, scenario.attributes[place].levels,
                                      static_cast<int>(place)));
  return list;
}

void refuse_name(const std::string& where, const std::string& name) {
  if (is_name(name) && name != "all") return;
  throw UserError(where, "is named by a letter and up to 39 letters, digits and underscores, and not 'all'");
}

template <class Request>
void refuse_twice(const std::string& kind, const std::vector<Request>& list, std::size_t most) {
  if (list.size() > most)
    throw UserError(kind, std::to_string(list.size()) + " are more than " + std::to_string(most));
  for (std::size_t i = 0; i < list.size(); ++i) {
    refuse_name(kind + "/" + list[i].name, list[i].name);
    for (std::size_t j = 0; j < i; ++j)
      if (list[i].name == list[j].name) throw UserError(kind + "/" + list[i].name, "is there twice");
  }
}

When when_of(const MeasureRequest& request, const std::string& where) {
  const auto it = std::find(when_names().begin(), when_names().end(), request.when);
  if (it == when_names().end()) throw UserError(where, unknown_name("time", request.when, when_names()));
  return static_cast<When>(it - when_names().begin());
}

Measure parse_measure(const MeasureRequest& request, const Experiment& experiment, const Categories& categories) {
  const std::string where = "watch/" + request.name;
  Measure measure;
  measure.name = request.name;
  measure.of = parse_expression(request.of, where, categories);
  if (!measure.of.levels.empty())
    throw UserError(where, in_quotes(request.of) + " is a category; compare it by == or != with one of its levels");
  if (!request.given.empty()) measure.given = parse_guard(request.given, where + "/given", categories);
  measure.when = when_of(request, where);
  if (measure.when == When::ever && !measure.of.is_condition)
    throw UserError(where, "'ever' asks for a condition, this is a number");
  const int fallback = measure.when == When::at ? experiment.reading_week : experiment.weeks;
  measure.last = request.week < 0 ? fallback : request.week;
  if (measure.last > experiment.weeks) {
    throw UserError(where, "week " + std::to_string(measure.last) + " is outside [0, " +
                               std::to_string(experiment.weeks) + "] weeks followed");
  }
  measure.first = measure.when == When::at ? measure.last : 1;
  if (!(request.least >= 0) || !std::isfinite(request.least)) throw UserError(where, "'least' is 0 or more");
  measure.least = request.least;
  return measure;
}

/// Names of the bands between cuts: "below 15", "15 to below 20", "20 and above".
std::vector<std::string> bands(const std::vector<double>& cuts) {
  std::vector<std::string> names = {"below " + number_text(cuts.front())};
  for (std::size_t c = 1; c < cuts.size(); ++c)
    names.push_back(number_text(cuts[c - 1]) + " to below " + number_text(cuts[c]));
  names.push_back(number_text(cuts.back()) + " and above");
  return names;
}

Grouping parse_grouping(const GroupingRequest& request, const Categories& categories) {
  const std::string where = "by/" + request.name;
  Grouping grouping{request.name, parse_expression(request.of, where, categories), request.cuts, {}};
  const bool named = !grouping.of.levels.empty() || grouping.of.is_condition;
  if (named && !request.cuts.empty()) throw UserError(where, "has groups of its own; cuts are for numbers");
  if (!grouping.of.levels.empty()) {
    grouping.levels = grouping.of.levels;
  } else if (grouping.of.is_condition) {
    grouping.levels = {"no", "yes"};
  } else {
    if (request.cuts.empty() || request.cuts.size() > kMostBands - 1)
      throw UserError(where, "a number needs 1 to " + std::to_string(kMostBands - 1) + " cuts to make groups of");
    for (std::size_t c = 0; c < request.cuts.size(); ++c)
      if (!std::isfinite(request.cuts[c]) || (c > 0 && request.cuts[c] <= request.cuts[c - 1]))
        throw UserError(where, "cuts are finite and ascending");
    grouping.levels = bands(request.cuts);
  }
  return grouping;
}

}  // namespace

Watch parse_watch(const WatchRequest& request, const Experiment& experiment) {
  refuse_twice("watch", request.measures, kMostMeasures);
  refuse_twice("by", request.groupings, kMostGroupings);
  const Categories categories = categories_of(experiment);
  Watch watch;
  for (const MeasureRequest& each : request.measures) {
    watch.measures.push_back(parse_measure(each, experiment, categories));
    const Measure& made = watch.measures.back();
    watch.reads_oracle = watch.reads_oracle || made.of.reads_oracle || (made.given && made.given->reads_oracle);
  }
  for (const GroupingRequest& each : request.groupings) {
    watch.groupings.push_back(parse_grouping(each, categories));
    watch.reads_oracle = watch.reads_oracle || watch.groupings.back().of.reads_oracle;
  }
  return watch;
}

}  // namespace hybridcare
