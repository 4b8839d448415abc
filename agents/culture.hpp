// Cultures are abstract expression distances on a line, never peoples. Model section S2.
#pragma once
#include <cstdint>

#include "agents/parameters.hpp"
#include "sim/kernel.hpp"

namespace hybridcare {

/// Index of the culture that a random word falls into, by the cultures' shares.
HYBRIDCARE_INLINE std::uint32_t draw_culture(const CultureParameters& p, std::uint32_t word) {
  const double u = (word + 0.5) / 4294967296.0;
  double below = 0;
  std::uint32_t culture = 0;
  for (int c = 0; c + 1 < p.count; ++c) {
    below += p.share[c];
    culture += u >= below ? 1u : 0u;
  }
  return culture;
}

/// Distance chi between a client and an agent, [0, distance_most]; exactly 0 within a culture.
/// @param jitter  personal part, keyed by the pair, in [-p.jitter, p.jitter]
/// The asymmetry (clients of the reference culture are read better by others than the reverse) is put in, not found.
HYBRIDCARE_INLINE double cultural_distance(const CultureParameters& p, std::uint32_t client, std::uint32_t agent,
                                           double jitter) {
  if (client == agent) return 0.0;
  const double apart = p.position[client] - p.position[agent];
  const bool read_by_another = static_cast<int>(client) == p.reference;
  const double chi = (apart < 0 ? -apart : apart) * (read_by_another ? p.asymmetry : 1.0) + jitter;
  return chi < 0 ? 0.0 : chi > p.distance_most ? p.distance_most : chi;
}

}  // namespace hybridcare
