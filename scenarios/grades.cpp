#include "scenarios/grades.hpp"

namespace hybridcare {

Known known_here(const Field& field, double value, const Experiment& experiment) {
  if (experiment.intake == "service")
    for (const Preset& preset : service_intake())
      if (std::string(field.path) == preset.path && value == preset.value) return {preset.grade, preset.evidence};
  const bool own = value != default_of(field, experiment.configuration);
  if (own && (field.grade == Grade::measured || field.grade == Grade::calibrated)) return {Grade::assumed, ""};
  return {field.grade, field.evidence};
}

}  // namespace hybridcare
