// The simplified client-week of ../README.md on the engine of sim/: columns of a block, keyed draws, exact sums.
#pragma once
#include <cstdint>

#include "sim/block.hpp"
#include "sim/philox.hpp"

namespace hybridcare::peers {

inline constexpr int kEmotions = 6;
inline constexpr double kPoints = 27.0;  ///< a symptom lies between 0 and this
inline constexpr double kSevere = 20.0;  ///< points from which on a symptom counts as severe
inline constexpr int kReadouts = 4;
static constexpr int kReadoutWeeks[kReadouts] = {4, 12, 26, 52};  // static: kernels emit no weak symbol

/// The parameters of README.md, by the same names; there they have their meanings and units. The program is told all
/// of them by ../spec.py, so that no number stands twice.
struct Parameters {
  double level_mean, level_sd, start_sd, alliance_start, good_start, bad_start;
  double accuracy[kEmotions];
  double disclosure, noticing, memory, failure;
  double alliance_pull, alliance_right, alliance_noticed;
  double symptom_return, gain, noise;
  double leave_base, leave_trust, leave_noticed, leave_symptom;
};

/// Which words serve which decision; the entity is the client, the second entity 0.
enum class Purpose : std::uint32_t {
  entry = 1,  ///< 0 personal level, 1 distance of the first symptom from it
  turn = 2,   ///< weekly: 0 felt emotion, 1 recognised, 2 noticed
  week = 3,   ///< weekly: 0 symptom, 1 leaving
};

/// What is read out, over those still in care.
enum Quantity { symptom, spread, severe, trust, alliance, right, kQuantities };

/// Sums over the clients still in care at the end of one week, in fixed point: any order of summation, one result.
struct Readout {
  std::int64_t in_care = 0;
  std::int64_t sum[kQuantities] = {};      ///< x 2^32
  std::int64_t squares[kQuantities] = {};  ///< of squares, x 2^32; of spread x 2^16, since it reaches 27^4
};

struct Totals {
  std::int64_t client_weeks = 0;  ///< weeks begun in care
  Readout readout[kReadouts];
};

/// Lives `count` clients, from `first` on, through `weeks` weeks and adds what they did to `totals`.
/// @param count  1..kBlock
#define HYBRIDCARE_PEERS_KERNEL(set)                                                                       \
  namespace set {                                                                                          \
  void live(Key key, std::uint32_t first, int count, int weeks, const Parameters& p, Totals& totals); \
  }
HYBRIDCARE_PEERS_KERNEL(baseline)
HYBRIDCARE_PEERS_KERNEL(avx2)
HYBRIDCARE_PEERS_KERNEL(avx512)
#undef HYBRIDCARE_PEERS_KERNEL

}  // namespace hybridcare::peers
