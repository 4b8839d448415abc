#include "agents/repair.hpp"

#include "agents/quality.hpp"
#include "sim/math.hpp"
#include "sim/philox.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {
namespace {

constexpr int kTurnsPerGroup = 4;  // a Philox block has four words: one decision of four turns

using TurnWords = Word[kTurnsPerGroup];

struct TurnThresholds {
  alignas(64) Word repaired;
  std::uint32_t noticed;
};

/// Logit of a probability strictly between 0 and 1.
HYBRIDCARE_INLINE double logit_of(double p) { return log(p / (1.0 - p)); }

/// Probability that a noticed turn is repaired, into s.repair_chance: base, attunement as it can be expected to be
/// expressed, fatigue, policy, feedback.
void set_repair(const Contact& c, Lanes lanes, const ClientBlock& b, Scratch& s) {
  const Parameters& p = *c.parameters;
  const bool human = c.partner == Partner::human;
  const double base = c.agent->repaired, effect = p.repair.attunement;
  const bool felt = effect != 0.0 && base > 0.0 && base < 1.0;
  const double start = felt ? logit_of(base) : 0.0, floor = floor_of(p, attunement);
  const double usual = c.agent->reference[attunement], tired = human ? p.therapists.fatigue_repair : 0.0;
  const double policy = c.agent->repair_policy == apology ? p.repair.apology : 0.0;
  const double extra = c.feedback ? p.monitoring.repair : 0.0;
  const double *const off_track = b.r.off_track + lanes.begin, *const fatigue = b.r.fatigue + lanes.begin;
  double* const chance = s.repair_chance;
  for (int k = 0; k < lanes.count; ++k) chance[k] = base;
  for (int k = 0; felt && k < lanes.count; ++k) {
    const double expected = s.shown[attunement][k] * (floor + (1.0 - floor) * s.right_chance[k]);
    chance[k] = logistic(start + effect * (expected - usual));
  }
  for (int k = 0; k < lanes.count; ++k)
    chance[k] = clip(chance[k] * (1.0 - tired * fatigue[k]) + policy + extra * off_track[k], 0.0, 1.0);
}

void set_thresholds(const Contact& c, Lanes lanes, const Scratch& s, TurnThresholds& t) {
  for (int k = 0; k < lanes.count; ++k) t.repaired[k] = threshold(s.repair_chance[k]);
  t.noticed = threshold(c.agent->noticed);
}

void draw(const Contact& c, const std::uint32_t* id, int count, Purpose purpose, int block, Word* words) {
  philox_lanes(c.key, id, count, static_cast<std::uint32_t>(c.partner), c.when(),
               tag(purpose, static_cast<std::uint32_t>(block)), words[0], words[1], words[2], words[3]);
}

int turns_of(const Contact& c, int group) {
  const int left = c.turns - group * kTurnsPerGroup;
  return left < kTurnsPerGroup ? left : kTurnsPerGroup;
}

/// Core. Up to four turns: which are missed, which of those are noticed, which of those are repaired.
void play_group(const Contact& c, const std::uint32_t* id, int count, int group, const Word& right,
                const TurnThresholds& t, Scratch& s) {
  const int turns = turns_of(c, group);
  alignas(64) TurnWords missed;
  draw(c, id, count, Purpose::turns, 3 * group, s.word);
  for (int turn = 0; turn < turns; ++turn)
    for (int k = 0; k < count; ++k) {
      const std::uint32_t miss = s.word[turn][k] >= right[k] ? 1u : 0u;
      missed[turn][k] = c.all_right ? 0u : miss;
      s.right[k] += 1u - missed[turn][k];
    }
  draw(c, id, count, Purpose::turns, 3 * group + 1, s.word);
  for (int turn = 0; turn < turns; ++turn)
    for (int k = 0; k < count; ++k) {
      missed[turn][k] &= s.word[turn][k] < t.noticed ? 1u : 0u;  // from here on: missed and noticed
      s.noticed[k] += missed[turn][k];
    }
  draw(c, id, count, Purpose::turns, 3 * group + 2, s.word);
  for (int turn = 0; turn < turns; ++turn)
    for (int k = 0; k < count; ++k) s.repaired[k] += missed[turn][k] & (s.word[turn][k] < t.repaired[k] ? 1u : 0u);
}

// Full: turn by turn, with what is felt, shown, asked and taken for what.

/// What the turns of a full contact need besides scratch.chance and scratch.feels.
struct FullThresholds {
  alignas(64) Word masked, asked, misheard, adopted, handed;
  alignas(64) Word severity;                            ///< whole points of X: row of the table of intensities
  alignas(64) Word culture;                             ///< whose confusions: the client's, in the twin the agent's own
  alignas(64) std::uint32_t taken[kMostCultures * kMostEmotions * kMostEmotions];  ///< running sums of B_c
  alignas(64) double valence[kMostCultures * kMostEmotions * 2];  ///< factor on the odds of noticing: right, wrong
  std::uint32_t negative = 0, positive = 0;             ///< bits of emotions
  int emotions = 0;
  std::uint32_t by_emotion = 0, adopted_by_emotion = 0;  ///< all bits set if d differs: own, and as the coach reads
  bool asks = false, masks = false, adopts = false, hands_over = false, mishears = false;
};

/// Odds factors by felt emotion and whether its valence was missed, so scaled that their mean over confusions is one.
void set_valence(const RecognitionParameters& p, const ReadingTable& table, int culture, int felt, FullThresholds& t) {
  double mean = 0, below = 0;
  for (int taken = 0; taken < table.emotions; ++taken) {
    const double share = table.mistaken[culture][felt][taken];
    mean += share * (p.positive[taken] != p.positive[felt] ? p.valence_wrong : p.valence_right);
    below += share;
    t.taken[(culture * kMostEmotions + felt) * kMostEmotions + taken] = threshold(below);
  }
  const int at = (culture * kMostEmotions + felt) * 2;
  t.valence[at] = mean > 0 ? p.valence_right / mean : 1.0;
  t.valence[at + 1] = mean > 0 ? p.valence_wrong / mean : 1.0;
}

void set_confusions(const Contact& c, FullThresholds& t) {
  const RecognitionParameters& p = c.parameters->recognition;
  t.emotions = c.reading->emotions;
  t.by_emotion = c.reading->by_emotion ? ~0u : 0u;
  t.adopted_by_emotion = c.coached && c.second_reader->by_emotion ? ~0u : 0u;
  for (int e = 0; e < t.emotions; ++e) (p.positive[e] ? t.positive : t.negative) |= 1u << e;
  for (int culture = 0; culture < c.parameters->culture.count; ++culture)
    for (int felt = 0; felt < t.emotions; ++felt) set_valence(p, *c.reading, culture, felt, t);
}

/// Whether the agent reads anything that a display rule acts on: text has none.
bool shows_masks(const AgentParameters& agent) {
  bool found = false;
  for (int m = 0; m < kModalities; ++m) found = found || (agent.uses[m] && agent.masking[m] > 0);
  return found;
}

/// Thresholds by lane. Trust is that of before the week.
void set_lanes(const Contact& c, Lanes lanes, const ClientBlock& b, const Scratch& s, FullThresholds& t) {
  const RecognitionParameters& p = c.parameters->recognition;
  const AgentColumns& a = c.partner == Partner::human ? b.human : b.assistant;
  const double adoption = c.parameters->coaching.adoption;
  const double* const position = c.parameters->culture.position;
  for (int k = 0; k < lanes.count; ++k) {
    const int i = lanes.begin + k;
    const double trust = a.trust_before[i];
    const double display = p.display_base + p.display_position * position[static_cast<std::int32_t>(b.w.culture[i])];
    t.masked[k] = threshold(display * (1.0 - b.r.expressivity[i]) * (1.0 - p.trust_unmasks * trust));
    t.asked[k] = threshold(p.asking * s.shown[curiosity][k] * (1.0 - a.confidence[i]));
    t.misheard[k] = threshold(p.misheard * (1.0 - trust));
    t.adopted[k] = threshold(adoption * b.r.reliance[i]);
    t.severity[k] = static_cast<std::uint32_t>(static_cast<std::int32_t>(round_half_up(b.r.symptom[i])));
    t.culture[k] = c.no_distance ? static_cast<std::uint32_t>(c.reading->home) : b.w.culture[i];
  }
  t.masks = (p.display_base > 0 || p.display_position > 0) && shows_masks(*c.agent);
  t.asks = p.asking > 0;
  t.mishears = p.misheard > 0;
  t.adopts = c.coached;
  t.hands_over = c.partner == Partner::assistant && c.agent->repair_policy == handover;
  const std::uint32_t handed = threshold(c.parameters->human.repaired);
  for (int k = 0; k < lanes.count; ++k) t.handed[k] = handed;
}

struct TurnState {
  alignas(64) TurnWords felt, masked, asked, adopted, missed, wrong_valence;
};

/// What is felt, whether it is masked, whether the agent asks again and whose reading counts.
void show(const Contact& c, const std::uint32_t* id, int count, int group, const FullThresholds& t, Scratch& s,
          TurnState& now) {
  const int turns = turns_of(c, group);
  draw(c, id, count, Purpose::expression, 6 * group, s.word);
  for (int turn = 0; turn < turns; ++turn) {
    for (int k = 0; k < count; ++k) now.felt[turn][k] = now.masked[turn][k] = now.asked[turn][k] = 0;
    for (int k = 0; k < count; ++k) now.adopted[turn][k] = 0;
    for (int e = 0; e + 1 < t.emotions; ++e)
      for (int k = 0; k < count; ++k) now.felt[turn][k] += s.word[turn][k] >= s.feels[e][k] ? 1u : 0u;
  }
  if (t.masks) draw(c, id, count, Purpose::expression, 6 * group + 2, s.word);
  for (int turn = 0; t.masks && turn < turns; ++turn)
    for (int k = 0; k < count; ++k) {
      const std::uint32_t negative = t.negative >> now.felt[turn][k] & 1u;
      now.masked[turn][k] = negative & (s.word[turn][k] < t.masked[k] ? 1u : 0u);
      s.masked[k] += now.masked[turn][k];
    }
  if (t.asks) draw(c, id, count, Purpose::expression, 6 * group + 3, s.word);
  for (int turn = 0; t.asks && turn < turns; ++turn)
    for (int k = 0; k < count; ++k) {
      now.asked[turn][k] = s.word[turn][k] < t.asked[k] ? 1u : 0u;
      s.asked[k] += now.asked[turn][k];
    }
  if (t.adopts) draw(c, id, count, Purpose::adoption, group, s.word);
  for (int turn = 0; t.adopts && turn < turns; ++turn)
    for (int k = 0; k < count; ++k) now.adopted[turn][k] = s.word[turn][k] < t.adopted[k] ? 1u : 0u;
}

// Look-ups of a turn, lane by lane: tables and results lie apart, and say so, or no loop over them would become wide.

/// Whether each lane misses this turn. @param how  0 plain, 1 masked, 2 asked, 3 both, 4 and 5 read by the assistant
void miss_turn(const std::uint32_t* HYBRIDCARE_RESTRICT chance, const std::uint32_t* HYBRIDCARE_RESTRICT how,
               const std::uint32_t* HYBRIDCARE_RESTRICT felt, const std::uint32_t* HYBRIDCARE_RESTRICT word,
               std::uint32_t wrong_possible, int count, std::uint32_t* HYBRIDCARE_RESTRICT missed) {
  for (int k = 0; k < count; ++k) {
    const std::uint32_t row = how[k] * kMostEmotions + felt[k];
    const std::uint32_t right = chance[static_cast<std::int32_t>(row * kBlock + static_cast<std::uint32_t>(k))];
    missed[k] = wrong_possible & (word[k] >= right ? 1u : 0u);
  }
}

/// Number of the emotion that each lane's feeling would be taken for. @param row  of B_c, by lane
void mistake_turn(const std::uint32_t* HYBRIDCARE_RESTRICT below, const std::int32_t* HYBRIDCARE_RESTRICT row,
                  const std::uint32_t* HYBRIDCARE_RESTRICT word, int emotions, int count,
                  std::uint32_t* HYBRIDCARE_RESTRICT taken) {
  for (int k = 0; k < count; ++k) taken[k] = 0;
  for (int e = 0; e + 1 < emotions; ++e)
    for (int k = 0; k < count; ++k) taken[k] += word[k] >= below[row[k] * kMostEmotions + e] ? 1u : 0u;
}

/// Odds of noticing a misread turn. @param intense  place in the table of intensities  @param apart  of the valences
void weigh_turn(const RecognitionParameters& p, const double* HYBRIDCARE_RESTRICT intensity,
                const std::int32_t* HYBRIDCARE_RESTRICT intense, const double* HYBRIDCARE_RESTRICT valence,
                const std::int32_t* HYBRIDCARE_RESTRICT apart, int count, double* HYBRIDCARE_RESTRICT odds) {
  const double base = p.noticed_base, slope = p.noticed_intensity;
  for (int k = 0; k < count; ++k) odds[k] = exp(base + slope * intensity[intense[k]]);
  for (int k = 0; k < count; ++k) odds[k] *= valence[apart[k]];
}

/// Row of a table by culture and felt emotion.
void find_rows(const std::uint32_t* HYBRIDCARE_RESTRICT culture, const std::uint32_t* HYBRIDCARE_RESTRICT felt,
               int count, std::int32_t* HYBRIDCARE_RESTRICT row) {
  for (int k = 0; k < count; ++k) row[k] = static_cast<std::int32_t>(culture[k] * kMostEmotions + felt[k]);
}

/// Right or wrong, and when wrong, whether the feeling was taken for one of the other valence.
void read_turns(const Contact& c, const ClientWords& w, Lanes lanes, int group, const FullThresholds& t, Scratch& s,
                TurnState& now) {
  const int turns = turns_of(c, group);
  const std::uint32_t* const id = w.id + lanes.begin;
  const std::uint32_t wrong_possible = c.all_right ? 0u : 1u;
  alignas(64) Word how, felt;
  alignas(64) std::int32_t row[kBlock];
  draw(c, id, lanes.count, Purpose::turns, 3 * group, s.word);
  for (int turn = 0; turn < turns; ++turn) {
    for (int k = 0; k < lanes.count; ++k) {
      const std::uint32_t own = now.masked[turn][k] + 2u * now.asked[turn][k];
      const bool adopted = now.adopted[turn][k] != 0;
      how[k] = adopted ? 4u + now.masked[turn][k] : own;
      felt[k] = now.felt[turn][k] & (adopted ? t.adopted_by_emotion : t.by_emotion);
    }
    miss_turn(&s.chance[0][0][0], how, felt, s.word[turn], wrong_possible, lanes.count, now.missed[turn]);
    for (int k = 0; k < lanes.count; ++k) s.right[k] += 1u - now.missed[turn][k];
  }
  draw(c, id, lanes.count, Purpose::expression, 6 * group + 4, s.word);
  for (int turn = 0; turn < turns; ++turn) {
    std::uint32_t* const taken = now.wrong_valence[turn];
    find_rows(t.culture, now.felt[turn], lanes.count, row);
    mistake_turn(t.taken, row, s.word[turn], t.emotions, lanes.count, taken);
    for (int k = 0; k < lanes.count; ++k)
      taken[k] = (t.positive >> taken[k] & 1u) ^ (t.positive >> now.felt[turn][k] & 1u);
  }
}

/// Noticed by the client (more so when the feeling was intense, or of the other valence), and repaired.
void settle(const Contact& c, const ClientWords& w, Lanes lanes, int group, const FullThresholds& t,
            const TurnThresholds& plain, Scratch& s, TurnState& now) {
  const int turns = turns_of(c, group);
  const std::uint32_t* const id = w.id + lanes.begin;
  alignas(64) TurnWords rank;
  alignas(64) std::int32_t intense[kBlock], apart[kBlock];
  double* const odds = s.normal[0];
  draw(c, id, lanes.count, Purpose::expression, 6 * group + 1, rank);
  draw(c, id, lanes.count, Purpose::turns, 3 * group + 1, s.word);
  for (int turn = 0; turn < turns; ++turn) {
    find_rows(t.culture, now.felt[turn], lanes.count, apart);
    for (int k = 0; k < lanes.count; ++k) {
      apart[k] = 2 * apart[k] + static_cast<std::int32_t>(now.wrong_valence[turn][k]);
      intense[k] = static_cast<std::int32_t>(t.severity[k] * 64 + (rank[turn][k] >> 26));
    }
    weigh_turn(c.parameters->recognition, &c.reading->intensity[0][0], intense, t.valence, apart, lanes.count, odds);
    for (int k = 0; k < lanes.count; ++k) {
      const std::uint32_t noticed = s.word[turn][k] < threshold(odds[k] / (1.0 + odds[k])) ? 1u : 0u;
      now.missed[turn][k] &= noticed;  // now: missed and noticed
      s.noticed[k] += now.missed[turn][k];
    }
  }
  draw(c, id, lanes.count, Purpose::turns, 3 * group + 2, s.word);
  for (int turn = 0; turn < turns; ++turn)
    for (int k = 0; k < lanes.count; ++k) {
      const std::uint32_t repaired = now.missed[turn][k] & (s.word[turn][k] < plain.repaired[k] ? 1u : 0u);
      s.repaired[k] += repaired;
      now.missed[turn][k] ^= repaired;  // now: noticed and not repaired by this agent
    }
}

/// Policy of handing over: a human takes each failure that the assistant could not repair.
void hand_over(const Contact& c, Lanes lanes, int group, const FullThresholds& t, ClientBlock& b, Scratch& s,
               const TurnState& now) {
  const int turns = turns_of(c, group);
  double* const minutes = b.r.week_minutes + lanes.begin;
  draw(c, b.w.id + lanes.begin, lanes.count, Purpose::handover, group, s.word);
  for (int turn = 0; turn < turns; ++turn)
    for (int k = 0; k < lanes.count; ++k) {
      const std::uint32_t handed = now.missed[turn][k];
      minutes[k] += handed != 0 ? c.parameters->repair.handover_minutes : 0.0;
      s.repaired[k] += handed & (s.word[turn][k] < t.handed[k] ? 1u : 0u);
    }
}

/// Turns read right that reach a client: the others count neither for nor against the agent.
void hear(const Contact& c, const std::uint32_t* id, int count, int group, const FullThresholds& t, Scratch& s,
          const TurnWords& right) {
  const int turns = turns_of(c, group);
  draw(c, id, count, Purpose::expression, 6 * group + 5, s.word);
  for (int turn = 0; turn < turns; ++turn)
    for (int k = 0; k < count; ++k) s.heard[k] -= right[turn][k] & (s.word[turn][k] < t.misheard[k] ? 1u : 0u);
}

void play_fully(const Contact& c, Lanes lanes, const TurnThresholds& plain, ClientBlock& b, Scratch& s) {
  FullThresholds t;
  TurnState now;
  alignas(64) TurnWords right;
  set_confusions(c, t);
  set_lanes(c, lanes, b, s, t);
  const std::uint32_t* const id = b.w.id + lanes.begin;
  for (int group = 0; group * kTurnsPerGroup < c.turns; ++group) {
    show(c, id, lanes.count, group, t, s, now);
    read_turns(c, b.w, lanes, group, t, s, now);
    for (int turn = 0; turn < turns_of(c, group); ++turn)
      for (int k = 0; k < lanes.count; ++k) {
        right[turn][k] = 1u - now.missed[turn][k];
        s.heard[k] += right[turn][k];
      }
    settle(c, b.w, lanes, group, t, plain, s, now);
    if (t.hands_over) hand_over(c, lanes, group, t, b, s, now);
    if (t.mishears) hear(c, id, lanes.count, group, t, s, right);
  }
}

void play_plainly(const Contact& c, Lanes lanes, const TurnThresholds& plain, const ClientBlock& b, Scratch& s) {
  alignas(64) Word right;
  for (int k = 0; k < lanes.count; ++k) right[k] = threshold(s.right_chance[k]);
  for (int group = 0; group * kTurnsPerGroup < c.turns; ++group)
    play_group(c, b.w.id + lanes.begin, lanes.count, group, right, plain, s);
  for (int k = 0; k < lanes.count; ++k) s.heard[k] = s.right[k];
}

/// Adds this contact's turns to the week's, and what asking again has left of the contact.
void keep_counts(const Contact& c, Lanes lanes, ClientBlock& block, Scratch& s) {
  AgentColumns& a = columns_of(c.partner, block);
  const double lost = c.parameters->recognition.ask_cost / c.turns, turns = c.turns;
  for (int k = 0; k < lanes.count; ++k) {
    const int i = lanes.begin + k;
    const double noticed = static_cast<std::int32_t>(s.noticed[k]), repaired = static_cast<std::int32_t>(s.repaired[k]);
    a.right_turns[i] += static_cast<std::int32_t>(s.right[k]);
    a.noticed_turns[i] += noticed;
    a.repaired_turns[i] += repaired;
    block.r.week_unrepaired[i] += noticed - repaired;
    block.r.week_turns[i] += turns;
  }
  for (int k = 0; k < lanes.count; ++k) {
    const double asked = static_cast<std::int32_t>(s.asked[k]);
    a.masked_turns[lanes.begin + k] += static_cast<std::int32_t>(s.masked[k]);
    a.asked_turns[lanes.begin + k] += asked;
    s.dose[k] = 1.0 - lost * asked;
  }
}

}  // namespace

void play_turns(const Contact& contact, Lanes lanes, ClientBlock& block, Scratch& s) {
  TurnThresholds thresholds;
  set_repair(contact, lanes, block, s);
  set_thresholds(contact, lanes, s, thresholds);
  for (int k = 0; k < lanes.count; ++k) s.right[k] = s.noticed[k] = s.repaired[k] = 0;
  for (int k = 0; k < lanes.count; ++k) s.masked[k] = s.asked[k] = s.heard[k] = 0;
  if (contact.parameters->recognition.emotions_drawn) play_fully(contact, lanes, thresholds, block, s);
  else play_plainly(contact, lanes, thresholds, block, s);
  keep_counts(contact, lanes, block, s);
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
