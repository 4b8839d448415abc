// A scenario, assembled for the week loop: plain data, no lookup by name.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "agents/client.hpp"
#include "agents/parameters.hpp"
#include "agents/psychometric.hpp"
#include "agents/reading.hpp"
#include "scenarios/run.hpp"
#include "scenarios/scenario.hpp"

namespace hybridcare {

struct MeetingPlan {
  int every_weeks = 0;  ///< 0: this agent is not in the step
  int turns = 8;
  double dose = 1;      ///< of a week's contacts together
  int per_week = 1;     ///< contacts in a week in which one is due, 1..7
  double fade = 0;      ///< per week in step: a contact is made use of with probability exp(-fade (week - 1))
  /// Whether one is due in this week of the step.
  __attribute__((always_inline)) bool due(int week) const {
    return every_weeks == 1 || (every_weeks > 1 && (week - 1) % every_weeks == 0);
  }
};

struct StepPlan {
  Exit exit = Exit::none;
  int weeks = 0;              ///< planned length; 0: open
  int then = -1;              ///< step after it
  bool last_week_ends = false;///< no care is planned after it: nobody leaves in the last planned week
  Comparator comparator = Comparator::none;
  MeetingPlan human, assistant;
  bool bundle = false;        ///< core: the four pathways as one
  bool offers[kPathways] = {};///< pathways without empathy, one by one
  bool feedback = false, often_human = false;
  bool coached = false;       ///< the assistant coaches the human
  bool planned = false;       ///< a personalised plan chooses the pathway
  int review_every = 0;       ///< weeks between a human's reviews of the assistant's care; 0: none
  double review_minutes = 0;
  int assistant_number = 0;   ///< whose parameters hold in this step
  bool practises() const { return bundle || offers[0] || offers[1] || offers[2] || offers[3]; }
  int first_transition = 0, transitions = 0;
  bool cares() const {
    return human.every_weeks > 0 || assistant.every_weeks > 0 || practises() || comparator == Comparator::usual_care;
  }
  __attribute__((always_inline)) bool review_due(int week) const {
    return review_every > 0 && week % review_every == 0;
  }
  /// Whether this week of it is the last that is planned, or later.
  __attribute__((always_inline)) bool over(int week) const { return weeks > 0 && week >= weeks; }
  /// Weeks of a step that have the same number are lived in the same way, lanes of them in one pass: all that the week
  /// loop asks of a week in a step is in it.
  __attribute__((always_inline)) int kind_of(int week) const {
    if (human.fade > 0 || assistant.fade > 0 || comparator == Comparator::waiting) return week;
    const int contacts = (human.due(week) ? 1 : 0) | (assistant.due(week) ? 2 : 0);
    return contacts | (review_due(week) ? 4 : 0) | (over(week) ? 8 : 0);
  }
};

struct TransitionPlan {
  int to = 0;
  const GuardCode* code = nullptr;  ///< lives in the Experiment
  int length = 0;
};

/// One of an arm's assistants: the arm's parameters with this assistant in them, and how it reads clients.
struct AssistantPlan {
  const Parameters* parameters = nullptr;       ///< lives in the Experiment
  std::shared_ptr<const ReadingTable> reading;  ///< shared between plans that read alike
  const ProfileUse* profile = nullptr;          ///< lives in the Experiment; null: nothing was measured
};

/// Everything that a course of one cell needs, but for what each replicate draws: its therapists, and what a measured
/// profile leaves open.
struct CoursePlan {
  const Parameters* parameters = nullptr;  ///< lives in the Experiment; of assistant number 0
  Psychometric psychometric{};
  std::shared_ptr<const ReadingTable> human_reading;
  std::vector<AssistantPlan> assistants;   ///< by number; never empty
  double empathy_shift = 0;                ///< delta of the twin `more_empathy`
  bool any_planned = false;                ///< some step has a personalised plan
  TransitionPlan re_entry;                 ///< of clients who completed or ended early; length 0: none
  bool restart_on_new_provider = false;
  Twin twin = Twin::factual;
  int weeks = 0;
  int start = 0;
  std::vector<StepPlan> steps;
  std::vector<StepPlan> alone;  ///< the steps of clients who have no access to an assistant; empty: everybody has
  std::vector<TransitionPlan> transitions;
  int entry_group = 0;      ///< plans of one group draw identical clients at entry: drawn once per block
  int therapist_group = 0;  ///< plans of one group draw identical therapists

  /// What a step is for the client in lane i.
  __attribute__((always_inline)) const StepPlan& step_of(std::size_t step, const ClientBlock& b, int i) const {
    return !alone.empty() && (b.w.events[i] & kWithoutAssistant) != 0 ? alone[step] : steps[step];
  }
};

/// @pre the experiment outlives the plans.
std::vector<CoursePlan> assemble(const Experiment& experiment, const std::vector<Cell>& cells);

}  // namespace hybridcare
