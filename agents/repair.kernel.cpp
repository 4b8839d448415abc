#include "agents/repair.hpp"

#include "sim/math.hpp"
#include "sim/philox.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {
namespace {

constexpr int kTurnsPerGroup = 4;  // a Philox block has four words: one decision of four turns

struct TurnThresholds {
  alignas(64) Word right, repaired;
  std::uint32_t noticed;
};

void set_thresholds(const Contact& c, Lanes lanes, const ClientReals& r, const Scratch& s, TurnThresholds& t) {
  const double base = c.agent->repaired;
  const double extra = c.feedback ? c.parameters->monitoring.repair : 0.0;
  const double* const off_track = r.off_track + lanes.begin;
  for (int k = 0; k < lanes.count; ++k) t.right[k] = threshold(s.right_chance[k]);
  for (int k = 0; k < lanes.count; ++k) t.repaired[k] = threshold(clip(base + extra * off_track[k], 0.0, 1.0));
  t.noticed = threshold(c.agent->noticed);
}

void draw(const Contact& c, const std::uint32_t* id, int count, int block, Word* words) {
  philox_lanes(c.key, id, count, static_cast<std::uint32_t>(c.partner), c.when(),
               tag(Purpose::turns, static_cast<std::uint32_t>(block)), words[0], words[1], words[2], words[3]);
}

/// Up to four turns: which are missed, which of those are noticed, which of those are repaired.
void play_group(const Contact& c, const std::uint32_t* id, int count, int group, const TurnThresholds& t, Scratch& s) {
  const int left = c.turns - group * kTurnsPerGroup;
  const int turns = left < kTurnsPerGroup ? left : kTurnsPerGroup;
  alignas(64) Word missed[kTurnsPerGroup];
  draw(c, id, count, 3 * group, s.word);
  for (int turn = 0; turn < turns; ++turn)
    for (int k = 0; k < count; ++k) {
      const std::uint32_t miss = s.word[turn][k] >= t.right[k] ? 1u : 0u;
      missed[turn][k] = c.all_right ? 0u : miss;
      s.right[k] += 1u - missed[turn][k];
    }
  draw(c, id, count, 3 * group + 1, s.word);
  for (int turn = 0; turn < turns; ++turn)
    for (int k = 0; k < count; ++k) {
      missed[turn][k] &= s.word[turn][k] < t.noticed ? 1u : 0u;  // from here on: missed and noticed
      s.noticed[k] += missed[turn][k];
    }
  draw(c, id, count, 3 * group + 2, s.word);
  for (int turn = 0; turn < turns; ++turn)
    for (int k = 0; k < count; ++k) s.repaired[k] += missed[turn][k] & (s.word[turn][k] < t.repaired[k] ? 1u : 0u);
}

void keep_counts(const Contact& c, Lanes lanes, ClientBlock& block, const Scratch& s) {
  AgentColumns& a = columns_of(c.partner, block);
  double *const right = a.right_turns + lanes.begin, *const noticed = a.noticed_turns + lanes.begin;
  double *const repaired = a.repaired_turns + lanes.begin, *const unrepaired = block.r.week_unrepaired + lanes.begin;
  for (int k = 0; k < lanes.count; ++k) {
    right[k] = static_cast<std::int32_t>(s.right[k]);
    noticed[k] = static_cast<std::int32_t>(s.noticed[k]);
    repaired[k] = static_cast<std::int32_t>(s.repaired[k]);
    unrepaired[k] += noticed[k] - repaired[k];
  }
}

}  // namespace

void play_turns(const Contact& contact, Lanes lanes, ClientBlock& block, Scratch& s) {
  TurnThresholds thresholds;
  set_thresholds(contact, lanes, block.r, s, thresholds);
  for (int k = 0; k < lanes.count; ++k) s.right[k] = s.noticed[k] = s.repaired[k] = 0;
  for (int group = 0; group * kTurnsPerGroup < contact.turns; ++group)
    play_group(contact, block.w.id + lanes.begin, lanes.count, group, thresholds, s);
  keep_counts(contact, lanes, block, s);
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
