#include "agents/course.hpp"

#include "agents/purposes.hpp"
#include "agents/writing.hpp"
#include "sim/math.hpp"
#include "sim/philox.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {
namespace {

void move_episode(const CourseParameters p, Lanes lanes, bool frozen, ClientReals& r, const Scratch& s) {
  const double* const baseline = r.baseline + lanes.begin;
  double* const episode = r.episode + lanes.begin;
  if (frozen) return;
  for (int k = 0; k < lanes.count; ++k) {
    const double pulled = episode[k] + p.episode_return * (baseline[k] - episode[k]);
    episode[k] = clip(pulled + p.episode_sd * s.normal[1][k], 0.0, 27.0);
  }
}

/// Alliance above its running level, of the agent that stands out most; lowers next week's symptoms by b_A.
HYBRIDCARE_INLINE double alliance_lift(double human, double human_mean, double assistant, double assistant_mean) {
  const double h = human - human_mean, a = assistant - assistant_mean;
  return h * h >= a * a ? h : a;
}

// Standard normals: s.normal[1] for the episode, [2] for the symptom, [3] for the measurement.

/// What moves X from outside this week, into scratch.normal[0]: noise, and the cost of last week's expressive writing,
/// which lasts for one week: what is left of the week before's is taken back.
void set_push(const CourseParameters p, Lanes lanes, const ClientBlock& b, Scratch& s) {
  double* const push = s.normal[0];
  for (int k = 0; k < lanes.count; ++k) push[k] = p.symptom_sd * s.normal[2][k];
  const std::uint32_t* const writing = b.w.writing + lanes.begin;
  std::uint32_t anybody = 0;
  for (int k = 0; k < lanes.count; ++k) anybody |= writing[k];
  if ((anybody & 0xFFFF) == 0) return;
  const double kept = 1.0 - p.symptom_return;
  for (int k = 0; k < lanes.count; ++k) {
    const double now = min(1.0, written(writing[k], 0)), before = min(1.0, written(writing[k], 1));
    push[k] += p.writing_cost * (now - kept * before);
  }
}

void move_symptom(const CourseParameters p, Lanes lanes, double shift, ClientBlock& b, const Scratch& s) {
  const int at = lanes.begin;
  const double* const push = s.normal[0];
  double* const symptom = b.r.symptom + at;
  const double *const episode = b.r.episode + at, *const gain = b.r.gain + at;
  for (int k = 0; k < lanes.count; ++k) {
    const double freed = episode[k] - gain[k];
    const double attractor = (freed > 0 ? freed : 0.0) + shift;
    const double lift = alliance_lift(b.human.alliance[at + k], b.human.alliance_mean[at + k],
                                      b.assistant.alliance[at + k], b.assistant.alliance_mean[at + k]);
    const double pulled = symptom[k] - p.symptom_return * (symptom[k] - attractor);
    symptom[k] = clip(pulled + push[k] - p.alliance_effect * lift, 0.0, 27.0);
  }
}

void measure(const CourseParameters p, const MonitoringParameters m, Lanes lanes, ClientReals& r, const Scratch& s) {
  const int at = lanes.begin;
  for (int k = 0; k < lanes.count; ++k) {
    const double noisy = r.symptom[at + k] + p.measurement_sd * s.normal[3][k];
    const double y = round_half_up(clip(noisy, 0.0, 27.0));
    const double tau = r.weeks_in_care[at + k];
    const double expected = r.phq9_start[at + k] - m.expected_gain * (tau < m.expected_weeks ? tau : m.expected_weeks);
    r.phq9[at + k] = y;
    r.off_track[at + k] = y > expected ? 1.0 : 0.0;
  }
}

}  // namespace

void natural_course(const CourseParameters& parameters, const MonitoringParameters& monitoring, Key key, int week,
                    Lanes lanes, double shift, bool frozen, ClientBlock& block, Scratch& s) {
  philox_lanes(key, block.w.id + lanes.begin, lanes.count, 0u, when(static_cast<std::uint32_t>(week), 0),
               tag(Purpose::course, 0), s.word[0], s.word[1], s.word[2], s.word[3]);
  for (int word = 0; word < 3; ++word) normals(s.word[word], whole_vectors(lanes.count), s.normal[word + 1]);
  move_episode(parameters, lanes, frozen, block.r, s);
  set_push(parameters, lanes, block, s);
  move_symptom(parameters, lanes, shift, block, s);
  measure(parameters, monitoring, lanes, block.r, s);
}

double waiting_shift(const CourseParameters& p, int weeks_in_step) {
  return p.waiting_shift * (1.0 - exp(-weeks_in_step / p.waiting_weeks));
}

void accumulate_gain(const CourseParameters& parameters, const MonitoringParameters& monitoring, Lanes lanes,
                     bool feedback, ClientBlock& block) {
  const CourseParameters p = parameters;
  const double boost = feedback ? monitoring.gain_boost : 0.0;
  ClientReals& r = block.r;
  for (int i = lanes.begin; i < lanes.begin + lanes.count; ++i) {
    const double room = clip(1.0 - p.saturation * (r.gain[i] / r.gain_cap[i]), 0.0, 1.0);
    const double won = (r.week_gain[i] * (1.0 + boost * r.off_track[i]) + r.week_jump[i]) * room;
    const double lost = p.harm * r.week_harm[i];
    const double decay = p.gain_decay * (1.0 + p.autonomy_decay * (p.autonomy_reference - r.autonomy[i]));
    r.gain[i] = clip((1.0 - decay) * r.gain[i] + won - lost, p.gain_least, r.gain_cap[i]);
  }
}

void usual_care(const CourseParameters& parameters, Lanes lanes, ClientBlock& block) {
  const double weekly = parameters.usual_care_gain;
  ClientReals& r = block.r;
  for (int i = lanes.begin; i < lanes.begin + lanes.count; ++i) r.week_gain[i] += weekly * r.responsiveness[i];
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
