// From random words to draws. A draw is a pure function of (seed, replicate, entity, second entity, week, contact,
// purpose, block, word): no generator, no state, no order.
#pragma once
#include <cstdint>

#include "sim/kernel.hpp"
#include "sim/math.hpp"
#include "sim/philox.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

/// Third counter word: week (0 at entry, below 2^29) and index of the contact in that week (0..7).
HYBRIDCARE_INLINE std::uint32_t when(std::uint32_t week, std::uint32_t contact = 0) { return week << 3 | contact; }

/// Fourth counter word: purpose (1..65535, an enum or a number) and block of words within the purpose (0..65535).
template <class Purpose>
HYBRIDCARE_INLINE std::uint32_t tag(Purpose purpose, std::uint32_t block = 0) {
  return static_cast<std::uint32_t>(purpose) << 16 | block;
}

/// (word + 1/2) / 2^32, in (0, 1), exact: word becomes the low mantissa bits of 2^52, from which 2^52 - 1/2 is taken.
HYBRIDCARE_INLINE double uniform(std::uint32_t word) {
  return (from_bits(0x4330000000000000ULL | word) - 4503599627370495.5) * 0x1p-32;
}

/// Standard normal, in [-6.34, 6.34].
HYBRIDCARE_INLINE double normal(std::uint32_t word) { return normal_quantile(uniform(word)); }

/// Probability as a threshold: `word < threshold(p)` holds for p x 2^32 of the 2^32 words, rounded to a whole number.
/// Monotone in p, so that an event of lower probability implies that of higher on the same word. p <= 0 (and not a
/// number) gives 0: never; p >= 1 gives 0xFFFFFFFF: always but for one word in 2^32.
HYBRIDCARE_INLINE std::uint32_t threshold(double p) {
  const double scaled = p > 0.0 ? p * 0x1p32 : 0.0;
  const double capped = scaled < 4294967295.0 ? scaled : 4294967295.0;
  return static_cast<std::uint32_t>(to_bits(capped + 0x1p52));  // low mantissa bits: nearest whole number, tie to even
}

/// Arrays of the above, shape (n,); out may not overlap the input.
static inline void uniforms(const std::uint32_t* HYBRIDCARE_RESTRICT words, int n, double* HYBRIDCARE_RESTRICT out) {
  for (int i = 0; i < n; ++i) out[i] = uniform(words[i]);
}
/// The central rational function serves 85 words in 100. The others are gathered and get the whole function apart, so
/// that not every lane pays for the logarithm and the root of the tails; every bit is that of normal().
/// @pre n <= kBlock
static inline void normals(const std::uint32_t* HYBRIDCARE_RESTRICT words, int n, double* HYBRIDCARE_RESTRICT out) {
  constexpr std::uint32_t kFirst = 322122548u;  // words from here to its mirror image lie within kCentral of 1/2
  constexpr std::uint32_t kCount = 0xFFFFFFFFu - 2 * kFirst;
  for (int i = 0; i < n; ++i) {
    const double q = uniform(words[i]) - 0.5;
    const Rational near = central_quantile(q);
    out[i] = q * near.above / near.below;
  }
  Word place, word;
  alignas(64) Real tail;
  int tails = 0;
  for (int i = 0; i < n; ++i) {
    place[tails] = static_cast<std::uint32_t>(i);
    word[tails] = words[i];
    tails += words[i] - kFirst > kCount ? 1 : 0;
  }
  for (int k = 0; k < tails; ++k) tail[k] = normal(word[k]);
  for (int k = 0; k < tails; ++k) out[place[k]] = tail[k];
}
static inline void thresholds(const double* HYBRIDCARE_RESTRICT p, int n, std::uint32_t* HYBRIDCARE_RESTRICT out) {
  for (int i = 0; i < n; ++i) out[i] = threshold(p[i]);
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
