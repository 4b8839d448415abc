#include "tests/benchmark/peers/engine/weeks.hpp"

#include "sim/draws.hpp"
#include "sim/fixed.hpp"
#include "sim/math.hpp"

namespace hybridcare::peers::HYBRIDCARE_KERNEL {
using namespace hybridcare::HYBRIDCARE_KERNEL;
namespace {

struct Reals {
  Real level;     ///< personal level, points, [0, 27]
  Real symptom;   ///< points, [0, 27]
  Real good;      ///< trust: turns read right, forgotten
  Real bad;       ///< trust: misreadings noticed, forgotten
  Real trust;     ///< good / (good + bad)
  Real alliance;  ///< [0, 1]
};

struct Words {
  Word id;       ///< keys every draw
  Word right;    ///< 1: this week's turn was read right
  Word noticed;  ///< 1: it was not, and the client noticed
  Word leaves;   ///< 1: this was the last week
};

struct Block {
  int size = 0;  ///< lanes in care; they come first
  alignas(64) Reals r;
  alignas(64) Words w;
  alignas(64) Word draw[4];
};

HYBRIDCARE_INLINE void draw(Key key, Purpose purpose, int week, Block& b) {
  philox_lanes(key, b.w.id, b.size, 0u, when(static_cast<std::uint32_t>(week)), tag(purpose), b.draw[0], b.draw[1],
               b.draw[2], b.draw[3]);
}

void enter(Key key, std::uint32_t first, const Parameters& p, Block& b) {
  for (int i = 0; i < b.size; ++i) b.w.id[i] = first + static_cast<std::uint32_t>(i);
  draw(key, Purpose::entry, 0, b);
  for (int i = 0; i < b.size; ++i) {
    b.r.level[i] = clip(p.level_mean + p.level_sd * normal(b.draw[0][i]), 0.0, kPoints);
    b.r.symptom[i] = clip(b.r.level[i] + p.start_sd * normal(b.draw[1][i]), 0.0, kPoints);
    b.r.good[i] = p.good_start;
    b.r.bad[i] = p.bad_start;
    b.r.alliance[i] = p.alliance_start;
  }
}

/// One emotion is felt, among equally likely ones, and read right or not; who was misread may notice.
void turn(Key key, int week, const Parameters& given, Block& b) {
  const Parameters p = given;
  draw(key, Purpose::turn, week, b);
  const std::uint32_t notices = threshold(p.noticing);
  for (int i = 0; i < b.size; ++i) {
    const double felt = uniform(b.draw[0][i]) * kEmotions;  // k when in [k, k + 1)
    double accuracy = p.accuracy[0];
    for (int k = 1; k < kEmotions; ++k) accuracy = felt >= k ? p.accuracy[k] : accuracy;
    const std::uint32_t limit = threshold(accuracy + p.disclosure * (b.r.alliance[i] - 0.5));
    b.w.right[i] = b.draw[1][i] < limit ? 1u : 0u;
    b.w.noticed[i] = b.draw[1][i] >= limit && b.draw[2][i] < notices ? 1u : 0u;
  }
}

void bond(const Parameters& given, Block& b) {
  const Parameters p = given;
  for (int i = 0; i < b.size; ++i) {
    const double right = static_cast<std::int32_t>(b.w.right[i]), noticed = static_cast<std::int32_t>(b.w.noticed[i]);
    b.r.good[i] = p.memory * b.r.good[i] + right;
    b.r.bad[i] = p.memory * b.r.bad[i] + p.failure * noticed;
    b.r.trust[i] = b.r.good[i] / (b.r.good[i] + b.r.bad[i]);
    const double pulled = b.r.alliance[i] + p.alliance_pull * (b.r.trust[i] - b.r.alliance[i]);
    b.r.alliance[i] = clip(pulled + p.alliance_right * right - p.alliance_noticed * noticed, 0.0, 1.0);
  }
}

/// The symptom moves, and the client may leave.
void change(Key key, int week, const Parameters& given, Block& b) {
  const Parameters p = given;
  draw(key, Purpose::week, week, b);
  alignas(64) Real push;
  normals(b.draw[0], b.size, push);
  for (int i = 0; i < b.size; ++i) {
    const double back = p.symptom_return * (b.r.level[i] - b.r.symptom[i]);
    const double gained = p.gain * b.r.trust[i] * b.r.alliance[i];
    b.r.symptom[i] = clip(b.r.symptom[i] + back - gained + p.noise * push[i], 0.0, kPoints);
  }
  for (int i = 0; i < b.size; ++i) {
    const double noticed = static_cast<std::int32_t>(b.w.noticed[i]);
    const double logit = p.leave_base + p.leave_trust * (0.5 - b.r.trust[i]) + p.leave_noticed * noticed +
                         p.leave_symptom * (b.r.symptom[i] - b.r.level[i]);
    b.w.leaves[i] = b.draw[1][i] < threshold(logistic(logit)) ? 1u : 0u;
  }
}

/// Gives lane `to` the client of lane `from`.
HYBRIDCARE_INLINE void move_client(Block& b, int from, int to) {
  b.r.level[to] = b.r.level[from];
  b.r.symptom[to] = b.r.symptom[from];
  b.r.good[to] = b.r.good[from];
  b.r.bad[to] = b.r.bad[from];
  b.r.trust[to] = b.r.trust[from];
  b.r.alliance[to] = b.r.alliance[from];
  b.w.id[to] = b.w.id[from];
  b.w.right[to] = b.w.right[from];
}

/// Who leaves is done: the last client in care takes the lane.
void let_go(Block& b) {
  for (int i = b.size; i-- > 0;)
    if (b.w.leaves[i]) move_client(b, --b.size, i);
}

void read_out(const Block& b, Readout& out) {
  out.in_care += b.size;
  for (int i = 0; i < b.size; ++i) {
    const double distance = b.r.symptom[i] - b.r.level[i];
    const double right = static_cast<std::int32_t>(b.w.right[i]), is_severe = b.r.symptom[i] >= kSevere ? 1.0 : 0.0;
    const double value[kQuantities] = {b.r.symptom[i], distance * distance, is_severe, b.r.trust[i], b.r.alliance[i],
                                       right};
    for (int q = 0; q < kQuantities; ++q) {
      out.sum[q] += to_fixed(value[q]);
      out.squares[q] += to_fixed(value[q] * value[q] * (q == spread ? 0x1p-16 : 1.0));
    }
  }
}

}  // namespace

void live(Key key, std::uint32_t first, int count, int weeks, const Parameters& p, Totals& totals) {
  Block b;
  b.size = count;
  enter(key, first, p, b);
  int next = 0;
  for (int week = 1; week <= weeks && b.size > 0; ++week) {
    totals.client_weeks += b.size;
    turn(key, week, p, b);
    bond(p, b);
    change(key, week, p, b);
    let_go(b);
    if (next < kReadouts && week == kReadoutWeeks[next]) read_out(b, totals.readout[next++]);
  }
}

}  // namespace hybridcare::peers::HYBRIDCARE_KERNEL
