// Order among lanes, and guards on them.
#pragma once
#include "agents/client.hpp"
#include "scenarios/plan.hpp"
#include "sim/kernel.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

/// Brings lanes of equal (step, access to an assistant, week in step) together, by swaps; does nothing when they
/// already are.
void sort_lanes(ClientBlock& block);

/// Value of a transition's guard for lane i. @param columns  ClientBlock::r as the first of the columns of double
bool holds(const TransitionPlan& transition, const double* columns, int i);

}  // namespace hybridcare::HYBRIDCARE_KERNEL
