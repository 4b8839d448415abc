// Philox4x32-10: a block of four random words is a pure function of a counter and a key.
// Source: Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", doi 10.1145/2063384.2063405.
#pragma once
#include <cstdint>

#include "sim/block.hpp"
#include "sim/kernel.hpp"

#if defined(__AVX2__) || defined(__AVX512F__)
#include <immintrin.h>
#endif

namespace hybridcare {

/// Keys all draws of one replicate.
struct Key {
  std::uint32_t seed = 0;
  std::uint32_t replicate = 0;
};

namespace HYBRIDCARE_KERNEL {

struct Words {
  std::uint32_t w[4];
};

inline constexpr std::uint32_t kPhiloxMultiply0 = 0xD2511F53u, kPhiloxMultiply1 = 0xCD9E8D57u;
inline constexpr std::uint32_t kPhiloxWeyl0 = 0x9E3779B9u, kPhiloxWeyl1 = 0xBB67AE85u;
inline constexpr int kPhiloxRounds = 10;

/// One block of words for the counter (c0, c1, c2, c3).
HYBRIDCARE_INLINE Words philox(Key key, std::uint32_t c0, std::uint32_t c1, std::uint32_t c2, std::uint32_t c3) {
  std::uint32_t k0 = key.seed, k1 = key.replicate;
  for (int round = 0; round < kPhiloxRounds; ++round) {
    const std::uint64_t p0 = std::uint64_t{c0} * kPhiloxMultiply0;
    const std::uint64_t p1 = std::uint64_t{c2} * kPhiloxMultiply1;
    c0 = static_cast<std::uint32_t>(p1 >> 32) ^ c1 ^ k0;
    c1 = static_cast<std::uint32_t>(p1);
    c2 = static_cast<std::uint32_t>(p0 >> 32) ^ c3 ^ k1;
    c3 = static_cast<std::uint32_t>(p0);
    k0 += kPhiloxWeyl0;
    k1 += kPhiloxWeyl1;
  }
  return Words{{c0, c1, c2, c3}};
}

/// One block of words per lane, counter (entity[i], second[i], when, tag).
/// @param n  lanes in use, 0..kBlock
/// All arrays are kBlock long: lanes n up to the next multiple of 16 are read, and written with meaningless words.
/// No output array may overlap another array.
static inline void philox_lanes(Key key, const std::uint32_t* entity, int n, const std::uint32_t* second,
                                std::uint32_t when, std::uint32_t tag, std::uint32_t* HYBRIDCARE_RESTRICT w0,
                                std::uint32_t* HYBRIDCARE_RESTRICT w1, std::uint32_t* HYBRIDCARE_RESTRICT w2,
                                std::uint32_t* HYBRIDCARE_RESTRICT w3) {
  for (int i = 0; i < n; ++i) {
    const Words words = philox(key, entity[i], second[i], when, tag);
    w0[i] = words.w[0];
    w1[i] = words.w[1];
    w2[i] = words.w[2];
    w3[i] = words.w[3];
  }
}

/// The same with one second counter word for all lanes.
static inline void philox_lanes(Key key, const std::uint32_t* entity, int n, std::uint32_t second, std::uint32_t when,
                                std::uint32_t tag, std::uint32_t* HYBRIDCARE_RESTRICT w0,
                                std::uint32_t* HYBRIDCARE_RESTRICT w1, std::uint32_t* HYBRIDCARE_RESTRICT w2,
                                std::uint32_t* HYBRIDCARE_RESTRICT w3) {
  alignas(64) Word seconds;
  for (int i = 0; i < kBlock; ++i) seconds[i] = second;
  philox_lanes(key, entity, n, seconds, when, tag, w0, w1, w2, w3);
}

}  // namespace HYBRIDCARE_KERNEL
}  // namespace hybridcare
