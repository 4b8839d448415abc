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

/// Cultural distance and dyad match of the clients of a run to the therapist whom `therapist` names: at entry, and
/// when a service gives a client another therapist.
void meet_therapist(const Parameters& parameters, const TherapistView& therapists, Key key, Lanes lanes,
                    ClientBlock& block, Scratch& scratch);

/// A new bond, for clients who come to another assistant: all their assistant columns begin anew, as at entry. What a
/// client knows of the first assistant's being one stays known.
/// @param parameters  with this assistant in `assistant`
/// @param number      of the assistant among the arm's; 0 has the draws it has at entry
void start_bond(const Parameters& parameters, Key key, int number, Lanes lanes, ClientBlock& block, Scratch& scratch);

}  // namespace HYBRIDCARE_KERNEL
}  // namespace hybridcare
