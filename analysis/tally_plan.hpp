// What the tally needs to know of an experiment, looked up once: plain arrays by step, by week and by pair of scores.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "analysis/layout.hpp"
#include "scenarios/run.hpp"

namespace hybridcare {

inline constexpr int kScores = 28;  ///< values of the PHQ-9: 0..27
inline constexpr int kIll = 10;            ///< caseness, points
inline constexpr int kReliablePoints = 6;  ///< reliable change, points: the rule of the service
inline constexpr int kFlags = 16;   ///< kOutcomes, filled up so that a row of flags is added in one go

/// flags[y0 * kScores + y][outcome]: 1 if the outcome holds.
using OutcomeFlags = std::array<std::array<std::uint16_t, kFlags>, kScores * kScores>;

/// @param measurement_sd  sem of the model's own reliable change, points
OutcomeFlags outcome_flags(double measurement_sd);

/// One cell's pathway and parameters, as far as counting needs them.
struct CellPlan {
  int turns[kAgents][kMostSteps] = {};   ///< of a contact; 0: the step has none with this agent
  int minutes[kMostSteps] = {};          ///< of a contact with the human
  bool offers_care[kMostSteps] = {};     ///< contacts, pathways or usual care
  bool offers_alone[kMostSteps] = {};    ///< the same for clients without access to an assistant
  bool has_agent[kAgents] = {};          ///< in any step
  double human_share = 0;                ///< of trust, where both agents were met
  SatisfactionParameters satisfaction{};
  std::shared_ptr<const OutcomeFlags> flags;  ///< one table for all cells with the same error of measurement

  /// Whether a step offers care to the client in that lane.
  bool cares(std::uint32_t step, const ClientBlock& block, int lane) const {
    return (block.w.events[lane] & kWithoutAssistant ? offers_alone : offers_care)[step];
  }
};

struct TallyPlan {
  Layout layout;
  ErosionRule rule;
  int cultures = 0;
  int asking_week = 0;
  std::vector<int> reading_of_week;  ///< bit r: reading r is in this week, shape (weeks + 1,)
  std::vector<CellPlan> cells;

  TallyPlan(const Experiment& experiment, const std::vector<Cell>& cells, ErosionRule rule);
};

}  // namespace hybridcare
