// S14: who seeks help, who gives up waiting, and the first meeting with an agent that others have talked about.
#pragma once
#include <cstdint>

#include "agents/client.hpp"
#include "agents/service_parameters.hpp"
#include "sim/philox.hpp"

namespace hybridcare {

/// What stands at the entrance of a service.
struct FrontDoor {
  bool human = false, assistant = false;  ///< who is in the first step of care
  int modalities = 1;                     ///< that its assistant reads; 1 without an assistant
  bool by_assistant_alone() const { return assistant && !human; }
};

/// Whether that door has whom the client would rather see; `preference` > 0 is a wish for an assistant.
bool preference_met(const FrontDoor& door, double preference);

/// Logit of seeking help this week, lane i. Reads y, stigma, hearsay of the kind behind the door, preference, privacy
/// as consent and retention scale it, and named attributes. Who has no access to an assistant sees the door without it.
double seeking_logit(const Parameters& parameters, const FrontDoor& door, const ClientBlock& block, int i);

/// Who of a block seeks help this week, and who would give up waiting if on the list.
struct Decisions {
  bool seeks[kBlock];
  bool gives_up[kBlock];
};
/// @param week     since the client's arrival, 1 in the first: keys the draws (purpose `service`)
/// @param in_need  the step in which help is sought
void decide(const Parameters& parameters, const FrontDoor& door, Key key, int week, std::uint32_t in_need,
            const ClientBlock& block, Decisions& out);

/// First meeting: what others said of this kind of agent, and a wish that was not met, enter trust; T(0) is the trust
/// after that. Under Rescorla-Wagner trust is a mean of `strength` earlier cases.
/// @param hearsay   [-1, 1]
/// @param strength  alpha + beta of this kind's trust at entry, > 0
void first_meeting(const ServiceParameters& parameters, int trust_form, double strength, double hearsay, bool unmet,
                   AgentColumns& columns, int i);

}  // namespace hybridcare
