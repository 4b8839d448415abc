// The bundled files: they load, they say what the documentation says, and their schema and evidence fit.
#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "scenarios/fields.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenarios/support.hpp"

using namespace hybridcare;
using namespace hybridcare::test;
using nlohmann::json;

namespace {

std::vector<std::string> names_of(const Experiment& experiment, bool components) {
  std::vector<std::string> names;
  for (const ArmInfo& arm : experiment.arms) {
    if (arm.component == components) names.push_back(arm.name);
  }
  return names;
}

const Scenario& arm_of(const Experiment& experiment, const std::string& name, std::size_t variant = 0) {
  for (std::size_t i = 0; i < experiment.arms.size(); ++i) {
    if (experiment.arms[i].name == name) return experiment.scenarios[variant][i];
  }
  throw std::runtime_error("no arm " + name);
}

const Step& care(const Scenario& scenario) { return scenario.pathway.steps.at(3); }

bool offers_all(const Step& step) {
  return !step.bundle && std::all_of(std::begin(step.offers), std::end(step.offers), [](bool each) { return each; });
}
bool offers_nothing(const Step& step) {
  return !step.bundle && std::none_of(std::begin(step.offers), std::end(step.offers), [](bool each) { return each; });
}

/// Everything in scenarios/evidence by id: figures stand in an object by id, calibrations in a list.
std::map<std::string, json> evidence() {
  std::map<std::string, json> entries;
  for (const auto& file : std::filesystem::directory_iterator("scenarios/evidence")) {
    if (file.path().extension() != ".json") continue;
    const json document = json::parse(contents(file.path().string()));
    if (document.is_array())
      for (const json& entry : document) CHECK(entries.emplace(entry.at("id").get<std::string>(), entry).second);
    else
      for (const auto& [id, entry] : document.at("entries").items()) CHECK(entries.emplace(id, entry).second);
  }
  return entries;
}

/// Ids that the table of fields leans on, with the fields that do.
std::map<std::string, std::set<std::string>> leaning() {
  std::map<std::string, std::set<std::string>> found;
  for (const Field& field : fields()) {
    if (*field.evidence) found[field.evidence].insert(field.path);
  }
  for (const Preset& preset : service_intake()) {
    if (*preset.evidence) found[preset.evidence].insert(preset.path);
  }
  return found;
}

}  // namespace

TEST_CASE("every bundled scenario loads and is named like its file") {
  int seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator("scenarios/library")) {
    if (entry.path().extension() != ".json") continue;
    const std::string name = entry.path().stem().string();
    INFO(name);
    const Experiment experiment = library(name);
    CHECK(experiment.name == name);
    CHECK_FALSE(experiment.question.empty());
    const bool full = experiment.configuration == Configuration::full;
    CHECK(experiment.calibration.find(full ? "not yet calibrated" : "not calibrated") == 0);
    CHECK(experiment.driver != "not stated");
    CHECK(experiment.variants.front().name == "default");
    CHECK(experiment.scenarios.size() == experiment.variants.size());
    for (const auto& row : experiment.scenarios) CHECK(row.size() == experiment.arms.size());
    for (const auto& row : experiment.scenarios) CHECK_FALSE(row.front().pathway.reads_oracle);
    ++seen;
  }
  CHECK(seen >= 13);
}

TEST_CASE("the bundled experiment has its arms, variants and split") {
  const Experiment e = library("hybrid_vs_human_vs_ai");
  CHECK(e.seed == 20250101);
  CHECK(e.clients == 2000);
  CHECK(e.replicates == 32);
  CHECK(e.weeks == 26);
  CHECK(e.reading_week == 12);
  CHECK(e.intake == "trial");
  CHECK(names_of(e, false) ==
        std::vector<std::string>{"waiting", "human", "human_bundle", "ai_bundle", "ai", "hybrid"});
  std::vector<std::string> variants, cells;
  for (const VariantInfo& variant : e.variants) variants.push_back(variant.name);
  for (const int cell : e.headline.cells) cells.push_back(e.arms[static_cast<std::size_t>(cell)].name);
  CHECK(variants == std::vector<std::string>{"default", "b_E_0", "b_E_3", "chi_h_0", "R0"});
  CHECK(std::all_of(e.variants.begin(), e.variants.end(), [](const auto& v) { return v.in_envelope; }));
  CHECK(e.headline.components == std::vector<std::string>{"pathways", "guidance", "conversation"});
  CHECK(cells == std::vector<std::string>{"human", "human_bundle", "human+guidance", "human+pathways+guidance",
      "human+conversation", "human+pathways+conversation", "human+guidance+conversation", "hybrid"});
  CHECK(names_of(e, true).size() == 5);
  CHECK(e.scenarios[0][0].cultures == std::vector<std::string>{"reference", "near", "far", "farthest"});
}

TEST_CASE("the arms of the bundled experiment are what they are called") {
  const Experiment e = library("hybrid_vs_human_vs_ai");
  CHECK(care(arm_of(e, "waiting")).comparator == Comparator::waiting);
  CHECK(care(arm_of(e, "waiting")).human.every_weeks == 0);
  CHECK(care(arm_of(e, "human")).human.every_weeks == 1);
  CHECK(care(arm_of(e, "human")).human.minutes == 50);
  CHECK(offers_nothing(care(arm_of(e, "human"))));
  CHECK(offers_all(care(arm_of(e, "human_bundle"))));
  CHECK(care(arm_of(e, "ai")).assistant.every_weeks == 1);
  CHECK(care(arm_of(e, "ai")).human.every_weeks == 0);
  CHECK(offers_nothing(care(arm_of(e, "ai"))));
  CHECK(offers_all(care(arm_of(e, "ai_bundle"))));
  CHECK(care(arm_of(e, "hybrid")).human.every_weeks == 2);
  CHECK(care(arm_of(e, "hybrid")).assistant.every_weeks == 1);
  for (const ArmInfo& arm : e.arms) CHECK(care(arm_of(e, arm.name)).weeks == 12);
  CHECK(arm_of(e, "hybrid", 1).parameters.change.empathy_elasticity == 0);
  CHECK(arm_of(e, "hybrid", 2).parameters.change.empathy_elasticity == 3);
  CHECK(arm_of(e, "hybrid", 3).parameters.course.harm == 0);
  const Parameters& rival = arm_of(e, "hybrid", 4).parameters;
  CHECK(rival.rival.contact_only);
  CHECK(rival.course.harm + rival.course.alliance_effect + rival.leaving.trust + rival.leaving.unrepaired == 0);
  CHECK(e.variants[4].label.find("unfitted") != std::string::npos);
}

TEST_CASE("the service intake keeps the arms and changes who enters") {
  const Experiment trial = library("hybrid_vs_human_vs_ai"), service = library("service_intake");
  CHECK(names_of(trial, false) == names_of(service, false));
  CHECK(service.intake == "service");
  CHECK_FALSE(service.scenarios[0][0].parameters.intake.selected);
}

TEST_CASE("the stepped pathway reads only what a service measures") {
  const Experiment e = library("stepped_care");
  const Pathway& pathway = arm_of(e, "stepped").pathway;
  CHECK(pathway.transitions.size() == 4);
  CHECK(pathway.transitions.front().name == "at_risk");  // the smaller priority goes first
  CHECK(pathway.steps[static_cast<std::size_t>(pathway.start)].name == "ai");
  CHECK(arm_of(e, "ai").pathway.transitions.empty());
  const auto weeks = [&](const char* name) {
    for (const Step& step : pathway.steps)
      if (step.name == name) return step.weeks;
    return 0;
  };
  CHECK(e.reading_week == weeks("ai") + weeks("guided") + weeks("human"));  // the last week in which anyone is in care
}

TEST_CASE("there is a bundled scenario for each role of an assistant, and its headline arm plays it") {
  const auto headline = [](const std::string& name) {
    const Experiment e = library(name);
    CHECK(e.configuration == Configuration::full);
    CHECK(e.question.back() == '?');
    std::vector<std::string> variants;
    for (const VariantInfo& variant : e.variants) variants.push_back(variant.name);
    INFO(name);
    std::erase(variants, "fit_0");  // of the plan alone: it does as well where there is nothing to choose by
    CHECK(variants == std::vector<std::string>{"default", "b_E_0", "b_E_3", "chi_h_0", "R0"});
    CHECK(std::all_of(e.variants.begin(), e.variants.end(), [](const auto& v) { return v.in_envelope; }));
    return arm_of(e, e.headline.arm);
  };
  const Step sole = care(headline("sole_provider"));
  CHECK((sole.human.every_weeks == 0 && sole.assistant.every_weeks == 1 && offers_all(sole)));
  const Step between = care(headline("between_sessions"));
  CHECK((between.human.every_weeks == 2 && between.assistant.per_week == 3 && between.assistant.fade > 0));
  CHECK(care(headline("coaching_feedback")).coached);
  CHECK(care(headline("progress_monitoring")).feedback);
  CHECK(care(headline("personalised_plan")).planned);
  CHECK(headline("triage").pathway.transitions.front().guard.text == "triage_score >= 0.5");
  CHECK(headline("repair_policies").parameters.assistant.repair_policy == handover);
  const AgentParameters all = headline("modalities").parameters.assistant;
  CHECK(std::all_of(std::begin(all.uses), std::end(all.uses), [](bool each) { return each; }));
  CHECK_FALSE(headline("label_and_discovery").parameters.assistant.labelled);
  CHECK(headline("stepped_care").pathway.transitions.size() == 4);
}

TEST_CASE("the arm whose conversation gains nothing keeps everything else") {
  const Experiment e = library("core_reference");
  CHECK(care(arm_of(e, "silent_ai_bundle")).assistant.dose == 0);
  CHECK(care(arm_of(e, "silent_ai_bundle")).assistant.every_weeks == 1);
  CHECK(care(arm_of(e, "human_feedback")).feedback);
  CHECK(care(arm_of(e, "leaflet_bundle")).bundle);
  CHECK(e.weeks == 52);
}

TEST_CASE("the committed schema is made from the table; renew it with 'hybridcare schema'") {
  CHECK(contents("scenarios/schema/scenario.schema.json") == schema());
}

TEST_CASE("every field stands in the schema with its range and default") {
  const json document = json::parse(schema());
  for (const Field& field : fields()) {
    std::string pointer = std::string("/$defs") + field.path;
    for (std::size_t at = pointer.find('/', 7); at != std::string::npos; at = pointer.find('/', at + 12)) {
      pointer.insert(at, "/properties");
    }
    INFO(pointer);
    const json& found = document.at(json::json_pointer(pointer));
    CHECK(found.at("x-grade") == to_string(field.grade));
    const auto name = static_cast<std::size_t>(field.fallback);
    if (field.flag) CHECK(found.at("default") == (field.fallback != 0));
    else if (!field.names.empty()) CHECK(found.at("default") == field.names[name]);
    else CHECK(found.at("default") == field.fallback);
    CHECK(found.contains("x-core") == (field.core != field.fallback));
    if (!field.names.empty()) CHECK(found.at("enum") == json(field.names));
    else if (!field.flag) CHECK(found.at("maximum") == field.most);
  }
}

// The entries themselves, their links and what they may be used for: tests/python/test_evidence.py.
TEST_CASE("no field leans on an id that the evidence does not have") {
  const auto known = evidence();
  CHECK(known.size() > 100);
  for (const auto& [id, paths] : leaning()) {
    INFO(id << " of " << *paths.begin());
    CHECK(known.count(id) == 1);
  }
}

TEST_CASE("several assistants, one for each culture, live in one arm") {
  const Experiment e = library("assistants_by_culture");
  const Scenario &one = arm_of(e, "one"), &own = arm_of(e, "own");
  REQUIRE((one.assistants.size() == 4 && own.assistants.size() == 4));
  for (std::size_t n = 0; n < 4; ++n) {
    CHECK(one.assistants[n].parameters.assistant.culture == 0);
    CHECK(own.assistants[n].parameters.assistant.culture == static_cast<int>(n));
  }
  for (const Step& step : own.pathway.steps)
    if (step.assistant.every_weeks > 0)
      CHECK(own.assistants[static_cast<std::size_t>(step.assistant_number)].name.rfind(step.name, 0) == 0);
  CHECK(arm_of(e, "own_from_less").assistants[2].parameters.assistant.discriminability[by_text] == 1.25);
}

TEST_CASE("the example with joint shares is read from the files that are there to copy") {
  const std::string path = "scenarios/examples/digital_access/scenario.json";
  const Experiment e = read_experiment(contents(path), path);
  const AttributeParameters& p = e.scenarios[0][0].parameters.attributes;
  REQUIRE((p.count == 2 && p.cells == 6));
  const double below[] = {.42, .45, .72, .78, .92, 1};
  for (int cell = 0; cell < 6; ++cell) CHECK(p.below[cell] == Approx(below[cell]));
  CHECK(p.effect[on_leaving][0][2] == .3);
  CHECK((p.without_assistant[1][1] && !p.without_assistant[1][0]));
}
