// S2: how well an agent reads a client's feeling, and what culture takes from it. Text modality.
#pragma once
#include "agents/contact.hpp"
#include "sim/kernel.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

/// Sets scratch.right_chance (probability that a turn is read right) and the agent's confidence, which is the same
/// probability as if the client were of the reference culture: the agent does not know what it misses.
void recognise(const Contact& contact, Lanes lanes, ClientBlock& block, Scratch& scratch);

/// Context memory grows with each contact by the curiosity expressed in it: what the agent knows of this client.
void remember(const Contact& contact, Lanes lanes, ClientBlock& block, const Scratch& scratch);

/// Discriminability d after cultural loss, familiarity and memory. @param contacts earlier contacts with this agent
HYBRIDCARE_INLINE double discriminability(const AgentParameters& p, double distance, double familiar, double memory) {
  return p.discriminability[0] * (1.0 - p.distance_loss * p.modality[0] * distance * familiar) * memory;
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
