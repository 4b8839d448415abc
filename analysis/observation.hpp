// Which measurements a study would miss (model document, section 6).
#pragma once
#include <array>
#include <cstdint>

#include "agents/client.hpp"

namespace hybridcare {

/// Thresholds for a random word: the measurement is missing if the word is below.
class MissingRule {
 public:
  explicit MissingRule(const ObservationParameters& p);

  /// @param exit    how the client left the pathway, if at all
  /// @param change  y - y0, whole points; at_random ignores it
  std::uint32_t at_random(Exit exit) const { return at_random_[state(exit)]; }
  std::uint32_t not_at_random(Exit exit, int change) const {
    return not_at_random_[state(exit)][static_cast<std::size_t>(change + kMostChange)];
  }

 private:
  static constexpr int kMostChange = 27, kStates = 3;
  static std::size_t state(Exit exit) { return exit == Exit::none ? 0 : exit == Exit::dropped ? 2 : 1; }

  std::array<std::uint32_t, kStates> at_random_{};
  std::array<std::array<std::uint32_t, 2 * kMostChange + 1>, kStates> not_at_random_{};
};

}  // namespace hybridcare
