// Accounts: what care took of people's time, what it cost, and what it was worth. Model document, S18.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "analysis/accounts_layout.hpp"
#include "analysis/parts.hpp"
#include "scenarios/run.hpp"

namespace hybridcare {

/// Bytes of the sums, and of the part that each thread fills.
struct AccountsBytes { double sums = 0, per_thread = 0; };
AccountsBytes accounts_bytes(const Experiment& experiment, std::size_t cells);

/// Watches a run. Thread-safe. One use: hand it to `run`, then take the sums.
class Accounts final : public Recorder<ClientBlock> {
 public:
  /// @param first_replicate  number of the replicate that goes to place 0
  Accounts(const Experiment& experiment, const std::vector<Cell>& cells, std::uint32_t first_replicate);
  ~Accounts() override;
  std::unique_ptr<BlockRecorder<ClientBlock>> start(std::uint32_t replicate, std::uint32_t first, int size) override;
  void finish(std::unique_ptr<BlockRecorder<ClientBlock>> part) override;
  Sums take();  ///< groups: cultures; size: AccountsLayout::kSize

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Sums of one group of clients as real numbers.
using AccountRow = SumPool::Row;
/// @param culture  its index, or -1 for everybody
SumPool accounts_pool(const Sums& sums, int cell, int culture);

// All of these are per client of the group, and NaN without clients.

double minutes_of(const AccountRow& row, Minutes kind);
double human_minutes(const AccountRow& row);
/// In the currency and at the prices of the scenario: the human's minutes, and contacts with the assistant.
double human_cost(const AccountRow& row, const AccountParameters& prices);
double assistant_cost(const AccountRow& row, const AccountParameters& prices);
double cost(const AccountRow& row, const AccountParameters& prices);
/// Quality-adjusted life years over the weeks followed: utilities of the weeks, summed, over 52.18 weeks a year.
double qaly(const AccountRow& row, const AccountParameters& worth);
/// threshold x QALY - cost. @param threshold  what a QALY may cost
double net_benefit(const AccountRow& row, const AccountParameters& parameters, double threshold);

}  // namespace hybridcare
