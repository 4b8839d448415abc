// Counts of one replicate, filled by one thread at a time, block after block.
#pragma once
#include <cstdint>
#include <vector>

#include "analysis/tally_plan.hpp"
#include "sim/recorder.hpp"

namespace hybridcare {

class TallyPart final : public BlockRecorder<ClientBlock> {
 public:
  /// @param plan  must outlive the part
  TallyPart(const TallyPlan& plan, std::uint32_t replicate);

  void week(const CourseAt& at, const ClientBlock& block, int week) override;

  std::uint32_t replicate() const { return replicate_; }
  /// Forgets all counts and turns to another replicate.
  void reset(std::uint32_t replicate);

  std::vector<std::int64_t> rows;       ///< shape (cells, cultures, layout.size); without the weekly sums of scores
  std::vector<std::int64_t> histogram;  ///< shape (cells, weeks + 1, cultures, kScores)

 private:
  /// What is remembered of each client of the block about one agent, by id - first: lanes change places.
  struct Memory {
    std::int64_t trust[kBlock];
    double empathy[kBlock];
    std::int32_t contacts[kBlock], turns[kBlock], misread[kBlock];
    std::int32_t followed[kBlock];  ///< contacts until another assistant was met: trust at entry was in the first
    std::uint32_t with[kBlock];     ///< number of the assistant met first
    ErosionTrack erosion[kBlock];
    bool with_agent[kBlock];  ///< the step that the client left the pathway from has this agent, or nobody left
  };
  /// And about the client.
  struct Fate {
    std::uint32_t step[kBlock];         ///< at the end of the week before
    std::uint8_t relapse_at[kBlock];    ///< score that counts as a relapse; kNever: not well so far, or relapsed
    bool left[kBlock], well[kBlock];    ///< has ever left the pathway; has ever been well at `post` or on leaving
    bool dropped[kBlock];               ///< dropped out when leaving for the first time
  };
  static constexpr std::uint8_t kNever = 255;

  void begin(const CourseAt& at, const ClientBlock& block);
  void meet(const ClientBlock& block, int agent);
  void contact(const AgentColumns& columns, const ClientBlock& block, int agent, int lane, double trust);
  void carry_trust(int week);
  void ask(const ClientBlock& block);
  void close_agent(const ClientBlock& block, int agent, int lane);

  void count_week(const ClientBlock& block, int week);
  void count_minutes(const ClientBlock& block);
  void move(const ClientBlock& block, int lane, int week);
  void find_well(const ClientBlock& block, int lane);
  void relapse(const ClientBlock& block, int lane);
  void read(const ClientBlock& block, int reading);
  void add_distance(const ClientBlock& block, int lane, int reading, std::int64_t outcome);
  void close(const ClientBlock& block);
  void close_client(const ClientBlock& block, int lane);

  std::int64_t* row(std::uint32_t culture) {
    return rows_here_ + culture * static_cast<std::size_t>(plan_.layout.size);
  }

  const TallyPlan& plan_;
  std::uint32_t replicate_;
  const CellPlan* cell_ = nullptr;
  int cell_index_ = -1;
  std::int64_t* rows_here_ = nullptr;  ///< of the cell at hand
  std::uint32_t first_ = 0;
  Fate fate_;
  Memory memory_[kAgents];
  std::int64_t met_[kAgents][kMostCultures];        ///< of this block: clients who have met the agent so far
  std::int64_t trust_sum_[kAgents][kMostCultures];  ///< of this block: sum of their latest trust
};

inline void bump(std::int64_t* row, int place, std::int64_t by = 1) { row[place] += by; }

inline std::int64_t whole(double value) { return static_cast<std::int64_t>(value); }

inline const AgentColumns& columns_of(const ClientBlock& block, int agent) {
  return agent == kHuman ? block.human : block.assistant;
}

inline double trust_of(const AgentColumns& agent, int lane) {
  return agent.trust_good[lane] / (agent.trust_good[lane] + agent.trust_bad[lane]);
}

}  // namespace hybridcare
