// Who enters: clients in need, their traits and their first measurement. Model sections 2 and 2.1.
#pragma once
#include <cstdint>

#include "agents/client.hpp"
#include "agents/parameters.hpp"
#include "agents/scratch.hpp"
#include "agents/therapists.hpp"
#include "sim/draws.hpp"
#include "sim/kernel.hpp"

namespace hybridcare {

inline constexpr int kIntakeAttempts = 60;  ///< redraws until the entry rule of a trial holds

namespace HYBRIDCARE_KERNEL {

/// Fills all columns of lanes [0, size) for clients first .. first + size - 1 at week 0, in step `start`.
/// A client's values depend on (seed, replicate, id) and the parameters alone, never on who else enters.
void enter(const Parameters& parameters, const TherapistView& therapists, Key key, std::uint32_t first, int size,
           std::uint32_t start, ClientBlock& block, Scratch& scratch);

}  // namespace HYBRIDCARE_KERNEL
}  // namespace hybridcare
