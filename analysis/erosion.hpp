// Erosion of trust by contact number, with leaving and planned ends as competing events (model document, section 6).
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace hybridcare {

/// When trust counts as eroded: it has been more than `depth` below its value at entry at `contacts` contacts in a row.
struct ErosionRule {
  double depth = .10;  ///< delta, on the scale of trust, (0, 1)
  int contacts = 3;    ///< w, contacts in a row
};

/// What has to be remembered of one client and one agent.
struct ErosionTrack {
  std::uint16_t below = 0;      ///< contacts in a row with trust below the mark, up to now
  std::uint16_t eroded_at = 0;  ///< number of the contact at which trust counted as eroded; 0: not so far
};

/// Looks at trust after a contact that was held.
/// @param trust    T = alpha / (alpha + beta) after the contact, (0, 1)
/// @param start    T at entry, (0, 1)
/// @param contact  number of this contact with this agent, from 1
inline void observe(ErosionTrack& track, const ErosionRule& rule, double trust, double start, int contact) {
  track.below = trust < start - rule.depth ? static_cast<std::uint16_t>(track.below + 1) : std::uint16_t{0};
  if (track.eroded_at == 0 && track.below >= rule.contacts) track.eroded_at = static_cast<std::uint16_t>(contact);
}

/// Why a client's time at risk came to its end. `censored`: care was completed, or went on without this agent.
enum class ErosionEnd : int { eroded, dropped, ended, censored };
inline constexpr int kErosionEnds = 4;

/// Cumulative incidences by contact number, shapes (contacts,); index 0 is the first contact.
struct Incidence {
  std::vector<double> at_risk;  ///< clients who held this contact and had no event before
  std::vector<double> eroded, dropped, ended;
};

/// Aalen-Johansen estimate in the time of contacts.
/// @param ends  counts by contact number and ErosionEnd, shape (contacts, kErosionEnds), row-major: at which contact
///              (the last one held, or the one of erosion) the time at risk came to its end. Everybody who ever met
///              the agent stands in exactly one place, so the numbers at risk follow.
/// Within a contact number the three events compete; whoever is censored there was still at risk there.
Incidence aalen_johansen(std::span<const double> ends);

}  // namespace hybridcare
