// S5: trust in this agent: an asymmetric Beta with forgetting, or Rescorla-Wagner as structural alternative; three
// types of client; ruptures.
#pragma once
#include "agents/contact.hpp"
#include "sim/kernel.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

/// Trust as everything else in the week reads it: before the week's contacts; or the level that an attribution puts in
/// its place.
void hold_trust(const AttributionParameters& parameters, Lanes lanes, AgentColumns& agent);

/// Good evidence is what was read right and reached the client, weighed by validation; bad evidence is what was noticed
/// and not repaired, the cost of contact itself and, for an assistant, of repetition. Both fade. Counts ruptures: many
/// unrepaired turns, or trust that falls by much. Reads scratch.
/// With Rescorla-Wagner, trust itself is kept as `trust_good`, and 1 - trust as `trust_bad`.
void update_trust(const Contact& contact, Lanes lanes, ClientBlock& block, const Scratch& scratch);

/// An event outside of contacts that costs trust in this agent, for lane i. @param failures  its weight, in failures
HYBRIDCARE_INLINE void trust_event(const TrustParameters& p, double failures, int i, AgentColumns& agent) {
  if (p.form == rescorla_wagner) {
    const double share = failures < 8.0 ? failures / 8.0 : 1.0;  // as many failures as a contact has turns lose it all
    agent.trust_good[i] *= 1.0 - p.loss_rate * share;
    agent.trust_bad[i] = 1.0 - agent.trust_good[i];
    return;
  }
  agent.trust_bad[i] += p.failure * failures;
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
