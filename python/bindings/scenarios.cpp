// The layer scenarios/: the table of fields, guard variables, the reader, an assembled experiment.
#include <vector>

#include "bindings.hpp"
#include "scenarios/fields.hpp"
#include "scenarios/grades.hpp"
#include "scenarios/guard.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/week.hpp"
#include "sim/error.hpp"

namespace hybridcare::bindings {
namespace {

const char* to_text(Exit exit) {
  switch (exit) {
    case Exit::completed: return "completed";
    case Exit::ended_early: return "ended_early";
    case Exit::dropped: return "dropped";
    case Exit::none: break;
  }
  return "none";
}

const char* to_text(Comparator comparator) {
  switch (comparator) {
    case Comparator::waiting: return "waiting";
    case Comparator::usual_care: return "usual_care";
    case Comparator::none: break;
  }
  return "none";
}

py::object number(const Field& field, double value) {
  if (!field.names.empty()) return py::str(field.names[static_cast<std::size_t>(value)]);
  if (field.flag != nullptr) return py::bool_(value != 0);
  if (field.whole != nullptr) return py::int_(static_cast<long long>(value));
  return py::float_(value);
}

py::dict field_row(const Field& field) {
  py::dict row;
  row["path"] = field.path;
  row["symbol"] = field.symbol;
  row["unit"] = field.unit;
  row["least"] = number(field, field.least);
  row["most"] = number(field, field.most);
  row["default"] = number(field, field.fallback);
  row["core"] = number(field, field.core);
  row["names"] = py::cast(std::vector<std::string>(field.names.begin(), field.names.end()));
  row["grade"] = to_string(field.grade);
  row["evidence"] = field.evidence;
  row["meaning"] = field.meaning;
  row["span"] = field.span.known() ? py::object(py::make_tuple(field.span.low, field.span.high, field.span.source))
                                   : py::object(py::none());
  row["kind"] = field.flag != nullptr ? "flag" : field.whole != nullptr ? "whole" : "real";
  return row;
}

py::list all_fields() {
  py::list rows;
  for (const Field& field : fields()) rows.append(field_row(field));
  return rows;
}

py::list all_guard_variables() {
  py::list rows;
  for (const GuardVariable& variable : guard_variables()) {
    py::dict row;
    row["name"] = variable.name;
    row["unit"] = variable.unit;
    row["meaning"] = variable.meaning;
    row["least"] = variable.least;
    row["most"] = variable.most;
    rows.append(row);
  }
  return rows;
}

py::list all_phases() {
  py::list rows;
  for (const PhaseInfo& phase : kWeek)
    rows.append(py::dict(py::arg("name") = phase.name, py::arg("meaning") = phase.meaning));
  return rows;
}

const Scenario& scenario_at(const Experiment& experiment, int variant, int arm) {
  const auto variants = static_cast<int>(experiment.scenarios.size());
  if (variant < 0 || variant >= variants) throw py::index_error("no such variant");
  const auto& arms = experiment.scenarios[static_cast<std::size_t>(variant)];
  if (arm < 0 || arm >= static_cast<int>(arms.size())) throw py::index_error("no such arm");
  return arms[static_cast<std::size_t>(arm)];
}

double stored(const Field& field, Parameters& parameters) {
  if (field.flag != nullptr) return field.flag(parameters) ? 1 : 0;
  if (field.whole != nullptr) return field.whole(parameters);
  return field.real(parameters);
}

py::list values(const Experiment& experiment, int variant, int arm) {
  Parameters parameters = scenario_at(experiment, variant, arm).parameters;
  py::list out;
  for (const Field& field : fields()) out.append(py::make_tuple(field.path, number(field, stored(field, parameters))));
  return out;
}

py::dict assistant_row(const std::string& name, Parameters parameters, const Scenario& scenario, bool measured) {
  py::dict row, numbers;
  for (const Field& field : fields())
    if (std::string(field.path).rfind("/assistant/", 0) == 0)
      numbers[field.path] = number(field, stored(field, parameters));
  row["name"] = name;
  row["culture"] = scenario.cultures[static_cast<std::size_t>(parameters.assistant.culture)];
  row["measured"] = measured;
  row["values"] = numbers;
  return row;
}

py::list assistants(const Experiment& experiment, int variant, int arm) {
  const Scenario& scenario = scenario_at(experiment, variant, arm);
  py::list out;
  if (scenario.assistants.empty()) out.append(assistant_row("assistant", scenario.parameters, scenario, false));
  for (const NamedAssistant& each : scenario.assistants)
    out.append(assistant_row(each.name, each.parameters, scenario, each.profile.profile != nullptr));
  return out;
}

/// How each value is known: (path, grade, evidence).
py::list grades(const Experiment& experiment, int variant, int arm) {
  const Parameters& parameters = scenario_at(experiment, variant, arm).parameters;
  py::list out;
  for (const Field& field : fields()) {
    const Known known = known_here(field, value_of(field, parameters), experiment);
    out.append(py::make_tuple(field.path, to_string(known.grade), known.evidence));
  }
  return out;
}

py::object contact_plan(const ContactPlan& plan) {
  if (plan.every_weeks == 0) return py::none();
  py::dict out;
  out["every_weeks"] = plan.every_weeks;
  out["turns"] = plan.turns;
  out["dose"] = plan.dose;
  out["minutes"] = plan.minutes;
  out["per_week"] = plan.per_week;
  out["fade"] = plan.fade;
  return out;
}

py::object step_name(const Pathway& pathway, int step) {
  if (step < 0 || step >= static_cast<int>(pathway.steps.size())) return py::none();
  return py::str(pathway.steps[static_cast<std::size_t>(step)].name);
}

py::dict step_row(const Pathway& pathway, const Step& step) {
  py::dict row;
  row["name"] = step.name;
  row["exit"] = to_text(step.exit);
  row["weeks"] = step.weeks;
  row["then"] = step_name(pathway, step.then);
  row["comparator"] = to_text(step.comparator);
  row["human"] = contact_plan(step.human);
  row["assistant"] = contact_plan(step.assistant);
  row["bundle"] = step.bundle;
  py::list offers;
  for (std::size_t m = 0; m < kPathways; ++m)
    if (step.offers[m]) offers.append(pathway_names()[m]);
  row["offers"] = offers;
  row["feedback"] = step.feedback;
  row["coached"] = step.coached;
  row["plan"] = step.planned;
  row["review_every"] = step.review_every;
  row["review_minutes"] = step.review_minutes;
  row["assistant_number"] = step.assistant_number;
  return row;
}

py::dict pathway(const Experiment& experiment, int arm) {
  const Pathway& graph = scenario_at(experiment, 0, arm).pathway;
  py::list steps, transitions;
  for (const Step& step : graph.steps) steps.append(step_row(graph, step));
  for (const Transition& transition : graph.transitions) {
    py::dict row;
    row["name"] = transition.name;
    row["from"] = step_name(graph, transition.from);
    row["to"] = step_name(graph, transition.to);
    row["when"] = transition.guard.text;
    row["priority"] = transition.priority;
    transitions.append(row);
  }
  py::dict out;
  out["start"] = step_name(graph, graph.start);
  out["steps"] = steps;
  out["transitions"] = transitions;
  out["re_entry"] = graph.re_entry < 0 ? py::object(py::none())
                                       : py::dict(py::arg("to") = step_name(graph, graph.re_entry),
                                                  py::arg("when") = graph.re_entry_when.text);
  out["restart_on_new_provider"] = graph.restart_on_new_provider;
  out["reads_oracle"] = graph.reads_oracle;
  return out;
}

py::list arms(const Experiment& experiment) {
  py::list out;
  for (const ArmInfo& arm : experiment.arms) {
    py::dict row;
    row["name"] = arm.name;
    row["label"] = arm.label;
    row["component"] = arm.component;
    out.append(row);
  }
  return out;
}

py::list variants(const Experiment& experiment) {
  py::list out;
  for (const VariantInfo& variant : experiment.variants) {
    py::dict row;
    row["name"] = variant.name;
    row["label"] = variant.label;
    row["in_envelope"] = variant.in_envelope;
    out.append(row);
  }
  return out;
}

py::list profiles(const Experiment& experiment) {
  py::list out;
  for (std::size_t v = 0; v < experiment.variants.size(); ++v)
    for (std::size_t a = 0; a < experiment.arms.size(); ++a)
      for (const NamedAssistant& each : experiment.scenarios[v][a].assistants) {
        if (!each.profile.profile) continue;
        py::dict row;
        row["variant"] = experiment.variants[v].name;
        row["arm"] = experiment.arms[a].name;
        row["assistant"] = each.name;
        add_profile_keys(*each.profile.profile, row);
        out.append(row);
      }
  return out;
}

py::dict headline(const Experiment& experiment) {
  py::dict out;
  out["arm"] = experiment.headline.arm;
  out["against"] = experiment.headline.against;
  out["components"] = experiment.headline.components;
  out["component_labels"] = experiment.headline.component_labels;
  return out;
}

std::vector<std::string> cultures(const Experiment& experiment) { return scenario_at(experiment, 0, 0).cultures; }

std::vector<double> positions(const Experiment& experiment) {
  const CultureParameters& culture = scenario_at(experiment, 0, 0).parameters.culture;
  return {culture.position, culture.position + culture.count};
}

std::vector<double> insight_reference(const Experiment& experiment) {
  const double* levels = scenario_at(experiment, 0, 0).parameters.change.insight_reference;
  return {levels, levels + kInsightWeeks};
}

py::dict presets() {
  py::dict out;
  for (const Preset& preset : service_intake()) out[preset.path] = number(*find_field(preset.path), preset.value);
  return out;
}

py::dict cultures_by_default() {
  py::dict out;
  for (const CultureDefault& culture : default_cultures()) {
    py::dict row;
    row["position"] = culture.position;
    row["share"] = culture.share;
    out[culture.name] = row;
  }
  return out;
}

/// None keeps what the file says; below zero is a mistake here, although it means the same to `apply`.
double override_of(const char* option, const py::object& given) {
  if (given.is_none()) return Overrides{}.seed;
  const auto value = given.cast<double>();
  if (value < 0) throw UserError(option, py::str(given).cast<std::string>() + " is negative");
  return value;
}

Experiment with_overrides(Experiment experiment, const py::object& seed, const py::object& replicates,
                          const py::object& clients) {
  Overrides overrides;
  overrides.seed = override_of("--seed", seed);
  overrides.replicates = override_of("--replicates", replicates);
  overrides.clients = override_of("--clients", clients);
  apply(overrides, experiment);
  return experiment;
}

void bind_experiment(py::module_& module) {
  py::class_<Experiment>(module, "Experiment", "A scenario file, read, checked and assembled. Immutable.")
      .def_readonly("file", &Experiment::file)
      .def_readonly("name", &Experiment::name)
      .def_readonly("title", &Experiment::title)
      .def_readonly("question", &Experiment::question)
      .def_readonly("seed", &Experiment::seed)
      .def_readonly("replicates", &Experiment::replicates)
      .def_readonly("clients", &Experiment::clients, "per arm and replicate")
      .def_readonly("weeks", &Experiment::weeks, "followed for")
      .def_readonly("reading_week", &Experiment::reading_week)
      .def_property_readonly("configuration", [](const Experiment& e) { return to_string(e.configuration); },
                             "'core' or 'full'")
      .def_readonly("intake", &Experiment::intake)
      .def_readonly("calibration", &Experiment::calibration)
      .def_readonly("driver", &Experiment::driver)
      .def_property_readonly("arms", &arms, "list of dict(name, label, component)")
      .def_property_readonly("variants", &variants, "list of dict(name, label, in_envelope); the first is the default")
      .def_property_readonly("cultures", &cultures, "names")
      .def_property_readonly("positions", &positions, "of the cultures on the axis of expression style")
      .def_property_readonly("insight_reference", &insight_reference,
                             "mean insight in the default human arm as week 0, 1, … begins; later weeks read the last")
      .def_property_readonly("profiles", &profiles,
                             "assistants that were measured: list of dict(variant, arm, assistant, name, title, file,\n"
                             "source, illustrative, digest)")
      .def_property_readonly("headline", &headline, "dict(arm, against, components)")
      .def("values", &values, py::arg("variant"), py::arg("arm"), "list of (path, value) of every field")
      .def("assistants", &assistants, py::arg("variant"), py::arg("arm"),
           "By number: list of dict(name, culture, measured, values). values: those of the fields /assistant/….")
      .def("grades", &grades, py::arg("variant"), py::arg("arm"),
           "list of (path, grade, evidence) of every value as it is here")
      .def("pathway", &pathway, py::arg("arm"),
           "dict(start, steps, transitions, re_entry, restart_on_new_provider, reads_oracle)")
      .def("with_overrides", &with_overrides, py::kw_only(), py::arg("seed") = py::none(),
           py::arg("replicates") = py::none(), py::arg("clients") = py::none(),
           "A copy with other design numbers; None: as it is. Raises ConfigError outside of the allowed range.");
}

}  // namespace

void bind_scenarios(py::module_& module) {
  bind_experiment(module);
  module.def("fields", &all_fields,
             "The table of fields: list of dict(path, symbol, unit, least, most, default, core, grade, evidence,\n"
             "meaning, kind, names). default and core: values in the two configurations; names: of a choice.");
  module.def("guard_variables", &all_guard_variables,
             "What a guard may read: list of dict(name, unit, meaning, least, most).");
  module.def("phases", &all_phases, "The phases of a week in their order: list of dict(name, meaning).");
  module.def("service_intake", &presets, "What intake 'service' sets in place of defaults: dict(path: value).");
  module.def("default_cultures", &cultures_by_default,
             "Of a scenario that names none: dict(name: dict(position, share)).");
  module.def("schema", &schema, "JSON Schema of a scenario file, as text.");
  module.def(
      "read",
      [](const py::bytes& text, const std::string& file, const std::string& profiles) {
        return read_experiment(text, file, profiles);
      },
      py::arg("text"), py::arg("file"), py::arg("profiles") = "",
      "Reads and checks a scenario file's bytes. `file`: its name in messages; files that it names lie beside it.\n"
      "`profiles`: folder of profiles that it may name without having them. Raises ConfigError.");
}

}  // namespace hybridcare::bindings
