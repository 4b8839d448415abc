// How a value of a scenario is known, which may be otherwise than its field's default.
#pragma once
#include <string>

#include "scenarios/scenario.hpp"

namespace hybridcare {

struct Known {
  Grade grade = Grade::assumed;
  std::string evidence;
};

/// A value of the scenario's own is assumed, where the grade of the default was measured or calibrated; an intake of
/// kind "service" brings its own grades.
Known known_here(const Field& field, double value, const Experiment& experiment);

}  // namespace hybridcare
