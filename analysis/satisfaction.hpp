#pragma once
#include "agents/parameters.hpp"

namespace hybridcare {

/// Probability-like satisfaction of one client who met an agent, (0, 1). Source: model document S18.
/// @param trust        T as in S10 over the agents met, (0, 1)
/// @param empathy      mean expressed empathy E over the contacts held, [0, 1]
/// @param improvement  y0 - y, PHQ-9 points
/// @param waited       weeks waited for a first contact, >= 0
double satisfaction(const SatisfactionParameters& p, double trust, double empathy, double improvement, double waited);

/// T as in S10 over the agents that the client has met; at least one of them was met.
/// @param human_share  weight of the human where both were met, [0, 1]
inline double trust_in_care(double human_share, bool met_human, double human, bool met_assistant, double assistant) {
  if (met_human && met_assistant) return human_share * human + (1 - human_share) * assistant;
  return met_human ? human : assistant;
}

}  // namespace hybridcare
