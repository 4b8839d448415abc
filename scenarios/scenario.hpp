// What a scenario file says, checked. Values, no globals: many live in one process.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "agents/parameters.hpp"
#include "scenarios/fields.hpp"
#include "scenarios/pathway.hpp"
#include "scenarios/profile.hpp"
#include "scenarios/service.hpp"

namespace hybridcare {

/// One of several assistants of a scenario, or one that was measured.
struct NamedAssistant {
  std::string name;
  Parameters parameters;  ///< the arm's, with this assistant in `assistant`
  ProfileUse profile;     ///< what was measured of it, or nothing
};

/// A named attribute of clients, such as an age band.
struct Attribute {
  std::string name;
  std::vector<std::string> levels;
};

/// One arm in one variant: everything that a course needs.
struct Scenario {
  Parameters parameters;              ///< with assistant number 0
  std::vector<std::string> cultures;  ///< names, in the order of CultureParameters
  std::vector<std::string> emotions;  ///< names, in the order of RecognitionParameters
  std::vector<Attribute> attributes;  ///< in the order of AttributeParameters
  std::vector<NamedAssistant> assistants;  ///< by number; empty: one, as `parameters` say
  Pathway pathway;
  std::shared_ptr<const Coupling> coupling;  ///< null: no client knows of another
};

/// The same clients, same keys, one thing changed.
enum class Twin {
  factual,              ///< as it is
  no_distance,          ///< chi := 0: every agent is of the client's culture
  perfect_recognition,  ///< acc := 1: every turn is read right
  nobody_leaves,        ///< no dropout and no planned end
  noise_only,           ///< M frozen and G = 0: only momentary noise and measurement
  more_empathy          ///< kEmpathyShift added to empathy as expressed, not as rated: what it causes
};

inline constexpr double kEmpathyShift = .1;  ///< delta of the causal study; slopes are reported per SD

struct Source;  ///< the reader's: see reread.hpp

struct ArmInfo {
  std::string name;
  std::string label;            ///< for tables and pictures
  bool component = false;       ///< a cell of the split, not an arm that the user asked to see
};

struct VariantInfo {
  std::string name;             ///< "default" first
  std::string label;
  bool in_envelope = false;     ///< part of the headline's band
};

/// The main comparison, and how it splits into components (pathways, guidance, conversation).
struct Headline {
  std::string arm, against;
  std::vector<std::string> components;  ///< names; empty: no split. 2^n cells exist among the arms
  std::vector<int> cells;               ///< cells[mask] = arm index with the components of `mask` switched on
  std::vector<std::string> component_labels;  ///< what each component changes, in words
};

/// A scenario file, assembled: arms x variants, each a complete Scenario.
struct Experiment {
  std::string file;               ///< as given by the user
  std::string name, title, question;
  std::uint32_t seed = 0;
  int replicates = 0;
  int clients = 0;                ///< per arm and replicate
  int weeks = 0;                  ///< followed for
  int reading_week = 0;           ///< the week of the main reading (the last before the last planned contact)
  Configuration configuration = Configuration::full;
  std::string intake;             ///< "trial" or "service"
  std::string calibration;        ///< state, printed with every result; the full model's begins "not yet calibrated"
  std::string driver;             ///< the assumption that drives the headline, printed with every result
  std::vector<ArmInfo> arms;
  std::vector<VariantInfo> variants;
  std::vector<std::vector<Scenario>> scenarios;  ///< [variant][arm]
  Headline headline;
  std::shared_ptr<const Source> source;  ///< what it was read from; null for one that was made otherwise
};

/// @param text   the file's bytes
/// @param file   name used in messages; files that the scenario names lie in its folder
/// @param bundled  folder of profiles that a scenario may name without having them; "" if there is none
/// @throws UserError with file and JSON Pointer (line and column for broken JSON, column for a guard)
Experiment read_experiment(const std::string& text, const std::string& file, const std::string& bundled = "");

/// Overrides from the command line or Python. -1 means: as in the file.
struct Overrides { double seed = -1, replicates = -1, clients = -1; };
/// @throws UserError "--clients: 0 is outside [1, 10000000] clients"
void apply(const Overrides& overrides, Experiment& experiment);

/// JSON Schema (draft 2020-12) of a scenario file, made from the table of fields.
std::string schema();

}  // namespace hybridcare
