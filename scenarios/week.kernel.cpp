#include "scenarios/week.hpp"

#include "agents/alliance.hpp"
#include "agents/change.hpp"
#include "agents/course.hpp"
#include "agents/fatigue.hpp"
#include "agents/growth.hpp"
#include "agents/intake.hpp"
#include "agents/leaving.hpp"
#include "agents/plan.hpp"
#include "agents/practice.hpp"
#include "agents/privacy.hpp"
#include "agents/quality.hpp"
#include "agents/recognition.hpp"
#include "agents/repair.hpp"
#include "agents/safety.hpp"
#include "agents/trust.hpp"
#include "scenarios/lanes.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {
namespace {

/// A run of lanes in the same step, with or without access to an assistant, in weeks of it that are of one kind.
struct Run {
  Lanes lanes;
  const StepPlan* step;
  int week_in_step;  ///< of the first lane; for what its kind says
};

struct Course {
  const CourseInput& input;
  Scratch& scratch;
  int week = 0;
  std::uint64_t contacts = 0;
};

/// The arm's parameters, with the assistant in them that this step names.
const Parameters& parameters_of(const Course& c, const Run& run) {
  return *c.input.assistants[run.step->assistant_number].parameters;
}

void forget_week(AgentColumns& a, int i) {
  a.met[i] = a.right_turns[i] = a.noticed_turns[i] = a.repaired_turns[i] = a.masked_turns[i] = a.asked_turns[i] = 0.0;
  a.weeks_since[i] += a.contacts[i] > 0 ? 1.0 : 0.0;
}

/// Clients who come to a step with another assistant than the one they know start a bond with it, also if all that it
/// does there is to coach: it reads them too.
void change_assistant(Course& c, const Run& run, ClientBlock& b) {
  const auto number = static_cast<std::uint32_t>(run.step->assistant_number);
  const bool there = run.step->assistant.every_weeks > 0 || run.step->coached;
  if (c.input.plan->assistants.size() < 2 || !there) return;
  for (int i = run.lanes.begin; i < run.lanes.begin + run.lanes.count; ++i)
    if (b.w.assistant[i] != number)
      start_bond(parameters_of(c, run), c.input.key, run.step->assistant_number, Lanes{i, 1}, b, c.scratch);
}

void on_begin(Course& c, const Run& run, ClientBlock& b) {
  const bool cares = run.step->cares();
  const AllianceParameters& alliance = parameters_of(c, run).alliance;
  relax_alliance(alliance, run.lanes, b.human);  // reads whether there was a contact in the week before
  relax_alliance(alliance, run.lanes, b.assistant);
  change_assistant(c, run, b);
  for (int i = run.lanes.begin; i < run.lanes.begin + run.lanes.count; ++i) {
    b.r.week[i] = c.week;
    b.r.weeks_in_step[i] += run.step->exit == Exit::none ? 1.0 : 0.0;
    b.r.weeks_in_care[i] += cares || b.r.weeks_in_care[i] > 0 ? 1.0 : 0.0;
    b.r.week_gain[i] = b.r.week_jump[i] = b.r.week_unrepaired[i] = b.r.week_harm[i] = b.r.practised[i] = 0.0;
    b.r.week_turns[i] = b.r.week_minutes[i] = b.r.risk_flag[i] = 0.0;
    b.r.phq9_before[i] = b.r.phq9[i];
    forget_week(b.human, i);
    forget_week(b.assistant, i);
  }
  const AttributionParameters& without = parameters_of(c, run).attribution;
  hold_trust(without, run.lanes, b.human);
  hold_trust(without, run.lanes, b.assistant);
}

void on_course(Course& c, const Run& run, ClientBlock& b) {
  const Parameters& p = parameters_of(c, run);
  const double shift = run.step->comparator == Comparator::waiting ? waiting_shift(p.course, run.week_in_step) : 0.0;
  natural_course(p.course, p.monitoring, c.input.key, c.week, run.lanes, shift,
                 c.input.plan->twin == Twin::noise_only, b, c.scratch);
  if (c.input.plan->any_planned) learn_fit(p, run.lanes, b);
}

void on_jump(Course& c, const Run& run, ClientBlock& b) {
  const bool human = run.step->human.every_weeks > 0, assistant = run.step->assistant.every_weeks > 0;
  if (!human && !assistant) return;
  sudden_gain(parameters_of(c, run), human ? Partner::human : Partner::assistant, c.input.key, c.week, run.lanes, b,
              c.scratch);
}

void note_contact(Lanes lanes, AgentColumns& a) {
  for (int i = lanes.begin; i < lanes.begin + lanes.count; ++i) {
    a.contacts[i] += 1.0;
    a.met[i] += 1.0;
  }
}

Contact contact_of(const Course& c, const Run& run, const MeetingPlan& meeting, Partner partner) {
  const CoursePlan& plan = *c.input.plan;
  const AssistantView& assistant = c.input.assistants[run.step->assistant_number];
  Contact contact;
  contact.parameters = assistant.parameters;
  contact.agent = partner == Partner::human ? &assistant.parameters->human : &assistant.parameters->assistant;
  contact.psychometric = plan.psychometric.term;
  contact.reading = partner == Partner::human ? c.input.human_reading : assistant.reading;
  contact.second_reader = assistant.reading;
  contact.therapists = c.input.therapists;
  contact.key = c.input.key;
  contact.partner = partner;
  contact.week = c.week;
  contact.turns = meeting.turns;
  contact.dose = meeting.dose / meeting.per_week;
  contact.feedback = run.step->feedback;
  contact.coached = partner == Partner::human && run.step->coached;
  contact.no_distance = plan.twin == Twin::no_distance;
  contact.all_right = plan.twin == Twin::perfect_recognition;
  contact.empathy_shift = plan.empathy_shift;
  return contact;
}

/// What a contact is, from what the agent means to what the client takes from it.
void hold_contact(const Contact& contact, Lanes lanes, ClientBlock& b, Scratch& s) {
  prepare(contact, lanes, b, s);
  recognise(contact, lanes, b, s);
  play_turns(contact, lanes, b, s);
  express(contact, lanes, b, s);
  change(contact, lanes, b, s);
  update_trust(contact, lanes, b, s);
  update_alliance(contact, lanes, b, s);
  rate(contact, lanes, b, s);
  grow(contact, lanes, b, s);
  remember(contact, lanes, b, s);
  note_contact(lanes, columns_of(contact.partner, b));
}

void meet(Course& c, const Run& run, const MeetingPlan& meeting, Partner partner, ClientBlock& b) {
  if (!meeting.due(run.week_in_step)) return;
  Contact contact = contact_of(c, run, meeting, partner);
  const double missed = contact.parameters->leaving.missed;
  const double used = meeting.fade > 0 ? exp(-meeting.fade * (run.week_in_step - 1)) : 1.0;
  for (contact.index = 0; contact.index < meeting.per_week; ++contact.index) {
    const int there = attend(missed, partner, c.input.key, contact.when(), run.lanes, b, c.scratch);
    const Lanes attending{run.lanes.begin, there};
    const int held = make_use(used, partner, c.input.key, contact.when(), attending, b, c.scratch);
    hold_contact(contact, Lanes{run.lanes.begin, held}, b, c.scratch);
    c.contacts += static_cast<std::uint64_t>(held);
  }
}

void on_privacy(Course& c, const Run& run, ClientBlock& b) {
  if (run.step->assistant.every_weeks == 0) return;
  lose_privacy(parameters_of(c, run), c.input.key, c.week, run.lanes, b, c.scratch);
}

void on_safety(Course& c, const Run& run, ClientBlock& b) {
  const StepPlan& step = *run.step;
  const Watch watch{step.cares(), step.review_due(run.week_in_step), step.review_minutes};
  watch_risk(parameters_of(c, run), watch, c.input.key, c.week, run.lanes, b, c.scratch);
}

void on_practise(Course& c, const Run& run, ClientBlock& b) {
  const Parameters& p = parameters_of(c, run);
  pay_writing(p, run.lanes, b);
  if (!run.step->practises() || p.attribution.pathways_absent) return;
  const bool human = run.step->human.every_weeks > 0, assistant = run.step->assistant.every_weeks > 0;
  const Partner carrier = assistant ? Partner::assistant : human ? Partner::human : Partner::none;
  if (run.step->bundle) return practise(p, carrier, human, c.input.key, c.week, run.lanes, b, c.scratch);
  Offer offer;
  offer.carrier = carrier;
  offer.guided = human;
  offer.planned = run.step->planned;
  for (int m = 0; m < kPathways; ++m) offer.offers[m] = run.step->offers[m];
  practise_offer(p, offer, c.input.key, c.week, run.lanes, b, c.scratch);
}

void on_gain(Course& c, const Run& run, ClientBlock& b) {
  const Parameters& p = parameters_of(c, run);
  if (c.input.plan->twin == Twin::noise_only) return;
  if (run.step->comparator == Comparator::usual_care) usual_care(p.course, run.lanes, b);
  accumulate_gain(p.course, p.monitoring, run.lanes, run.step->feedback, b);
}

void exit_lane(const CoursePlan& plan, Exit exit, int week, int i, ClientBlock& b) {
  b.w.wanted[i] = 0;
  b.w.exit[i] = static_cast<std::uint32_t>(exit);
  b.w.left_week[i] = static_cast<std::uint32_t>(week);
  b.r.weeks_in_step[i] = 0.0;
  for (std::size_t step = 0; step < plan.steps.size(); ++step)
    if (plan.steps[step].exit == exit) b.w.step[i] = static_cast<std::uint32_t>(step);
}

void on_leave(Course& c, const Run& run, ClientBlock& b) {
  const StepPlan& step = *run.step;
  if (!step.cares() || c.input.plan->twin == Twin::nobody_leaves) return;
  if (step.last_week_ends && step.over(run.week_in_step)) return;
  const LeavingContext context{step.human.every_weeks > 0, step.assistant.every_weeks > 0, step.often_human,
                               step.comparator == Comparator::usual_care, step.feedback};
  leave(parameters_of(c, run), context, c.input.key, c.week, run.lanes, b, c.scratch);
  for (int k = 0; k < run.lanes.count; ++k)
    if (c.scratch.right[k] != 0)
      exit_lane(*c.input.plan, static_cast<Exit>(c.scratch.right[k]), c.week, run.lanes.begin + k, b);
}

double contacts_a_week(const MeetingPlan& meeting) {
  return meeting.every_weeks > 0 ? static_cast<double>(meeting.per_week) / meeting.every_weeks : 0.0;
}

/// Whether a step takes more of a service's places than another: then a client waits for it where they are.
bool takes_more(const StepPlan& to, const StepPlan& from) {
  return contacts_a_week(to.human) > contacts_a_week(from.human) ||
         contacts_a_week(to.assistant) > contacts_a_week(from.assistant);
}

/// Whether a step has an agent whom the client has not met: with another assistant the bond has yet to begin.
bool meets_new(const StepPlan& step, int i, const ClientBlock& b) {
  const bool other = static_cast<std::uint32_t>(step.assistant_number) != b.w.assistant[i];
  return (step.human.every_weeks > 0 && b.human.contacts[i] == 0) ||
         (step.assistant.every_weeks > 0 && (other || b.assistant.contacts[i] == 0));
}

void move_lane(Course& c, const StepPlan& from, int to, int i, ClientBlock& b) {
  const CoursePlan& plan = *c.input.plan;
  const StepPlan& step = plan.step_of(static_cast<std::size_t>(to), b, i);
  b.w.wanted[i] = 0;
  if (step.exit != Exit::none) return exit_lane(plan, step.exit, c.week, i, b);
  if (c.input.coupled && takes_more(step, from)) {
    b.w.wanted[i] = static_cast<std::uint32_t>(to) + 1;
    return;
  }
  if (plan.restart_on_new_provider && meets_new(step, i, b)) b.r.weeks_in_care[i] = 0.0;
  b.w.step[i] = static_cast<std::uint32_t>(to);
  b.r.weeks_in_step[i] = 0.0;
}

/// Clients who had completed or ended early come back for another episode of care: weeks in care begin again.
void come_back(Course& c, const Run& run, ClientBlock& b) {
  const TransitionPlan& back = c.input.plan->re_entry;
  if (back.length == 0) return;
  for (int i = run.lanes.begin; i < run.lanes.begin + run.lanes.count; ++i) {
    if (b.w.left_week[i] == static_cast<std::uint32_t>(c.week) || !holds(back, b.r.episode, i)) continue;
    b.w.exit[i] = b.w.left_week[i] = 0;
    b.r.weeks_in_care[i] = 0.0;
    move_lane(c, *run.step, back.to, i, b);
  }
}

/// Transitions by priority; then the planned length. A lane that left or has moved this week stays where it is.
void on_move(Course& c, const Run& run, ClientBlock& b) {
  const StepPlan& step = *run.step;
  const bool over = step.over(run.week_in_step);
  if (step.exit == Exit::completed || step.exit == Exit::ended_early) return come_back(c, run, b);
  if (step.exit != Exit::none || (step.transitions == 0 && !over)) return;
  const double* const columns = b.r.episode;
  for (int i = run.lanes.begin; i < run.lanes.begin + run.lanes.count; ++i) {
    if (b.w.exit[i] != 0) continue;
    int to = over ? step.then : -1;
    for (int t = step.transitions - 1; t >= 0; --t) {
      const TransitionPlan& transition = c.input.plan->transitions[static_cast<std::size_t>(step.first_transition + t)];
      if (holds(transition, columns, i)) to = transition.to;
    }
    if (to >= 0) move_lane(c, step, to, i, b);
  }
}

/// Without a service the therapist's load is the scenario's; with one, the service tires therapists.
void on_tire(Course& c, const Run& run, ClientBlock& b) {
  const Parameters& p = parameters_of(c, run);
  fade_insight(p, run.lanes, b);
  if (!c.input.coupled) tire(p, run.step->coached, run.lanes, b);
  rely(p, run.step->coached, run.lanes, b);
}

void perform(Course& c, Phase phase, const Run& run, ClientBlock& b) {
  switch (phase) {
    case Phase::begin: return on_begin(c, run, b);
    case Phase::course: return on_course(c, run, b);
    case Phase::jump: return on_jump(c, run, b);
    case Phase::meet_human: return meet(c, run, run.step->human, Partner::human, b);
    case Phase::meet_assistant: return meet(c, run, run.step->assistant, Partner::assistant, b);
    case Phase::privacy: return on_privacy(c, run, b);
    case Phase::safety: return on_safety(c, run, b);
    case Phase::practise: return on_practise(c, run, b);
    case Phase::gain: return on_gain(c, run, b);
    case Phase::leave: return on_leave(c, run, b);
    case Phase::move: return on_move(c, run, b);
    case Phase::tire: return on_tire(c, run, b);
  }
}

/// Contiguous runs of lanes that live the week in the same way. Returns how many.
int find_runs(const CoursePlan& plan, ClientBlock& b, Run* runs) {
  alignas(64) Word keys;
  sort_lanes(plan, b, keys);
  int count = 0;
  for (int i = 0; i < b.size; ++i) {
    if (i > 0 && keys[i] == keys[i - 1]) {
      ++runs[count - 1].lanes.count;
      continue;
    }
    const int week_in_step = static_cast<int>(b.r.weeks_in_step[i]) + 1;  // in the week that begins now
    runs[count++] = {{i, 1}, &plan.step_of(b.w.step[i], b, i), week_in_step};
  }
  return count;
}

void watch(const CourseAt& at, const Watchers& watchers, const ClientBlock& b, int week) {
  for (int w = 0; w < watchers.count; ++w) watchers.list[w]->week(at, b, week);
}

/// One week of one block: every phase over every run of lanes, in the order of the list.
std::uint64_t one_week(const CourseInput& input, int week, ClientBlock& block, Scratch& scratch) {
  Course c{input, scratch};
  c.week = week;
  Run runs[kBlock];
  const int count = find_runs(*input.plan, block, runs);
  for (const PhaseInfo& info : kWeek)
    for (int r = 0; r < count; ++r) perform(c, info.phase, runs[r], block);
  return c.contacts;
}

std::uint64_t simulate(const CourseInput& input, const CourseAt& at, Workspace& work, const Watchers& watchers) {
  std::uint64_t contacts = 0;
  watch(at, watchers, work.block, 0);
  for (int week = 1; week <= input.plan->weeks; ++week) {
    contacts += one_week(input, week, work.block, work.scratch);
    watch(at, watchers, work.block, week);
  }
  return contacts;
}

void enter_block(const CourseInput& input, std::uint32_t first, int size, ClientBlock& block, Scratch& scratch) {
  enter(*input.plan->parameters, input.therapists, input.key, first, size,
        static_cast<std::uint32_t>(input.plan->start), block, scratch);
}

}  // namespace

extern const Kernel kernel;
const Kernel kernel = {enter_block, simulate, one_week, pack, unpack};

}  // namespace hybridcare::HYBRIDCARE_KERNEL
