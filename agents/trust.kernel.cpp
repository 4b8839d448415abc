#include "agents/trust.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

void hold_trust(Lanes lanes, AgentColumns& agent) {
  for (int i = lanes.begin; i < lanes.begin + lanes.count; ++i)
    agent.trust_before[i] = agent.trust_good[i] / (agent.trust_good[i] + agent.trust_bad[i]);
}

void update_trust(const Contact& contact, Lanes lanes, ClientBlock& block, const Scratch& s) {
  const TrustParameters p = contact.parameters->trust;
  const double cost = contact.agent->contact_cost, repetition = contact.agent->repetition_cost;
  AgentColumns& a = columns_of(contact.partner, block);
  double *const good = a.trust_good + lanes.begin, *const bad = a.trust_bad + lanes.begin;
  const double* const validated = s.quality[validation];
  for (int k = 0; k < lanes.count; ++k) {
    const double right = static_cast<std::int32_t>(s.right[k]);
    const double repaired = static_cast<std::int32_t>(s.repaired[k]);
    const double unrepaired = static_cast<std::int32_t>(s.noticed[k] - s.repaired[k]);
    const double won = p.success * right * (p.success_base + p.success_validation * validated[k]);
    const double lost = p.failure * (unrepaired + p.repaired_share * repaired);
    good[k] = p.memory * good[k] + won;
    bad[k] = p.memory * bad[k] + lost + cost + repetition * (1.0 - s.novelty[k]);
  }
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
