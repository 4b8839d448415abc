// S2 and S4: the turns of a contact. Each is read right or not, noticed or not, repaired or not: integer work.
#pragma once
#include "agents/contact.hpp"
#include "sim/kernel.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

/// Plays all turns: sets scratch.right / noticed / repaired and the agent's columns of this contact; adds noticed and
/// unrepaired turns to the week's. Reads scratch.right_chance. Feedback adds to repair while off track (S11).
void play_turns(const Contact& contact, Lanes lanes, ClientBlock& block, Scratch& scratch);

}  // namespace hybridcare::HYBRIDCARE_KERNEL
