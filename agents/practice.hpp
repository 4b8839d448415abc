// S9: the bundle of pathways that need no empathy (mindfulness, expressive writing, bias modification, focusing),
// practised between contacts.
#pragma once
#include "agents/client.hpp"
#include "agents/parameters.hpp"
#include "agents/purposes.hpp"
#include "agents/scratch.hpp"
#include "sim/draws.hpp"
#include "sim/kernel.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

/// Each of the week's slots is practised or not; the share practised adds to the week's gain (PHQ-9 points).
/// @param carrier  who brings the bundle: the assistant, else the human, else none (a leaflet: no trust, no guide)
/// @param guided   a human is in the step
void practise(const Parameters& parameters, Partner carrier, bool guided, Key key, int week, Lanes lanes,
              ClientBlock& block, Scratch& scratch);

}  // namespace hybridcare::HYBRIDCARE_KERNEL
