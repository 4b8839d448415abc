#include "agents/trust.hpp"

#include "sim/math.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {
namespace {

/// What an unrepaired failure counts: less where the agent explains itself.
double weight_of_failure(const Contact& c) {
  return c.agent->repair_policy == explanation ? c.parameters->repair.explanation : 1.0;
}

void update_beta(const Contact& c, Lanes lanes, ClientBlock& block, const Scratch& s) {
  const TrustParameters p = c.parameters->trust;
  const double cost = c.agent->contact_cost, repetition = c.agent->repetition_cost, heavy = weight_of_failure(c);
  AgentColumns& a = columns_of(c.partner, block);
  double *const good = a.trust_good + lanes.begin, *const bad = a.trust_bad + lanes.begin;
  const std::uint32_t* const type = block.w.type + lanes.begin;
  const double* const validated = s.quality[validation];
  for (int k = 0; k < lanes.count; ++k) {
    const bool oscillates = type[k] == static_cast<std::uint32_t>(TrustType::oscillating);
    const bool disbelieves = type[k] == static_cast<std::uint32_t>(TrustType::disbelieving);
    const double memory = oscillates ? p.oscillating_memory : p.memory;
    const double open = disbelieves ? p.disbelieving_success : 1.0;
    const double right = static_cast<std::int32_t>(s.heard[k]);
    const double repaired = static_cast<std::int32_t>(s.repaired[k]);
    const double unrepaired = static_cast<std::int32_t>(s.noticed[k] - s.repaired[k]);
    const double won = p.success * open * right * (p.success_base + p.success_validation * validated[k]);
    const double lost = p.failure * (heavy * unrepaired + p.repaired_share * repaired);
    good[k] = memory * good[k] + won;
    bad[k] = memory * bad[k] + lost + cost + repetition * (1.0 - s.novelty[k]);
  }
}

void update_rescorla_wagner(const Contact& c, Lanes lanes, ClientBlock& block, const Scratch& s) {
  const TrustParameters p = c.parameters->trust;
  const double per_turn = 1.0 / c.turns, heavy = weight_of_failure(c);
  const double worn = c.partner == Partner::assistant ? p.repetition_loss : 0.0;
  AgentColumns& a = columns_of(c.partner, block);
  double *const good = a.trust_good + lanes.begin, *const bad = a.trust_bad + lanes.begin;
  const std::uint32_t* const type = block.w.type + lanes.begin;
  for (int k = 0; k < lanes.count; ++k) {
    const double open = type[k] == static_cast<std::uint32_t>(TrustType::disbelieving) ? p.disbelieving_success : 1.0;
    const double right = static_cast<std::int32_t>(s.heard[k]) * per_turn;
    const double repaired = static_cast<std::int32_t>(s.repaired[k]);
    const double unrepaired = static_cast<std::int32_t>(s.noticed[k] - s.repaired[k]);
    const double failed = (heavy * unrepaired + p.repaired_share * repaired) * per_turn;
    const double gained = p.gain_rate * open * right *
                          (p.success_base + p.success_validation * s.quality[validation][k]) * (1.0 - good[k]);
    const double lost = p.loss_rate * (failed + p.contact_loss + worn * (1.0 - s.novelty[k])) * good[k];
    good[k] = clip(good[k] + gained - lost, 0.0, 1.0);
    bad[k] = 1.0 - good[k];
  }
}

}  // namespace

void hold_trust(const AttributionParameters& parameters, Lanes lanes, AgentColumns& agent) {
  if (parameters.trust_absent) {
    for (int i = lanes.begin; i < lanes.begin + lanes.count; ++i) agent.trust_before[i] = parameters.trust_level;
    return;
  }
  for (int i = lanes.begin; i < lanes.begin + lanes.count; ++i)
    agent.trust_before[i] = agent.trust_good[i] / (agent.trust_good[i] + agent.trust_bad[i]);
}

void update_trust(const Contact& contact, Lanes lanes, ClientBlock& block, const Scratch& s) {
  const double turns = contact.parameters->repair.rupture_turns, depth = contact.parameters->repair.rupture_trust;
  AgentColumns& a = columns_of(contact.partner, block);
  alignas(64) Real before;
  for (int k = 0; k < lanes.count; ++k) {
    const int i = lanes.begin + k;
    before[k] = a.trust_good[i] / (a.trust_good[i] + a.trust_bad[i]);
  }
  if (contact.parameters->trust.form == rescorla_wagner) update_rescorla_wagner(contact, lanes, block, s);
  else update_beta(contact, lanes, block, s);
  for (int k = 0; k < lanes.count; ++k) {
    const int i = lanes.begin + k;
    const double fell = before[k] - a.trust_good[i] / (a.trust_good[i] + a.trust_bad[i]);
    const double unrepaired = static_cast<std::int32_t>(s.noticed[k] - s.repaired[k]);
    a.ruptures[i] += (unrepaired >= turns) | (fell > depth) ? 1.0 : 0.0;
  }
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
