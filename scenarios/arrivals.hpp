// S14: how many clients come to be in need each week. A pure function of key, week and mean.
#pragma once
#include <cstdint>
#include <vector>

#include "sim/philox.hpp"

namespace hybridcare {

/// Poisson number with that mean, by inversion of keyed words (purpose `arrivals`, entity = week). Monotone in the
/// mean: a service with more arrivals has all arrivals of one with fewer.
/// @param mean  [0, 2e6]
int poisson(Key key, std::uint32_t week, double mean);

/// Who arrives when. Ids are given in the order of arrival.
struct Arrivals {
  std::vector<std::uint32_t> by_week;  ///< [week], clients who arrive in that calendar week; by_week[0] is 0
  std::uint32_t clients = 0;           ///< sum
  int weeks() const { return static_cast<int>(by_week.size()) - 1; }
};

inline constexpr int kMostServiceWeeks = 1040;  ///< calendar weeks of a run

/// Clients until the first `wanted` of them have been followed for `followed` weeks, the week of arrival included.
/// Those who come after them are there to keep the service as busy as it was.
/// @param means    of each week, from week 1 on; begins again at its end; never empty
/// @param in_need  clients there when the service opens, who arrive in week 1
/// @throws UserError if `wanted` clients take more than kMostServiceWeeks, or more than 2^31 clients come
Arrivals draw_arrivals(Key key, const std::vector<double>& means, int in_need, int wanted, int followed);

}  // namespace hybridcare
