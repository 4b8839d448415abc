#include "analysis/bonds.hpp"

#include <algorithm>

#include "analysis/bonds_part.hpp"
#include "analysis/layout.hpp"
#include "sim/math.hpp"

namespace hybridcare {
namespace {

bool looked_at(Twin twin) { return twin != Twin::noise_only && twin != Twin::more_empathy; }

/// P(T(0) <= trust): alpha is normal, not below its least; for those of the disbelieving type a share of that.
double share_below(const Parameters& p, const AgentParameters& agent, double trust) {
  const double good = trust / (1 - trust) * agent.trust_bad;
  const auto below = [&](double alpha) {
    if (alpha < agent.trust_least) return 0.0;
    if (agent.trust_sd <= 0) return alpha >= agent.trust_mean ? 1.0 : 0.0;
    return baseline::normal_cdf((alpha - agent.trust_mean) / agent.trust_sd);
  };
  const double doubting = p.intake.disbelieving;
  const double of_doubting = doubting > 0 ? below(good / p.trust.disbelieving_start) : 0;
  return (1 - doubting) * below(good) + doubting * of_doubting;
}

class BondTheme final : public SumTheme {
 public:
  BondTheme(std::unique_ptr<BondPlan> plan, int replicates, std::uint32_t first_replicate)
      : SumTheme(plan->empty(replicates), first_replicate,
                 [&plan = *plan](std::uint32_t replicate) { return std::make_unique<BondPart>(plan, replicate); }),
        plan_(std::move(plan)) {}
  void write(const Estimates& all, std::vector<Table>& tables) const override {
    for (Table (*make)(const Estimates&, const BondPlan&, const Sums&) :
         {erosion_rules_table, trust_loss_table, calibration_table, recognition_table})
      tables.push_back(make(all, *plan_, sums()));
  }

 private:
  std::unique_ptr<BondPlan> plan_;
};

}  // namespace

TrustQuartiles trust_quartiles(const Parameters& parameters, const AgentParameters& agent) {
  TrustQuartiles found{};
  for (int q = 1; q < kQuartiles; ++q) {
    double low = 0, high = 1;
    for (int step = 0; step < 52; ++step) {
      const double middle = (low + high) / 2;
      if (share_below(parameters, agent, middle) < q / static_cast<double>(kQuartiles)) low = middle;
      else high = middle;
    }
    found.cut[q - 1] = high;
  }
  return found;
}

BondPlan::BondPlan(const Experiment& experiment, const std::vector<Cell>& list)
    : looked(close_cells(experiment, list, looked_at)),
      layout{experiment.weeks, Layout(experiment).contacts},
      seed(experiment.seed),
      cultures(static_cast<int>(culture_names(experiment).size())) {
  for (const int index : looked.cells) {
    const Cell& cell = list[static_cast<std::size_t>(index)];
    const Scenario& scenario = experiment.scenarios.front()[static_cast<std::size_t>(cell.arm)];
    BondCell to;
    for (std::size_t s = 0; s < scenario.pathway.steps.size(); ++s)
      for (int agent = 0; agent < kAgents; ++agent) {
        const Step& step = scenario.pathway.steps[s];
        const ContactPlan& contact = agent == kHuman ? step.human : step.assistant;
        to.turns[agent][s] = contact.every_weeks > 0 ? contact.turns : 0;
        to.has_agent[agent] = to.has_agent[agent] || contact.every_weeks > 0;
      }
    to.measured = cell.twin == Twin::factual;
    to.trust_sd = scenario.parameters.observation.trust_sd;
    to.quartiles[kHuman] = trust_quartiles(scenario.parameters, scenario.parameters.human);
    to.quartiles[kAssistant] = trust_quartiles(scenario.parameters, scenario.parameters.assistant);
    cells.push_back(to);
  }
}

Sums BondPlan::empty(int replicates) const {
  return {replicates, static_cast<int>(looked.cells.size()), cultures, layout.size()};
}

ThemeBytes bonds_bytes(const Experiment& experiment, const std::vector<Cell>& cells) {
  const double sums = 8.0 * static_cast<double>(BondPlan(experiment, cells).empty(1).of_replicate());
  return {experiment.replicates * sums, sums + static_cast<double>(sizeof(BondPart))};
}

std::unique_ptr<Theme> make_bonds(const Experiment& experiment, const std::vector<Cell>& cells,
                                  std::uint32_t first_replicate) {
  return std::make_unique<BondTheme>(std::make_unique<BondPlan>(experiment, cells), experiment.replicates,
                                     first_replicate);
}

}  // namespace hybridcare
