// Where each sum of the observational echo stands. All sums are 64-bit integers.
#pragma once
#include <cstdint>

#include "analysis/names.hpp"

namespace hybridcare {

/// What a study writes down about one client and one agent. `one` is 1: products with it are sums and counts.
enum class Variable : int {
  one,
  start,     ///< y(0), points
  reading,   ///< y at the reading week, points
  empathy,   ///< mean empathy rating
  alliance,  ///< mean alliance rating
  accuracy,  ///< mean share of turns read right
  quality    ///< mean empathy as expressed, which no study sees
};
inline constexpr int kVariables = 7;
inline constexpr int kMoments = kVariables * (kVariables + 1) / 2;

/// Place of the sum of products of two variables among the moments.
constexpr int moment(Variable a, Variable b) {
  const int i = static_cast<int>(a < b ? a : b), j = static_cast<int>(a < b ? b : a);
  return i * kVariables - i * (i - 1) / 2 + (j - i);
}

/// Who is in: clients with two contacts or more, whether or not they left; or those of them who had not dropped out.
enum class Sample : int { all, completers };
inline constexpr int kSamples = 2;

/// Columns of the panel of persons and weeks. `next` is y of the week after.
enum class PanelColumn : int { rating, now, next };
inline constexpr int kPanelColumns = 3;
inline constexpr int kPanelWeeks = 6;     ///< ratings of weeks 1 to 6, each with y of the week after
inline constexpr int kPanelProducts = kPanelColumns * (kPanelColumns + 1) / 2;

constexpr int panel_product(PanelColumn a, PanelColumn b) {
  const int i = static_cast<int>(a < b ? a : b), j = static_cast<int>(a < b ? b : a);
  return i * kPanelColumns - i * (i - 1) / 2 + (j - i);
}

/// Sums over everybody in the arm.
enum class Everybody : int { clients, dropped, reading, reading_squares };
inline constexpr int kEverybody = 4;

/// Sums of one therapist: clients with two contacts or more, and their y(0) and y at the reading week.
enum class OfTherapist : int { clients, start, reading };
inline constexpr int kOfTherapist = 3;

/// Ratings, shares and qualities are rounded to 2^-14 (6e-5) and held within ±8, so that sums of squares over the six
/// weeks of ten million clients stay within 64 bits. The rounding adds 1e-8 of a rating's variance.
inline constexpr double kRatingOne = 16384;
inline std::int64_t to_rating(double value) {
  const double scaled = value < -8 ? -8 * kRatingOne : value > 8 ? 8 * kRatingOne : value * kRatingOne;
  return static_cast<std::int64_t>(scaled < 0 ? scaled - .5 : scaled + .5);
}

/// One row of sums. Therapists stand in rows of their own: they are counted over all cultures.
struct EchoLayout {
  static constexpr int at(Everybody field) { return static_cast<int>(field); }
  static constexpr int moments(int agent, Sample sample) {
    return kEverybody + (agent * kSamples + static_cast<int>(sample)) * kMoments;
  }
  static constexpr int persons(int agent) { return kEverybody + kAgents * kSamples * kMoments + agent * kPanel; }
  /// Sums of products over persons and weeks.
  static constexpr int products(int agent) { return persons(agent) + 1; }
  /// Sums over persons of products of their sums over weeks.
  static constexpr int person_products(int agent) { return products(agent) + kPanelProducts; }
  /// Sums over persons, by week, shape (kPanelColumns, kPanelWeeks).
  static constexpr int week_sums(int agent) { return person_products(agent) + kPanelProducts; }

  static constexpr int kPanel = 1 + 2 * kPanelProducts + kPanelColumns * kPanelWeeks;
  static constexpr int kSize = kEverybody + kAgents * (kSamples * kMoments + kPanel);
};

}  // namespace hybridcare
