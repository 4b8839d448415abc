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

/// Blocks for every other lane; in: counter, out: words, in the lower halves.
HYBRIDCARE_INLINE void philox_wide(Key key, Wide& c0, Wide& c1, Wide& c2, Wide& c3) {
  const Wide m0 = spread(kPhiloxMultiply0), m1 = spread(kPhiloxMultiply1);
#pragma GCC unroll 10
  for (std::uint32_t round = 0; round < kPhiloxRounds; ++round) {
    const Wide p0 = multiply(c0, m0), p1 = multiply(c2, m1);
    c0 = upper(p1) ^ c1 ^ spread(key.seed + round * kPhiloxWeyl0);
    c1 = p1;
    c2 = upper(p0) ^ c3 ^ spread(key.replicate + round * kPhiloxWeyl1);
    c3 = p0;
  }
}

HYBRIDCARE_INLINE void philox_lanes_from(Key key, const std::uint32_t* entity, int n, const std::uint32_t* seconds,
                                         std::uint32_t second, std::uint32_t when, std::uint32_t tag,
                                         std::uint32_t* w0, std::uint32_t* w1, std::uint32_t* w2, std::uint32_t* w3) {
  for (int i = 0; i < n; i += kWideLanes) {
    const Wide id = load(entity + i), other = seconds ? load(seconds + i) : spread(second);
    Wide a0 = id, a1 = other, a2 = spread(when), a3 = spread(tag);
    Wide b0 = upper(id), b1 = seconds ? upper(other) : other, b2 = a2, b3 = a3;
    philox_wide(key, a0, a1, a2, a3);
    philox_wide(key, b0, b1, b2, b3);
    store(w0 + i, merge(a0, b0));
    store(w1 + i, merge(a1, b1));
    store(w2 + i, merge(a2, b2));
    store(w3 + i, merge(a3, b3));
  }
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
