// Misrecognition by culture: rates with their denominators, difference and ratio to the reference culture.
#include <cmath>
#include <limits>
#include <vector>

#include "analysis/columns.hpp"
#include "analysis/estimates.hpp"

namespace hybridcare {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double ratio(double part, double whole) { return whole > 0 ? part / whole : kNone; }

double field(const CountRow& row, int agent, Met what) {
  return row[static_cast<std::size_t>(Layout::at(agent, what))];
}

double pooled_rate(const CountRow& row, int agent) {
  return ratio(field(row, agent, Met::misread), field(row, agent, Met::turns));
}

double calibration_gap(const CountRow& row, int agent) {
  const double turns = field(row, agent, Met::turns);
  return ratio(field(row, agent, Met::confidence) / kConfidenceOne + field(row, agent, Met::misread), turns) - 1;
}

/// Largest minus smallest rate over cultures that met the agent.
Estimate spread_of(const std::vector<Estimate>& rates) {
  const auto of = [&](const auto& value) {
    double least = INFINITY, most = -INFINITY;
    for (const Estimate& rate : rates) {
      const double here = value(rate);
      if (here < least) least = here;  // neither holds for a culture without turns
      if (here > most) most = here;
    }
    return most >= least ? most - least : kNone;
  };
  Estimate spread{of([](const Estimate& rate) { return rate.value; }), {}};
  for (std::size_t r = 0; !rates.empty() && r < rates.front().without.size(); ++r)
    spread.without.push_back(of([r](const Estimate& rate) { return rate.without[r]; }));
  return spread;
}

struct Group {
  const Estimates& all;
  int cell, index, agent;
  const Estimate& reference;  ///< pooled rate of the reference culture
  const Estimate& spread;     ///< over cultures
};

void add_row(TableWriter& writer, const Group& group) {
  const Estimates& all = group.all;
  const int agent = group.agent;
  const Pool pool(all.counts(), group.cell, group.index - 1);
  const CountRow& row = pool.total();
  const Layout& layout = pool.layout();
  const double turns = field(row, agent, Met::turns), misread = field(row, agent, Met::misread);
  if (turns == 0) return;
  const double met = row[static_cast<std::size_t>(layout.at(met_series(agent), layout.weeks))];
  const Estimate rate = pool.estimate([agent](const CountRow& counts) { return pooled_rate(counts, agent); });
  const bool compares = group.index > 0;  // everybody is not compared with a part of everybody
  const Estimate difference = compares ? rate - group.reference : Estimate{kNone, {}};
  const Estimate factor = compares ? combine(rate, group.reference, ratio) : Estimate{kNone, {}};
  const Estimate gap = pool.estimate([agent](const CountRow& counts) { return calibration_gap(counts, agent); });
  const Estimate spread = compares ? Estimate{kNone, {}} : group.spread;
  const double confidence = field(row, agent, Met::confidence) / kConfidenceOne / turns;
  const double accuracy = 1 - misread / turns;
  writer.row({all.variant(group.cell), all.twin(group.cell), all.arm(group.cell), std::string(agent_name(agent)),
              all.group(group.index), ratio(field(row, agent, Met::first_misread), field(row, agent, Met::first_turns)),
              field(row, agent, Met::person_rate) / kFixedOne / met, rate.value, static_cast<std::int64_t>(turns),
              static_cast<std::int64_t>(misread), static_cast<std::int64_t>(met),
              (field(row, agent, Met::noticed) - field(row, agent, Met::repaired)) / turns, confidence, accuracy,
              confidence - accuracy, difference.value, factor.value, standard_error(rate), standard_error(difference),
              standard_error(factor), standard_error(gap), spread.value, standard_error(spread),
              field(row, agent, Met::masked) / turns, field(row, agent, Met::asked) / turns});
}

}  // namespace

Table misrecognition_table(const Estimates& all) {
  TableWriter writer(
      "misrecognition",
      {variant_column(), twin_column(), arm_column(), agent_column(), culture_column(),
       real("first_contact_rate", "share", "turns misread / turns, first contacts only"),
       real("person_mean_rate", "share", "mean over clients who met the agent of their own rate"),
       real("pooled_rate", "share", "turns misread / turns"),
       whole("turns", "turns", "in contacts held, replicates pooled"),
       whole("misread_turns", "turns", "read as another emotion than the one felt"),
       whole("clients_met", "clients", "who met the agent, replicates pooled"),
       real("noticed_unrepaired_rate", "share", "turns misread, noticed and not repaired / turns"),
       real("confidence", "share", "turns that the agent believes it reads right"),
       real("accuracy", "share", "turns read right / turns"),
       real("calibration_gap", "share", "confidence - accuracy"),
       real("difference", "share", "pooled_rate minus that of the reference culture"),
       real("ratio", "", "pooled_rate over that of the reference culture"),
       real("pooled_rate_noise_se", "share", "simulation noise of pooled_rate: jackknife over replicates"),
       real("difference_noise_se", "share", "simulation noise of difference: jackknife over replicates"),
       real("ratio_noise_se", "", "simulation noise of ratio: jackknife over replicates"),
       real("calibration_gap_noise_se", "share", "simulation noise of calibration_gap: jackknife over replicates"),
       real("spread", "share", "largest minus smallest pooled_rate over cultures; in the rows of all cultures"),
       real("spread_noise_se", "share", "simulation noise of spread: jackknife over replicates"),
       real("masked_rate", "share", "turns in which the feeling was masked / turns"),
       real("asked_rate", "share", "turns in which the agent asked again / turns")});
  for (int cell = 0; cell < all.counts().cells; ++cell) {
    const Cell& at = all.cells()[static_cast<std::size_t>(cell)];
    const auto& scenario =
        all.experiment().scenarios[static_cast<std::size_t>(at.variant)][static_cast<std::size_t>(at.arm)];
    const Pool pool(all.counts(), cell, scenario.parameters.culture.reference);
    for (int agent = 0; agent < kAgents; ++agent) {
      const Estimate reference = pool.estimate([agent](const CountRow& row) { return pooled_rate(row, agent); });
      std::vector<Estimate> rates;
      for (int c = 0; c < all.counts().cultures; ++c)
        rates.push_back(Pool(all.counts(), cell, c).estimate([agent](const CountRow& row) {
          return pooled_rate(row, agent);
        }));
      const Estimate spread = spread_of(rates);
      for (int group = 0; group < all.groups(); ++group) add_row(writer, {all, cell, group, agent, reference, spread});
    }
  }
  return writer.take();
}

}  // namespace hybridcare
