// Misrecognition by culture: rates with their denominators, difference and ratio to the reference culture.
#include <cmath>
#include <limits>
#include <string>
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

/// Rates of one group with their noise. A row counts each agent's turns.
class Rates {
 public:
  Rates(const Pool& pool, int agent) : pool_(pool), agent_(agent) {}

  double of(Met what) const { return at(pool_.total(), what); }
  Estimate rate(Met part, Met whole) const {
    return pool_.estimate([&](const CountRow& row) { return ratio(at(row, part), at(row, whole)); });
  }
  Estimate pooled() const {
    return pool_.estimate([&](const CountRow& row) { return pooled_rate(row, agent_); });
  }
  Estimate gap() const {
    return pool_.estimate([&](const CountRow& row) { return calibration_gap(row, agent_); });
  }
  Estimate unrepaired() const {
    return pool_.estimate([&](const CountRow& row) {
      return ratio(at(row, Met::noticed) - at(row, Met::repaired), at(row, Met::turns));
    });
  }
  Estimate person_mean() const {
    const int met = pool_.layout().at(met_series(agent_), pool_.layout().weeks);
    return pool_.estimate([&](const CountRow& row) {
      return ratio(at(row, Met::person_rate) / kFixedOne, row[static_cast<std::size_t>(met)]);
    });
  }

 private:
  double at(const CountRow& row, Met what) const { return field(row, agent_, what); }

  const Pool& pool_;
  int agent_;
};

void add_row(TableWriter& writer, const Group& group) {
  const Estimates& all = group.all;
  const Pool pool(all.counts(), group.cell, group.index - 1);
  const Rates rates(pool, group.agent);
  const double turns = rates.of(Met::turns), misread = rates.of(Met::misread);
  if (turns == 0) return;
  const Layout& layout = pool.layout();
  const double met = pool.total()[static_cast<std::size_t>(layout.at(met_series(group.agent), layout.weeks))];
  const Estimate none{kNone, {}}, rate = rates.pooled();
  const bool compares = group.index > 0;  // everybody is not compared with a part of everybody
  const Estimate difference = compares ? rate - group.reference : none;
  const Estimate factor = compares ? combine(rate, group.reference, ratio) : none;
  const Estimate reference = compares ? group.reference : none, spread = compares ? none : group.spread;
  const Estimate first = rates.rate(Met::first_misread, Met::first_turns), person = rates.person_mean();
  const Estimate unrepaired = rates.unrepaired(), gap = rates.gap();
  const Estimate masked = rates.rate(Met::masked, Met::turns), asked = rates.rate(Met::asked, Met::turns);
  const double confidence = rates.of(Met::confidence) / kConfidenceOne / turns, accuracy = 1 - misread / turns;
  const auto count = [](double value) { return static_cast<std::int64_t>(value); };
  writer.row({all.variant(group.cell), all.twin(group.cell), all.arm(group.cell), std::string(agent_name(group.agent)),
              all.group(group.index), first.value, standard_error(first), count(rates.of(Met::first_turns)),
              person.value, standard_error(person), rate.value, standard_error(rate), count(turns), count(misread),
              count(met), reference.value, standard_error(reference), difference.value, standard_error(difference),
              factor.value, standard_error(factor), spread.value, standard_error(spread), unrepaired.value,
              standard_error(unrepaired), confidence, accuracy, gap.value, standard_error(gap), masked.value,
              standard_error(masked), asked.value, standard_error(asked)});
}

/// A rate and, beside it, its simulation noise.
void with_noise(std::vector<ColumnSpec>& columns, const std::string& name, const std::string& unit,
                const std::string& meaning) {
  columns.push_back(real(name, unit, meaning));
  columns.push_back(real(name + "_noise_se", unit, "simulation noise of " + name + ": jackknife over replicates"));
}

std::vector<ColumnSpec> columns() {
  std::vector<ColumnSpec> list = {variant_column(), twin_column(), arm_column(), agent_column(), culture_column()};
  with_noise(list, "first_contact_rate", "share", "turns misread / turns, first contacts only");
  list.push_back(whole("first_turns", "turns", "in first contacts, replicates pooled"));
  with_noise(list, "person_mean_rate", "share", "mean over clients who met the agent of their own rate");
  with_noise(list, "pooled_rate", "share", "turns misread / turns");
  list.push_back(whole("turns", "turns", "in contacts held, replicates pooled"));
  list.push_back(whole("misread_turns", "turns", "read as another emotion than the one felt"));
  list.push_back(whole("clients_met", "clients", "who met the agent, replicates pooled"));
  with_noise(list, "reference_rate", "share", "R_0, pooled_rate of the reference culture");
  with_noise(list, "difference", "share", "pooled_rate minus reference_rate");
  with_noise(list, "ratio", "", "pooled_rate over reference_rate");
  with_noise(list, "spread", "share",
             "largest minus smallest pooled_rate over cultures; in the rows of all cultures");
  with_noise(list, "noticed_unrepaired_rate", "share", "turns misread, noticed and not repaired / turns");
  list.push_back(real("confidence", "share", "turns that the agent believes it reads right"));
  list.push_back(real("accuracy", "share", "turns read right / turns"));
  with_noise(list, "calibration_gap", "share", "confidence - accuracy");
  with_noise(list, "masked_rate", "share", "turns in which the feeling was masked / turns");
  with_noise(list, "asked_rate", "share", "turns in which the agent asked again / turns");
  return list;
}

}  // namespace

Table misrecognition_table(const Estimates& all) {
  TableWriter writer("misrecognition", columns());
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
