// What a guard can read: what a service could measure, and latent state under the prefix "oracle.".
#include <cstddef>

#include "agents/client.hpp"
#include "scenarios/expression.hpp"

namespace hybridcare {
namespace {

constexpr std::int32_t column(std::size_t offset) {
  return static_cast<std::int32_t>((offset - offsetof(ClientBlock, r)) / sizeof(Real));
}

constexpr std::int32_t human(std::size_t offset) { return column(offsetof(ClientBlock, human) + offset); }
constexpr std::int32_t assistant(std::size_t offset) { return column(offsetof(ClientBlock, assistant) + offset); }
constexpr std::int32_t client(std::size_t offset) { return column(offsetof(ClientBlock, r) + offset); }

constexpr double kManyWeeks = 1000;

std::vector<GuardVariable> measurable() {
  using C = ClientReals;
  using A = AgentColumns;
  return {
      {"phq9", "points", "PHQ-9 measured this week", client(offsetof(C, phq9)), 0, 27},
      {"phq9_start", "points", "PHQ-9 at entry", client(offsetof(C, phq9_start)), 0, 27},
      {"weeks_in_step", "weeks", "1 in the first week of the step", client(offsetof(C, weeks_in_step)), 0, kManyWeeks},
      {"weeks_in_care", "weeks", "1 in the first week of a step that offers care, one more each week since; 0 before",
       client(offsetof(C, weeks_in_care)), 0, kManyWeeks},
      {"week", "weeks", "of the study, 1 in the first", client(offsetof(C, week)), 0, kManyWeeks},
      {"weeks_waited", "weeks", "waited for a first contact", client(offsetof(C, weeks_waited)), 0, kManyWeeks},
      {"off_track", "flag", "raised if this week's measure lies above the expected course",
       client(offsetof(C, off_track)), 0, 1},
      {"risk_flag", "flag", "raised if a risk was detected, or an alarm given, this week",
       client(offsetof(C, risk_flag)), 0, 1},
      {"triage_score", "SD", "severity at entry with its error, in SD of symptoms at entry from their mean",
       client(offsetof(C, triage)), -50, 50},
      {"human_contacts", "contacts", "held with the human so far", human(offsetof(A, contacts)), 0, kManyWeeks},
      {"human_missed", "contacts", "missed with the human so far", human(offsetof(A, missed)), 0, kManyWeeks},
      {"human_empathy_rating", "rating", "client's rating at the last contact, with its error",
       human(offsetof(A, empathy_rating)), -3, 3},
      {"human_alliance_rating", "rating", "client's rating at the last contact, with its error",
       human(offsetof(A, alliance_rating)), -3, 3},
      {"human_felt_heard", "rating", "0 to 5, at the last contact", human(offsetof(A, felt_heard)), 0, 5},
      {"assistant_contacts", "contacts", "held with the assistant so far", assistant(offsetof(A, contacts)), 0,
       kManyWeeks},
      {"assistant_missed", "contacts", "missed with the assistant so far", assistant(offsetof(A, missed)), 0,
       kManyWeeks},
      {"assistant_empathy_rating", "rating", "client's rating at the last contact, with its error",
       assistant(offsetof(A, empathy_rating)), -3, 3},
      {"assistant_alliance_rating", "rating", "client's rating at the last contact, with its error",
       assistant(offsetof(A, alliance_rating)), -3, 3},
      {"assistant_felt_heard", "rating", "0 to 5, at the last contact", assistant(offsetof(A, felt_heard)), 0, 5},
      {"assistant_confidence", "share", "of turns it believes to read right, at the last contact",
       assistant(offsetof(A, confidence)), 0, 1},
  };
}

std::vector<GuardVariable> latent() {
  using C = ClientReals;
  using A = AgentColumns;
  return {
      {"oracle.symptom", "points", "momentary level X", client(offsetof(C, symptom)), 0, 27},
      {"oracle.episode", "points", "slow level M without care", client(offsetof(C, episode)), 0, 27},
      {"oracle.gain", "points", "accumulated change by care G", client(offsetof(C, gain)), -27, 27},
      {"oracle.responsiveness", "factor", "rho, mean 1", client(offsetof(C, responsiveness)), 0, 1000},
      {"oracle.motivation", "share", "motivation", client(offsetof(C, motivation)), 0, 1},
      {"oracle.insight", "share", "insight", client(offsetof(C, insight)), 0, 1},
      {"oracle.stigma", "share", "felt about seeking help", client(offsetof(C, stigma)), 0, 1},
      {"oracle.privacy_concern", "share", "concern about privacy", client(offsetof(C, privacy)), 0, 1},
      {"oracle.preference", "SD", "wish for an assistant (above 0) or a human (below 0)",
       client(offsetof(C, preference)), -50, 50},
      {"oracle.fatigue", "share", "of the client's therapist", client(offsetof(C, fatigue)), 0, 1},
      {"oracle.reliance", "share", "of the client's therapist on the assistant", client(offsetof(C, reliance)), 0, 1},
      {"oracle.risk", "weeks", "in a risk state that nobody has seen; 0 in none", client(offsetof(C, risk)), 0,
       kManyWeeks},
      {"oracle.human_trust", "trust", "before this week's contact", human(offsetof(A, trust_before)), 0, 1},
      {"oracle.human_alliance", "alliance", "true alliance", human(offsetof(A, alliance)), 0, 2},
      {"oracle.human_empathy", "share", "expressed at the last contact", human(offsetof(A, empathy)), 0, 1},
      {"oracle.human_ruptures", "contacts", "with a rupture so far", human(offsetof(A, ruptures)), 0,
       kManyWeeks},
      {"oracle.human_memory", "share", "context memory", human(offsetof(A, memory)), 0, 1},
      {"oracle.human_reliability", "share", "mean of accuracy times quality so far",
       human(offsetof(A, reliability)), 0, 1},
      {"oracle.human_distance", "distance", "cultural distance chi", human(offsetof(A, distance)), 0, 3},
      {"oracle.assistant_trust", "trust", "before this week's contact", assistant(offsetof(A, trust_before)), 0, 1},
      {"oracle.assistant_alliance", "alliance", "true alliance", assistant(offsetof(A, alliance)), 0, 2},
      {"oracle.assistant_empathy", "share", "expressed at the last contact", assistant(offsetof(A, empathy)), 0, 1},
      {"oracle.assistant_ruptures", "contacts", "with a rupture so far", assistant(offsetof(A, ruptures)), 0,
       kManyWeeks},
      {"oracle.assistant_memory", "share", "context memory", assistant(offsetof(A, memory)), 0, 1},
      {"oracle.assistant_reliability", "share", "mean of accuracy times quality so far",
       assistant(offsetof(A, reliability)), 0, 1},
      {"oracle.assistant_distance", "distance", "cultural distance chi", assistant(offsetof(A, distance)), 0, 3},
  };
}

}  // namespace

std::int32_t rated_contacts(std::int32_t column) {
  for (const std::size_t rating : {offsetof(AgentColumns, empathy_rating), offsetof(AgentColumns, alliance_rating),
                                   offsetof(AgentColumns, felt_heard), offsetof(AgentColumns, confidence)}) {
    if (column == human(rating)) return human(offsetof(AgentColumns, contacts));
    if (column == assistant(rating)) return assistant(offsetof(AgentColumns, contacts));
  }
  return -1;
}

GuardCategory culture_category(const std::vector<std::string>& cultures) {
  const auto column = static_cast<std::int32_t>(offsetof(ClientWords, culture) / sizeof(Word));
  return {"culture", cultures, {GuardOp::word, column}};
}

GuardCategory attribute_category(const std::string& name, const std::vector<std::string>& levels, int place) {
  const std::int32_t first = client(offsetof(ClientReals, attribute));
  return {name, levels, {GuardOp::variable, first + place}};
}

GuardCategory exit_category() {
  const auto column = static_cast<std::int32_t>(offsetof(ClientWords, exit) / sizeof(Word));
  return {"exit", {"none", "completed", "ended_early", "dropped"}, {GuardOp::word, column}};
}

const std::vector<GuardVariable>& guard_variables() {
  static const std::vector<GuardVariable> table = [] {
    std::vector<GuardVariable> rows = measurable();
    for (const GuardVariable& row : latent()) rows.push_back(row);
    return rows;
  }();
  return table;
}

}  // namespace hybridcare
