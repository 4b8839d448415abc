#include "analysis/observation.hpp"

#include "sim/draws.hpp"

namespace hybridcare {

MissingRule::MissingRule(const ObservationParameters& p) {
  const double missing[kStates] = {p.missed_in_care, p.missed_ended, p.missed_dropped};
  for (std::size_t state = 0; state < kStates; ++state) {
    const double share = missing[state];
    at_random_[state] = baseline::threshold(share);
    for (int change = -kMostChange; change <= kMostChange; ++change) {
      const bool certain = share <= 0 || share >= 1;
      const double logit = certain ? 0 : baseline::log(share / (1 - share)) + p.missed_worse * change;
      not_at_random_[state][static_cast<std::size_t>(change + kMostChange)] =
          baseline::threshold(certain ? share : baseline::logistic(logit));
    }
  }
}

}  // namespace hybridcare
