#include "agents/safety.hpp"

#include "agents/purposes.hpp"
#include "sim/philox.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {
namespace {

/// Risk states begin, go on, or end because symptoms have fallen. A state that is new has met no human yet.
void move_risk(const SafetyParameters p, Lanes lanes, ClientBlock& b, const Scratch& s) {
  const double* const symptom = b.r.symptom + lanes.begin;
  double* const risk = b.r.risk + lanes.begin;
  std::uint32_t* const events = b.w.events + lanes.begin;
  const std::uint32_t onset = threshold(p.onset);
  for (int k = 0; k < lanes.count; ++k) {
    const double first = s.word[0][k] < onset ? 1.0 : 0.0;
    const double longer = risk[k] > 0 ? risk[k] + 1.0 : first;
    risk[k] = symptom[k] > p.risk_symptom ? longer : 0.0;
    events[k] = risk[k] > 1 ? events[k] : events[k] & ~static_cast<std::uint32_t>(kRiskMet);
  }
}

/// Who is seen to be at risk, as 0 or 1 in scratch.repaired; who raises a false alarm, in scratch.noticed.
void look(const SafetyParameters p, const Watch& watch, Lanes lanes, const ClientBlock& b, Scratch& s) {
  const double *const risk = b.r.risk + lanes.begin, *const human = b.human.met + lanes.begin;
  const double* const assistant = b.assistant.met + lanes.begin;
  const std::uint32_t by_human = threshold(p.human_sensitivity), by_assistant = threshold(p.assistant_sensitivity);
  const std::uint32_t by_review = watch.review ? by_human : 0u, alarm = threshold(p.false_alarm);
  for (int k = 0; k < lanes.count; ++k) {
    const bool met_human = (human[k] > 0) & (s.word[1][k] < by_human);
    const bool met_assistant = (assistant[k] > 0) & (s.word[2][k] < by_assistant);
    const bool seen = met_human | met_assistant | (s.word[4][k] < by_review);
    s.repaired[k] = watch.in_care && (risk[k] > 0) & seen ? 1u : 0u;
    s.noticed[k] = watch.in_care && (risk[k] <= 0) & (assistant[k] > 0) & (s.word[3][k] < alarm) ? 1u : 0u;
  }
}

/// Weeks until a human met a client at risk, or was told.
void count_waits(Lanes lanes, ClientBlock& b, const Scratch& s) {
  ClientReals& r = b.r;
  for (int k = 0; k < lanes.count; ++k) {
    const int i = lanes.begin + k;
    const double seen = static_cast<std::int32_t>(s.repaired[k]), since = r.risk[i] - 1.0;
    const bool human = (s.repaired[k] != 0) | (b.human.met[i] > 0);
    const bool reached = (r.risk[i] > 0) & human & ((b.w.events[i] & kRiskMet) == 0);
    r.risk_found[i] += seen;
    r.risk_waits[i] += seen * since;
    r.human_reached[i] += reached ? 1.0 : 0.0;
    r.human_waits[i] += reached ? since : 0.0;
    b.w.events[i] |= reached ? static_cast<std::uint32_t>(kRiskMet) : 0u;
  }
}

void count_rest(const SafetyParameters p, const Watch& watch, Lanes lanes, ClientReals& r, const Scratch& s) {
  const double always = watch.review ? watch.review_minutes : 0.0, cares = watch.in_care ? 1.0 : 0.0;
  for (int k = 0; k < lanes.count; ++k) {
    const int i = lanes.begin + k;
    const double seen = static_cast<std::int32_t>(s.repaired[k]), alarm = static_cast<std::int32_t>(s.noticed[k]);
    const double at_risk = r.risk[i] > 0 ? 1.0 : 0.0;
    r.missed_risk[i] += cares * at_risk * (1.0 - seen);
    r.alarms[i] += alarm;
    r.risk_flag[i] = seen + alarm;
    r.week_minutes[i] += p.minutes * (seen + alarm) + always;
    r.risk[i] = s.repaired[k] != 0 ? 0.0 : r.risk[i];
  }
}

}  // namespace

void watch_risk(const Parameters& parameters, const Watch& watch, Key key, int week, Lanes lanes, ClientBlock& block,
                Scratch& s) {
  const SafetyParameters p = parameters.safety;
  if (p.onset <= 0 && p.false_alarm <= 0 && !watch.review) return;
  const auto now = when(static_cast<std::uint32_t>(week), 0);
  const std::uint32_t* const id = block.w.id + lanes.begin;
  philox_lanes(key, id, lanes.count, 0u, now, tag(Purpose::safety, 0), s.word[0], s.word[1], s.word[2], s.word[3]);
  if (watch.review)
    philox_lanes(key, id, lanes.count, 0u, now, tag(Purpose::review, 0), s.word[4], s.word[5], s.word[6], s.word[7]);
  move_risk(p, lanes, block, s);
  look(p, watch, lanes, block, s);
  count_waits(lanes, block, s);
  count_rest(p, watch, lanes, block.r, s);
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
