// Where each count stands in the row of one (replicate, cell, culture). All counts are 64-bit integers.
#pragma once
#include "analysis/erosion.hpp"
#include "analysis/names.hpp"
#include "sim/fixed.hpp"

namespace hybridcare {

/// Yes-or-no outcomes at a reading; y0 is the measurement at entry, y the one at the reading.
enum class Outcome : int {
  reliable_improvement,    ///< y0 - y >= 6
  reliable_deterioration,  ///< y - y0 >= 6
  own_improvement,         ///< y0 - y >= 1.96 sqrt(2) sem
  own_deterioration,       ///< y - y0 >= 1.96 sqrt(2) sem
  recovery,                ///< y0 >= 10, y0 - y >= 6, y < 10; counted against `ill_at_entry`
  response,                ///< y <= y0 / 2, y0 > 0
  below_cut10,             ///< y < 10
  remission_phq5,          ///< y < 5
  ill_at_entry             ///< y0 >= 10: a denominator, no outcome
};
inline constexpr int kOutcomes = 9;

/// Sums at a reading, latent: of what no service could measure.
enum class Latent : int {
  symptom,        ///< X, 2^-32 points
  gain            ///< G, 2^-32 points
};
inline constexpr int kLatents = 2;

/// Counts of one client group that have no time.
enum class Total : int {
  clients,            ///< in the group
  human_minutes,      ///< of the human's time in contacts held, whole minutes
  other_minutes,      ///< of the human's time beside them: reviews, alarms, turns handed over; 2^-16 minutes
  satisfaction,       ///< sum, 2^-32
  satisfied_clients,  ///< clients asked: those who met an agent by then
  well,               ///< recovered at `post`, or in the week of leaving the pathway if that came earlier
  relapsed,           ///< of those: later a score of 10 or more, at least 6 points above that one
  fatigue,            ///< of the therapist, summed over clients' weeks with a contact with the human, 2^-32
  fatigue_weeks,      ///< these weeks
  missed_risk,        ///< weeks in care and in a risk state that nobody saw
  missed_clients,     ///< clients with such a week
  risk_found,         ///< risk states detected
  risk_waits,         ///< weeks from their onset to detection, summed
  human_reached,      ///< risk states in which a human met the client or was told
  human_waits,        ///< weeks from their onset to that, summed
  alarms              ///< false ones
};
inline constexpr int kTotals = 16;
inline constexpr double kMinuteOne = 65536;

/// Counts of one client group and one agent, over the whole course.
enum class Met : int {
  contacts, turns, misread,
  first_turns, first_misread,  ///< of first contacts
  noticed, repaired,
  confidence,                  ///< sum of confidence x turns, 2^-24
  person_rate,                 ///< sum over clients who met the agent of misread / turns, 2^-32
  masked,                      ///< turns in which the feeling was masked
  asked,                       ///< turns in which the agent asked again
  ruptures,                    ///< contacts with a rupture
  missed                       ///< contacts due and missed
};
inline constexpr int kMet = 13;

/// Sums over all clients of the group of their distance chi to an agent of the arm, 2^-16, and of its products: what a
/// regression of an outcome on chi needs. Once by the end, for dropout, and once at each reading, for y: a service may
/// give a client another therapist in between.
enum class Distance : int { sum, squares, outcome };
inline constexpr int kDistances = 3;
inline constexpr double kDistanceOne = 65536;

/// Counts by week, 0 (entry) to the last.
enum class Weekly : int {
  phq9, phq9_squares,                ///< sums of points and of their squares
  in_care,                           ///< clients whose step in that week offers care
  met_human, met_assistant,          ///< clients who have met the agent by then
  trust_human, trust_assistant,      ///< sum over those of their latest trust, 2^-32
  completed, ended_early, dropped,   ///< clients who left the pathway in that week, for the first time
  dropped_ill                        ///< of `dropped`: with a score of 10 or more in that week
};
inline constexpr int kWeekly = 11;

/// Confidence is summed times turns; eight places fewer keep the sum of ten million clients in 64 bits.
inline constexpr int kConfidenceShift = 8;
inline constexpr double kConfidenceOne = kFixedOne / (1 << kConfidenceShift);

/// Erosion is followed up to this many contacts with an agent.
inline constexpr int kMostContacts = 60;

struct Layout {
  int weeks = 0, readings = 0, contacts = 0;
  int size = 0;  ///< counts in a row

  Layout() = default;
  explicit Layout(const Experiment& experiment);

  static int at(Total total) { return static_cast<int>(total); }
  static int at(int agent, Met field) { return kTotals + agent * kMet + static_cast<int>(field); }
  int at(Weekly series, int week) const { return weekly_ + static_cast<int>(series) * (weeks + 1) + week; }
  int at(int reading, Outcome outcome) const { return outcomes_ + reading * kOutcomes + static_cast<int>(outcome); }
  int at(int reading, Latent latent) const { return latents_ + reading * kLatents + static_cast<int>(latent); }
  /// @param reading  -1: by the end, with dropout as the outcome
  int at(int agent, Distance field, int reading) const {
    return distances_ + agent * distance_size() + (reading + 1) * kDistances + static_cast<int>(field);
  }
  /// @param contact  from 1; the kErosionEnds counts of one contact number stand side by side
  int erosion(int agent, int contact) const { return erosion_ + (agent * contacts + contact - 1) * kErosionEnds; }

 private:
  int distance_size() const { return kDistances * (1 + readings); }

  int weekly_ = 0, outcomes_ = 0, latents_ = 0, distances_ = 0, erosion_ = 0;
};

inline Weekly met_series(int agent) { return agent == kHuman ? Weekly::met_human : Weekly::met_assistant; }
inline Weekly trust_series(int agent) { return agent == kHuman ? Weekly::trust_human : Weekly::trust_assistant; }

}  // namespace hybridcare
