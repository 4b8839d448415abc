#include "analysis/screen_question.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/metrics.hpp"
#include "scenarios/names.hpp"
#include "sim/error.hpp"

namespace hybridcare {
namespace {

using OfCell = std::function<Estimate(const Counts&, int cell)>;

constexpr Twin kTwins[] = {Twin::no_distance, Twin::perfect_recognition, Twin::nobody_leaves, Twin::noise_only,
                           Twin::more_empathy};
constexpr const char* kMisreadings[] = {"misread_rate_", "misread_difference_", "misread_spread_"};

/// Place of a name among the known ones. @throws UserError
template <class Known>
int place_of(const std::string& kind, const std::string& name, const Known& known) {
  const std::vector<std::string> names(known.begin(), known.end());
  const auto it = std::find(names.begin(), names.end(), name);
  if (it == names.end()) throw UserError("", unknown_name(kind, name, names));
  return static_cast<int>(it - names.begin());
}

template <class Info>
std::vector<std::string> names_of(const std::vector<Info>& infos) {
  std::vector<std::string> names;
  for (const Info& info : infos) names.push_back(info.name);
  return names;
}

/// What is read off a row of counts, at which reading and in which unit.
struct Read {
  std::string reading, unit, meaning;
  int weeks = 0;
  OfCell of_cell;
};

double misread_rate(const CountRow& row, int agent) {
  const double turns = row[static_cast<std::size_t>(Layout::at(agent, Met::turns))];
  return turns > 0 ? row[static_cast<std::size_t>(Layout::at(agent, Met::misread))] / turns
                   : std::numeric_limits<double>::quiet_NaN();
}

/// Least or largest of two; what is not a number counts for nothing.
Estimate outer(const Estimate& a, const Estimate& b, bool most) {
  return combine(a, b, [most](double x, double y) { return most ? std::fmax(x, y) : std::fmin(x, y); });
}

OfCell misreading(int kind, int agent, int group, int reference) {
  const auto rate = [agent](const Counts& counts, int cell, int culture) {
    return Pool(counts, cell, culture).estimate([agent](const CountRow& row) { return misread_rate(row, agent); });
  };
  if (kind == 0) return [=](const Counts& counts, int cell) { return rate(counts, cell, group - 1); };
  if (kind == 1)
    return [=](const Counts& counts, int cell) {
      return rate(counts, cell, group - 1) - rate(counts, cell, reference);
    };
  return [=](const Counts& counts, int cell) {
    Estimate least = rate(counts, cell, 0), most = least;
    for (int culture = 1; culture < counts.cultures; ++culture) {
      const Estimate here = rate(counts, cell, culture);
      least = outer(least, here, false);
      most = outer(most, here, true);
    }
    return most - least;
  };
}

/// One of kMisreadings with an agent's name behind it, or null.
bool read_misreading(const Experiment& experiment, const Question& question, int group, Read& read) {
  for (int kind = 0; kind < 3; ++kind)
    for (int agent = 0; agent < kAgents; ++agent) {
      if (question.metric != kMisreadings[kind] + std::string(agent_name(agent))) continue;
      if (!question.reading.empty())
        throw UserError("", question.metric + " is of the whole course and has no reading");
      if (kind == 2 && group != 0) throw UserError("", question.metric + " is over all cultures, not of one");
      const int reference = experiment.scenarios.front().front().parameters.culture.reference;
      constexpr const char* kMeanings[] = {"turns misread / turns", "that rate minus the reference culture's",
                                           "largest minus smallest rate over cultures"};
      read = {"", "share", kMeanings[kind], experiment.weeks, misreading(kind, agent, group, reference)};
      return true;
    }
  return false;
}

std::vector<std::string> known_metrics(const std::vector<Metric>& list) {
  std::vector<std::string> names;
  for (const Metric& metric : list)
    if (std::find(names.begin(), names.end(), metric.name) == names.end()) names.push_back(metric.name);
  for (const char* kind : kMisreadings)
    for (int agent = 0; agent < kAgents; ++agent) names.push_back(kind + std::string(agent_name(agent)));
  return names;
}

/// The metric at the reading asked for, else at the first that it has: the main one, or that of the whole course.
const Metric& metric_of(const std::vector<Metric>& list, const Question& question) {
  place_of("metric", question.metric, known_metrics(list));
  std::vector<std::string> known;
  for (const Metric& metric : list) {
    if (metric.name != question.metric) continue;
    if (question.reading.empty() || question.reading == metric.reading) return metric;
    known.push_back(metric.reading.empty() ? "the whole course" : metric.reading);
  }
  throw UserError("", unknown_name("reading of " + question.metric, question.reading, known));
}

int week_of(const Experiment& experiment, const std::string& reading) {
  for (const Reading& each : readings(experiment))
    if (each.name == reading) return each.week;
  return experiment.weeks;
}

/// @param arms  in question: the layout of counts follows from them
Read read_metric(const Experiment& experiment, const Question& question, int group, std::vector<Scenario> arms) {
  auto layout = std::make_shared<const Layout>(experiment);
  const Metric first = metric_of(metrics(experiment, *layout), question);
  Experiment cut = experiment;  // no week after the reading need be lived through, unless clients share a calendar
  cut.scenarios = {std::move(arms)};
  if (first.by_then && !is_coupled(cut.scenarios.front())) cut.weeks = week_of(experiment, first.reading);
  layout = std::make_shared<const Layout>(cut);
  for (const Metric& metric : metrics(cut, *layout)) {
    const bool same_week = !first.by_then || week_of(cut, metric.reading) == week_of(experiment, first.reading);
    if (metric.name != first.name || (first.by_then ? !same_week : metric.reading != first.reading)) continue;
    OfCell of_cell = [layout, of = metric.of, group](const Counts& counts, int cell) {
      return Pool(counts, cell, group - 1).estimate(of);
    };
    return {first.reading, first.unit, first.meaning, cut.weeks, std::move(of_cell)};
  }
  throw UserError("", question.metric + " can't be read here");
}

void resolve_arms(const Experiment& experiment, Asked& asked) {
  Question& question = asked.question;
  if (question.arm.empty()) {
    question.arm = experiment.headline.arm;
    if (question.against.empty() && experiment.headline.against != question.arm)
      question.against = experiment.headline.against;
  }
  const std::vector<std::string> known = names_of(experiment.arms);
  asked.arms = {place_of("arm", question.arm, known)};
  if (question.against.empty()) return;
  if (question.against == question.arm) throw UserError("", "an arm can't be compared with itself");
  asked.arms.push_back(place_of("arm", question.against, known));
}

}  // namespace

bool is_coupled(const std::vector<Scenario>& arms) {
  return std::any_of(arms.begin(), arms.end(), [](const Scenario& arm) { return arm.coupling != nullptr; });
}

Asked resolve(const Experiment& experiment, const Question& question) {
  Asked asked;
  asked.question = question;
  if (question.variant.empty()) asked.question.variant = experiment.variants.front().name;
  asked.variant = place_of("variant", asked.question.variant, names_of(experiment.variants));
  resolve_arms(experiment, asked);
  std::vector<std::string> groups = {"all"};
  for (const std::string& name : culture_names(experiment)) groups.push_back(name);
  const int group = place_of("culture", question.culture, groups);
  if (!question.twin.empty()) {
    std::vector<std::string> twins;
    for (const Twin twin : kTwins) twins.emplace_back(twin_name(twin));
    asked.twin = kTwins[place_of("twin", question.twin, twins)];
  }
  std::vector<Scenario> arms;
  for (const int arm : asked.arms)
    arms.push_back(experiment.scenarios[static_cast<std::size_t>(asked.variant)][static_cast<std::size_t>(arm)]);
  Read read;
  if (!read_misreading(experiment, question, group, read))
    read = read_metric(experiment, question, group, std::move(arms));
  asked.question.reading = read.reading;
  asked.unit = read.unit;
  asked.meaning = read.meaning;
  asked.weeks = read.weeks;
  asked.of_cell = std::move(read.of_cell);
  return asked;
}

std::vector<Cell> cells_of(const Asked& asked, int variant) {
  std::vector<Cell> cells;
  for (int arm = 0; arm < static_cast<int>(asked.arms.size()); ++arm) {
    cells.push_back({variant, arm, Twin::factual});
    if (asked.twin != Twin::factual) cells.push_back({variant, arm, asked.twin});
  }
  return cells;
}

Estimate result_of(const Asked& asked, const Counts& counts, int first) {
  int cell = first;
  std::vector<Estimate> arms;
  for (std::size_t arm = 0; arm < asked.arms.size(); ++arm) {
    Estimate value = asked.of_cell(counts, cell++);
    if (asked.twin != Twin::factual) value = value - asked.of_cell(counts, cell++);
    arms.push_back(std::move(value));
  }
  return arms.size() == 1 ? arms.front() : arms.front() - arms.back();
}

}  // namespace hybridcare
