// S11: a personalised plan. Thompson sampling over the pathways of a step: a client's fit to each is believed to be
// normal, and what the next measurement says of the last week's practice updates the belief (conjugate normal, so that
// it shrinks to the prior). Source of the rule: Thompson 1933, doi 10.1093/biomet/25.3-4.285.
#pragma once
#include "agents/client.hpp"
#include "agents/parameters.hpp"
#include "agents/scratch.hpp"
#include "sim/draws.hpp"
#include "sim/kernel.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

/// One pathway for each lane: that of the largest drawn fit times its gain a week. Ties go to the first.
/// @param offers  which of the four may be chosen; at least one
/// @param chosen  out, shape (lanes.count,): a PathwayKind. Uses scratch.word and scratch.normal
void choose_pathway(const Parameters& parameters, const bool* offers, Key key, int week, Lanes lanes,
                    const ClientBlock& block, Scratch& scratch, std::uint32_t* chosen);

/// After the measurement of every week, for everybody in an arm with a plan: y of the week before less y of now is the
/// reward of what was practised in between (plan_load), which is then forgotten.
void learn_fit(const Parameters& parameters, Lanes lanes, ClientBlock& block);

}  // namespace hybridcare::HYBRIDCARE_KERNEL
