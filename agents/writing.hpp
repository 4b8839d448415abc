// Expressive writing of the last four weeks, packed into one word for each client (see ClientWords::writing).
#pragma once
#include <cstdint>

#include "sim/kernel.hpp"
#include "sim/math.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

inline constexpr int kWritingWeeks = 4;

/// x of expressive writing `weeks_ago` weeks before the latest: slots practised of those dealt to it by a round robin;
/// above 1 only where a plan gave it more. 0 without practice.
HYBRIDCARE_INLINE double written(std::uint32_t writing, int weeks_ago) {
  const std::uint32_t week = writing >> (8 * weeks_ago);
  const double practised = static_cast<std::int32_t>(week & 15u), dealt = static_cast<std::int32_t>(week >> 4 & 15u);
  return practised / max(dealt, 1.0);
}

/// A week of it, as the lowest byte. @param practised, dealt  slots, 0..15
HYBRIDCARE_INLINE std::uint32_t written_week(int practised, int dealt) {
  return static_cast<std::uint32_t>(dealt) << 4 | static_cast<std::uint32_t>(practised);
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
