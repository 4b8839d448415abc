#include "analysis/layout.hpp"

#include <algorithm>

namespace hybridcare {
namespace {

/// Contacts that one client can have with one agent.
int most_contacts(const Experiment& experiment) {
  int a_week = 1;
  for (const std::vector<Scenario>& arms : experiment.scenarios)
    for (const Scenario& scenario : arms)
      for (const Step& step : scenario.pathway.steps)
        a_week = std::max({a_week, step.human.per_week, step.assistant.per_week});
  return std::min(experiment.weeks * a_week, kMostContacts);
}

}  // namespace

Layout::Layout(const Experiment& experiment)
    : weeks(experiment.weeks),
      readings(static_cast<int>(hybridcare::readings(experiment).size())),
      contacts(most_contacts(experiment)) {
  weekly_ = kTotals + kAgents * kMet;
  outcomes_ = weekly_ + kWeekly * (weeks + 1);
  latents_ = outcomes_ + readings * kOutcomes;
  distances_ = latents_ + readings * kLatents;
  erosion_ = distances_ + kAgents * distance_size();
  size = erosion_ + kAgents * contacts * kErosionEnds;
}

}  // namespace hybridcare
