// S6: the working alliance, and what a client would rate.
#pragma once
#include "agents/contact.hpp"
#include "sim/kernel.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

/// Moves the alliance towards what this contact offers, and its running level after it. Reads trust before the update.
void update_alliance(const Contact& contact, Lanes lanes, ClientBlock& block, const Scratch& scratch);

/// Ratings after the contact, each with the client's leniency and an error: never seen by a mechanism, only by guards
/// and studies.
void rate(const Contact& contact, Lanes lanes, ClientBlock& block, Scratch& scratch);

/// In weeks without a contact the running level follows the alliance as well, so that an alliance that stands still
/// exerts no pull on symptoms. Called when a week begins; reads whether there was a contact in the week before.
void relax_alliance(const AllianceParameters& parameters, Lanes lanes, AgentColumns& agent);

}  // namespace hybridcare::HYBRIDCARE_KERNEL
