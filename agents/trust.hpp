// S5: trust in this agent, an asymmetric Beta with forgetting.
#pragma once
#include "agents/contact.hpp"
#include "sim/kernel.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

/// Trust as everything else in the week reads it: before the week's contacts.
void hold_trust(Lanes lanes, AgentColumns& agent);

/// Good evidence is what was read right, weighed by validation; bad evidence is what was noticed and not repaired, the
/// cost of contact itself and, for an assistant, of repetition. Both fade. Reads scratch.
void update_trust(const Contact& contact, Lanes lanes, ClientBlock& block, const Scratch& scratch);

}  // namespace hybridcare::HYBRIDCARE_KERNEL
