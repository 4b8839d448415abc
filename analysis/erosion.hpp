// Erosion of trust by contact number, with leaving and planned ends as competing events (model document, section 6).
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "agents/client.hpp"

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

/// Looks at trust after the contacts of a week. Trust is read once a week, after the last of them: all contacts of the
/// week count as it does, and the one that completes the row is the event.
/// @param trust    T = alpha / (alpha + beta) after the last contact, (0, 1)
/// @param start    T at entry, (0, 1)
/// @param contact  number of the last contact with this agent, from 1
/// @param held     contacts held this week, >= 1
inline void observe(ErosionTrack& track, const ErosionRule& rule, double trust, double start, int contact,
                    int held = 1) {
  track.below = trust < start - rule.depth ? static_cast<std::uint16_t>(track.below + held) : std::uint16_t{0};
  if (track.eroded_at == 0 && track.below >= rule.contacts)
    track.eroded_at = static_cast<std::uint16_t>(contact - (track.below - rule.contacts));
}

/// Why a client's time at risk came to its end. `censored`: care was completed, or went on without this agent.
enum class ErosionEnd : int { eroded, dropped, ended, censored };
inline constexpr int kErosionEnds = 4;

/// How one client's contacts with one agent ended.
struct ErosionCase {
  int contacts = 0;        ///< held, >= 1
  int eroded_at = 0;       ///< contact number; 0: not eroded
  bool with_agent = true;  ///< the step that the client left the pathway from has this agent
  Exit exit = Exit::none;
};

/// Place of a case among counts of shape (contacts, kErosionEnds).
inline int erosion_place(const ErosionCase& at, int contacts) {
  const int last = at.contacts < contacts ? at.contacts : contacts;
  ErosionEnd end = ErosionEnd::censored;
  if (at.eroded_at > 0 && at.eroded_at <= contacts)
    return (at.eroded_at - 1) * kErosionEnds + static_cast<int>(ErosionEnd::eroded);
  if (at.with_agent && at.contacts <= contacts) {
    if (at.exit == Exit::dropped) end = ErosionEnd::dropped;
    if (at.exit == Exit::ended_early) end = ErosionEnd::ended;
  }
  return (last - 1) * kErosionEnds + static_cast<int>(end);
}

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

/// The last value of each incidence of `aalen_johansen`, and how many were at risk at the first contact.
struct LastIncidence { double at_risk = 0, eroded = 0, dropped = 0, ended = 0; };
LastIncidence last_incidence(std::span<const double> ends);

}  // namespace hybridcare
