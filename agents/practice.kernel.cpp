#include "agents/practice.hpp"

#include "agents/attributes.hpp"
#include "agents/contact.hpp"
#include "agents/plan.hpp"
#include "agents/writing.hpp"
#include "sim/math.hpp"
#include "sim/philox.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {
namespace {

constexpr int kSlotsPerBlock = 4;
static_assert(kWritingWeeks == 4, "a week's writing is paid out in equal parts over the four that follow");

/// Trust in the carrier, into scratch.logit.
void set_trust(const Parameters& p, Partner carrier, Lanes lanes, ClientBlock& b, Scratch& s) {
  const RivalParameters rival = p.rival;
  const double flat = carrier == Partner::human ? rival.trust_human : rival.trust_assistant;
  const double* const trust = columns_of(carrier, b).trust_before + lanes.begin;
  for (int k = 0; k < lanes.count; ++k) {
    const double carried = rival.contact_only ? flat : trust[k];
    s.logit[k] = carrier == Partner::none ? p.practice.leaflet_trust : carried;
  }
}

/// What the carrier's compassion at the latest contact adds to the logit, into scratch.logit; nothing before the first.
void add_compassion(const Parameters& p, Partner carrier, Lanes lanes, ClientBlock& b, Scratch& s) {
  const double effect = p.practice.compassion;
  if (effect == 0 || carrier == Partner::none || p.rival.contact_only) return;
  const AgentParameters& agent = carrier == Partner::human ? p.human : p.assistant;
  const AgentColumns& a = columns_of(carrier, b);
  const double *const shown = a.compassion + lanes.begin, *const contacts = a.contacts + lanes.begin;
  const double usual = agent.reference[compassion];
  for (int k = 0; k < lanes.count; ++k) s.logit[k] += contacts[k] > 0 ? effect * (shown[k] - usual) : 0.0;
}

/// Probability of practising a slot, as thresholds in scratch.right. Reads trust in scratch.logit.
void set_chance(const Parameters& parameters, Partner carrier, bool guided, Lanes lanes, ClientBlock& b, Scratch& s) {
  const PracticeParameters p = parameters.practice;
  const double base = p.intercept + (guided ? p.guided : 0.0);
  const double *const motivation = b.r.motivation + lanes.begin, *const tau = b.r.weeks_in_care + lanes.begin;
  for (int k = 0; k < lanes.count; ++k)
    s.logit[k] = base + p.trust * (s.logit[k] - p.trust_reference) +
                 p.motivation * (motivation[k] - p.motivation_reference) - p.fading * tau[k];
  add_compassion(parameters, carrier, lanes, b, s);
  add_effect(parameters.attributes, on_practice, lanes, b.r, s.logit);
  for (int k = 0; k < whole_vectors(lanes.count); ++k) s.right[k] = threshold(logistic(s.logit[k]));
}

/// Words of a slot for every lane, drawn a block of slots at a time.
const std::uint32_t* words_of(int slot, Key key, int week, Lanes lanes, const ClientBlock& b, Scratch& s) {
  if (slot % kSlotsPerBlock == 0)
    philox_lanes(key, b.w.id + lanes.begin, lanes.count, 0u, when(static_cast<std::uint32_t>(week), 0),
                 tag(Purpose::practice, static_cast<std::uint32_t>(slot / kSlotsPerBlock)), s.word[0], s.word[1],
                 s.word[2], s.word[3]);
  return s.word[slot % kSlotsPerBlock];
}

/// f(x): more than was dealt, as a plan may give, brings less and less.
HYBRIDCARE_INLINE double worth_of(double x) { return x <= 1.0 ? x : sqrt(x); }

/// Slots that a round robin deals to each pathway, and the pathway of each slot.
struct Deal {
  int dealt[kPathways] = {};
  int slot[15] = {};
};

Deal deal(const Offer& offer, int slots) {
  Deal out;
  int open[kPathways] = {}, count = 0;
  for (int m = 0; m < kPathways; ++m)
    if (offer.offers[m]) open[count++] = m;
  for (int slot = 0; slot < slots && count > 0; ++slot) ++out.dealt[out.slot[slot] = open[slot % count]];
  return out;
}

/// Slots practised this week of each pathway, into scratch.quality[pathway]; all of them into `practised`.
void count_slots(const Parameters& p, const Offer& offer, const Deal& dealt, Key key, int week, Lanes lanes,
                 ClientBlock& b, Scratch& s) {
  alignas(64) Word chosen;
  if (offer.planned) choose_pathway(p, offer.offers, key, week, lanes, b, s, chosen);
  double* const practised = b.r.practised + lanes.begin;
  for (int k = 0; k < lanes.count; ++k) practised[k] = 0.0;
  for (int m = 0; m < kPathways; ++m)
    for (int k = 0; k < lanes.count; ++k) s.quality[m][k] = 0.0;
  for (int slot = 0; slot < p.practice.slots; ++slot) {
    const std::uint32_t* const words = words_of(slot, key, week, lanes, b, s);
    double* const count = s.quality[dealt.slot[slot]];
    for (int k = 0; k < lanes.count; ++k) practised[k] += words[k] < s.right[k] ? 1.0 : 0.0;
    for (int k = 0; k < lanes.count; ++k) count[k] += words[k] < s.right[k] ? 1.0 : 0.0;
  }
  if (!offer.planned) return;
  for (int m = 0; m < kPathways; ++m)
    for (int k = 0; k < lanes.count; ++k)
      s.quality[m][k] = chosen[k] == static_cast<std::uint32_t>(m) ? practised[k] : 0.0;
}

/// What focusing is worth to each lane, into scratch.normal[0]: insight, and being asked with curiosity.
void set_focus(const Parameters& parameters, Partner carrier, Lanes lanes, ClientBlock& b, Scratch& s) {
  const PracticeParameters p = parameters.practice;
  const double* const insight = b.r.insight + lanes.begin;
  double* const focus = s.normal[0];
  for (int k = 0; k < lanes.count; ++k) focus[k] = 0.5 * (p.focusing_base + insight[k]);  // nobody known to ask
  if (carrier == Partner::none || parameters.rival.contact_only) return;
  const AgentColumns& a = columns_of(carrier, b);
  const double *const asked = a.curiosity + lanes.begin, *const contacts = a.contacts + lanes.begin;
  for (int k = 0; k < whole_vectors(lanes.count); ++k) {
    const double open = logistic(p.focusing_slope * (asked[k] - p.focusing_curiosity));
    focus[k] = contacts[k] > 0 ? (p.focusing_base + insight[k]) * open : focus[k];
  }
}

/// A week of expressive writing is noted, to be paid later.
void note_writing(int dealt, Lanes lanes, ClientBlock& b, const Scratch& s) {
  std::uint32_t* const writing = b.w.writing + lanes.begin;
  for (int k = 0; k < lanes.count; ++k)
    writing[k] |= s.quality[expressive_writing][k] > 0
                      ? written_week(static_cast<int>(s.quality[expressive_writing][k]), dealt)
                      : 0u;
}

/// Gain of pathway m this week, and what a plan will hold its result against.
void gain_by(int m, const Parameters& parameters, const Offer& offer, int dealt, Lanes lanes, ClientBlock& b,
             Scratch& s) {
  const PracticeParameters p = parameters.practice;
  const double rate = p.rate * p.share[m], per_slot = dealt > 0 ? 1.0 / dealt : 1.0;
  const double planned = offer.planned ? 1.0 : 0.0, now = m == expressive_writing ? 0.0 : 1.0;
  const double *const fit = b.r.fit[m] + lanes.begin, *const rho = b.r.responsiveness + lanes.begin;
  double *const gain = b.r.week_gain + lanes.begin, *const load = b.r.plan_load[m] + lanes.begin;
  double* const focus = s.normal[0];
  if (m == focusing) set_focus(parameters, offer.carrier, lanes, b, s);
  else
    for (int k = 0; k < lanes.count; ++k) focus[k] = now;
  for (int k = 0; k < lanes.count; ++k) {
    const double full = rate * worth_of(s.quality[m][k] * per_slot);
    gain[k] += full * (p.fixed_share + p.responsiveness_share * rho[k]) * fit[k] * focus[k];
    load[k] = planned * full;
  }
}

}  // namespace

void practise(const Parameters& parameters, Partner carrier, bool guided, Key key, int week, Lanes lanes,
              ClientBlock& block, Scratch& s) {
  const PracticeParameters p = parameters.practice;
  set_trust(parameters, carrier, lanes, block, s);
  set_chance(parameters, carrier, guided, lanes, block, s);
  double* const practised = block.r.practised + lanes.begin;
  for (int k = 0; k < lanes.count; ++k) practised[k] = 0.0;
  for (int slot = 0; slot < p.slots; ++slot) {
    const std::uint32_t* const words = words_of(slot, key, week, lanes, block, s);
    for (int k = 0; k < lanes.count; ++k) practised[k] += words[k] < s.right[k] ? 1.0 : 0.0;
  }
  const double *const rho = block.r.responsiveness + lanes.begin;
  double* const gain = block.r.week_gain + lanes.begin;
  for (int k = 0; k < lanes.count; ++k)
    gain[k] += p.rate * (practised[k] / p.slots) * (p.fixed_share + p.responsiveness_share * rho[k]);
}

void practise_offer(const Parameters& parameters, const Offer& offer, Key key, int week, Lanes lanes,
                    ClientBlock& block, Scratch& s) {
  const Deal dealt = deal(offer, parameters.practice.slots);
  set_trust(parameters, offer.carrier, lanes, block, s);
  set_chance(parameters, offer.carrier, offer.guided, lanes, block, s);
  count_slots(parameters, offer, dealt, key, week, lanes, block, s);
  for (int m = 0; m < kPathways; ++m) {
    if (!offer.offers[m]) continue;
    if (m == expressive_writing) note_writing(dealt.dealt[m], lanes, block, s);
    gain_by(m, parameters, offer, dealt.dealt[m], lanes, block, s);
  }
}

void pay_writing(const Parameters& parameters, Lanes lanes, ClientBlock& block) {
  std::uint32_t* const writing = block.w.writing + lanes.begin;
  std::uint32_t anybody = 0;
  for (int k = 0; k < lanes.count; ++k) anybody |= writing[k];
  if (anybody == 0) return;
  const PracticeParameters p = parameters.practice;
  const double rate = p.rate * p.share[expressive_writing] / kWritingWeeks;
  const double* const fit = block.r.fit[expressive_writing] + lanes.begin;
  const double* const rho = block.r.responsiveness + lanes.begin;
  double* const gain = block.r.week_gain + lanes.begin;
  for (int k = 0; k < lanes.count; ++k) {
    const double due = worth_of(written(writing[k], 0)) + worth_of(written(writing[k], 1)) +
                       worth_of(written(writing[k], 2)) + worth_of(written(writing[k], 3));
    gain[k] += rate * due * (p.fixed_share + p.responsiveness_share * rho[k]) * fit[k];
    writing[k] <<= 8;
  }
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
