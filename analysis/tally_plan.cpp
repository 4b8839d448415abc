#include "analysis/tally_plan.hpp"

#include <algorithm>
#include <map>

namespace hybridcare {
namespace {

constexpr double kReliableChange = kReliablePoints;
constexpr double kReliableFactor = 2.77185858;  // 1.96 sqrt(2), of the measurement error
constexpr double kCaseness = kIll, kRemission = 5;

std::array<std::uint16_t, kFlags> flags_of(double start, double now, double own_change) {
  const double drop = start - now;
  const bool holds[kOutcomes] = {drop >= kReliableChange, -drop >= kReliableChange, drop >= own_change,
                                 -drop >= own_change,
                                 start >= kCaseness && drop >= kReliableChange && now < kCaseness,
                                 start > 0 && 2 * now <= start, now < kCaseness, now < kRemission, start >= kCaseness};
  std::array<std::uint16_t, kFlags> row{};
  for (std::size_t o = 0; o < kOutcomes; ++o) row[o] = holds[o] ? 1 : 0;
  return row;
}

void add_step(CellPlan& plan, std::size_t index, const Step& step) {
  const ContactPlan* contacts[kAgents] = {&step.human, &step.assistant};
  for (int agent = 0; agent < kAgents; ++agent) {
    if (contacts[agent]->every_weeks == 0) continue;
    plan.turns[agent][index] = contacts[agent]->turns;
    plan.has_agent[agent] = true;
  }
  plan.minutes[index] = static_cast<int>(step.human.minutes + .5);
  const bool exercises = step.bundle || std::count(step.offers, step.offers + kPathways, true) > 0;
  const bool alone = step.human.every_weeks > 0 || exercises || step.comparator == Comparator::usual_care;
  plan.offers_alone[index] = step.exit == Exit::none && alone;
  plan.offers_care[index] = step.exit == Exit::none && (alone || step.assistant.every_weeks > 0);
}

/// @param twin  the noise-only twin is given none of the care that its arm's pathway offers
CellPlan cell_plan(const Scenario& scenario, Twin twin) {
  CellPlan plan;
  for (std::size_t s = 0; s < scenario.pathway.steps.size(); ++s) add_step(plan, s, scenario.pathway.steps[s]);
  if (twin == Twin::noise_only)
    for (bool* offers : {plan.offers_care, plan.offers_alone}) std::fill_n(offers, kMostSteps, false);
  plan.human_share = scenario.parameters.leaving.trust_human_share;
  plan.satisfaction = scenario.parameters.satisfaction;
  return plan;
}

/// Tables made so far, by error of measurement: one of its own for each cell would not fit into the caches.
class FlagTables {
 public:
  std::shared_ptr<const OutcomeFlags> of(double measurement_sd) {
    std::shared_ptr<const OutcomeFlags>& table = made_[measurement_sd];
    if (!table) table = std::make_shared<const OutcomeFlags>(outcome_flags(measurement_sd));
    return table;
  }

 private:
  std::map<double, std::shared_ptr<const OutcomeFlags>> made_;
};

}  // namespace

OutcomeFlags outcome_flags(double measurement_sd) {
  OutcomeFlags flags;
  for (std::size_t start = 0; start < kScores; ++start)
    for (std::size_t now = 0; now < kScores; ++now)
      flags[start * kScores + now] =
          flags_of(static_cast<double>(start), static_cast<double>(now), kReliableFactor * measurement_sd);
  return flags;
}

TallyPlan::TallyPlan(const Experiment& experiment, const std::vector<Cell>& list, ErosionRule rule_)
    : layout(experiment),
      rule(rule_),
      cultures(static_cast<int>(culture_names(experiment).size())),
      asking_week(hybridcare::asking_week(experiment)),
      reading_of_week(static_cast<std::size_t>(experiment.weeks) + 1, 0) {
  int bit = 1;
  for (const Reading& reading : readings(experiment)) {
    reading_of_week[static_cast<std::size_t>(reading.week)] |= bit;
    bit *= 2;
  }
  FlagTables tables;
  for (const Cell& cell : list) {
    const Scenario& scenario =
        experiment.scenarios[static_cast<std::size_t>(cell.variant)][static_cast<std::size_t>(cell.arm)];
    cells.push_back(cell_plan(scenario, cell.twin));
    cells.back().flags = tables.of(scenario.parameters.course.measurement_sd);
  }
}

}  // namespace hybridcare
