// Where each sum of the accounts stands. All sums are 64-bit integers.
#pragma once
#include <cstdint>

#include "agents/parameters.hpp"

namespace hybridcare {

/// What a human's time went into. Guidance is a contact of less than a full dose.
enum class Minutes : int { sessions, guidance, reviews, handovers, safety };
inline constexpr int kMinutes = 5;

/// Sums of one group of clients over the weeks followed.
enum class Account : int {
  clients,
  human_contacts, assistant_contacts,
  coached_contacts,     ///< of the human, with the assistant as a coach
  served,               ///< clients who met a human or an assistant
  waited_weeks,         ///< for a first contact
  ill_at_entry,         ///< y0 >= 10
  recovered             ///< of those: a fall of at least 6 points to below 10, at the asking week
};
inline constexpr int kAccounts = 8;

/// Minutes are kept in 1/1024: prices are applied at the end.
inline constexpr double kAccountMinute = 1024;

struct AccountsLayout {
  static constexpr int at(Account field) { return static_cast<int>(field); }
  static constexpr int at(Minutes kind) { return kAccounts + static_cast<int>(kind); }
  /// Client-weeks by severity band, weeks 1 to the last.
  static constexpr int band(int severity) { return kAccounts + kMinutes + severity; }
  static constexpr int kSize = kAccounts + kMinutes + kSeverityBands;
};

/// Severity band of a score: below 5, 10, 15, 20, and 20 or more points.
constexpr int severity_band(int phq9) {
  return phq9 < 5 ? remission : phq9 < 10 ? minor_depression : phq9 < 15 ? mild_depression
         : phq9 < 20 ? moderate_depression : severe_depression;
}

}  // namespace hybridcare
