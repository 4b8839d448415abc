#include "analysis/layout.hpp"

#include <algorithm>

namespace hybridcare {

Layout::Layout(const Experiment& experiment)
    : weeks(experiment.weeks),
      readings(static_cast<int>(hybridcare::readings(experiment).size())),
      contacts(std::min(experiment.weeks, kMostContacts)) {
  weekly_ = kTotals + kAgents * kMet;
  outcomes_ = weekly_ + kWeekly * (weeks + 1);
  latents_ = outcomes_ + readings * kOutcomes;
  distances_ = latents_ + readings * kLatents;
  erosion_ = distances_ + kAgents * distance_size();
  size = erosion_ + kAgents * contacts * kErosionEnds;
}

}  // namespace hybridcare
