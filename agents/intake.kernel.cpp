#include "agents/intake.hpp"

#include "agents/culture.hpp"
#include "agents/purposes.hpp"
#include "sim/math.hpp"
#include "sim/philox.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {
namespace {

HYBRIDCARE_INLINE void draw(Key key, const ClientBlock& b, Purpose purpose, std::uint32_t index, Partner second,
                            Scratch& s) {
  philox_lanes(key, b.w.id, b.size, static_cast<std::uint32_t>(second), 0, tag(purpose, index), s.word[0], s.word[1],
               s.word[2], s.word[3]);
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

/// Episode, symptom and first measurement; in a trial redrawn until the entry rule holds (attempt in the block index).
void draw_episode(const Parameters& p, Key key, ClientBlock& b, Scratch& s) {
  const IntakeParameters in = p.intake;
  const double keep = 1.0 - p.course.symptom_return;
  const double spread = p.course.symptom_sd / sqrt(1.0 - keep * keep);
  const double sem = p.course.measurement_sd;
  const int attempts = in.selected ? kIntakeAttempts : 1;
  double* open = s.logit;  // 1 while a lane still waits for an accepted draw
  for (int i = 0; i < b.size; ++i) open[i] = 1.0;
  double waiting = b.size;
  for (int attempt = 0; attempt < attempts && waiting > 0; ++attempt) {
    draw(key, b, Purpose::intake, static_cast<std::uint32_t>(attempt), Partner::none, s);
    waiting = 0;
    for (int i = 0; i < b.size; ++i) {
      const double drawn = in.episode_mean + in.episode_sd * normal(s.word[0][i]);
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

void draw_traits(const Parameters& p, Key key, ClientBlock& b, Scratch& s) {
  const IntakeParameters in = p.intake;
  const double rest = sqrt(1.0 - in.baseline_correlation * in.baseline_correlation);
  const double own_halo = sqrt(1.0 - in.halo_correlation * in.halo_correlation);
  const int good = static_cast<int>(in.motivation_good), bad = static_cast<int>(in.motivation_bad);
  draw(key, b, Purpose::traits, 0, Partner::none, s);
  for (int i = 0; i < b.size; ++i) {
    const double severity = (b.r.episode[i] - in.baseline_reference_mean) / in.baseline_reference_sd;
    const double mix = in.baseline_correlation * severity + rest * normal(s.word[0][i]);
    b.r.baseline[i] = clip(in.baseline_mean + in.baseline_sd * mix, 0.0, in.baseline_most);
    const double z = normal(s.word[1][i]);
    b.r.responsiveness[i] = exp(in.responsiveness_sd * z - in.responsiveness_sd * in.responsiveness_sd / 2);
    b.r.halo[i] = in.halo_sd * (in.halo_correlation * z + own_halo * normal(s.word[2][i]));
    s.normal[0][i] = uniform(s.word[3][i]);
    const double cap = in.gain_cap * b.r.episode[i];
    b.r.gain_cap[i] = cap > 1e-6 ? cap : 1e-6;  // a client without symptoms has nothing to gain; keeps the ratio finite
  }
  beta_quantiles(s.normal[0], b.size, good, bad, s, b.r.motivation);
}

void start_agent(const AgentParameters& p, double alliance_start, double alliance_most, const ClientBlock& b,
                 const Word& words, AgentColumns& a) {
  for (int i = 0; i < b.size; ++i) {
    const double good = p.trust_mean + p.trust_sd * normal(words[i]);
    a.trust_good[i] = good > p.trust_least ? good : p.trust_least;
    a.trust_bad[i] = p.trust_bad;
    a.trust_start[i] = a.trust_good[i] / (a.trust_good[i] + a.trust_bad[i]);
    a.trust_before[i] = a.trust_start[i];
    a.alliance[i] = clip(alliance_start + b.r.halo[i], 0.0, alliance_most);
    a.alliance_mean[i] = a.alliance[i];
  }
}

void draw_people(const Parameters& p, const TherapistView& therapists, Key key, ClientBlock& b, Scratch& s) {
  draw(key, b, Purpose::traits, 1, Partner::none, s);
  start_agent(p.human, p.intake.alliance_start, p.alliance.most, b, s.word[0], b.human);
  start_agent(p.assistant, p.intake.alliance_start, p.alliance.most, b, s.word[1], b.assistant);
  for (int i = 0; i < b.size; ++i) {
    b.w.culture[i] = draw_culture(p.culture, s.word[2][i]);
    const std::uint64_t word = s.word[3][i];
    const std::uint64_t scaled = word * static_cast<std::uint64_t>(therapists.count);
    b.w.therapist[i] = static_cast<std::uint32_t>(scaled >> 32);
  }
  const auto reference = static_cast<std::uint32_t>(p.culture.reference);  // assistants are of it
  const double width = 2 * p.culture.jitter;
  draw(key, b, Purpose::distance, 0, Partner::human, s);
  for (int i = 0; i < b.size; ++i)
    b.human.distance[i] = cultural_distance(p.culture, b.w.culture[i], therapists.culture[b.w.therapist[i]],
                                            width * (uniform(s.word[0][i]) - 0.5));
  draw(key, b, Purpose::distance, 0, Partner::assistant, s);
  for (int i = 0; i < b.size; ++i)
    b.assistant.distance[i] =
        cultural_distance(p.culture, b.w.culture[i], reference, width * (uniform(s.word[0][i]) - 0.5));
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
  draw_traits(parameters, key, block, scratch);
  draw_people(parameters, therapists, key, block, scratch);
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
