// Which random words serve which decision. Append-only and versioned: a word, once given, is never given again.
// counter = (entity, second entity or 0, week << 3 | contact in the week, purpose << 16 | block).
#pragma once
#include <cstdint>

namespace hybridcare {

inline constexpr int kDrawTableVersion = 1;

/// The agent a contact is with, as "second entity" of its draws. Not the therapist's number: a client who meets
/// another therapist in another arm keeps the same luck.
enum class Partner : std::uint32_t { none = 0, human = 1, assistant = 2 };

enum class Purpose : std::uint32_t {
  intake = 1,        ///< block = attempt: 0 episode, 1 symptom, 2 first measurement
  traits = 2,        ///< block 0: 0 baseline, 1 responsiveness, 2 halo, 3 motivation;
                     ///< block 1: 0 trust in human, 1 in assistant, 2 culture, 3 therapist
  distance = 3,      ///< second entity = partner; 0 jitter of the cultural distance
  course = 4,        ///< weekly: 0 episode, 1 symptom, 2 measurement
  sudden_gain = 5,   ///< weekly: 0 whether, 1 how large
  attendance = 6,    ///< per contact: 0 missed
  turns = 7,         ///< per contact, three blocks for every four turns: right, noticed, repaired
  quality = 8,       ///< per contact: blocks 0 and 1, one normal per quality
  ratings = 9,       ///< per contact: 0 alliance, 1 empathy, 2 felt heard
  practice = 10,     ///< weekly: one word per practice slot
  leaving = 11,      ///< weekly: 0 dropout, 1 planned end
  therapist = 12,    ///< entity = therapist; block 0: 0 culture, 1 common skill;
                     ///< blocks 1 and 2: own part of each quality
  observation = 13,  ///< what a study would have seen; entity = client, block = reading: 0 missing
};

}  // namespace hybridcare
