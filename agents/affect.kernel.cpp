#include "agents/affect.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

void attune(const Contact& contact, Lanes lanes, const ClientBlock& block, Scratch& s) {
  const AffectParameters p = contact.parameters->affect;
  double *const client = s.normal[0], *const agent = s.normal[1];
  for (int k = 0; k < lanes.count; ++k) client[k] = agent[k] = 0.0;
  const double* const symptom = block.r.symptom + lanes.begin;
  for (int turn = 0; turn < contact.turns; ++turn)
    for (int k = 0; k < lanes.count; ++k) {
      const double client_own = -p.client_severity * symptom[k] / 27.0;
      affect_turn(p, client_own, p.therapist_warmth * s.shown[resonance][k], client[k], agent[k]);
    }
  if (contact.parameters->attribution.absent[attunement]) return;
  for (int k = 0; k < lanes.count; ++k) {
    const double synchrony = clip(1.0 - 0.5 * abs(client[k] - agent[k]), 0.0, 1.0);
    s.shown[attunement][k] = clip(s.shown[attunement][k] + p.effect * (synchrony - p.reference), 0.0, 1.0);
  }
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
