// Order among lanes, and guards on them.
#pragma once
#include "agents/client.hpp"
#include "scenarios/plan.hpp"
#include "sim/kernel.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

/// Brings lanes of equal (step, access to an assistant, week in step) together, by swaps; does nothing when they
/// already are.
void sort_lanes(ClientBlock& block);

/// Value of an expression for lane i; truth is 1, falsehood 0.
/// @param columns  ClientBlock::r as the first of the columns of double
double evaluate(const GuardCode* code, int length, const double* columns, int i);

/// Whether a transition's guard holds for lane i.
bool holds(const TransitionPlan& transition, const double* columns, int i);

}  // namespace hybridcare::HYBRIDCARE_KERNEL
