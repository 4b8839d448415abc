// Fills arrays with everything that sim/math, sim/philox and sim/draws compute, once per instruction set.
#pragma once
#include <cstdint>

#include "sim/philox.hpp"

namespace hybridcare {

inline constexpr int kProbeReals = 10;  ///< results per input

/// Inputs and results of one probe, kBlock of each.
struct MathProbe {
  Real x;                                        ///< any value
  Word id, second;
  Key key;
  std::uint32_t when = 0, tag = 0;
  Real reals[kProbeReals];
  Word words[4], pair_words[4], thresholds;
};

#define HYBRIDCARE_PROBE(set) \
  namespace set {             \
  void probe_math(int n, MathProbe& probe); \
  }
HYBRIDCARE_PROBE(baseline)
HYBRIDCARE_PROBE(avx2)
HYBRIDCARE_PROBE(avx512)
#undef HYBRIDCARE_PROBE

}  // namespace hybridcare
