// Therapists of one replicate: flat tables that a pass can gather from. Model section 2.2.
#pragma once
#include <cstdint>
#include <vector>

#include "agents/parameters.hpp"

namespace hybridcare {

struct TherapistTable {
  int count = 0;
  std::vector<double> quality;         ///< [kQualities][count], expressed-quality means, [least, 1]
  std::vector<double> effectiveness;   ///< [count], mean 1, > 0
  std::vector<std::uint32_t> culture;  ///< [count]
};

/// What kernel passes see of it.
struct TherapistView {
  int count = 0;
  const double* quality = nullptr;
  const double* effectiveness = nullptr;
  const std::uint32_t* culture = nullptr;
};

/// Draws the therapists of a replicate; a therapist's own draws depend on nothing but (seed, replicate, number).
TherapistTable draw_therapists(const Parameters& parameters, std::uint32_t seed, std::uint32_t replicate);
inline TherapistView view(const TherapistTable& table) {
  return {table.count, table.quality.data(), table.effectiveness.data(), table.culture.data()};
}

}  // namespace hybridcare
