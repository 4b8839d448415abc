// Working columns of a pass over a run of lanes. Scratch index k belongs to lane begin + k.
#pragma once
#include "agents/parameters.hpp"
#include "sim/block.hpp"

namespace hybridcare {

/// A contiguous run of lanes [begin, begin + count) that are in the same step and week of it.
struct Lanes {
  int begin = 0;
  int count = 0;
};

/// As many lanes as fill whole vectors at their widest. A pass that writes to scratch alone takes these: what it makes
/// of the lanes beyond its run, which are other clients or cells that hold nothing, is never read.
inline __attribute__((always_inline)) int whole_vectors(int count) { return (count + 15) & ~15; }

struct Scratch {
  alignas(64) Word word[8];            ///< random words of the current decision group
  alignas(64) Real normal[kQualities];
  alignas(64) Real quality[kQualities];///< q_p as expressed in this contact, [0, 1]
  alignas(64) Real empathy;            ///< E, [0, 1]
  alignas(64) Real overall;            ///< Q, [0, 1]
  alignas(64) Real novelty;            ///< n, (0, 1]
  alignas(64) Real right_chance;       ///< probability that a turn is read right
  alignas(64) Real repair_chance;
  alignas(64) Real logit;
  alignas(64) Word right, noticed, repaired;
  alignas(64) Real shown[kQualities];  ///< q~_p: as meant, before misreading takes its share
  alignas(64) Real dose;               ///< share of a contact that asking again has left, (0, 1]
  alignas(64) Real rated_empathy;      ///< E as a client would rate it: without what a causal study adds
  alignas(64) Word masked, asked, heard;  ///< turns masked; asked again; read right and heard as such
  alignas(64) Word feels[kMostEmotions];  ///< running sums of the chances of feeling each emotion, as thresholds
  /// Thresholds of reading a turn right by felt emotion: plain, masked, asked, both; the assistant plain, and masked.
  alignas(64) Word chance[6][kMostEmotions];
};

}  // namespace hybridcare
