// One table of fields: the reader, the schema, the reference page and the ODD are made from it.
#pragma once
#include <limits>
#include <string>
#include <vector>

#include "agents/parameters.hpp"

namespace hybridcare {

/// How a number is known. design: a choice of the user's, not a fact about the world.
enum class Grade { measured, calibrated, assumed, design };
const char* to_string(Grade grade);

/// Which model a scenario runs. core: the model that was fitted, checked against reference values. full: every
/// mechanism, not yet calibrated. They differ in defaults alone: a mechanism that core lacks is switched off by its
/// values there.
enum class Configuration { core, full };
const char* to_string(Configuration configuration);

/// Between which values a number may lie, where something says so: a published interval in the field's own unit, or a
/// range or prior of the model document. It is what a screening moves the field over, and never refuses a value.
struct Span {
  double low = std::numeric_limits<double>::quiet_NaN(), high = std::numeric_limits<double>::quiet_NaN();
  const char* source = "";  ///< in words: "published 95 % interval"; "" where nothing says anything
  bool known() const { return *source != '\0'; }
};

/// A number (or switch, whole number, or named choice) of a scenario. Exactly one of `real`, `whole`, `flag` is set.
struct Field {
  const char* path;      ///< JSON Pointer, e.g. "/course/episode_return"
  const char* symbol;    ///< as in the model document, e.g. "kappa_M"; "" if none
  const char* unit;
  double least, most;
  double fallback;       ///< default in the full configuration
  double core;           ///< default in the core configuration
  Grade grade;
  const char* evidence;  ///< id of an entry in scenarios/evidence/ that it leans on, "calibration:prototype", or ""
  const char* meaning;
  std::vector<const char*> names = {};  ///< a choice: what 0, 1, … are called in a file; else empty
  double& (*real)(Parameters&) = nullptr;
  int& (*whole)(Parameters&) = nullptr;
  bool& (*flag)(Parameters&) = nullptr;
  bool counted = false;  ///< a real number that has to be whole: a parameter of a Beta distribution, say
  Span span = {};
};

/// Every parameter field, in the order of the reference page.
const std::vector<Field>& fields();
/// The field of that path, or null.
const Field* find_field(const std::string& path);
/// Parameters with every field at its default (cultures too).
Parameters default_parameters(Configuration configuration = Configuration::core);
/// The field's default there.
double default_of(const Field& field, Configuration configuration);

/// What a field holds, switches as 0 or 1.
double value_of(const Field& field, const Parameters& parameters);
/// @pre value lies in the field's range and is whole where the field is
void set_value(const Field& field, Parameters& parameters, double value);

/// What a kind of intake sets in place of a field's default, with its own grade and source.
struct Preset {
  const char* path;
  double value;
  Grade grade;
  const char* evidence;
};
/// Intake "service": a published service intake, without selection. Intake "trial" is the defaults.
const std::vector<Preset>& service_intake();

/// The six emotions of a scenario that names none, in the order of RecognitionParameters; each has fields of its own.
const std::vector<const char*>& default_emotions();

/// A culture of a scenario that names none. Positions are abstract distances of expression, never peoples.
struct CultureDefault {
  const char* name;
  double position, share;
};
const std::vector<CultureDefault>& default_cultures();

}  // namespace hybridcare
