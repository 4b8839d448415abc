// Sums of one replicate about bonds, filled by one thread at a time.
#pragma once
#include "analysis/bonds.hpp"

namespace hybridcare {

class BondPart final : public SumPart {
 public:
  /// @param plan  must outlive the part
  BondPart(const BondPlan& plan, std::uint32_t replicate);
  void week(const CourseAt& at, const ClientBlock& block, int week) override;

 private:
  using Count = std::uint16_t[kBlock];

  /// Clients of the block and one agent, by id - first, so that the rules are passes over plain arrays.
  struct Bond {
    alignas(64) double start[kBlock], trust[kBlock];            ///< before the first contact; after the latest
    alignas(64) double start_measured[kBlock], measured[kBlock];///< the same with the questionnaire's error
    double depth[kBlock];
    std::int64_t over[kBlock], under[kBlock];
    alignas(64) Count held, contacts;          ///< this week; so far, with the assistant that was met first
    alignas(64) Count below[kDepthCount], below_measured;  ///< contacts in a row below the mark
    alignas(64) Count eroded[kRules], eroded_measured;     ///< at which contact; 0: not so far
    Count back;                                ///< contacts from the event until trust was back; 0: not so far
    std::uint32_t with[kBlock];                ///< number of the assistant met first
    std::uint8_t quartile[kBlock];
    bool met[kBlock], left_with[kBlock];       ///< left the pathway from a step with this agent, or not at all
    bool switched[kBlock];                     ///< has met another assistant since
  };

  void begin(const CourseAt& at, const ClientBlock& block);
  void meet(const ClientBlock& block, int agent, int week);
  void open(Bond& bond, int agent, std::uint32_t k, double start) const;
  void contact(const ClientBlock& block, int agent, int lane, int week);
  void measure(const ClientBlock& block, int agent, int week);
  void judge(Bond& bond) const;
  void move(const ClientBlock& block);
  void carry(int week);
  void close(const ClientBlock& block);
  void close_bond(const ClientBlock& block, int agent, int lane);
  void close_back(const Bond& bond, std::int64_t* row, int agent, std::uint32_t k) const;

  std::int64_t* row(std::uint32_t culture) {
    return rows_here_ + culture * static_cast<std::size_t>(plan_.layout.size());
  }

  const BondPlan& plan_;
  const BondCell* cell_ = nullptr;
  std::int64_t* rows_here_ = nullptr;
  std::uint32_t first_ = 0, replicate_here_ = 0;
  std::uint32_t step_[kBlock];  ///< at the end of the week before, by id - first
  Bond bonds_[kAgents];
  std::int64_t met_[kAgents][kMostCultures], over_[kAgents][kMostCultures], under_[kAgents][kMostCultures];
};

}  // namespace hybridcare
