// Order among lanes, and guards on them.
#pragma once
#include "agents/client.hpp"
#include "scenarios/plan.hpp"
#include "sim/kernel.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

/// Brings lanes that live the coming week in the same way together, by swaps; does nothing when they already are: those
/// in the same step, with or without access to an assistant, in weeks of it that are of one kind.
/// @param keys  a number for each lane, the same for lanes that belong together
void sort_lanes(const CoursePlan& plan, ClientBlock& block, Word& keys);

/// Value of an expression for lane i; truth is 1, falsehood 0.
/// @param columns  ClientBlock::r as the first of the columns of double
double evaluate(const GuardCode* code, int length, const double* columns, int i);

/// Whether a transition's guard holds for lane i.
bool holds(const TransitionPlan& transition, const double* columns, int i);

}  // namespace hybridcare::HYBRIDCARE_KERNEL
