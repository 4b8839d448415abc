// Whatever is summed over entities is an integer, so that any order of summation gives the same bits.
#pragma once
#include <cstdint>

namespace hybridcare {

inline constexpr double kFixedOne = 4294967296.0;  ///< 2^32: one, in fixed point

/// Fixed point 2^-32 of a value in about [-2^20, 2^20]; truncates toward zero, exact for sums up to 2^31 of such.
inline std::int64_t to_fixed(double value) { return static_cast<std::int64_t>(value * kFixedOne); }
inline double from_fixed(std::int64_t sum) { return static_cast<double>(sum) / kFixedOne; }

}  // namespace hybridcare
