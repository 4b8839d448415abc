// S16: data leaked, and an unlabelled assistant found out. Both cost trust in the assistant, without repair.
#pragma once
#include "agents/client.hpp"
#include "agents/parameters.hpp"
#include "agents/scratch.hpp"
#include "sim/draws.hpp"
#include "sim/kernel.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

/// What is left of privacy concern wherever it acts, [0, 1]: finer consent and less retention take from it.
HYBRIDCARE_INLINE double privacy_scale(const PrivacyParameters& p) {
  return (1.0 - p.consent_effect * p.consent) * (1.0 - p.retention_effect * (1.0 - p.retention));
}

/// Once a week in a step with an assistant, after the contacts. Marks `events`. Who has found out once knows: the label
/// then counts at every later contact.
void lose_privacy(const Parameters& parameters, Key key, int week, Lanes lanes, ClientBlock& block, Scratch& scratch);

}  // namespace hybridcare::HYBRIDCARE_KERNEL
