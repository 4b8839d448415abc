// Arms of the full model in which everything happens: what the invariance tests of the week, of groups of plans and of
// coupled runs are tried on.
#pragma once
#include <string>

#include "tests/unit/scenarios/week_arms.hpp"

namespace hybridcare::test {

/// Several contacts a week that fade, all modalities, an assistant that is not labelled and one of another culture, a
/// coach, a plan, reviews, hand-overs, two types of client, guards, re-entry. Events that are rare happen often.
/// @param more  members of the file beside these
inline std::string full_text(const std::string& more = "") {
  return R"({"format": 1, "name": "full", "configuration": "full", "clients": 150, "replicates": 2, "weeks": 16,
    "reading_week": 12, )" + more + R"(
    "trust": { "types": {"oscillating": 0.3, "disbelieving": 0.2} },
    "privacy": { "breach": 0.05, "discovery": 0.2 },
    "safety": { "risk_symptom": 12, "onset": 0.2, "false_alarm": 0.1 },
    "leaving": { "missed": 0.1, "unheard": 0.3, "met_human": -0.5 },
    "ratings": { "heard_halo": 1, "heard_match": 2 },
    "assistant": { "speech": {"used": true}, "face": {"used": true}, "physiology": {"used": true} },
    "assistants": {
      "plain": { "labelled": false, "repair_policy": "handover", "fusion": "by_culture" },
      "far_line": { "culture": "far", "memory": 0.9, "trust_mean": 6, "repair_policy": "explanation" } },
    "pathway": { "start": "ai",
      "steps": {
        "ai": { "weeks": 6, "then": "guided", "assistant": {"name": "plain", "per_week": 3, "fade": 0.1},
                "offers": ["mindfulness", "expressive_writing", "focusing"], "review_every": 2 },
        "guided": { "weeks": 6, "then": "human", "human": {"every_weeks": 2}, "assistant": {"name": "far_line"},
                    "offers": ["expressive_writing", "bias_modification", "focusing"], "plan": true,
                    "feedback": true },
        "human": { "weeks": 4, "then": "completed", "human": {"per_week": 2}, "coached": "plain" } },
      "transitions": {
        "worse": {"from": "ai", "to": "guided", "when": "phq9 >= 14 and weeks_in_step >= 2", "priority": 1},
        "distrust": {"from": "ai", "to": "human", "when": "assistant_alliance_rating < 0.5 and assistant_contacts > 0",
                     "priority": 2},
        "risk": {"from": "guided", "to": "human", "when": "risk_flag == 1"} },
      "re_entry": {"to": "guided", "when": "phq9 >= 12"},
      "restart_on_new_provider": true },
    "arms": { "all": {}, "human": {"pathway": {"start": "human", "transitions": {
      "back": {"from": "human", "to": "ai", "when": "phq9 >= 16 and weeks_in_step >= 2"}}}} } })";
}

inline Experiment full_experiment(const std::string& more = "") {
  return read_experiment(full_text(more), "full.json");
}

}  // namespace hybridcare::test
