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
  const int count = whole_vectors(lanes.count);
  for (int k = 0; k < count; ++k) chance[k] = base;
  for (int k = 0; felt && k < count; ++k) {
    const double expected = s.shown[attunement][k] * (floor + (1.0 - floor) * s.right_chance[k]);
    chance[k] = logistic(start + effect * (expected - usual));
  }
  for (int k = 0; k < count; ++k)
    chance[k] = clip(chance[k] * (1.0 - tired * fatigue[k]) + policy + extra * off_track[k], 0.0, 1.0);
}

void set_thresholds(const Contact& c, int count, const Scratch& s, TurnThresholds& t) {
  for (int k = 0; k < count; ++k) t.repaired[k] = threshold(s.repair_chance[k]);
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
  alignas(64) Word severity;                            ///< whole points of X: row of the table of odds
  alignas(64) Word culture;                             ///< whose confusions: the client's, in the twin the agent's own
  alignas(64) Word everybody;                           ///< 1 for each lane
  alignas(64) std::uint32_t taken[kMostCultures * kMostEmotions * kMostEmotions];  ///< running sums of B_c
  alignas(64) double valence[kMostCultures * kMostEmotions * 2];  ///< factor on the odds of noticing: right, wrong
  std::uint32_t negative = 0, positive = 0;             ///< bits of emotions
  std::uint32_t places = 0;                             ///< bit e: valence changes from emotion e to the next
  int emotions = 0;
  int classes = 1, adopted_classes = 1;                 ///< of emotions that are read alike: own, and the coach's
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
  t.classes = c.reading->by_emotion ? t.emotions : 1;
  t.adopted_classes = c.coached && c.second_reader->by_emotion ? c.second_reader->emotions : 1;
  for (int e = 0; e < t.emotions; ++e) (p.positive[e] ? t.positive : t.negative) |= 1u << e;
  for (int e = 0; e + 1 < t.emotions; ++e) t.places |= p.positive[e] != p.positive[e + 1] ? 1u << e : 0u;
  for (int culture = 0; culture < c.parameters->culture.count; ++culture)
    for (int felt = 0; felt < t.emotions; ++felt) set_valence(p, *c.reading, culture, felt, t);
}

/// Whether the agent reads anything that a display rule acts on: text has none.
bool shows_masks(const AgentParameters& agent) {
  bool found = false;
  for (int m = 0; m < kModalities; ++m) found = found || (agent.uses[m] && agent.masking[m] > 0);
  return found;
}

/// Thresholds by lane, a loop for each column. Trust is that of before the week.
void set_lanes(const Contact& c, Lanes lanes, const ClientBlock& b, const Scratch& s, FullThresholds& t) {
  const RecognitionParameters& p = c.parameters->recognition;
  const int count = whole_vectors(lanes.count), at = lanes.begin;
  const AgentColumns& a = c.partner == Partner::human ? b.human : b.assistant;
  const double *const trust = a.trust_before + at, *const open = b.r.expressivity + at;
  const double *const sure = a.confidence + at, *const asks = s.shown[curiosity];
  const double *const reliance = b.r.reliance + at, *const symptom = b.r.symptom + at;
  const double base = p.display_base, slope = p.display_position, unmasks = p.trust_unmasks, asking = p.asking;
  const double misheard = p.misheard, adoption = c.parameters->coaching.adoption;
  const double* const position = c.parameters->culture.position;
  const std::uint32_t* const culture = b.w.culture + at;
  for (int k = 0; k < count; ++k) {
    const double display = base + slope * position[static_cast<std::int32_t>(culture[k])];
    t.masked[k] = threshold(display * (1.0 - open[k]) * (1.0 - unmasks * trust[k]));
  }
  for (int k = 0; k < count; ++k) t.asked[k] = threshold(asking * asks[k] * (1.0 - sure[k]));
  for (int k = 0; k < count; ++k) t.misheard[k] = threshold(misheard * (1.0 - trust[k]));
  for (int k = 0; k < count; ++k) t.adopted[k] = threshold(adoption * reliance[k]);
  for (int k = 0; k < count; ++k)
    t.severity[k] = static_cast<std::uint32_t>(static_cast<std::int32_t>(round_half_up(symptom[k])));
  const auto home = static_cast<std::uint32_t>(c.reading->home);
  for (int k = 0; k < count; ++k) t.culture[k] = culture[k];
  for (int k = 0; c.no_distance && k < count; ++k) t.culture[k] = home;
  const std::uint32_t handed = threshold(c.parameters->human.repaired);
  for (int k = 0; k < count; ++k) t.handed[k] = handed;
  for (int k = 0; k < count; ++k) t.everybody[k] = 1;
}

/// What there is in these contacts at all.
void set_switches(const Contact& c, FullThresholds& t) {
  const RecognitionParameters& p = c.parameters->recognition;
  t.masks = (p.display_base > 0 || p.display_position > 0) && shows_masks(*c.agent);
  t.asks = p.asking > 0;
  t.mishears = p.misheard > 0;
  t.adopts = c.coached;
  t.hands_over = c.partner == Partner::assistant && c.agent->repair_policy == handover;
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
    for (int k = 0; k < count; ++k) now.felt[turn][k] = s.word[turn][k] >= s.feels[0][k] ? 1u : 0u;
    for (int e = 1; e + 1 < t.emotions; ++e)
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

/// Thresholds of reading this turn right, for the lanes marked in `whose`; the others keep what they have.
/// @param open, hidden  columns by class of emotions that are read alike: for turns shown openly, for masked ones
void take_chances(const Word* HYBRIDCARE_RESTRICT open, const Word* HYBRIDCARE_RESTRICT hidden, int classes,
                  const std::uint32_t* HYBRIDCARE_RESTRICT whose, const std::uint32_t* HYBRIDCARE_RESTRICT felt,
                  const std::uint32_t* HYBRIDCARE_RESTRICT masked, int count,
                  std::uint32_t* HYBRIDCARE_RESTRICT right) {
  const bool alike = classes == 1;
  for (int e = 0; e < classes; ++e)
    for (int k = 0; k < count; ++k) {
      const bool takes = (whose[k] != 0) & (alike | (felt[k] == static_cast<std::uint32_t>(e)));
      const std::uint32_t here = masked[k] != 0 ? hidden[e][k] : open[e][k];
      right[k] = takes ? here : right[k];
    }
}

/// Whether each lane's feeling would be taken for one of the other valence. A word that is not below the threshold of
/// emotion e stands for a later one, so that only places count at which valence changes from e to the next.
/// @param below  running sums of B_c   @param row  of B_c, by lane   @param places  bit e: valence changes after e
void mistake_turn(const std::uint32_t* HYBRIDCARE_RESTRICT below, const std::int32_t* HYBRIDCARE_RESTRICT row,
                  const std::uint32_t* HYBRIDCARE_RESTRICT word, std::uint32_t positive, std::uint32_t places,
                  const std::uint32_t* HYBRIDCARE_RESTRICT felt, int count, std::uint32_t* HYBRIDCARE_RESTRICT wrong) {
  for (int k = 0; k < count; ++k) wrong[k] = (positive ^ positive >> felt[k]) & 1u;
  for (int e = 0; places >> e != 0; ++e) {
    if ((places >> e & 1u) == 0) continue;
    for (int k = 0; k < count; ++k) wrong[k] ^= word[k] >= below[row[k] * kMostEmotions + e] ? 1u : 0u;
  }
}

/// Odds of noticing a misread turn. @param intense  place in the table of odds  @param apart  in that of the valences
void weigh_turn(const double* HYBRIDCARE_RESTRICT table, const std::int32_t* HYBRIDCARE_RESTRICT intense,
                const double* HYBRIDCARE_RESTRICT valence, const std::int32_t* HYBRIDCARE_RESTRICT apart, int count,
                double* HYBRIDCARE_RESTRICT odds) {
  for (int k = 0; k < count; ++k) odds[k] = table[intense[k]] * valence[apart[k]];
}

/// Row of a table by culture and felt emotion.
void find_rows(const std::uint32_t* HYBRIDCARE_RESTRICT culture, const std::uint32_t* HYBRIDCARE_RESTRICT felt,
               int count, std::int32_t* HYBRIDCARE_RESTRICT row) {
  for (int k = 0; k < count; ++k) row[k] = static_cast<std::int32_t>(culture[k] * kMostEmotions + felt[k]);
}

/// Right or wrong, and when wrong, whether the feeling was taken for one of the other valence.
void read_turns(const Contact& c, const std::uint32_t* id, int count, int group, const FullThresholds& t, Scratch& s,
                TurnState& now) {
  const int turns = turns_of(c, group);
  const std::uint32_t wrong_possible = c.all_right ? 0u : 1u;
  alignas(64) Word right;
  alignas(64) std::int32_t row[kColumn];
  draw(c, id, count, Purpose::turns, 3 * group, s.word);
  for (int turn = 0; turn < turns; ++turn) {
    const std::uint32_t *const felt = now.felt[turn], *const masked = now.masked[turn];
    take_chances(s.chance[0], s.chance[1], t.classes, t.everybody, felt, masked, count, right);
    if (t.asks) take_chances(s.chance[2], s.chance[3], t.classes, now.asked[turn], felt, masked, count, right);
    if (t.adopts)
      take_chances(s.chance[4], s.chance[5], t.adopted_classes, now.adopted[turn], felt, masked, count, right);
    for (int k = 0; k < count; ++k) now.missed[turn][k] = wrong_possible & (s.word[turn][k] >= right[k] ? 1u : 0u);
    for (int k = 0; k < count; ++k) s.right[k] += 1u - now.missed[turn][k];
  }
  draw(c, id, count, Purpose::expression, 6 * group + 4, s.word);
  for (int turn = 0; turn < turns; ++turn) {
    find_rows(t.culture, now.felt[turn], count, row);
    mistake_turn(t.taken, row, s.word[turn], t.positive, t.places, now.felt[turn], count, now.wrong_valence[turn]);
  }
}

/// Noticed by the client (more so when the feeling was intense, or of the other valence), and repaired.
void settle(const Contact& c, const std::uint32_t* id, int count, int group, const FullThresholds& t,
            const TurnThresholds& plain, Scratch& s, TurnState& now) {
  const int turns = turns_of(c, group);
  alignas(64) TurnWords rank;
  alignas(64) std::int32_t intense[kColumn], apart[kColumn];
  double* const odds = s.normal[0];
  draw(c, id, count, Purpose::expression, 6 * group + 1, rank);
  draw(c, id, count, Purpose::turns, 3 * group + 1, s.word);
  for (int turn = 0; turn < turns; ++turn) {
    find_rows(t.culture, now.felt[turn], count, apart);
    for (int k = 0; k < count; ++k) {
      apart[k] = 2 * apart[k] + static_cast<std::int32_t>(now.wrong_valence[turn][k]);
      intense[k] = static_cast<std::int32_t>(t.severity[k] * kIntensityRanks + (rank[turn][k] >> 26));
    }
    weigh_turn(&c.reading->odds[0][0], intense, t.valence, apart, count, odds);
    for (int k = 0; k < count; ++k) {
      const std::uint32_t noticed = s.word[turn][k] < threshold(odds[k] / (1.0 + odds[k])) ? 1u : 0u;
      now.missed[turn][k] &= noticed;  // now: missed and noticed
      s.noticed[k] += now.missed[turn][k];
    }
  }
  draw(c, id, count, Purpose::turns, 3 * group + 2, s.word);
  for (int turn = 0; turn < turns; ++turn)
    for (int k = 0; k < count; ++k) {
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
  set_switches(c, t);
  const std::uint32_t* const id = b.w.id + lanes.begin;
  const int count = whole_vectors(lanes.count);
  for (int turn = 0; turn < kTurnsPerGroup; ++turn)  // what the agent or the scenario does not do stays 0
    for (int k = 0; k < count; ++k) now.masked[turn][k] = now.asked[turn][k] = now.adopted[turn][k] = 0;
  for (int group = 0; group * kTurnsPerGroup < c.turns; ++group) {
    show(c, id, count, group, t, s, now);
    read_turns(c, id, count, group, t, s, now);
    for (int turn = 0; turn < turns_of(c, group); ++turn)
      for (int k = 0; k < count; ++k) {
        right[turn][k] = 1u - now.missed[turn][k];
        s.heard[k] += right[turn][k];
      }
    settle(c, id, count, group, t, plain, s, now);
    if (t.hands_over) hand_over(c, lanes, group, t, b, s, now);
    if (t.mishears) hear(c, id, count, group, t, s, right);
  }
}

void play_plainly(const Contact& c, Lanes lanes, const TurnThresholds& plain, const ClientBlock& b, Scratch& s) {
  const int count = whole_vectors(lanes.count);
  alignas(64) Word right;
  for (int k = 0; k < count; ++k) right[k] = threshold(s.right_chance[k]);
  for (int group = 0; group * kTurnsPerGroup < c.turns; ++group)
    play_group(c, b.w.id + lanes.begin, count, group, right, plain, s);
  for (int k = 0; k < count; ++k) s.heard[k] = s.right[k];
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
  const int count = whole_vectors(lanes.count);
  set_thresholds(contact, count, s, thresholds);
  for (int k = 0; k < count; ++k) s.right[k] = s.noticed[k] = s.repaired[k] = 0;
  for (int k = 0; k < count; ++k) s.masked[k] = s.asked[k] = s.heard[k] = 0;
  if (contact.parameters->recognition.emotions_drawn) play_fully(contact, lanes, thresholds, block, s);
  else play_plainly(contact, lanes, thresholds, block, s);
  keep_counts(contact, lanes, block, s);
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
