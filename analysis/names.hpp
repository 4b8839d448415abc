// The words that tables use for what the other layers number.
#pragma once
#include <string>
#include <vector>

#include "scenarios/scenario.hpp"

namespace hybridcare {

/// The two kinds of agent, in the order in which a client meets them within a week.
inline constexpr int kHuman = 0, kAssistant = 1, kAgents = 2;

/// "human" or "assistant".
const char* agent_name(int agent);
/// "factual", "no_distance", "perfect_recognition", "nobody_leaves" or "noise_only".
const char* twin_name(Twin twin);
/// "none", "completed", "ended_early" or "dropped".
const char* exit_name(Exit exit);
/// Names of the cultures; the same in every arm and variant.
const std::vector<std::string>& culture_names(const Experiment& experiment);

/// A week at which outcomes are read off the measured course.
struct Reading {
  std::string name;  ///< "week_12" (after the reading week), "post", "week_26", "week_52" or "end"
  int week = 0;
};

/// The reading week (the last measurement before the last planned contact), "post" (the first one after it), weeks 26
/// and 52 where they are followed beyond, and "end" (the last week followed); only those within the weeks followed.
std::vector<Reading> readings(const Experiment& experiment);

/// The week at which clients are asked whether they are satisfied: that of "post", or the last one if it comes earlier.
int asking_week(const Experiment& experiment);

}  // namespace hybridcare
