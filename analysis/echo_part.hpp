// Sums of the observational echo of one replicate, filled by one thread at a time.
#pragma once
#include <cstdint>
#include <vector>

#include "analysis/echo_layout.hpp"
#include "analysis/parts.hpp"
#include "scenarios/run.hpp"

namespace hybridcare {

/// What the echo needs to know of an experiment.
struct EchoPlan {
  struct Arm {
    int turns[kAgents][kMostSteps] = {};  ///< of a contact; 0: the step has none with this agent
  };
  int cultures = 0, therapists = 0, reading_week = 0, weeks = 0;
  std::vector<Arm> cells;

  EchoPlan(const Experiment& experiment, const std::vector<Cell>& cells);
};

/// The sums of clients, then those of therapists (see EchoSums), of one replicate.
class EchoPart final : public SumPart {
 public:
  /// @param plan  must outlive the part
  EchoPart(const EchoPlan& plan, std::uint32_t replicate);
  void week(const CourseAt& at, const ClientBlock& block, int week) override;

  static std::size_t client_sums(const EchoPlan& plan) {
    return plan.cells.size() * static_cast<std::size_t>(plan.cultures) * EchoLayout::kSize;
  }
  static std::size_t therapist_sums(const EchoPlan& plan) {
    return plan.cells.size() * static_cast<std::size_t>(plan.therapists) * kOfTherapist;
  }

 private:
  /// What is remembered of each client of the block about one agent, by id - first: lanes change places.
  struct Memory {
    double empathy[kBlock], alliance[kBlock], accuracy[kBlock], quality[kBlock];  ///< sums over weeks with a contact
    std::int32_t weeks[kBlock], contacts[kBlock];
    std::int32_t rating[kPanelWeeks + 1][kBlock];  ///< of the alliance by week, 2^-14
    std::uint32_t rated[kBlock];                   ///< bit w: rated in week w
  };

  void begin(const CourseAt& at, const ClientBlock& block);
  void meet(const ClientBlock& block, int agent, int week);
  void add_panel(const ClientBlock& block, int agent);
  void add_readings(const ClientBlock& block);
  void add_moments(const ClientBlock& block, int agent, int lane);
  std::int64_t* row(std::uint32_t culture) { return rows_here_ + culture * std::size_t{EchoLayout::kSize}; }

  const EchoPlan& plan_;
  const EchoPlan::Arm* arm_ = nullptr;
  std::int64_t *rows_here_ = nullptr, *therapists_here_ = nullptr;
  std::uint32_t first_ = 0;
  std::uint32_t step_[kBlock];                     ///< at the end of the week before, by id - first
  std::uint8_t phq9_[kPanelWeeks + 2][kBlock];     ///< by week
  Memory memory_[kAgents];
};

}  // namespace hybridcare
