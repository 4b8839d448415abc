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

#if defined(__AVX512F__) || defined(__AVX2__)
// The only hand-written vector lines: the compiler does not see that the widening multiplication needs no shuffling
// when each 32-bit word has a 64-bit place of its own. Lanes of even and odd place are kept in two vectors; the upper
// halves may hold anything, since the multiplication ignores them.
#if defined(__AVX512F__)
using Wide = __m512i;
HYBRIDCARE_INLINE Wide load(const std::uint32_t* from) { return _mm512_loadu_si512(from); }
HYBRIDCARE_INLINE void store(std::uint32_t* to, Wide words) { _mm512_storeu_si512(to, words); }
HYBRIDCARE_INLINE Wide spread(std::uint32_t word) { return _mm512_set1_epi64(word); }
// The forms with a mask of ones mean the same; those without make g++ 12 warn of an uninitialised value of its own.
HYBRIDCARE_INLINE Wide multiply(Wide a, Wide b) { return _mm512_maskz_mul_epu32(0xFF, a, b); }
HYBRIDCARE_INLINE Wide upper(Wide a) { return _mm512_maskz_srli_epi64(0xFF, a, 32); }
HYBRIDCARE_INLINE Wide merge(Wide even, Wide odd) {
  return _mm512_mask_blend_epi32(0xAAAA, even, _mm512_maskz_slli_epi64(0xFF, odd, 32));
}
#else
using Wide = __m256i;
HYBRIDCARE_INLINE Wide load(const std::uint32_t* from) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}
HYBRIDCARE_INLINE void store(std::uint32_t* to, Wide words) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), words);
}
HYBRIDCARE_INLINE Wide spread(std::uint32_t word) { return _mm256_set1_epi64x(word); }
HYBRIDCARE_INLINE Wide multiply(Wide a, Wide b) { return _mm256_mul_epu32(a, b); }
HYBRIDCARE_INLINE Wide upper(Wide a) { return _mm256_srli_epi64(a, 32); }
HYBRIDCARE_INLINE Wide merge(Wide even, Wide odd) { return _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA); }
#endif
inline constexpr int kWideLanes = sizeof(Wide) / sizeof(std::uint32_t);

/// Counters of lanes of even or of odd place, then their blocks of words, in the lower halves.
struct WideCounter {
  Wide c0, c1, c2, c3;
};

/// Blocks for `chains` counters at a time: one alone would leave the multiplier waiting for its own results.
template <int chains>
HYBRIDCARE_INLINE void philox_wide(Key key, WideCounter* c) {
  const Wide m0 = spread(kPhiloxMultiply0), m1 = spread(kPhiloxMultiply1);
#pragma GCC unroll 10
  for (std::uint32_t round = 0; round < kPhiloxRounds; ++round) {
    const Wide k0 = spread(key.seed + round * kPhiloxWeyl0), k1 = spread(key.replicate + round * kPhiloxWeyl1);
#pragma GCC unroll 8
    for (int j = 0; j < chains; ++j) {
      const Wide p0 = multiply(c[j].c0, m0), p1 = multiply(c[j].c2, m1);
      c[j] = {upper(p1) ^ c[j].c1 ^ k0, p1, upper(p0) ^ c[j].c3 ^ k1, p0};
    }
  }
}

/// Words for `vectors` x kWideLanes lanes.
template <int vectors>
HYBRIDCARE_INLINE void philox_some(Key key, const std::uint32_t* entity, const std::uint32_t* seconds,
                                   std::uint32_t second, std::uint32_t when, std::uint32_t tag, std::uint32_t* w0,
                                   std::uint32_t* w1, std::uint32_t* w2, std::uint32_t* w3) {
  WideCounter c[2 * vectors];
  const Wide third = spread(when), fourth = spread(tag);
#pragma GCC unroll 4
  for (int v = 0; v < vectors; ++v) {
    const Wide id = load(entity + v * kWideLanes), other = seconds ? load(seconds + v * kWideLanes) : spread(second);
    c[2 * v] = {id, other, third, fourth};
    c[2 * v + 1] = {upper(id), seconds ? upper(other) : other, third, fourth};
  }
  philox_wide<2 * vectors>(key, c);
#pragma GCC unroll 4
  for (int v = 0; v < vectors; ++v) {
    const WideCounter &even = c[2 * v], &odd = c[2 * v + 1];
    store(w0 + v * kWideLanes, merge(even.c0, odd.c0));
    store(w1 + v * kWideLanes, merge(even.c1, odd.c1));
    store(w2 + v * kWideLanes, merge(even.c2, odd.c2));
    store(w3 + v * kWideLanes, merge(even.c3, odd.c3));
  }
}

HYBRIDCARE_INLINE void philox_lanes_from(Key key, const std::uint32_t* entity, int n, const std::uint32_t* seconds,
                                         std::uint32_t second, std::uint32_t when, std::uint32_t tag,
                                         std::uint32_t* w0, std::uint32_t* w1, std::uint32_t* w2, std::uint32_t* w3) {
  int i = 0;
  for (; i + kWideLanes < n; i += 2 * kWideLanes)
    philox_some<2>(key, entity + i, seconds ? seconds + i : nullptr, second, when, tag, w0 + i, w1 + i, w2 + i, w3 + i);
  if (i < n)
    philox_some<1>(key, entity + i, seconds ? seconds + i : nullptr, second, when, tag, w0 + i, w1 + i, w2 + i, w3 + i);
}
#else
HYBRIDCARE_INLINE void philox_lanes_from(Key key, const std::uint32_t* entity, int n, const std::uint32_t* seconds,
                                         std::uint32_t second, std::uint32_t when, std::uint32_t tag,
                                         std::uint32_t* HYBRIDCARE_RESTRICT w0, std::uint32_t* HYBRIDCARE_RESTRICT w1,
                                         std::uint32_t* HYBRIDCARE_RESTRICT w2, std::uint32_t* HYBRIDCARE_RESTRICT w3) {
  for (int i = 0; i < n; ++i) {
    const Words words = philox(key, entity[i], seconds ? seconds[i] : second, when, tag);
    w0[i] = words.w[0];
    w1[i] = words.w[1];
    w2[i] = words.w[2];
    w3[i] = words.w[3];
  }
}
#endif

/// One block of words per lane, counter (entity[i], second, when, tag).
/// @param n  lanes in use, 0..kBlock
/// @pre every array is kBlock long: lanes from n up to the next multiple of 16 may be read, and may be written with
///      meaningless words. An output array overlaps no other array.
static inline void philox_lanes(Key key, const std::uint32_t* entity, int n, std::uint32_t second, std::uint32_t when,
                                std::uint32_t tag, std::uint32_t* w0, std::uint32_t* w1, std::uint32_t* w2,
                                std::uint32_t* w3) {
  philox_lanes_from(key, entity, n, nullptr, second, when, tag, w0, w1, w2, w3);
}

/// The same, with a second counter word for each lane: counter (entity[i], second[i], when, tag).
static inline void philox_lanes(Key key, const std::uint32_t* entity, int n, const std::uint32_t* second,
                                std::uint32_t when, std::uint32_t tag, std::uint32_t* w0, std::uint32_t* w1,
                                std::uint32_t* w2, std::uint32_t* w3) {
  philox_lanes_from(key, entity, n, second, 0, when, tag, w0, w1, w2, w3);
}

}  // namespace HYBRIDCARE_KERNEL
}  // namespace hybridcare
