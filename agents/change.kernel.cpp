#include "agents/change.hpp"

#include "sim/math.hpp"
#include "sim/philox.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {
namespace {

/// What the quality and the uptake of a contact are worth, per lane, into scratch-free `worth`.
void set_worth(const Contact& c, Lanes lanes, const AgentColumns& a, const Scratch& s, double* worth) {
  const ChangeParameters p = c.parameters->change;
  const RivalParameters rival = c.parameters->rival;
  const bool human = c.partner == Partner::human;
  if (rival.contact_only) {
    const double flat = human ? rival.quality_human * rival.uptake_human
                              : rival.quality_assistant * rival.uptake_assistant;
    for (int k = 0; k < lanes.count; ++k) worth[k] = flat;
    return;
  }
  const double* const trust = a.trust_before + lanes.begin;
  for (int k = 0; k < lanes.count; ++k) {
    const double felt = exp(p.empathy_elasticity * (s.empathy[k] - p.empathy_reference));
    worth[k] = (p.uptake_base + p.uptake_trust * trust[k]) * s.overall[k] * felt;
  }
}

}  // namespace

void change(const Contact& contact, Lanes lanes, ClientBlock& block, const Scratch& s) {
  const ChangeParameters p = contact.parameters->change;
  const double scale = p.rate * contact.dose;
  alignas(64) Real worth;
  set_worth(contact, lanes, columns_of(contact.partner, block), s, worth);
  if (contact.partner == Partner::human) {
    const std::uint32_t* const therapist = block.w.therapist + lanes.begin;
    for (int k = 0; k < lanes.count; ++k)
      worth[k] *= contact.therapists.effectiveness[static_cast<std::int32_t>(therapist[k])];
  }
  const double *const tau = block.r.weeks_in_care + lanes.begin, *const rho = block.r.responsiveness + lanes.begin;
  double* const gain = block.r.week_gain + lanes.begin;
  for (int k = 0; k < lanes.count; ++k) {
    const double early = 1.0 + p.early * exp(-(tau[k] - 1.0) / p.early_weeks);
    gain[k] += scale * early * rho[k] * worth[k];
  }
}

void sudden_gain(const Parameters& parameters, Partner partner, Key key, int week, Lanes lanes, ClientBlock& block,
                 Scratch& s) {
  const SuddenGainParameters p = parameters.sudden_gain;
  const RivalParameters rival = parameters.rival;
  const double flat = partner == Partner::human ? rival.trust_human : rival.trust_assistant;
  const double* const trust = columns_of(partner, block).trust_before + lanes.begin;
  const double* const rho = block.r.responsiveness + lanes.begin;
  double* const jump = block.r.week_jump + lanes.begin;
  philox_lanes(key, block.w.id + lanes.begin, lanes.count, 0u, when(static_cast<std::uint32_t>(week), 0),
               tag(Purpose::sudden_gain, 0), s.word[0], s.word[1], s.word[2], s.word[3]);
  for (int k = 0; k < lanes.count; ++k) {
    const double open = rival.contact_only ? flat : trust[k];
    const double capped = rho[k] < p.responsiveness_most ? rho[k] : p.responsiveness_most;
    const bool happens = s.word[0][k] < threshold(p.rate * 2.0 * open * capped);
    const double size = p.size * (1.0 + p.size_spread * (2.0 * uniform(s.word[1][k]) - 1.0));
    jump[k] = happens ? size : 0.0;
  }
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
