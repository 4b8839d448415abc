// Sums of the accounts of one replicate, filled by one thread at a time.
#pragma once
#include <cstdint>
#include <vector>

#include "analysis/accounts_layout.hpp"
#include "analysis/names.hpp"
#include "analysis/parts.hpp"
#include "scenarios/run.hpp"

namespace hybridcare {

/// What the accounts need to know of an experiment.
struct AccountsPlan {
  struct Arm {
    bool has[kAgents][kMostSteps] = {};
    std::int64_t contact_minutes[kMostSteps] = {};  ///< of a contact with the human, 1/1024
    bool guidance[kMostSteps] = {};                 ///< it is less than a session
    bool coached[kMostSteps] = {};
    int review_every[kMostSteps] = {};
    std::int64_t review_minutes[kMostSteps] = {};
    std::int64_t safety_minutes = 0;
  };
  int cultures = 0, weeks = 0, asking_week = 0;
  std::vector<Arm> cells;

  AccountsPlan(const Experiment& experiment, const std::vector<Cell>& cells);
};

class AccountsPart final : public SumPart {
 public:
  /// @param plan  must outlive the part
  AccountsPart(const AccountsPlan& plan, std::uint32_t replicate);
  void week(const CourseAt& at, const ClientBlock& block, int week) override;

  static std::size_t size(const AccountsPlan& plan) {
    return plan.cells.size() * static_cast<std::size_t>(plan.cultures) * AccountsLayout::kSize;
  }

 private:
  void begin(const CourseAt& at, const ClientBlock& block);
  void count_bands(const ClientBlock& block);
  void spend(const ClientBlock& block, int lane);
  void spend_outside(const ClientBlock& block, int lane);
  void ask(const ClientBlock& block);
  void close(const ClientBlock& block);
  std::int64_t* row(std::uint32_t culture) { return rows_here_ + culture * std::size_t{AccountsLayout::kSize}; }

  const AccountsPlan& plan_;
  const AccountsPlan::Arm* arm_ = nullptr;
  std::int64_t* rows_here_ = nullptr;
  std::uint32_t first_ = 0;
  std::uint32_t step_[kBlock];          ///< at the end of the week before, by id - first
  std::int32_t weeks_in_step_[kBlock];  ///< at the end of the week before, by id - first
  bool met_[kBlock];                    ///< a human or an assistant so far, by id - first
};

}  // namespace hybridcare
