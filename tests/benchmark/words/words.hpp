// Included before anything else where the benchmarks compile the kernel a second time: the week is the same, but its
// random words come from elsewhere. For measuring alone; nothing of this is in what is shipped.
#pragma once
#include "sim/philox.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

/// As `philox_lanes`, with words from HYBRIDCARE_WORDS: `mersenne`, one std::mt19937_64 for each thread, two words a
/// number; or `cheap`, two multiplications, which are no good as chance but cost next to nothing.
void mersenne(std::uint32_t* w0, std::uint32_t* w1, std::uint32_t* w2, std::uint32_t* w3, int n);

/// Mixes well enough that the week goes on as always: about as many turns are misread, and people react as they do.
HYBRIDCARE_INLINE void cheap_lane(std::uint32_t id, std::uint32_t place, std::uint32_t* w0, std::uint32_t* w1,
                                  std::uint32_t* w2, std::uint32_t* w3) {
  const std::uint32_t a = (id * 0x9E3779B9u ^ place) * 0x85EBCA6Bu, b = a ^ a >> 15;
  *w0 = b;
  *w1 = b + 0x3C6EF372u;
  *w2 = b ^ 0x5BD1E995u;
  *w3 = b - 0x61C88647u;
}

static inline void cheap(const std::uint32_t* id, std::uint32_t place, int n, std::uint32_t* HYBRIDCARE_RESTRICT w0,
                         std::uint32_t* HYBRIDCARE_RESTRICT w1, std::uint32_t* HYBRIDCARE_RESTRICT w2,
                         std::uint32_t* HYBRIDCARE_RESTRICT w3) {
  for (int i = 0; i < n; ++i) cheap_lane(id[i], place, w0 + i, w1 + i, w2 + i, w3 + i);
}

template <class Second>
HYBRIDCARE_INLINE void other_lanes(Key key, const std::uint32_t* id, int n, Second, std::uint32_t when,
                                   std::uint32_t tag, std::uint32_t* w0, std::uint32_t* w1, std::uint32_t* w2,
                                   std::uint32_t* w3) {
#ifdef HYBRIDCARE_WORDS_MERSENNE
  (void)key, (void)id, (void)when, (void)tag;
  mersenne(w0, w1, w2, w3, n);
#else
  cheap(id, key.seed ^ when * 0xC2B2AE35u ^ tag * 0x27D4EB2Fu, n, w0, w1, w2, w3);
#endif
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL

#define philox_lanes other_lanes
