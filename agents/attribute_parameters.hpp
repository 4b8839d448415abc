// What named attributes of clients (age band, deprivation, language, digital access or others) do. No numbers here, and
// none by default: every effect is the user's own assumption.
#pragma once

namespace hybridcare {

inline constexpr int kMostAttributes = 4;  ///< named attributes of clients
inline constexpr int kMostLevels = 8;      ///< of one attribute
inline constexpr int kMostCells = 512;     ///< of all attributes together

/// What an attribute can act on. Each is added; a client's effects of several attributes add up.
enum AttributeTarget {
  on_leaving,          ///< logit of dropout
  on_seeking,          ///< logit of seeking help in a service
  on_practice,         ///< logit of practising a slot
  on_trust_human, on_trust_assistant,  ///< alpha at entry, before its least
  on_privacy, on_stigma, on_motivation ///< at entry, then clipped to [0, 1]
};
inline constexpr int kAttributeTargets = 8;

/// A client's joint cell is drawn at entry by purpose `people`, block 1, word 2: the number of e < cells - 1 with
/// word >= threshold(below[e]). Its levels are the cell's digits, the last attribute's fastest:
/// level[a] = cell / (product of levels after a) mod levels[a], kept in ClientReals::attribute.
struct AttributeParameters {
  int count;                                  ///< attributes in use; 0: none
  int cells;                                  ///< product of their levels
  int levels[kMostAttributes];
  double below[kMostCells];                   ///< share of clients up to and with each cell, ascending to 1
  double effect[kAttributeTargets][kMostAttributes][kMostLevels];
  bool without_assistant[kMostAttributes][kMostLevels];  ///< clients of this level meet no assistant
};

}  // namespace hybridcare
