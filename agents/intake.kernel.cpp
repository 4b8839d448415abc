#include "agents/intake.hpp"

#include "agents/attributes.hpp"
#include "agents/culture.hpp"
#include "agents/purposes.hpp"
#include "sim/math.hpp"
#include "sim/philox.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {
namespace {

/// Words at entry for a run of lanes. @param second  entity: a Partner, a therapist or an assistant
HYBRIDCARE_INLINE void draw(Key key, const ClientBlock& b, Lanes lanes, Purpose purpose, std::uint32_t index,
                            std::uint32_t second, Scratch& s) {
  philox_lanes(key, b.w.id + lanes.begin, lanes.count, second, 0, tag(purpose, index), s.word[0], s.word[1], s.word[2],
               s.word[3]);
}
HYBRIDCARE_INLINE void draw(Key key, const ClientBlock& b, Purpose purpose, std::uint32_t index, Scratch& s) {
  draw(key, b, {0, b.size}, purpose, index, 0u, s);
}

/// Distribution function of Beta(a, b) with whole parameters, less u: a binomial tail, hence a polynomial; and its
/// density. Lane by lane in the inner loops. @param x  shape (n,), in (0, 1); below and density: out, shape (n,)
void beta_at(const double* x, int n, int a, int b, double* below, double* density, double* rest) {
  const int order = a + b - 1;
  for (int k = 0; k < n; ++k) below[k] = rest[k] = 1.0;
  double choose = 1.0;
  for (int j = order - 1; j >= a; --j) {
    choose = choose * (j + 1) / (order - j);
    for (int k = 0; k < n; ++k) {
      rest[k] *= 1.0 - x[k];
      below[k] = below[k] * x[k] + choose * rest[k];
    }
  }
  const double scale = choose * a;  // order! / ((a - 1)! (b - 1)!)
  for (int k = 0; k < n; ++k) density[k] = scale * rest[k];
  for (int j = 0; j < a; ++j)
    for (int k = 0; k < n; ++k) {
      below[k] *= x[k];
      density[k] *= j > 0 ? x[k] : 1.0;
    }
}

constexpr int kHalvings = 12, kNewtonSteps = 6;  // from a bracket of 2^-12 Newton's steps reach the last bits (tested)

/// Quantiles of Beta(a, b): halving, then Newton's steps kept inside the bracket. @param u  shape (n,), in (0, 1)
void beta_quantiles(const double* u, int n, int a, int b, Scratch& s, double* out) {
  double *const low = s.normal[1], *const below = s.normal[2], *const density = s.normal[3], *const rest = s.normal[4];
  double width = 1.0;
  for (int k = 0; k < n; ++k) low[k] = 0.0;
  for (int step = 0; step < kHalvings; ++step) {
    width *= 0.5;
    for (int k = 0; k < n; ++k) out[k] = low[k] + width;
    beta_at(out, n, a, b, below, density, rest);
    for (int k = 0; k < n; ++k) low[k] = below[k] < u[k] ? out[k] : low[k];
  }
  for (int k = 0; k < n; ++k) out[k] = low[k] + 0.5 * width;
  for (int step = 0; step < kNewtonSteps; ++step) {
    beta_at(out, n, a, b, below, density, rest);
    for (int k = 0; k < n; ++k) out[k] = clip(out[k] - (below[k] - u[k]) / density[k], low[k], low[k] + width);
  }
}

/// SD of the momentary level around the slow one in the long run, points.
HYBRIDCARE_INLINE double symptom_spread(const CourseParameters& p) {
  const double keep = 1.0 - p.symptom_return;
  return p.symptom_sd / sqrt(1.0 - keep * keep);
}

/// The slow level before clipping, drawn, into s.normal[0]: normal, or as a service has counted its clients.
void draw_level(const Parameters& p, const ClientBlock& b, Scratch& s) {
  double* level = s.normal[0];
  const IntakeHistogram& rows = p.histogram;
  if (rows.scores == 0) {
    const double mean = p.intake.episode_mean, sd = p.intake.episode_sd;
    for (int i = 0; i < b.size; ++i) level[i] = mean + sd * normal(s.word[0][i]);
    return;
  }
  for (int i = 0; i < b.size; ++i) level[i] = rows.episode[0];
  for (int k = 0; k + 1 < rows.scores; ++k) {
    const double below = rows.below[k], next = rows.episode[k + 1];
    for (int i = 0; i < b.size; ++i) level[i] = uniform(s.word[0][i]) >= below ? next : level[i];
  }
  for (int i = 0; i < b.size; ++i) level[i] += rows.spread * normal(s.word[3][i]);
}

/// Episode, symptom and first measurement; in a trial redrawn until the entry rule holds (attempt in the block index).
void draw_episode(const Parameters& p, Key key, ClientBlock& b, Scratch& s) {
  const IntakeParameters in = p.intake;
  const double spread = symptom_spread(p.course);
  const double sem = p.course.measurement_sd;
  const int attempts = in.selected ? kIntakeAttempts : 1;
  double* open = s.logit;  // 1 while a lane still waits for an accepted draw
  for (int i = 0; i < b.size; ++i) open[i] = 1.0;
  double waiting = b.size;
  for (int attempt = 0; attempt < attempts && waiting > 0; ++attempt) {
    draw(key, b, Purpose::intake, static_cast<std::uint32_t>(attempt), s);
    draw_level(p, b, s);
    waiting = 0;
    for (int i = 0; i < b.size; ++i) {
      const double drawn = s.normal[0][i];
      const double episode = clip(drawn, 0.0, 27.0);
      const double symptom = clip(episode + spread * normal(s.word[1][i]), 0.0, 27.0);
      const double phq9 = round_half_up(clip(symptom + sem * normal(s.word[2][i]), 0.0, 27.0));
      const bool in_range = drawn > in.episode_least && drawn < in.episode_most;
      const bool accepted = !in.selected || (in_range && phq9 >= in.phq9_least);
      const bool take = open[i] > 0;
      b.r.episode[i] = take ? episode : b.r.episode[i];
      b.r.symptom[i] = take ? symptom : b.r.symptom[i];
      b.r.phq9[i] = take ? phq9 : b.r.phq9[i];
      open[i] = accepted ? 0.0 : open[i];
      waiting += open[i];
    }
  }
}

/// Two kinds of course, and clients whom contacts do not change: alternatives to one bell curve of long-run means and
/// one lognormal of responsiveness. Both means stay what they were.
void draw_kinds(const IntakeParameters in, Key key, ClientBlock& b, Scratch& s) {
  if (in.persistent_share <= 0 && in.unresponsive_share <= 0) return;
  draw(key, b, Purpose::people, 3, s);
  const double higher = in.persistent_shift * (1.0 - in.persistent_share);
  const double lower = -in.persistent_shift * in.persistent_share;
  const double rest = 1.0 / (1.0 - in.unresponsive_share);
  for (int i = 0; i < b.size; ++i) {
    const double shift = uniform(s.word[0][i]) < in.persistent_share ? higher : lower;
    b.r.baseline[i] = clip(s.logit[i] + shift, 0.0, in.baseline_most);
    b.r.responsiveness[i] *= uniform(s.word[1][i]) < in.unresponsive_share ? 0.0 : rest;
  }
}

void draw_traits(const Parameters& p, Key key, ClientBlock& b, Scratch& s) {
  const IntakeParameters in = p.intake;
  const double rest = sqrt(1.0 - in.baseline_correlation * in.baseline_correlation);
  const double own_halo = sqrt(1.0 - in.halo_correlation * in.halo_correlation);
  const int good = static_cast<int>(in.motivation_good), bad = static_cast<int>(in.motivation_bad);
  draw(key, b, Purpose::traits, 0, s);
  for (int i = 0; i < b.size; ++i) {
    const double severity = (b.r.episode[i] - in.baseline_reference_mean) / in.baseline_reference_sd;
    const double mix = in.baseline_correlation * severity + rest * normal(s.word[0][i]);
    s.logit[i] = in.baseline_mean + in.baseline_sd * mix;
    b.r.baseline[i] = clip(s.logit[i], 0.0, in.baseline_most);
    const double z = normal(s.word[1][i]);
    b.r.responsiveness[i] = exp(in.responsiveness_sd * z - in.responsiveness_sd * in.responsiveness_sd / 2);
    b.r.halo[i] = in.halo_sd * (in.halo_correlation * z + own_halo * normal(s.word[2][i]));
    s.normal[0][i] = uniform(s.word[3][i]);
    const double cap = in.gain_cap * b.r.episode[i];
    b.r.gain_cap[i] = cap > 1e-6 ? cap : 1e-6;  // a client without symptoms has nothing to gain; keeps the ratio finite
  }
  beta_quantiles(s.normal[0], b.size, good, bad, s, b.r.motivation);
  draw_kinds(in, key, b, s);
}

/// Beta-distributed column from one word each; a shape of 0 stands for a column that nothing reads, which stays 0.
void draw_share(double good, double bad, const Word& words, ClientBlock& b, Scratch& s, double* column) {
  if (good <= 0 || bad <= 0) return;
  for (int i = 0; i < b.size; ++i) s.normal[0][i] = uniform(words[i]);
  beta_quantiles(s.normal[0], b.size, static_cast<int>(good), static_cast<int>(bad), s, column);
}

/// Expressivity, privacy concern, stigma, preference.
void draw_manner(const IntakeParameters in, Key key, ClientBlock& b, Scratch& s) {
  const double asked = in.expressivity_good + in.privacy_good + in.stigma_good + in.preference_sd;
  if (asked <= 0) return;
  draw(key, b, Purpose::people, 0, s);
  draw_share(in.expressivity_good, in.expressivity_bad, s.word[0], b, s, b.r.expressivity);
  draw_share(in.privacy_good, in.privacy_bad, s.word[1], b, s, b.r.privacy);
  draw_share(in.stigma_good, in.stigma_bad, s.word[2], b, s, b.r.stigma);
  if (in.preference_sd > 0)
    for (int i = 0; i < b.size; ++i) b.r.preference[i] = in.preference_sd * normal(s.word[3][i]);
}

/// Type of trust; and the score of an entry by severity: symptoms in SD of those who come, with its error.
void draw_type(const Parameters& p, Key key, ClientBlock& b, Scratch& s) {
  const IntakeParameters in = p.intake;
  draw(key, b, Purpose::people, 1, s);
  const double spread = symptom_spread(p.course);
  const double sd = sqrt(in.episode_sd * in.episode_sd + spread * spread);
  const double per_sd = sd > 0 ? 1.0 / sd : 0.0;  // who are all alike have a score of noise alone
  const double rational = 1.0 - in.oscillating - in.disbelieving, believing = 1.0 - in.disbelieving;
  for (int i = 0; i < b.size; ++i) {
    const double u = uniform(s.word[0][i]);
    b.w.type[i] = (u >= rational ? 1u : 0u) + (u >= believing ? 1u : 0u);
    b.r.triage[i] = (b.r.symptom[i] - in.episode_mean) * per_sd + in.triage_sd * normal(s.word[1][i]);
  }
}

/// Fit to each pathway, and what a plan believes of it before it has seen anything.
void draw_fit(const Parameters& p, Key key, ClientBlock& b, Scratch& s) {
  const double sd = p.intake.fit_sd, prior = p.practice.plan_prior_sd;
  const double weight = prior > 0 ? 1.0 / (prior * prior) : 0.0;
  if (sd > 0) draw(key, b, Purpose::people, 2, s);
  for (int m = 0; m < kPathways; ++m) {
    double* const fit = b.r.fit[m];
    for (int i = 0; i < b.size; ++i) fit[i] = 1.0;
    for (int i = 0; i < b.size; ++i) b.r.plan_weight[m][i] = b.r.plan_sum[m][i] = weight;  // mean 1
    if (sd > 0)
      for (int i = 0; i < b.size; ++i) fit[i] = max(0.0, 1.0 + sd * normal(s.word[m][i]));
  }
}

/// What begins alike for everybody.
void set_constants(const Parameters& p, ClientBlock& b) {
  for (int i = 0; i < b.size; ++i) {
    b.r.insight[i] = b.r.insight_before[i] = p.intake.insight_start;
    b.r.autonomy[i] = p.course.autonomy_reference;
    b.r.fatigue[i] = p.therapists.fatigue_start;
  }
}

/// Trust and alliance at the start of a bond. @param words  of the trust in this agent, by lane of the run
void start_agent(const Parameters& parameters, const AgentParameters& p, Lanes lanes, const ClientBlock& b,
                 const Word& words, AgentColumns& a) {
  const double doubted = parameters.trust.disbelieving_start, start = parameters.intake.alliance_start;
  const bool plain = parameters.trust.form != rescorla_wagner;
  const auto doubts = static_cast<std::uint32_t>(TrustType::disbelieving);
  double* const drawn = a.trust_good + lanes.begin;
  for (int k = 0; k < lanes.count; ++k) drawn[k] = p.trust_mean + p.trust_sd * normal(words[k]);
  add_effect(parameters.attributes, &a == &b.human ? on_trust_human : on_trust_assistant, lanes, b.r, drawn);
  for (int k = 0; k < lanes.count; ++k) {
    const int i = lanes.begin + k;
    const double good = (drawn[k] > p.trust_least ? drawn[k] : p.trust_least) * (b.w.type[i] == doubts ? doubted : 1.0);
    const double trust = good / (good + p.trust_bad);
    a.trust_good[i] = plain ? good : trust;
    a.trust_bad[i] = plain ? p.trust_bad : 1.0 - trust;
    a.trust_start[i] = trust;
    a.trust_before[i] = trust;
    a.alliance[i] = clip(start + b.r.halo[i], 0.0, parameters.alliance.most);
    a.alliance_mean[i] = a.alliance[i];
  }
}

/// Cultural distance and dyad match to assistant `number`. @param apart  second entity of the distance's draw
void meet_assistant(const Parameters& p, Key key, int number, std::uint32_t apart, Lanes lanes, ClientBlock& b,
                    Scratch& s) {
  const auto culture = static_cast<std::uint32_t>(p.assistant.culture);
  const double width = 2 * p.culture.jitter;
  draw(key, b, lanes, Purpose::distance, 0, apart, s);
  for (int k = 0; k < lanes.count; ++k)
    b.assistant.distance[lanes.begin + k] = cultural_distance(p.culture, b.w.culture[lanes.begin + k], culture,
                                                              width * (uniform(s.word[0][k]) - 0.5));
  if (p.intake.match_sd <= 0) return;
  draw(key, b, lanes, Purpose::match, 0, kAssistants + static_cast<std::uint32_t>(number), s);
  for (int k = 0; k < lanes.count; ++k)
    b.assistant.match[lanes.begin + k] = p.intake.match_sd * normal(s.word[0][k]);
}

void draw_people(const Parameters& p, const TherapistView& therapists, Key key, ClientBlock& b, Scratch& s) {
  const Lanes all{0, b.size};
  draw(key, b, Purpose::traits, 1, s);
  start_agent(p, p.human, all, b, s.word[0], b.human);
  start_agent(p, p.assistant, all, b, s.word[1], b.assistant);
  for (int i = 0; i < b.size; ++i) {
    b.w.culture[i] = draw_culture(p.culture, s.word[2][i]);
    const std::uint64_t word = s.word[3][i];
    const std::uint64_t scaled = word * static_cast<std::uint64_t>(therapists.count);
    b.w.therapist[i] = static_cast<std::uint32_t>(scaled >> 32);
  }
  meet_therapist(p, therapists, key, all, b, s);
  meet_assistant(p, key, 0, static_cast<std::uint32_t>(Partner::assistant), all, b, s);
}

template <class Columns>
HYBRIDCARE_INLINE void clear(Columns& columns) {
  __builtin_memset(&columns, 0, sizeof columns);
}

}  // namespace

void enter(const Parameters& parameters, const TherapistView& therapists, Key key, std::uint32_t first, int size,
           std::uint32_t start, ClientBlock& block, Scratch& scratch) {
  clear(block.r);
  clear(block.human);
  clear(block.assistant);
  clear(block.w);
  block.size = size;
  for (int i = 0; i < kBlock; ++i) block.w.id[i] = first + static_cast<std::uint32_t>(i);
  for (int i = 0; i < size; ++i) block.w.step[i] = start;
  draw_episode(parameters, key, block, scratch);
  for (int i = 0; i < size; ++i) block.r.phq9_start[i] = block.r.phq9[i];
  set_constants(parameters, block);
  draw_traits(parameters, key, block, scratch);
  draw_manner(parameters.intake, key, block, scratch);
  draw_type(parameters, key, block, scratch);
  draw_fit(parameters, key, block, scratch);
  draw_attributes(parameters.attributes, key, block, scratch);
  lean(parameters.attributes, block);
  draw_people(parameters, therapists, key, block, scratch);
}

void meet_therapist(const Parameters& p, const TherapistView& therapists, Key key, Lanes lanes, ClientBlock& b,
                    Scratch& s) {
  const std::uint32_t *const therapist = b.w.therapist + lanes.begin, *const culture = b.w.culture + lanes.begin;
  const double width = 2 * p.culture.jitter;
  draw(key, b, lanes, Purpose::distance, 0, static_cast<std::uint32_t>(Partner::human), s);
  for (int k = 0; k < lanes.count; ++k)
    b.human.distance[lanes.begin + k] = cultural_distance(p.culture, culture[k], therapists.culture[therapist[k]],
                                                          width * (uniform(s.word[0][k]) - 0.5));
  if (p.intake.match_sd <= 0) return;
  for (int k = 0; k < kBlock; ++k) s.right[k] = k < lanes.count ? therapist[k] + 1u : 0u;
  philox_lanes(key, b.w.id + lanes.begin, lanes.count, s.right, when(0, 0), tag(Purpose::match, 0), s.word[0],
               s.word[1], s.word[2], s.word[3]);
  for (int k = 0; k < lanes.count; ++k) b.human.match[lanes.begin + k] = p.intake.match_sd * normal(s.word[0][k]);
}

void start_bond(const Parameters& p, Key key, int number, Lanes lanes, ClientBlock& b, Scratch& s) {
  auto* const cells = reinterpret_cast<double*>(&b.assistant);
  for (std::size_t c = 0; c < sizeof b.assistant / sizeof(Real); ++c)
    for (int k = 0; k < lanes.count; ++k) cells[c * kColumn + static_cast<std::size_t>(lanes.begin + k)] = 0.0;
  const auto id = static_cast<std::uint32_t>(number);
  for (int k = 0; k < lanes.count; ++k) b.w.assistant[lanes.begin + k] = id;
  if (number == 0) {
    draw(key, b, lanes, Purpose::traits, 1, 0u, s);
    start_agent(p, p.assistant, lanes, b, s.word[1], b.assistant);
  } else {
    draw(key, b, lanes, Purpose::bond, 0, id, s);
    start_agent(p, p.assistant, lanes, b, s.word[0], b.assistant);
  }
  const auto first = static_cast<std::uint32_t>(Partner::assistant);
  meet_assistant(p, key, number, number == 0 ? first : kAssistants + id, lanes, b, s);
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
