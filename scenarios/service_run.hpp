// The coupled run of one cell: the whole population, week by week, with a barrier between what clients do to each other
// and the week that each lives alone. Its result is the log by which each course can be lived again.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "scenarios/allocation.hpp"
#include "scenarios/service_log.hpp"

namespace hybridcare {

struct ServiceOptions {
  int clients = 0;   ///< who are followed; more may arrive after them
  int weeks = 0;     ///< for which each of them is followed, the week of arrival included
  int block = kBlock;
  int threads = 1;
  const std::atomic<bool>* cancel = nullptr;
};

/// @param world  its plan has the steps `in_need` and `on_list` where there is a service
/// @param needs  as of `needs_of`
/// @throws UserError if the clients do not all arrive within kMostServiceWeeks; Cancelled
std::shared_ptr<const ServiceLog> run_service(const Kernel& kernel, const ServiceWorld& world,
                                              const std::vector<Need>& needs, const ServiceOptions& options);

/// Bytes that the coupled cells of a run take at most, beside what independent ones do: the largest population, with
/// its network, for each replicate that runs at the same time; and the logs of all cells. 0 where nothing is coupled.
/// @param together  replicates that run at the same time
double coupled_bytes(const Experiment& experiment, std::size_t cells, int block, int together);

/// Columns that the guards of a plan read, as `kept_columns` wants them.
std::vector<std::int32_t> columns_read(const CoursePlan& plan);
/// What stands at the entrance of this arm.
FrontDoor front_door(const CoursePlan& plan, const Coupling& coupling);
/// What each step of a plan takes of a service every week; behind them, where some clients have no access to an
/// assistant, the same for those.
/// @param pathway  of the same arm: says how long contacts last
std::vector<Need> needs_of(const CoursePlan& plan, const Pathway& pathway);

}  // namespace hybridcare
