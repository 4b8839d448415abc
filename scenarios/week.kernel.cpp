#include "scenarios/week.hpp"

#include "agents/alliance.hpp"
#include "agents/change.hpp"
#include "agents/course.hpp"
#include "agents/intake.hpp"
#include "agents/leaving.hpp"
#include "agents/practice.hpp"
#include "agents/quality.hpp"
#include "agents/recognition.hpp"
#include "agents/repair.hpp"
#include "agents/trust.hpp"
#include "scenarios/lanes.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {
namespace {

/// A run of lanes in the same week of the same step.
struct Run {
  Lanes lanes;
  const StepPlan* step;
  int week_in_step;
};

struct Course {
  const CourseInput& input;
  Workspace& work;
  int week = 0;
  std::uint64_t contacts = 0;
};

void on_begin(Course&, const Run& run, ClientBlock& b) {
  const bool cares = run.step->cares();
  for (int i = run.lanes.begin; i < run.lanes.begin + run.lanes.count; ++i) {
    b.r.weeks_in_step[i] += run.step->exit == Exit::none ? 1.0 : 0.0;
    b.r.weeks_in_care[i] += cares || b.r.weeks_in_care[i] > 0 ? 1.0 : 0.0;
    b.r.week_gain[i] = b.r.week_jump[i] = b.r.week_unrepaired[i] = b.r.practised[i] = 0.0;
    b.human.met[i] = b.assistant.met[i] = 0.0;
    b.human.right_turns[i] = b.human.noticed_turns[i] = b.human.repaired_turns[i] = 0.0;
    b.assistant.right_turns[i] = b.assistant.noticed_turns[i] = b.assistant.repaired_turns[i] = 0.0;
    b.human.weeks_since[i] += b.human.contacts[i] > 0 ? 1.0 : 0.0;
    b.assistant.weeks_since[i] += b.assistant.contacts[i] > 0 ? 1.0 : 0.0;
  }
  hold_trust(run.lanes, b.human);
  hold_trust(run.lanes, b.assistant);
}

void on_course(Course& c, const Run& run, ClientBlock& b) {
  const Parameters& p = *c.input.plan->parameters;
  const double shift = run.step->comparator == Comparator::waiting ? waiting_shift(p.course, run.week_in_step) : 0.0;
  natural_course(p.course, p.monitoring, c.input.key, c.week, run.lanes, shift,
                 c.input.plan->twin == Twin::noise_only, b, c.work.scratch);
}

void on_jump(Course& c, const Run& run, ClientBlock& b) {
  const bool human = run.step->human.every_weeks > 0, assistant = run.step->assistant.every_weeks > 0;
  if (!human && !assistant) return;
  sudden_gain(*c.input.plan->parameters, human ? Partner::human : Partner::assistant, c.input.key, c.week, run.lanes, b,
              c.work.scratch);
}

void note_contact(Lanes lanes, AgentColumns& a) {
  for (int i = lanes.begin; i < lanes.begin + lanes.count; ++i) {
    a.contacts[i] += 1.0;
    a.met[i] = 1.0;
  }
}

void meet(Course& c, const Run& run, const MeetingPlan& meeting, Partner partner, ClientBlock& b) {
  if (meeting.every_weeks == 0 || (run.week_in_step - 1) % meeting.every_weeks != 0) return;
  const CoursePlan& plan = *c.input.plan;
  const Parameters& p = *plan.parameters;
  Scratch& s = c.work.scratch;
  Contact contact;
  contact.parameters = &p;
  contact.agent = partner == Partner::human ? &p.human : &p.assistant;
  contact.psychometric = plan.psychometric.term;
  contact.reading = partner == Partner::human ? c.input.human_reading : c.input.assistants[0].reading;
  contact.second_reader = c.input.assistants[0].reading;
  contact.therapists = c.input.therapists;
  contact.key = c.input.key;
  contact.partner = partner;
  contact.week = c.week;
  contact.turns = meeting.turns;
  contact.dose = meeting.dose;
  contact.feedback = run.step->feedback;
  contact.no_distance = plan.twin == Twin::no_distance;
  contact.all_right = plan.twin == Twin::perfect_recognition;
  const int present = attend(p.leaving.missed, partner, c.input.key, contact.when(), run.lanes, b, s);
  const Lanes lanes{run.lanes.begin, present};
  prepare(contact, lanes, b, s);
  recognise(contact, lanes, b, s);
  play_turns(contact, lanes, b, s);
  express(contact, lanes, b, s);
  change(contact, lanes, b, s);
  update_trust(contact, lanes, b, s);
  update_alliance(contact, lanes, b, s);
  rate(contact, lanes, b, s);
  note_contact(lanes, columns_of(partner, b));
  c.contacts += static_cast<std::uint64_t>(present);
}

void on_practise(Course& c, const Run& run, ClientBlock& b) {
  if (!run.step->bundle) return;
  const bool human = run.step->human.every_weeks > 0, assistant = run.step->assistant.every_weeks > 0;
  const Partner carrier = assistant ? Partner::assistant : human ? Partner::human : Partner::none;
  practise(*c.input.plan->parameters, carrier, human, c.input.key, c.week, run.lanes, b, c.work.scratch);
}

void on_gain(Course& c, const Run& run, ClientBlock& b) {
  const Parameters& p = *c.input.plan->parameters;
  if (c.input.plan->twin == Twin::noise_only) return;
  if (run.step->comparator == Comparator::usual_care) usual_care(p.course, run.lanes, b);
  accumulate_gain(p.course, p.monitoring, run.lanes, run.step->feedback, b);
}

void exit_lane(const CoursePlan& plan, Exit exit, int week, int i, ClientBlock& b) {
  b.w.exit[i] = static_cast<std::uint32_t>(exit);
  b.w.left_week[i] = static_cast<std::uint32_t>(week);
  b.r.weeks_in_step[i] = 0.0;
  for (std::size_t step = 0; step < plan.steps.size(); ++step)
    if (plan.steps[step].exit == exit) b.w.step[i] = static_cast<std::uint32_t>(step);
}

void on_leave(Course& c, const Run& run, ClientBlock& b) {
  const StepPlan& step = *run.step;
  if (!step.cares() || c.input.plan->twin == Twin::nobody_leaves) return;
  if (step.last_week_ends && step.weeks > 0 && run.week_in_step >= step.weeks) return;
  const LeavingContext context{step.human.every_weeks > 0, step.assistant.every_weeks > 0, step.often_human,
                               step.comparator == Comparator::usual_care, step.feedback};
  leave(*c.input.plan->parameters, context, c.input.key, c.week, run.lanes, b, c.work.scratch);
  for (int k = 0; k < run.lanes.count; ++k)
    if (c.work.scratch.right[k] != 0)
      exit_lane(*c.input.plan, static_cast<Exit>(c.work.scratch.right[k]), c.week, run.lanes.begin + k, b);
}

void move_lane(Course& c, int to, int i, ClientBlock& b) {
  const CoursePlan& plan = *c.input.plan;
  const Exit exit = plan.steps[static_cast<std::size_t>(to)].exit;
  if (exit != Exit::none) return exit_lane(plan, exit, c.week, i, b);
  b.w.step[i] = static_cast<std::uint32_t>(to);
  b.r.weeks_in_step[i] = 0.0;
}

/// Transitions by priority; then the planned length. A lane that left or has moved this week stays where it is.
void on_move(Course& c, const Run& run, ClientBlock& b) {
  const StepPlan& step = *run.step;
  const bool over = step.weeks > 0 && run.week_in_step >= step.weeks;
  if (step.exit != Exit::none || (step.transitions == 0 && !over)) return;
  const double* const columns = b.r.episode;
  for (int i = run.lanes.begin; i < run.lanes.begin + run.lanes.count; ++i) {
    if (b.w.exit[i] != 0) continue;
    int to = over ? step.then : -1;
    for (int t = step.transitions - 1; t >= 0; --t) {
      const TransitionPlan& transition = c.input.plan->transitions[static_cast<std::size_t>(step.first_transition + t)];
      if (holds(transition, columns, i)) to = transition.to;
    }
    if (to >= 0) move_lane(c, to, i, b);
  }
}

void perform(Course& c, Phase phase, const Run& run) {
  ClientBlock& b = c.work.block;
  switch (phase) {
    case Phase::begin: return on_begin(c, run, b);
    case Phase::course: return on_course(c, run, b);
    case Phase::jump: return on_jump(c, run, b);
    case Phase::meet_human: return meet(c, run, run.step->human, Partner::human, b);
    case Phase::meet_assistant: return meet(c, run, run.step->assistant, Partner::assistant, b);
    case Phase::practise: return on_practise(c, run, b);
    case Phase::gain: return on_gain(c, run, b);
    case Phase::leave: return on_leave(c, run, b);
    case Phase::move: return on_move(c, run, b);
  }
}

/// Contiguous runs of equal (step, week in step), after `sort_lanes`. Returns how many.
int find_runs(const CoursePlan& plan, const ClientBlock& b, Run* runs) {
  int count = 0;
  for (int i = 0; i < b.size; ++i) {
    const bool same = i > 0 && b.w.step[i] == b.w.step[i - 1] && b.r.weeks_in_step[i] == b.r.weeks_in_step[i - 1];
    if (same) {
      ++runs[count - 1].lanes.count;
      continue;
    }
    const int week_in_step = static_cast<int>(b.r.weeks_in_step[i]) + 1;  // in the week that begins now
    runs[count++] = {{i, 1}, &plan.steps[b.w.step[i]], week_in_step};
  }
  return count;
}

void watch(const CourseAt& at, const Watchers& watchers, const ClientBlock& b, int week) {
  for (int w = 0; w < watchers.count; ++w) watchers.list[w]->week(at, b, week);
}

std::uint64_t simulate(const CourseInput& input, const CourseAt& at, Workspace& work, const Watchers& watchers) {
  Course c{input, work};
  Run runs[kBlock];
  watch(at, watchers, work.block, 0);
  for (c.week = 1; c.week <= input.plan->weeks; ++c.week) {
    const int count = find_runs(*input.plan, work.block, runs);
    for (const PhaseInfo& info : kWeek)
      for (int r = 0; r < count; ++r) perform(c, info.phase, runs[r]);
    sort_lanes(work.block);
    watch(at, watchers, work.block, c.week);
  }
  return c.contacts;
}

void enter_block(const CourseInput& input, std::uint32_t first, int size, ClientBlock& block, Scratch& scratch) {
  enter(*input.plan->parameters, input.therapists, input.key, first, size,
        static_cast<std::uint32_t>(input.plan->start), block, scratch);
}

}  // namespace

extern const Kernel kernel;
const Kernel kernel = {enter_block, simulate};

}  // namespace hybridcare::HYBRIDCARE_KERNEL
