// S10: leaving, planned ends and missed contacts.
#pragma once
#include "agents/client.hpp"
#include "agents/parameters.hpp"
#include "agents/purposes.hpp"
#include "agents/scratch.hpp"
#include "sim/draws.hpp"
#include "sim/kernel.hpp"

namespace hybridcare {

/// What leaving depends on in a step.
struct LeavingContext {
  bool human = false, assistant = false;  ///< the step has contacts with one
  bool often_human = false;               ///< at least one human contact in LeavingParameters::guided_weeks
  bool usual_care = false;                ///< constant hazard, no planned end (S0)
  bool feedback = false;
};

namespace HYBRIDCARE_KERNEL {

/// Weekly logit hazard of leaving, into scratch.logit. Reads trust after this week's update.
void hazard(const Parameters& parameters, const LeavingContext& context, Lanes lanes, const ClientBlock& block,
            Scratch& scratch);

/// Draws dropout and then, among those who stay, planned ends; writes an Exit per lane into scratch.right.
void leave(const Parameters& parameters, const LeavingContext& context, Key key, int week, Lanes lanes,
           const ClientBlock& block, Scratch& scratch);

/// Splits the run so that clients who attend come first; counts the missed. Returns how many attend.
int attend(double missed, Partner partner, Key key, std::uint32_t when, Lanes lanes, ClientBlock& block,
           Scratch& scratch);

/// Splits those who attend: those who make use of what is offered come first. Returns how many do.
/// @param used  probability; from 1 on everybody does, and nothing is drawn
int make_use(double used, Partner partner, Key key, std::uint32_t when, Lanes lanes, ClientBlock& block,
             Scratch& scratch);

/// Swaps pairs of clients, one pair after the other, in every column of the block.
void swap_clients(ClientBlock& block, const Swaps& swaps);

}  // namespace HYBRIDCARE_KERNEL
}  // namespace hybridcare
