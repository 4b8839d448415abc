#include "analysis/rows_state.hpp"

namespace hybridcare {

using C = ClientReals;
using A = AgentColumns;

const std::vector<StateColumn<C>>& week_state() {
  static const std::vector<StateColumn<C>> list = {
      {"weeks_in_care", "weeks", "tau, since care of this episode began, 1 in its first week", &C::weeks_in_care, true},
      {"weeks_in_step", "weeks", "in the step in which the week ends; 0 if it was entered just now",
       &C::weeks_in_step, true},
      {"weeks_waited", "weeks", "for a first contact", &C::weeks_waited, true},
      {"off_track", "", "1 if measured above the expected course", &C::off_track, true},
      {"risk_flag", "", "1 if a risk was seen or an alarm raised this week", &C::risk_flag, true},
      {"false_alarms", "alarms", "so far", &C::alarms, true},
      {"risks_found", "states", "of risk, seen so far", &C::risk_found, true},
      {"other_minutes", "minutes", "of human time this week in reviews, alarms and turns handed over",
       &C::week_minutes},
      {"oracle_practised", "slots", "practised this week", &C::practised, true},
      {"oracle_week_gain", "points", "by this week's contacts and practice, before saturation", &C::week_gain},
      {"oracle_week_jump", "points", "sudden gain of this week, before saturation", &C::week_jump},
      {"oracle_unrepaired", "turns", "misread this week, noticed and not repaired", &C::week_unrepaired, true},
      {"oracle_harm", "turns", "the same, each softened by the resonance of its contact", &C::week_harm},
      {"oracle_turns", "turns", "of this week, all agents", &C::week_turns, true},
      {"oracle_insight", "share", "I", &C::insight},
      {"oracle_motivation", "share", "Mo, to practise", &C::motivation},
      {"oracle_stigma", "share", "s, felt about seeking help; what neighbours say enters in the last week alone",
       &C::stigma},
      {"oracle_autonomy", "share", "running mean of autonomy support as expressed", &C::autonomy},
      {"oracle_fatigue", "share", "F, of the client's therapist", &C::fatigue},
      {"oracle_reliance", "share", "R, of the client's therapist on the assistant's readings", &C::reliance},
      {"oracle_risk", "weeks", "in a risk state that nobody has seen, 1 in its first; 0: in none", &C::risk, true},
      {"oracle_missed_risk", "weeks", "in care at risk and not seen, so far", &C::missed_risk, true},
      {"oracle_risk_waits", "weeks", "from onset to detection, summed over risk states", &C::risk_waits, true},
      {"oracle_human_reached", "states", "of risk in which a human has met the client or has been told",
       &C::human_reached, true},
      {"oracle_human_waits", "weeks", "from onset to that, summed over risk states", &C::human_waits, true},
  };
  return list;
}

const std::vector<StateColumn<A>>& bond_state() {
  static const std::vector<StateColumn<A>> list = {
      {"missed", "contacts", "missed so far", &A::missed, true},
      {"oracle_memory", "share", "k_mem, what the agent knows of this client", &A::memory},
      {"oracle_reliability", "share", "mean over contacts so far of accuracy times overall quality", &A::reliability},
      {"oracle_ruptures", "contacts", "with a rupture so far", &A::ruptures, true},
      {"oracle_weeks_since", "weeks", "since the first contact, by which novelty has worn off", &A::weeks_since, true},
  };
  return list;
}

const std::vector<StateColumn<A>>& contact_state() {
  static const std::vector<StateColumn<A>> list = {
      {"asked_turns", "turns", "of this week's contacts: asked again", &A::asked_turns},
      {"oracle_masked_turns", "turns", "of this week's contacts: the feeling was masked", &A::masked_turns},
      {"oracle_compassion", "share", "as expressed in this week's contact", &A::compassion},
      {"oracle_curiosity", "share", "as expressed in this week's contact", &A::curiosity},
  };
  return list;
}

const std::vector<StateColumn<C>>& traits() {
  static const std::vector<StateColumn<C>> list = {
      {"oracle_baseline", "points", "m, long-run personal mean, to which M returns", &C::baseline},
      {"oracle_responsiveness", "", "rho, factor on what care gains; mean 1", &C::responsiveness},
      {"oracle_motivation", "share", "to practise, at entry", &C::motivation},
      {"oracle_halo", "", "h, leniency in ratings", &C::halo},
      {"oracle_gain_cap", "points", "G_max, most that care can win", &C::gain_cap},
      {"oracle_expressivity", "share", "z, how openly feelings are shown", &C::expressivity},
      {"oracle_privacy_concern", "share", "p", &C::privacy},
      {"oracle_stigma", "share", "s, felt about seeking help, at entry", &C::stigma},
      {"oracle_preference", "SD", "wish for an assistant (above 0) or a human (below 0)", &C::preference},
      {"triage_score", "SD", "severity at entry with its error, in SD of symptoms at entry", &C::triage},
  };
  return list;
}

const std::vector<StateColumn<C>>& client_end() {
  static const std::vector<StateColumn<C>> list = {
      {"false_alarms", "alarms", "whole course", &C::alarms, true},
      {"risks_found", "states", "of risk, seen in the whole course", &C::risk_found, true},
      {"oracle_missed_risk", "weeks", "in care at risk and not seen, whole course", &C::missed_risk, true},
  };
  return list;
}

const std::vector<StateColumn<A>>& bond_end() {
  static const std::vector<StateColumn<A>> list = {
      {"missed", "contacts", "missed, whole course", &A::missed, true},
      {"oracle_match", "share", "d_ij, how well this pair fits; NaN if the agent is not in the arm", &A::match},
      {"oracle_reliability", "share", "mean over all contacts of accuracy times overall quality", &A::reliability},
      {"oracle_ruptures", "contacts", "with a rupture, whole course", &A::ruptures, true},
  };
  return list;
}

}  // namespace hybridcare
