#include "agents/leaving.hpp"

#include "agents/attributes.hpp"
#include "agents/contact.hpp"
#include "agents/privacy.hpp"
#include "sim/math.hpp"
#include "sim/philox.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {
namespace {

HYBRIDCARE_INLINE double trust_now(const AgentColumns& a, int i) {
  return a.trust_good[i] / (a.trust_good[i] + a.trust_bad[i]);
}

/// Trust that counts for staying: both agents weighed where the step has both; the reference (no effect) with neither.
void set_trust(const Parameters& parameters, const LeavingContext c, Lanes lanes, const ClientBlock& b, Scratch& s) {
  const LeavingParameters p = parameters.leaving;
  if (parameters.attribution.trust_absent && (c.human || c.assistant)) {
    for (int k = 0; k < lanes.count; ++k) s.logit[k] = parameters.attribution.trust_level;
    return;
  }
  const double human = c.human ? (c.assistant ? p.trust_human_share : 1.0) : 0.0;
  const double assistant = c.assistant ? 1.0 - human : 0.0;
  const double neither = c.human || c.assistant ? 0.0 : p.trust_reference;
  for (int k = 0; k < lanes.count; ++k) {
    const int i = lanes.begin + k;
    s.logit[k] = human * trust_now(b.human, i) + assistant * trust_now(b.assistant, i) + neither;
  }
}

/// Failures that count for leaving: unrepaired turns of the week, or their share of a contact's usual number of turns.
const double* failures(const LeavingParameters p, Lanes lanes, const ClientReals& r, Scratch& s) {
  const double* const unrepaired = r.week_unrepaired + lanes.begin;
  if (!p.per_turn) return unrepaired;
  const double* const turns = r.week_turns + lanes.begin;
  double* const share = s.normal[0];
  for (int k = 0; k < lanes.count; ++k)
    share[k] = turns[k] > 0 ? p.turns_reference * unrepaired[k] / turns[k] : 0.0;
  return share;
}

/// What an encounter left behind: how little the client felt heard this week, by the worst of its contacts; and, with
/// an assistant alone, that a human has been met before.
void add_encounters(const LeavingParameters p, const LeavingContext& c, Lanes lanes, const ClientBlock& b,
                    Scratch& s) {
  const auto unheard = [&](const AgentColumns& a, int i) {
    return a.met[i] > 0 ? max(0.0, p.heard_reference - a.felt_heard[i]) : 0.0;
  };
  const int at = lanes.begin;
  if (p.unheard != 0)
    for (int k = 0; k < lanes.count; ++k)
      s.logit[k] += p.unheard * max(unheard(b.human, at + k), unheard(b.assistant, at + k));
  if (p.met_human != 0 && c.assistant && !c.human)
    for (int k = 0; k < lanes.count; ++k) s.logit[k] += b.human.contacts[at + k] > 0 ? p.met_human : 0.0;
}

/// Weeks that were waited, and concern about privacy where an assistant's care is not transparent.
void add_reserve(const Parameters& parameters, const LeavingContext& c, Lanes lanes, const ClientReals& r, Scratch& s) {
  const LeavingParameters p = parameters.leaving;
  const PrivacyParameters o = parameters.privacy;
  const double *const waited = r.weeks_waited + lanes.begin, *const concern = r.privacy + lanes.begin;
  if (p.waited != 0)
    for (int k = 0; k < lanes.count; ++k) s.logit[k] += p.waited * min(waited[k], p.waited_most);
  const double effect = c.assistant ? p.privacy * (1.0 - o.transparency) * privacy_scale(o) : 0.0;
  if (effect != 0)
    for (int k = 0; k < lanes.count; ++k) s.logit[k] += effect * concern[k];
}

/// Brings the lanes marked absent (scratch.heard) behind the others: the first of them changes places with the last
/// who is there, and so on. Returns how many others.
int present_first(Lanes lanes, ClientBlock& block, const Scratch& s) {
  const std::uint32_t* const absent = s.heard;
  Swaps swaps;
  int present = lanes.count;
  for (int k = 0; k < present; ++k) {
    if (absent[k] == 0) continue;
    do --present;
    while (present > k && absent[present] != 0);
    if (present == k) break;
    swaps.from[swaps.count] = lanes.begin + k;
    swaps.to[swaps.count++] = lanes.begin + present;
  }
  swap_clients(block, swaps);
  return present;
}

}  // namespace

void hazard(const Parameters& parameters, const LeavingContext& c, Lanes lanes, const ClientBlock& block, Scratch& s) {
  const LeavingParameters p = parameters.leaving;
  if (c.usual_care) {
    for (int k = 0; k < lanes.count; ++k) s.logit[k] = p.intercept;
    return;
  }
  set_trust(parameters, c, lanes, block, s);
  const ClientReals& r = block.r;
  const int at = lanes.begin;
  const double alone = c.assistant && !c.human ? p.assistant_only : 0.0;
  const double format = alone + (c.assistant && c.often_human ? p.guided : 0.0);
  const double held = c.feedback ? parameters.monitoring.hazard : 0.0;
  const double* const failed = failures(p, lanes, r, s);
  for (int k = 0; k < whole_vectors(lanes.count); ++k) {
    const double early = p.early * exp(-(r.weeks_in_care[at + k] - 1.0) / p.early_weeks);
    const double worse = r.phq9[at + k] - r.phq9_start[at + k];
    s.logit[k] = p.intercept + early + p.trust * (p.trust_reference - s.logit[k]) +
                 p.unrepaired * failed[k] + p.worsening * worse + format - held * r.off_track[at + k];
  }
  add_encounters(p, c, lanes, block, s);
  add_reserve(parameters, c, lanes, r, s);
  add_effect(parameters.attributes, on_leaving, lanes, r, s.logit);
}

void leave(const Parameters& parameters, const LeavingContext& c, Key key, int week, Lanes lanes,
           const ClientBlock& block, Scratch& s) {
  const LeavingParameters p = parameters.leaving;
  hazard(parameters, c, lanes, block, s);
  philox_lanes(key, block.w.id + lanes.begin, lanes.count, 0u, when(static_cast<std::uint32_t>(week), 0),
               tag(Purpose::leaving, 0), s.word[0], s.word[1], s.word[2], s.word[3]);
  const std::uint32_t ending = c.usual_care ? 0u : threshold(p.ending);
  const double *const y = block.r.phq9 + lanes.begin, *const y0 = block.r.phq9_start + lanes.begin;
  for (int k = 0; k < whole_vectors(lanes.count); ++k) {
    const bool drops = s.word[0][k] < threshold(logistic(s.logit[k]));
    const bool well = y[k] <= p.ending_phq9 && y0[k] - y[k] >= p.ending_drop;
    const std::uint32_t ends = well && s.word[1][k] < ending ? static_cast<std::uint32_t>(Exit::ended_early) : 0u;
    s.right[k] = drops ? static_cast<std::uint32_t>(Exit::dropped) : ends;
  }
}

void swap_clients(ClientBlock& block, const Swaps& swaps) {
  if (swaps.count == 0) return;
  swap_lanes<double>(block.r, swaps);
  swap_lanes<double>(block.human, swaps);
  swap_lanes<double>(block.assistant, swaps);
  swap_lanes<std::uint32_t>(block.w, swaps);
}

int attend(double missed, Partner partner, Key key, std::uint32_t when, Lanes lanes, ClientBlock& block, Scratch& s) {
  if (missed <= 0) return lanes.count;
  philox_lanes(key, block.w.id + lanes.begin, lanes.count, static_cast<std::uint32_t>(partner), when,
               tag(Purpose::attendance, 0), s.word[0], s.word[1], s.word[2], s.word[3]);
  const std::uint32_t limit = threshold(missed);
  double* const counted = columns_of(partner, block).missed + lanes.begin;
  for (int k = 0; k < lanes.count; ++k) {
    s.heard[k] = s.word[0][k] < limit ? 1u : 0u;
    counted[k] += s.word[0][k] < limit ? 1.0 : 0.0;
  }
  return present_first(lanes, block, s);
}

int make_use(double used, Partner partner, Key key, std::uint32_t when, Lanes lanes, ClientBlock& block, Scratch& s) {
  if (used >= 1) return lanes.count;
  philox_lanes(key, block.w.id + lanes.begin, lanes.count, static_cast<std::uint32_t>(partner), when,
               tag(Purpose::attendance, 0), s.word[0], s.word[1], s.word[2], s.word[3]);
  const std::uint32_t limit = threshold(used);
  for (int k = 0; k < lanes.count; ++k) s.heard[k] = s.word[1][k] < limit ? 0u : 1u;
  return present_first(lanes, block, s);
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
