#include "scenarios/fields.hpp"

#include "scenarios/fields_rows.hpp"

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

const std::vector<Field>& fields() {
  static const std::vector<Field> table = [] {
    std::vector<Field> rows;
    for (const Fields& group : {intake_fields(), course_fields(), human_fields(), assistant_fields(),
                                encounter_fields(), change_fields(), leaving_fields(), accounts_fields()}) {
      rows.insert(rows.end(), group.begin(), group.end());
    }
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

Parameters default_parameters() {
  Parameters parameters{};
  for (const Field& field : fields()) set_value(field, parameters, field.fallback);
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
