// A scenario, assembled for the week loop: plain data, no lookup by name.
#pragma once
#include <cstdint>
#include <vector>

#include "agents/parameters.hpp"
#include "agents/psychometric.hpp"
#include "scenarios/run.hpp"
#include "scenarios/scenario.hpp"

namespace hybridcare {

struct MeetingPlan {
  int every_weeks = 0;  ///< 0: this agent is not in the step
  int turns = 8;
  double dose = 1;
};

struct StepPlan {
  Exit exit = Exit::none;
  int weeks = 0;              ///< planned length; 0: open
  int then = -1;              ///< step after it
  bool last_week_ends = false;///< no care is planned after it: nobody leaves in the last planned week
  Comparator comparator = Comparator::none;
  MeetingPlan human, assistant;
  bool bundle = false, feedback = false, often_human = false;
  int first_transition = 0, transitions = 0;
  bool cares() const {
    return human.every_weeks > 0 || assistant.every_weeks > 0 || bundle || comparator == Comparator::usual_care;
  }
};

struct TransitionPlan {
  int to = 0;
  const GuardCode* code = nullptr;  ///< lives in the Experiment
  int length = 0;
};

/// Everything that a course of one cell needs, but for the therapists of the replicate.
struct CoursePlan {
  const Parameters* parameters = nullptr;  ///< lives in the Experiment
  Psychometric psychometric{};
  Twin twin = Twin::factual;
  int weeks = 0;
  int start = 0;
  std::vector<StepPlan> steps;
  std::vector<TransitionPlan> transitions;
  int entry_group = 0;      ///< plans of one group draw identical clients at entry: drawn once per block
  int therapist_group = 0;  ///< plans of one group draw identical therapists
};

/// @pre the experiment outlives the plans.
std::vector<CoursePlan> assemble(const Experiment& experiment, const std::vector<Cell>& cells);

}  // namespace hybridcare
