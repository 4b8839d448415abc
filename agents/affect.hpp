// Optional: coupled affect of client and agent within a contact, after Liebovitch, Peluso et al. 2011. Off by default.
#pragma once
#include "agents/contact.hpp"
#include "sim/kernel.hpp"
#include "sim/math.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

/// tanh by our own exp; |error| a few ulp.
HYBRIDCARE_INLINE double pull(double x) { return 1.0 - 2.0 / (exp(2.0 * x) + 1.0); }

/// One turn: each side keeps part of its affect, has its own drift, and is pulled by the other's.
HYBRIDCARE_INLINE void affect_turn(const AffectParameters& p, double client_own, double agent_own, double& client,
                                   double& agent) {
  const double before = client;
  client = p.client_keep * client + client_own + p.client_pull * pull(agent);
  agent = p.therapist_keep * agent + agent_own + p.therapist_pull * pull(before);
}

/// Plays a contact's turns from neutral affect on both sides; how close the two end adds to attunement as meant.
/// Reads and writes scratch.shown.
void attune(const Contact& contact, Lanes lanes, const ClientBlock& block, Scratch& scratch);

}  // namespace hybridcare::HYBRIDCARE_KERNEL
