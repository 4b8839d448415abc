// State beside the clients' columns, in words: therapists, assistants, a service, a network. The ODD document is made
// from this table and those of agents/.
#pragma once
#include <vector>

#include "agents/description.hpp"

namespace hybridcare {

/// Entities "therapist" (TherapistTable, Caseload, and what a service keeps of each), "assistant" (ReadingTable),
/// "service" (ServiceWeek; offsets are in it), "network" (Network, Story, and news that are old).
const std::vector<StateVariable>& shared_state();

}  // namespace hybridcare
