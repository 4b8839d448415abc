// S3: the quality that an agent expresses, and how much of each part survives misreading.
#pragma once
#include "agents/contact.hpp"
#include "sim/kernel.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

/// What the agent means to express in this contact, before misreading takes its share: scratch.shown[p] (q~), and
/// scratch.novelty (n). Therapist or assistant, label, dyad match, learning, the day's variation, wear by repetition,
/// fatigue, coaching, feedback.
void prepare(const Contact& contact, Lanes lanes, ClientBlock& block, Scratch& scratch);

/// What misreading every turn leaves of quality q: its floor, and all of one that is held at a level (section 6).
HYBRIDCARE_INLINE double floor_of(const Parameters& parameters, int q) {
  return parameters.attribution.absent[q] ? 1.0 : parameters.quality.floor[q];
}

/// Sets scratch.quality[p], scratch.empathy (E), scratch.overall (Q), from what was meant and what was read right.
/// Perspective-taking and attunement die with misreading; technique and autonomy support hardly do: an assumption,
/// therefore swept. An assistant's parts other than perspective-taking and technique wear off by repetition.
void express(const Contact& contact, Lanes lanes, ClientBlock& block, Scratch& scratch);

}  // namespace hybridcare::HYBRIDCARE_KERNEL
