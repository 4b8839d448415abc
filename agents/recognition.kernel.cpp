#include "agents/recognition.hpp"

#include "sim/math.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

void recognise(const Contact& contact, Lanes lanes, ClientBlock& block, Scratch& s) {
  const AgentParameters p = *contact.agent;
  const double keep = contact.no_distance ? 0.0 : 1.0;
  AgentColumns& a = columns_of(contact.partner, block);
  const double *const distance = a.distance + lanes.begin, *const contacts = a.contacts + lanes.begin;
  const double* const tau = block.r.weeks_in_care + lanes.begin;
  double *const as_it_is = s.right_chance, *const as_it_seems = s.logit;
  for (int k = 0; k < lanes.count; ++k) {
    const double familiar = exp(-p.familiarity * contacts[k]);
    const double recalled = 1.0 + p.memory_gain * p.memory * sqrt(tau[k]);
    const double memory = recalled < p.memory_most ? recalled : p.memory_most;
    as_it_is[k] = discriminability(p, keep * distance[k], familiar, memory);
    as_it_seems[k] = discriminability(p, 0.0, familiar, memory);
  }
  double *const x = s.normal[0], *const b1 = s.normal[1], *const b2 = s.normal[2];
  accuracies(contact.psychometric, as_it_is, lanes.count, x, b1, b2, s.right_chance);
  accuracies(contact.psychometric, as_it_seems, lanes.count, x, b1, b2, a.confidence + lanes.begin);
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
