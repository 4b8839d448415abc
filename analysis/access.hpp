// Access to a service: who seeks help, waits, gives up and is served, and how busy the service is.
#pragma once
#include <memory>
#include <vector>

#include "analysis/theme.hpp"

namespace hybridcare {

inline constexpr int kMostWaited = 104;  ///< longer waits are counted as this, weeks

/// Sums of one (replicate, cell, culture).
enum class Access : int {
  clients,
  sought,        ///< have sought help
  served,        ///< have met a human or an assistant
  gave_up,       ///< have left the waiting list unserved at least once
  waiting,       ///< are on the list at the end
  until_served,  ///< weeks from arrival to the first contact, of those served
  waited         ///< then counts by weeks on the list, of those served: shape (kMostWaited + 1,)
};
inline constexpr int kAccessSize = static_cast<int>(Access::waited) + kMostWaited + 1;

ThemeBytes access_bytes(const Experiment& experiment, const std::vector<Cell>& cells);
/// Looks at the default variant's arms that have a service. Table "access"; without a service no table.
std::unique_ptr<Theme> make_access(const Experiment& experiment, const std::vector<Cell>& cells,
                                   std::uint32_t first_replicate);

/// Whether some arm has a service.
bool has_service(const Experiment& experiment);

/// Weeks that this share of those served have waited at most: the smallest such number. NaN if nobody was served.
/// @param waited  clients by weeks, shape (kMostWaited + 1,)
double wait_quantile(const double* waited, double share);

/// Adds every week of every calendar of a run.
void add_calendars(const RunReport& report, Hash& hash);

/// Table "service": each calendar week of each factual arm with a service or a network, mean over the replicates that
/// reached it, everybody included.
Table service_table(const Experiment& experiment, const std::vector<Cell>& cells, const RunReport& report);

}  // namespace hybridcare
