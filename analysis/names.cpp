#include "analysis/names.hpp"

#include <algorithm>

namespace hybridcare {

const char* agent_name(int agent) { return agent == kHuman ? "human" : "assistant"; }

const char* twin_name(Twin twin) {
  switch (twin) {
    case Twin::factual: return "factual";
    case Twin::no_distance: return "no_distance";
    case Twin::perfect_recognition: return "perfect_recognition";
    case Twin::nobody_leaves: return "nobody_leaves";
    case Twin::noise_only: return "noise_only";
    case Twin::more_empathy: return "more_empathy";
  }
  return "";
}

const char* exit_name(Exit exit) {
  switch (exit) {
    case Exit::none: return "none";
    case Exit::completed: return "completed";
    case Exit::ended_early: return "ended_early";
    case Exit::dropped: return "dropped";
  }
  return "";
}

const std::vector<std::string>& culture_names(const Experiment& experiment) {
  return experiment.scenarios.front().front().cultures;
}

std::vector<Reading> readings(const Experiment& experiment) {
  std::vector<Reading> found;
  const int last = experiment.reading_week;
  if (last <= experiment.weeks) found.push_back({"week_" + std::to_string(last), last});
  if (last + 1 <= experiment.weeks) found.push_back({"post", last + 1});
  for (const int week : {26, 52})  // where it is the last one, it is called "end"
    if (week > last + 1 && week < experiment.weeks) found.push_back({"week_" + std::to_string(week), week});
  found.push_back({"end", experiment.weeks});
  return found;
}

int asking_week(const Experiment& experiment) { return std::min(experiment.reading_week + 1, experiment.weeks); }

}  // namespace hybridcare
