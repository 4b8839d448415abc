#include "agents/recognition.hpp"

#include "sim/math.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

void recognise(const Contact& contact, Lanes lanes, ClientBlock& block, Scratch& s) {
  const AgentParameters p = *contact.agent;
  const double* const term = contact.psychometric;
  const double keep = contact.no_distance ? 0.0 : 1.0;
  AgentColumns& a = columns_of(contact.partner, block);
  double *const chance = s.right_chance, *const confidence = a.confidence + lanes.begin;
  const double *const distance = a.distance + lanes.begin, *const contacts = a.contacts + lanes.begin;
  const double* const tau = block.r.weeks_in_care + lanes.begin;
  for (int k = 0; k < lanes.count; ++k) {
    const double familiar = exp(-p.familiarity * contacts[k]);
    const double recalled = 1.0 + p.memory_gain * p.memory * sqrt(tau[k]);
    const double memory = recalled < p.memory_most ? recalled : p.memory_most;
    chance[k] = accuracy(term, discriminability(p, keep * distance[k], familiar, memory));
    confidence[k] = accuracy(term, discriminability(p, 0.0, familiar, memory));
  }
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
