#include "agents/quality.hpp"

#include "sim/math.hpp"
#include "sim/philox.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {
namespace {

HYBRIDCARE_INLINE bool wears_off(int q) { return q != perspective_taking && q != technique; }

void set_novelty(const AgentParameters p, const double* weeks_since, int count, Scratch& s) {
  const double rate = p.repetition * (1.0 - p.memory);
  for (int k = 0; k < count; ++k) s.novelty[k] = exp(-rate * weeks_since[k]);
}

void draw_noise(const Contact& c, const std::uint32_t* id, int count, Scratch& s) {
  for (std::uint32_t block = 0; block < 2; ++block)
    philox_lanes(c.key, id, count, static_cast<std::uint32_t>(c.partner), c.when(), tag(Purpose::quality, block),
                 s.word[4 * block], s.word[4 * block + 1], s.word[4 * block + 2], s.word[4 * block + 3]);
}

/// The agent's mean of quality q for every lane, into scratch.quality[q].
void set_means(const Contact& c, int q, Lanes lanes, const ClientBlock& b, Scratch& s) {
  double* const mean = s.quality[q];
  const bool felt = q == resonance || q == compassion;  // people rate the same words lower in feeling and caring
  const double label = c.agent->labelled && felt ? 1.0 - c.agent->label_discount : 1.0;
  if (c.partner == Partner::human) {
    const double* const table = c.therapists.quality + q * c.therapists.count;
    const std::uint32_t* const therapist = b.w.therapist + lanes.begin;
    for (int k = 0; k < lanes.count; ++k) mean[k] = table[static_cast<std::int32_t>(therapist[k])] * label;
    return;
  }
  for (int k = 0; k < lanes.count; ++k) mean[k] = c.agent->quality[q] * label;
}

void express_one(const Contact& c, int q, Lanes lanes, const ClientBlock& b, Scratch& s) {
  const QualityParameters& p = c.parameters->quality;
  const double noise = c.agent->quality_sd, floor = p.floor[q], per_turn = 1.0 / c.turns;
  const double worn = wears_off(q) ? c.agent->habituation : 0.0;
  const double coached = c.feedback && q == technique ? c.parameters->monitoring.technique : 0.0;
  const double* const off_track = b.r.off_track + lanes.begin;
  double* const quality = s.quality[q];
  for (int k = 0; k < lanes.count; ++k) {
    const double fresh = clip(quality[k] + noise * normal(s.word[q][k]), 0.0, 1.0);
    const double shown = clip(fresh * (1.0 - worn * (1.0 - s.novelty[k])) + coached * off_track[k], 0.0, 1.0);
    const double accuracy = static_cast<std::int32_t>(s.right[k]) * per_turn;
    quality[k] = shown * (floor + (1.0 - floor) * accuracy);
  }
}

void summarise(const QualityParameters p, int count, Scratch& s) {
  const double empathy_weight = p.weight[resonance] + p.weight[perspective_taking] + p.weight[compassion];
  for (int k = 0; k < count; ++k) {
    const double felt = p.weight[resonance] * s.quality[resonance][k] +
                        p.weight[perspective_taking] * s.quality[perspective_taking][k] +
                        p.weight[compassion] * s.quality[compassion][k];
    double rest = 0;
    for (int q = validation; q < kQualities; ++q) rest += p.weight[q] * s.quality[q][k];
    s.empathy[k] = felt / empathy_weight;
    s.overall[k] = felt + rest;
  }
}

}  // namespace

void express(const Contact& contact, Lanes lanes, ClientBlock& block, Scratch& s) {
  AgentColumns& a = columns_of(contact.partner, block);
  set_novelty(*contact.agent, a.weeks_since + lanes.begin, lanes.count, s);
  draw_noise(contact, block.w.id + lanes.begin, lanes.count, s);
  for (int q = 0; q < kQualities; ++q) {
    set_means(contact, q, lanes, block, s);
    express_one(contact, q, lanes, block, s);
  }
  summarise(contact.parameters->quality, lanes.count, s);
  double* const empathy = a.empathy + lanes.begin;
  for (int k = 0; k < lanes.count; ++k) empathy[k] = s.empathy[k];
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
