#include "agents/quality.hpp"

#include "agents/affect.hpp"
#include "sim/math.hpp"
#include "sim/philox.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {
namespace {

constexpr double kWeeksPerYear = 52.0;

HYBRIDCARE_INLINE bool wears_off(int q) { return q != perspective_taking && q != technique; }
HYBRIDCARE_INLINE bool felt(int q) { return q == resonance || q == compassion; }
HYBRIDCARE_INLINE bool tires(int q) { return q == resonance || q == attunement || q == curiosity; }
HYBRIDCARE_INLINE bool matches(int q) { return q == resonance || q == attunement || q == validation; }

void set_novelty(const AgentParameters p, const double* weeks_since, int count, Scratch& s) {
  const double rate = p.repetition * (1.0 - p.memory);
  for (int k = 0; k < count; ++k) s.novelty[k] = exp(-rate * weeks_since[k]);
}

void draw_noise(const Contact& c, const std::uint32_t* id, int count, Scratch& s) {
  for (std::uint32_t block = 0; block < 2; ++block)
    philox_lanes(c.key, id, count, static_cast<std::uint32_t>(c.partner), c.when(), tag(Purpose::quality, block),
                 s.word[4 * block], s.word[4 * block + 1], s.word[4 * block + 2], s.word[4 * block + 3]);
}

/// The agent's mean of quality q for every lane, into scratch.shown[q].
void set_means(const Contact& c, int q, Lanes lanes, const ClientBlock& b, Scratch& s) {
  double* const mean = s.shown[q];
  const int count = whole_vectors(lanes.count);
  if (c.partner == Partner::human) {
    const double* const table = c.therapists.quality + q * c.therapists.count;
    const std::uint32_t* const therapist = b.w.therapist + lanes.begin;
    for (int k = 0; k < count; ++k) mean[k] = table[static_cast<std::int32_t>(therapist[k])];
    return;
  }
  for (int k = 0; k < count; ++k) mean[k] = c.agent->quality[q];
}

/// People rate the same words lower in feeling and caring when they know, or have found out, that a machine wrote them;
/// with a disclosed coach, the share of words that may be the machine's.
void apply_label(const Contact& c, int q, Lanes lanes, const ClientBlock& b, Scratch& s) {
  if (!felt(q)) return;
  double* const mean = s.shown[q];
  const int count = whole_vectors(lanes.count);
  const double discount = c.agent->label_discount;
  const std::uint32_t* const events = b.w.events + lanes.begin;
  if (c.agent->labelled) {
    for (int k = 0; k < count; ++k) mean[k] *= 1.0 - discount;
  } else if (c.partner == Partner::assistant) {
    for (int k = 0; k < count; ++k) mean[k] *= (events[k] & kDiscovered) != 0 ? 1.0 - discount : 1.0;
  } else if (c.coached && c.parameters->coaching.disclosed) {
    const double share = c.parameters->assistant.label_discount * c.parameters->coaching.adoption;
    for (int k = 0; k < count; ++k) mean[k] *= 1.0 - share * b.r.reliance[lanes.begin + k];
  }
}

/// How well this pair fits, and what the therapist has learned since the start.
void apply_pair(const Contact& c, int q, Lanes lanes, const AgentColumns& a, Scratch& s) {
  const bool pair = c.parameters->intake.match_sd > 0 && matches(q);
  const double learned = c.partner == Partner::human ? c.parameters->therapists.learning * c.week / kWeeksPerYear : 0.0;
  if (!pair && learned == 0.0) return;
  double* const mean = s.shown[q];
  const double* const match = a.match + lanes.begin;
  const int count = whole_vectors(lanes.count);
  for (int k = 0; k < count; ++k) mean[k] = clip(mean[k] + (pair ? match[k] : 0.0) + learned, 0.0, 1.0);
}

/// What the agent means in this contact: the day's variation, wear by repetition, fatigue, coaching, feedback.
void mean_one(const Contact& c, int q, Lanes lanes, const ClientBlock& b, Scratch& s) {
  const Parameters& p = *c.parameters;
  const double noise = c.agent->quality_sd;
  const double worn = wears_off(q) ? c.agent->habituation : 0.0;
  const double tired = c.partner == Partner::human && tires(q) ? p.therapists.fatigue_quality : 0.0;
  const double coached = c.coached ? p.coaching.added[q] : 0.0;
  const double feedback = c.feedback && q == technique ? p.monitoring.technique : 0.0;
  const double *const off_track = b.r.off_track + lanes.begin, *const fatigue = b.r.fatigue + lanes.begin;
  double *const shown = s.shown[q], *const varies = s.normal[0];
  const int count = whole_vectors(lanes.count);
  normals(s.word[q], count, varies);
  for (int k = 0; k < count; ++k) {
    const double fresh = clip(shown[k] + noise * varies[k], 0.0, 1.0);
    const double lasting = fresh * (1.0 - worn * (1.0 - s.novelty[k])) * (1.0 - tired * fatigue[k]);
    shown[k] = clip(lasting + coached + feedback * off_track[k], 0.0, 1.0);
  }
}

/// What every agent expresses of a quality that an attribution has taken away.
void hold_level(double level, int q, int count, Scratch& s) {
  for (int k = 0; k < count; ++k) s.shown[q][k] = level;
}

/// What is left of it, given how much was read right.
void express_one(const Contact& c, int q, int count, Scratch& s) {
  const double floor = floor_of(*c.parameters, q), per_turn = 1.0 / c.turns;
  for (int k = 0; k < count; ++k) {
    const double accuracy = static_cast<std::int32_t>(s.right[k]) * per_turn;
    s.quality[q][k] = s.shown[q][k] * (floor + (1.0 - floor) * accuracy);
  }
}

/// Weight of the three parts of empathy; of those alone that are present, if `present`.
double empathy_weight_of(const Parameters& p, bool present) {
  double weight = 0;
  for (const int q : {resonance, perspective_taking, compassion})
    weight += present && p.attribution.absent[q] ? 0.0 : p.quality.weight[q];
  return weight;
}

/// @param added  to each part of empathy that is present, as expressed, not as rated
void summarise(const Parameters& parameters, double added, int count, Scratch& s) {
  const QualityParameters p = parameters.quality;
  const double empathy_weight = empathy_weight_of(parameters, false);
  const double shift = added * (empathy_weight_of(parameters, true) / empathy_weight);
  for (int k = 0; k < count; ++k) {
    const double felt = p.weight[resonance] * s.quality[resonance][k] +
                        p.weight[perspective_taking] * s.quality[perspective_taking][k] +
                        p.weight[compassion] * s.quality[compassion][k];
    double rest = 0;
    for (int q = validation; q < kQualities; ++q) rest += p.weight[q] * s.quality[q][k];
    s.rated_empathy[k] = felt / empathy_weight;
    s.empathy[k] = s.rated_empathy[k] + shift;
    s.overall[k] = felt + rest + empathy_weight * shift;
  }
}

void keep(const Contact& c, Lanes lanes, ClientBlock& b, const Scratch& s) {
  AgentColumns& a = columns_of(c.partner, b);
  const double per_turn = 1.0 / c.turns, soft = c.parameters->course.resonance_softens;
  const double usual = c.agent->reference[resonance];
  for (int k = 0; k < lanes.count; ++k) {
    const int i = lanes.begin + k;
    const double right = static_cast<std::int32_t>(s.right[k]) * per_turn;
    const double unrepaired = static_cast<std::int32_t>(s.noticed[k] - s.repaired[k]);
    a.empathy[i] = s.empathy[k];
    a.compassion[i] = s.quality[compassion][k];
    a.curiosity[i] = s.quality[curiosity][k];
    a.reliability[i] += (right * s.overall[k] - a.reliability[i]) / (a.contacts[i] + 1.0);
    b.r.week_harm[i] += unrepaired * (1.0 - soft * (s.quality[resonance][k] - usual));
  }
}

}  // namespace

void prepare(const Contact& contact, Lanes lanes, ClientBlock& block, Scratch& s) {
  const AgentColumns& a = columns_of(contact.partner, block);
  const int count = whole_vectors(lanes.count);
  set_novelty(*contact.agent, a.weeks_since + lanes.begin, count, s);
  draw_noise(contact, block.w.id + lanes.begin, count, s);
  const AttributionParameters& without = contact.parameters->attribution;
  for (int q = 0; q < kQualities; ++q) {
    if (without.absent[q]) {
      hold_level(without.level, q, count, s);
      continue;
    }
    set_means(contact, q, lanes, block, s);
    apply_label(contact, q, lanes, block, s);
    apply_pair(contact, q, lanes, a, s);
    mean_one(contact, q, lanes, block, s);
  }
  if (contact.parameters->affect.effect != 0.0) attune(contact, lanes, block, s);
}

void express(const Contact& contact, Lanes lanes, ClientBlock& block, Scratch& s) {
  const int count = whole_vectors(lanes.count);
  for (int q = 0; q < kQualities; ++q) express_one(contact, q, count, s);
  summarise(*contact.parameters, contact.empathy_shift, count, s);
  keep(contact, lanes, block, s);
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
