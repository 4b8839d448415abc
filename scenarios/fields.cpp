#include "scenarios/fields.hpp"

#include "scenarios/fields_rows.hpp"
#include "scenarios/reference_levels.hpp"

namespace hybridcare {

const char* to_string(Grade grade) {
  switch (grade) {
    case Grade::measured: return "measured";
    case Grade::calibrated: return "calibrated";
    case Grade::assumed: return "assumed";
    case Grade::design: return "design";
  }
  return "";
}

const char* to_string(Configuration configuration) {
  return configuration == Configuration::core ? "core" : "full";
}

const std::vector<Field>& fields() {
  static const std::vector<Field> table = [] {
    Fields rows = joined({intake_fields(), course_fields(), human_fields(), assistant_fields(), recognition_fields(),
                          encounter_fields(), roles_fields(), change_fields(), leaving_fields(), safety_fields(),
                          accounts_fields(), attribution_fields(), observation_fields(), service_fields()});
    add_spans(rows);
    return rows;
  }();
  return table;
}

const Field* find_field(const std::string& path) {
  for (const Field& field : fields()) {
    if (path == field.path) return &field;
  }
  return nullptr;
}

double value_of(const Field& field, const Parameters& parameters) {
  auto& open = const_cast<Parameters&>(parameters);  // the accessors are written once, for reading and writing
  if (field.real) return field.real(open);
  if (field.whole) return field.whole(open);
  return field.flag(open) ? 1 : 0;
}

void set_value(const Field& field, Parameters& parameters, double value) {
  if (field.real) field.real(parameters) = value;
  if (field.whole) field.whole(parameters) = static_cast<int>(value);
  if (field.flag) field.flag(parameters) = value != 0;
}

const std::vector<CultureDefault>& default_cultures() {
  static const std::vector<CultureDefault> cultures = {
      {"reference", 0, .55}, {"near", .35, .20}, {"far", .60, .15}, {"farthest", .90, .10}};
  return cultures;
}

const std::vector<const char*>& default_emotions() {
  static const std::vector<const char*> emotions = {"sadness", "fear", "anger", "shame", "joy", "calm"};
  return emotions;
}

double default_of(const Field& field, Configuration configuration) {
  return configuration == Configuration::core ? field.core : field.fallback;
}

Parameters default_parameters(Configuration configuration) {
  Parameters parameters{};
  for (const Field& field : fields()) set_value(field, parameters, default_of(field, configuration));
  parameters.human.uses[by_text] = true;  // in person: one channel, kept in the first place
  parameters.change.insight_reference = reference_levels().insight;
  CultureParameters& culture = parameters.culture;
  for (const CultureDefault& each : default_cultures()) {
    culture.position[culture.count] = each.position;
    culture.share[culture.count] = each.share;
    ++culture.count;
  }
  culture.reference = 0;
  return parameters;
}

}  // namespace hybridcare
