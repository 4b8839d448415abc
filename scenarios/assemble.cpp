// From scenarios to plans for the week loop.
#include <cassert>
#include <cstring>

#include "scenarios/plan.hpp"

namespace hybridcare {
namespace {

MeetingPlan meeting(const ContactPlan& contact) {
  MeetingPlan plan;
  plan.every_weeks = contact.every_weeks;
  plan.turns = contact.turns;
  plan.dose = contact.dose;
  plan.per_week = contact.per_week;
  plan.fade = contact.fade;
  return plan;
}

/// An assistant gains less where a human is in the step too (S7): the core in every week of such a step, the full model
/// in weeks in which the human was met.
StepPlan step_plan(const Step& step, const Parameters& parameters) {
  StepPlan plan;
  plan.exit = step.exit;
  plan.weeks = step.weeks;
  plan.then = step.then;
  plan.comparator = step.comparator;
  plan.human = meeting(step.human);
  plan.assistant = meeting(step.assistant);
  if (plan.human.every_weeks > 0 && !parameters.change.dose_by_week)
    plan.assistant.dose *= parameters.change.assistant_dose;
  plan.bundle = step.bundle;
  for (int m = 0; m < kPathways; ++m) plan.offers[m] = step.offers[m];
  plan.feedback = step.feedback;
  plan.coached = step.coached;
  plan.planned = step.planned;
  plan.review_every = step.review_every;
  plan.review_minutes = step.review_minutes;
  plan.assistant_number = step.assistant_number;
  plan.often_human = plan.human.every_weeks > 0 && plan.human.every_weeks <= parameters.leaving.guided_weeks;
  return plan;
}

void add_transitions(const Pathway& pathway, CoursePlan& plan) {
  for (std::size_t from = 0; from < plan.steps.size(); ++from) {
    StepPlan& step = plan.steps[from];
    step.first_transition = static_cast<int>(plan.transitions.size());
    for (const Transition& transition : pathway.transitions) {
      if (transition.from != static_cast<int>(from)) continue;
      const auto& code = transition.guard.code;
      plan.transitions.push_back({transition.to, code.data(), static_cast<int>(code.size())});
    }
    step.transitions = static_cast<int>(plan.transitions.size()) - step.first_transition;
  }
}

/// Whether care is planned from this step on. An exit offers none, nor does a step in which clients are only followed.
bool care_follows(const std::vector<StepPlan>& steps, int step) {
  for (std::size_t walked = 0; step >= 0 && walked < steps.size(); ++walked) {
    const StepPlan& here = steps[static_cast<std::size_t>(step)];
    if (here.cares()) return true;
    step = here.then;
  }
  return false;
}

/// Care does not end with a week after which more of it is planned.
void set_ends(std::vector<StepPlan>& steps) {
  for (StepPlan& step : steps) step.last_week_ends = step.then >= 0 && !care_follows(steps, step.then);
}

bool somebody_has_no_access(const AttributeParameters& p) {
  for (int a = 0; a < p.count; ++a)
    for (int level = 0; level < p.levels[a]; ++level)
      if (p.without_assistant[a][level]) return true;
  return false;
}

/// For clients without access a step is what it would be if it had no assistant that meets them. A coach stays: it
/// sits with the human.
void add_steps_alone(CoursePlan& plan) {
  if (!somebody_has_no_access(plan.parameters->attributes)) return;
  plan.alone = plan.steps;
  for (StepPlan& step : plan.alone) {
    step.assistant = {};
    step.review_every = 0;
    step.review_minutes = 0;
  }
  set_ends(plan.alone);
}

void add_pathway(const Pathway& pathway, CoursePlan& plan) {
  plan.start = pathway.start;
  for (const Step& step : pathway.steps) plan.steps.push_back(step_plan(step, *plan.parameters));
  plan.restart_on_new_provider = pathway.restart_on_new_provider;
  if (pathway.re_entry >= 0)
    plan.re_entry = {pathway.re_entry, pathway.re_entry_when.code.data(),
                     static_cast<int>(pathway.re_entry_when.code.size())};
  set_ends(plan.steps);
  for (const StepPlan& step : plan.steps) plan.any_planned = plan.any_planned || step.planned;
  add_transitions(pathway, plan);
  add_steps_alone(plan);
}

/// The noise-only twin: no care at all, so that nothing but momentary noise and measurement is left.
void strip_care(CoursePlan& plan) {
  plan.re_entry = {};
  plan.alone.clear();
  for (StepPlan& step : plan.steps) {
    const StepPlan with_care = step;
    step = StepPlan{};
    step.exit = with_care.exit;
    step.weeks = with_care.weeks;
    step.then = with_care.then;
  }
}

template <class T>
bool same_bytes(const T& a, const T& b) {
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

bool same_bond_start(const AgentParameters& a, const AgentParameters& b) {
  return a.trust_mean == b.trust_mean && a.trust_sd == b.trust_sd && a.trust_least == b.trust_least &&
         a.trust_bad == b.trust_bad && a.culture == b.culture;
}

bool same_noise(const CourseParameters& a, const CourseParameters& b) {
  return a.symptom_return == b.symptom_return && a.symptom_sd == b.symptom_sd &&
         a.measurement_sd == b.measurement_sd && a.autonomy_reference == b.autonomy_reference;
}

bool same_therapists(const CoursePlan& a, const CoursePlan& b) {
  return same_bytes(a.parameters->therapists, b.parameters->therapists) &&
         same_bytes(a.parameters->human.quality, b.parameters->human.quality) &&
         same_bytes(a.parameters->culture, b.parameters->culture);
}

bool same_entry(const CoursePlan& a, const CoursePlan& b) {
  const Parameters &p = *a.parameters, &q = *b.parameters;
  return a.therapist_group == b.therapist_group && same_bytes(p.intake, q.intake) &&
         same_bytes(p.histogram, q.histogram) && same_bytes(p.attributes, q.attributes) &&
         same_bytes(p.culture, q.culture) && same_bytes(p.trust, q.trust) && same_bond_start(p.human, q.human) &&
         same_bond_start(p.assistant, q.assistant) && same_noise(p.course, q.course) &&
         p.alliance.most == q.alliance.most && p.practice.plan_prior_sd == q.practice.plan_prior_sd;
}

/// Numbers plans so that two have the same number if they are the same in the sense of `same`.
template <class Same>
void group(std::vector<CoursePlan>& plans, int CoursePlan::* number, Same same) {
  for (std::size_t i = 0; i < plans.size(); ++i) {
    plans[i].*number = static_cast<int>(i);
    for (std::size_t j = 0; j < i; ++j)
      if (same(plans[i], plans[j])) {
        plans[i].*number = plans[j].*number;
        break;
      }
  }
}

/// Readings made so far: plans that read alike share one.
class Readings {
 public:
  std::shared_ptr<const ReadingTable> of(const Parameters& parameters, const AgentParameters& agent) {
    for (const Made& made : made_)
      if (same_bytes(made.parameters->recognition, parameters.recognition) && same_bytes(*made.agent, agent))
        return made.table;
    made_.push_back({&parameters, &agent, std::make_shared<const ReadingTable>(make_reading(parameters, agent))});
    return made_.back().table;
  }

 private:
  struct Made {
    const Parameters* parameters;
    const AgentParameters* agent;
    std::shared_ptr<const ReadingTable> table;
  };
  std::vector<Made> made_;
};

CoursePlan start_plan(const Scenario& scenario, const Experiment& experiment, const Cell& cell, Readings& readings) {
  CoursePlan plan;
  plan.parameters = &scenario.parameters;
  plan.twin = cell.twin;
  plan.weeks = experiment.weeks;
  plan.empathy_shift = cell.twin == Twin::more_empathy ? kEmpathyShift : 0.0;
  plan.human_reading = readings.of(scenario.parameters, scenario.parameters.human);
  for (const NamedAssistant& each : scenario.assistants)
    plan.assistants.push_back({&each.parameters, readings.of(each.parameters, each.parameters.assistant),
                               each.profile.profile ? &each.profile : nullptr});
  if (plan.assistants.empty())
    plan.assistants.push_back(
        {&scenario.parameters, readings.of(scenario.parameters, scenario.parameters.assistant), nullptr});
  return plan;
}

}  // namespace

std::vector<CoursePlan> assemble(const Experiment& experiment, const std::vector<Cell>& cells) {
  std::vector<CoursePlan> plans;
  plans.reserve(cells.size());
  Readings readings;
  for (const Cell& cell : cells) {
    const Scenario& scenario =
        experiment.scenarios.at(static_cast<std::size_t>(cell.variant)).at(static_cast<std::size_t>(cell.arm));
    CoursePlan plan = start_plan(scenario, experiment, cell, readings);
    const double emotions = plan.parameters->recognition.emotions;
    const bool known = !plans.empty() && plans.back().parameters->recognition.emotions == emotions;
    plan.psychometric = known ? plans.back().psychometric : make_psychometric(static_cast<int>(emotions));
    add_pathway(scenario.pathway, plan);
    if (cell.twin == Twin::noise_only) strip_care(plan);
    plans.push_back(std::move(plan));
  }
  group(plans, &CoursePlan::therapist_group, same_therapists);
  group(plans, &CoursePlan::entry_group, same_entry);
  return plans;
}

std::vector<Cell> plan_cells(const Experiment& experiment, bool twins) {
  std::vector<Cell> cells;
  for (std::size_t v = 0; v < experiment.variants.size(); ++v)
    for (std::size_t a = 0; a < experiment.arms.size(); ++a)
      cells.push_back({static_cast<int>(v), static_cast<int>(a), Twin::factual});
  if (!twins) return cells;
  for (std::size_t a = 0; a < experiment.arms.size(); ++a) {
    if (experiment.arms[a].component) continue;
    bool contacts = false;
    for (const Step& step : experiment.scenarios.at(0)[a].pathway.steps)
      contacts = contacts || step.human.every_weeks > 0 || step.assistant.every_weeks > 0;
    if (!contacts) continue;
    for (const Twin twin : {Twin::no_distance, Twin::perfect_recognition, Twin::nobody_leaves, Twin::more_empathy})
      cells.push_back({0, static_cast<int>(a), twin});
  }
  if (!experiment.arms.empty()) cells.push_back({0, 0, Twin::noise_only});
  return cells;
}

}  // namespace hybridcare
