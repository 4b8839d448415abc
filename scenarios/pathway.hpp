// A care pathway: a directed graph of steps and guarded transitions. The same data drive the simulation and the
// picture.
#pragma once
#include <string>
#include <vector>

#include "agents/client.hpp"
#include "scenarios/guard.hpp"

namespace hybridcare {

enum class Comparator { none, waiting, usual_care };  ///< S0: what happens in a step without contacts

/// When and how an agent meets the client in a step: due when (week in step - 1) mod every_weeks = 0.
struct ContactPlan {
  int every_weeks = 0;   ///< 0: this agent is not in the step
  int turns = 8;         ///< per contact, 1..32
  double dose = 1;       ///< [0, 1]; human: 1 for a session, less for short guidance; assistant: times the rule of S7
  double minutes = 0;    ///< of the human's time per contact
  int per_week = 1;      ///< contacts in a week in which one is due, 1..7; they share the dose
  double fade = 0;       ///< per week in step: a contact is made use of with probability exp(-fade (week in step - 1))
};

struct Step {
  std::string name;
  Exit exit = Exit::none;        ///< not none: one of the three built-in exits "completed", "ended_early", "dropped"
  int weeks = 0;                 ///< planned length; 0: until a transition fires
  int then = -1;                 ///< step after the planned length
  Comparator comparator = Comparator::none;
  ContactPlan human, assistant;
  bool bundle = false;           ///< offers the bundle of pathways without empathy (S9)
  bool offers[kPathways] = {};   ///< pathways without empathy, one by one; never beside the bundle
  bool feedback = false;         ///< progress feedback (S11)
  bool coached = false;          ///< the step's assistant coaches the human in contacts (S12)
  bool planned = false;          ///< a personalised plan chooses among the pathways offered, two at least (S11)
  int review_every = 0;          ///< weeks between a human's reviews of the assistant's care; 0: none
  double review_minutes = 0;     ///< of the human's time per review
  int assistant_number = 0;      ///< which of the scenario's assistants meets the client, or coaches
};

struct Transition {
  std::string name;
  int from = -1, to = -1;
  int priority = 0;  ///< smaller goes first
  Guard guard;
};

/// Steps 0, 1, 2 are always the exits completed, ended_early, dropped (so that a planned end and dropout have a place
/// to go).
struct Pathway {
  int start = -1;
  std::vector<Step> steps;
  std::vector<Transition> transitions;  ///< sorted by (from, priority)
  int re_entry = -1;                    ///< step to which clients who completed or ended early come back; -1: none
  Guard re_entry_when;                  ///< and when; weeks in care begin again then
  bool restart_on_new_provider = false; ///< weeks in care begin again with each agent that a client has not met
  bool reads_oracle = false;
};

inline constexpr int kMostSteps = 64;

/// Pathways without empathy, in the order of PathwayKind.
const std::vector<const char*>& pathway_names();

/// @throws UserError at `where` (file and pointer of the pathway): unreachable step, a step from which no exit can be
///         reached, overlapping guards without priority, a guard on an agent whom no step meets. Unknown names are
///         refused by the reader.
void check(const Pathway& pathway, const std::string& where);

}  // namespace hybridcare
