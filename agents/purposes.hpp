// Which random words serve which decision. Append-only and versioned: a word, once given, is never given again.
// counter = (entity, second entity or 0, week << 3 | contact in the week, purpose << 16 | block).
#pragma once
#include <cstdint>

namespace hybridcare {

inline constexpr int kDrawTableVersion = 1;

/// The agent a contact is with, as "second entity" of its draws. Not the therapist's number: a client who meets
/// another therapist in another arm keeps the same luck.
enum class Partner : std::uint32_t { none = 0, human = 1, assistant = 2 };

/// Second entity of draws that belong to a pair: with a therapist, number + 1; with an assistant, this + its number.
inline constexpr std::uint32_t kAssistants = 0x80000000u;

enum class Purpose : std::uint32_t {
  intake = 1,        ///< block = attempt: 0 episode, 1 symptom, 2 first measurement,
                     ///< 3 episode within a row of a counted intake
  traits = 2,        ///< block 0: 0 baseline, 1 responsiveness, 2 halo, 3 motivation;
                     ///< block 1: 0 trust in human, 1 in assistant, 2 culture, 3 therapist
  distance = 3,      ///< second entity = partner; 0 jitter of the cultural distance
  course = 4,        ///< weekly: 0 episode, 1 symptom, 2 measurement
  sudden_gain = 5,   ///< weekly: 0 whether, 1 how large
  attendance = 6,    ///< per contact: 0 missed, 1 made use of
  turns = 7,         ///< per contact, three blocks for every four turns: right, noticed, repaired
  quality = 8,       ///< per contact: blocks 0 and 1, one normal per quality
  ratings = 9,       ///< per contact: 0 alliance, 1 empathy, 2 felt heard
  practice = 10,     ///< weekly: one word per practice slot
  leaving = 11,      ///< weekly: 0 dropout, 1 planned end
  therapist = 12,    ///< entity = therapist; block 0: 0 culture, 1 common skill;
                     ///< blocks 1 and 2: own part of each quality
  observation = 13,  ///< what a study would have seen, weekly; block 0: 0 measurement missing;
                     ///< block 1: error of trust as measured, 0 in the human, 1 in the assistant
  expression = 14,   ///< per contact, six blocks for every four turns: felt emotion, intensity, masked, asked,
                     ///< mistaken for, misheard
  adoption = 15,     ///< per contact with a coached human: one word per turn: taken over from the assistant
  people = 16,       ///< at entry; block 0: 0 expressivity, 1 privacy concern, 2 stigma, 3 preference;
                     ///< block 1: 0 trust type, 1 triage, 2 attributes; block 2: fit to the four pathways;
                     ///< block 3: 0 persistent symptoms, 1 unresponsive
  match = 17,        ///< second entity = the pair's agent; 0 dyad match
  plan = 18,         ///< weekly: one normal per pathway
  privacy = 19,      ///< weekly: 0 breach, 1 discovery
  safety = 20,       ///< weekly: 0 onset, 1 seen by the human, 2 seen by the assistant, 3 false alarm
  review = 21,       ///< weekly: 0 seen by the review
  service = 22,      ///< weekly: 0 seeks help, 1 gives up waiting
  arrivals = 23,     ///< entity = week: how many arrive
  precedence = 24,   ///< 0: among equals in a queue
  choice = 25,       ///< second entity = therapist + 1; 0: which therapist a client would rather have
  edges = 26,        ///< entity = node, second entity = place: 0 rewired, 1 to whom, 2 alike
  handover = 27,     ///< per contact with an assistant: one word per turn: repaired by the human
  profile = 28,      ///< entity = row of a measured profile, block = cell
  bond = 29,         ///< second entity = number of an assistant, > 0: 0 trust at the start
};

}  // namespace hybridcare
