#include "agents/change.hpp"

#include "sim/math.hpp"
#include "sim/philox.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {
namespace {

/// Exponent of what is felt: elasticities of empathy and, where there are any, of single qualities around the mean of
/// the agent's kind.
void set_exponent(const Contact& c, int count, const Scratch& s, double* exponent) {
  const ChangeParameters p = c.parameters->change;
  for (int k = 0; k < count; ++k) exponent[k] = p.empathy_elasticity * (s.empathy[k] - p.empathy_reference);
  for (int q = 0; q < kQualities; ++q) {
    const double elasticity = c.parameters->roles.elasticity[q], usual = c.agent->reference[q];
    if (elasticity == 0) continue;
    for (int k = 0; k < count; ++k) exponent[k] += elasticity * (s.quality[q][k] - usual);
  }
}

/// Insight beyond that of the default human arm in this week makes more of a contact.
void weigh_insight(const Contact& c, Lanes lanes, const ClientReals& r, double* worth) {
  const double effect = c.parameters->roles.insight_effect;
  const double* const table = c.parameters->change.insight_reference;
  if (effect == 0 || !table) return;
  const double usual = table[c.week < kInsightWeeks ? c.week : kInsightWeeks - 1];
  const double* const insight = r.insight_before + lanes.begin;
  for (int k = 0; k < lanes.count; ++k) worth[k] *= 1.0 + effect * (insight[k] - usual);
}

/// What the quality and the uptake of a contact are worth, per lane, into scratch-free `worth`.
void set_worth(const Contact& c, Lanes lanes, const ClientBlock& b, const AgentColumns& a, const Scratch& s,
               double* worth) {
  const ChangeParameters p = c.parameters->change;
  const RivalParameters rival = c.parameters->rival;
  const bool human = c.partner == Partner::human;
  const int count = whole_vectors(lanes.count);
  if (rival.contact_only) {
    const double flat = human ? rival.quality_human * rival.uptake_human
                              : rival.quality_assistant * rival.uptake_assistant;
    for (int k = 0; k < count; ++k) worth[k] = flat;
    return;
  }
  const double* const trust = a.trust_before + lanes.begin;
  set_exponent(c, count, s, worth);
  for (int k = 0; k < count; ++k)
    worth[k] = (p.uptake_base + p.uptake_trust * trust[k]) * s.overall[k] * exp(worth[k]);
  weigh_insight(c, lanes, b.r, worth);
}

/// Shares of the contact that other things leave of it: asking again, and human contacts held this week.
void weigh_dose(const Contact& c, Lanes lanes, const ClientBlock& b, const Scratch& s, double* worth) {
  const RecognitionParameters& recognition = c.parameters->recognition;
  if (recognition.emotions_drawn && recognition.asking != 0 && !c.parameters->rival.contact_only)
    for (int k = 0; k < lanes.count; ++k) worth[k] *= s.dose[k];
  const ChangeParameters& p = c.parameters->change;
  if (!p.dose_by_week || c.partner != Partner::assistant) return;
  const double lost = 1.0 - p.assistant_dose;
  const double* const met = b.human.met + lanes.begin;
  for (int k = 0; k < lanes.count; ++k) worth[k] *= 1.0 - lost * min(1.0, met[k]);
}

}  // namespace

void change(const Contact& contact, Lanes lanes, ClientBlock& block, const Scratch& s) {
  const ChangeParameters p = contact.parameters->change;
  const double scale = p.rate * contact.dose;
  alignas(64) Real worth;
  set_worth(contact, lanes, block, columns_of(contact.partner, block), s, worth);
  weigh_dose(contact, lanes, block, s, worth);
  if (contact.partner == Partner::human) {
    const std::uint32_t* const therapist = block.w.therapist + lanes.begin;
    for (int k = 0; k < lanes.count; ++k)
      worth[k] *= contact.therapists.effectiveness[static_cast<std::int32_t>(therapist[k])];
  }
  const double *const tau = block.r.weeks_in_care + lanes.begin, *const rho = block.r.responsiveness + lanes.begin;
  double* const gain = block.r.week_gain + lanes.begin;
  for (int k = 0; k < whole_vectors(lanes.count); ++k) {
    const double early = 1.0 + p.early * exp(-(tau[k] - 1.0) / p.early_weeks);
    worth[k] = scale * early * rho[k] * worth[k];
  }
  for (int k = 0; k < lanes.count; ++k) gain[k] += worth[k];
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
