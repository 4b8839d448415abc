// The table of the observational echo.
#include "analysis/echo_table.hpp"

#include <cmath>
#include <functional>

#include "analysis/columns.hpp"

namespace hybridcare {
namespace {

using Statistic = std::function<double(const EchoRow&)>;

struct Reading {
  std::string metric, unit;
  Statistic of;
  Statistic clients;
};

Statistic size_of(int agent, Sample sample) {
  return [=](const EchoRow& row) { return sample_size(row, agent, sample); };
}

std::vector<Reading> correlations(int agent) {
  struct Named { const char* name; Variable rating; };
  std::vector<Reading> list;
  for (const Sample sample : {Sample::all, Sample::completers})
    for (const Named& each : {Named{"r_empathy", Variable::empathy}, Named{"r_alliance", Variable::alliance},
                              Named{"r_accuracy", Variable::accuracy}, Named{"r_true_empathy", Variable::quality}})
      list.push_back({each.name + std::string(sample == Sample::all ? "" : "_completers"), "r",
                      [=](const EchoRow& row) { return rating_correlation(row, agent, sample, each.rating); },
                      size_of(agent, sample)});
  return list;
}

std::vector<Reading> readings_of(int agent) {
  std::vector<Reading> list = correlations(agent);
  const Statistic persons = [=](const EchoRow& row) { return panel_persons(row, agent); };
  for (const bool controls : {true, false})
    list.push_back({controls ? "within_person" : "within_person_uncontrolled", "SD per SD",
                    [=](const EchoRow& row) { return within_person(row, agent, controls); }, persons});
  if (agent == kHuman) list.push_back({"therapist_share", "share", therapist_share, size_of(agent, Sample::all)});
  for (const Variable variable : {Variable::empathy, Variable::quality})
    list.push_back({variable == Variable::empathy ? "sd_empathy_rating" : "sd_true_empathy", "scale",
                    [=](const EchoRow& row) { return sample_sd(row, agent, Sample::all, variable); },
                    size_of(agent, Sample::all)});
  return list;
}

/// Everything that the rows of the table are made from.
class Maker {
 public:
  Maker(const Experiment& experiment, const std::vector<Cell>& cells, const EchoSums& sums, TableWriter& writer)
      : experiment_(experiment), cells_(cells), sums_(sums), writer_(writer),
        t_(t_quantile(static_cast<std::size_t>(sums.clients.replicates))) {}

  void readings(int cell);
  void causal(int cell, int shifted, int culture);
  void contrast(int cell, int against);

 private:
  struct Place { int cell; std::string against, agent; int culture; };
  void row(const Place& place, const std::string& metric, const std::string& unit, const Estimate& estimate,
           double clients);

  const Experiment& experiment_;
  const std::vector<Cell>& cells_;
  const EchoSums& sums_;
  TableWriter& writer_;
  double t_;
};

void Maker::row(const Place& place, const std::string& metric, const std::string& unit, const Estimate& estimate,
                double clients) {
  if (!std::isfinite(estimate.value)) return;
  const Cell& cell = cells_[static_cast<std::size_t>(place.cell)];
  const Noise error = noise(estimate, t_);
  const std::string culture =
      place.culture < 0 ? "all" : culture_names(experiment_)[static_cast<std::size_t>(place.culture)];
  writer_.row({experiment_.variants[static_cast<std::size_t>(cell.variant)].name, std::string(twin_name(cell.twin)),
               experiment_.arms[static_cast<std::size_t>(cell.arm)].name, place.against, place.agent, culture, metric,
               unit, estimate.value, error.se, error.low, error.high, static_cast<std::int64_t>(clients),
               std::int64_t{sums_.clients.replicates}});
}

void Maker::readings(int cell) {
  for (int culture = -1; culture < sums_.clients.groups; ++culture) {
    const SumPool pool = echo_pool(sums_, cell, culture);
    for (int agent = 0; agent < kAgents; ++agent)
      for (const Reading& reading : readings_of(agent))
        row({cell, "", agent_name(agent), culture}, reading.metric, reading.unit, pool.estimate(reading.of),
            reading.clients(pool.total()));
  }
}

void Maker::causal(int cell, int shifted, int culture) {
  const SumPool here = echo_pool(sums_, cell, culture), there = echo_pool(sums_, shifted, culture);
  for (int agent = 0; agent < kAgents; ++agent) {
    const double clients = sample_size(here.total(), agent, Sample::all);
    if (clients < 3) continue;
    const Place place{cell, "", agent_name(agent), culture};
    const Estimate seen = here.estimate(
        [&](const EchoRow& row) { return rating_correlation(row, agent, Sample::all, Variable::empathy); });
    for (const Variable per : {Variable::quality, Variable::empathy}) {
      const std::string name = per == Variable::quality ? "true_empathy" : "rating";
      const Estimate slope = here.estimate_with(there, [&](const EchoRow& factual, const EchoRow& more) {
        return causal_slope(factual, more, kEmpathyShift, agent, per);
      });
      row(place, "causal_slope_" + name, "d per SD", slope, clients);
      row(place, "causal_share_" + name, "ratio", slope / seen, clients);
    }
  }
}

void Maker::contrast(int cell, int against) {
  const SumPool with = echo_pool(sums_, cell, -1), without = echo_pool(sums_, against, -1);
  const auto clients = with.total()[EchoLayout::at(Everybody::clients)];
  const std::string name = experiment_.arms[static_cast<std::size_t>(
      cells_[static_cast<std::size_t>(against)].arm)].name;
  row({cell, name, "", -1}, "dropout_odds_ratio", "odds ratio",
      without.estimate(dropout_odds) / with.estimate(dropout_odds), clients);
  row({cell, name, "", -1}, "d", "SD",
      (without.estimate(mean_reading) - with.estimate(mean_reading)) / without.estimate(sd_reading), clients);
}

bool gives_feedback(const Scenario& scenario) {
  for (const Step& step : scenario.pathway.steps)
    if (step.feedback) return true;
  return false;
}

}  // namespace

Table echo_table(const Experiment& experiment, const std::vector<Cell>& cells, const EchoSums& sums) {
  TableWriter writer(
      "echo",
      {variant_column(), twin_column(), arm_column(),
       text("against", "arm without what this one has; empty: a reading of one arm"),
       text("agent", "whose ratings are read: human or assistant; empty: of the whole arm"), culture_column(),
       metric_column(), unit_column(),
       real("estimate", "", "r, within_person, therapist_share, d, odds ratio: what a study would report; "
                            "causal_*: what empathy does in the model. Positive r, slope, d: better"),
       se_column(), low_column(), high_column(), whole("clients", "clients", "in the sample, replicates pooled"),
       replicates_column()});
  Maker maker(experiment, cells, sums, writer);
  const auto scenario = [&](const Cell& cell) -> const Scenario& {
    return experiment.scenarios[static_cast<std::size_t>(cell.variant)][static_cast<std::size_t>(cell.arm)];
  };
  for (int c = 0; c < static_cast<int>(cells.size()); ++c) {
    const Cell& cell = cells[static_cast<std::size_t>(c)];
    if (cell.twin != Twin::factual) continue;
    maker.readings(c);
    for (int other = 0; other < static_cast<int>(cells.size()); ++other) {
      const Cell& twin = cells[static_cast<std::size_t>(other)];
      if (twin.variant != cell.variant) continue;
      for (int culture = -1; twin.arm == cell.arm && twin.twin == Twin::more_empathy && culture < sums.clients.groups;
           ++culture)
        maker.causal(c, other, culture);
      const bool reference = experiment.arms[static_cast<std::size_t>(twin.arm)].name == experiment.headline.against;
      const bool feedback = gives_feedback(scenario(cell)) && !gives_feedback(scenario(twin));
      if (twin.twin == Twin::factual && twin.arm != cell.arm && (reference || feedback)) maker.contrast(c, other);
    }
  }
  return writer.take();
}

}  // namespace hybridcare
