// S12 and S13: a therapist's fatigue, and reliance on the assistant's readings. Without a service both follow the
// client's own weeks; with one, the service works out a therapist's fatigue from the true load.
#pragma once
#include "agents/client.hpp"
#include "agents/parameters.hpp"
#include "agents/scratch.hpp"
#include "sim/kernel.hpp"
#include "sim/math.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

/// Fatigue a week later, [0, 1].
/// @param load      share of the therapist's slots that are taken
/// @param severity  mean symptoms of the caseload, points
/// @param coached   an assistant coaches the therapist
HYBRIDCARE_INLINE double next_fatigue(const TherapistParameters& p, double fatigue, double load, double severity,
                                      bool coached) {
  const double over = load > p.load_free ? load - p.load_free : 0.0;
  const double drive = p.fatigue_load * over + p.fatigue_severity * (severity / 27.0 - 0.5);
  return clip(p.fatigue_keep * fatigue + drive - (coached ? p.fatigue_coaching : 0.0), 0.0, 1.0);
}

/// Fatigue with the load and the severity that the scenario states.
/// @param coached  the step is one in which the assistant coaches
void tire(const Parameters& parameters, bool coached, Lanes lanes, ClientBlock& block);

/// Reliance moves towards 1 in a week with a coached human contact, else towards 0. After the contacts.
void rely(const Parameters& parameters, bool coached, Lanes lanes, ClientBlock& block);

}  // namespace hybridcare::HYBRIDCARE_KERNEL
