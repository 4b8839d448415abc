// Sections of fields, intake and cultures of one resolved arm. Knows no field by name: the table does.
#include <algorithm>
#include <cmath>
#include <string_view>

#include "scenarios/fields.hpp"
#include "scenarios/names.hpp"
#include "scenarios/reader.hpp"
#include "sim/error.hpp"

namespace hybridcare::detail {
namespace {

void read_field(const Field& field, const Node& node, const std::string& file, Parameters& parameters) {
  if (field.flag) {
    need(Node::Kind::truth, node, file);
    set_value(field, parameters, node.truth ? 1 : 0);
    return;
  }
  if (!field.names.empty()) {
    need(Node::Kind::text, node, file);
    const auto it = std::find(field.names.begin(), field.names.end(), node.text);
    if (it == field.names.end()) {
      fail(file, node, unknown_name("choice", node.text, {field.names.begin(), field.names.end()}));
    }
    set_value(field, parameters, static_cast<double>(it - field.names.begin()));
    return;
  }
  const double value = read_real(node, field.least, field.most, field.unit, file);
  if (field.whole && value != std::floor(value)) fail(file, node, number_text(value) + " is not a whole number");
  set_value(field, parameters, value);
}

}  // namespace

void read_section(const Node& section, const std::string& prefix, const std::vector<std::string>& extra,
                  const std::string& file, Parameters& parameters) {
  need(Node::Kind::object, section, file);
  std::vector<std::string> known = field_children(prefix);
  known.insert(known.end(), extra.begin(), extra.end());
  refuse_unknown(section, known, file);
  for (const NodeMember& member : section.members) {
    if (std::find(extra.begin(), extra.end(), member.name) != extra.end()) continue;
    const std::string path = child_pointer(prefix, member.name);
    const Field* field = find_field(path);
    if (field) read_field(*field, member.value, file, parameters);
    else read_section(member.value, path, {}, file, parameters);
  }
}

namespace {

/// The rival in which contact alone counts is whole or absent: with harm or trust left in, it is neither model.
void check_rival(const Node& at, const std::string& file, const Parameters& parameters) {
  if (!parameters.rival.contact_only) return;
  for (const char* path : {"/course/harm", "/course/alliance_effect", "/leaving/trust", "/leaving/unrepaired"}) {
    const double value = value_of(*find_field(path), parameters);
    if (value == 0) continue;
    fail(file, at, "where contact alone counts, " + std::string(path) + " is 0, here " + number_text(value));
  }
}

/// Rules that join several fields. @param tree  to point at what the user wrote
void check_together(const Node& tree, const std::string& file, const Scenario& scenario) {
  const Parameters& parameters = scenario.parameters;
  const auto at = [&](const char* section, const char* part) -> const Node& {
    const Node* found = tree.find(section);
    const Node* inner = found && part ? found->find(part) : nullptr;
    return inner ? *inner : found ? *found : tree;
  };
  double sum = 0;
  for (const double weight : parameters.quality.weight) sum += weight;
  if (std::abs(sum - 1) > kSumTolerance) {
    fail(file, at("quality", "weight"), "weights sum to " + number_text(sum) + ", not to 1");
  }
  const double* const weight = parameters.quality.weight;
  if (!(weight[resonance] + weight[perspective_taking] + weight[compassion] > 0))
    fail(file, at("quality", "weight"),
         "resonance, perspective_taking and compassion all weigh 0, and empathy is their mean");
  sum = 0;
  for (const double share : parameters.practice.share) sum += share;
  if (std::abs(sum - 1) > kSumTolerance) {
    fail(file, at("practice", "share"), "shares sum to " + number_text(sum) + ", not to 1");
  }
  const IntakeParameters& intake = parameters.intake;
  const double types = intake.oscillating + intake.disbelieving;
  if (types > 1 + kSumTolerance) {
    fail(file, at("trust", "types"), "types have shares of " + number_text(types) + " together, more than 1");
  }
  if (intake.episode_least >= intake.episode_most) {
    fail(file, at("intake", nullptr), "episode_least " + number_text(intake.episode_least) +
                                          " is not below episode_most " + number_text(intake.episode_most));
  }
  for (const Field& field : fields()) {  // of Beta distributions, say: that of whole parameters is a polynomial
    const double value = value_of(field, parameters);
    if (!field.counted || value == std::floor(value)) continue;
    const std::string path = field.path, section = path.substr(1, path.find('/', 1) - 1);
    fail(file, at(section.c_str(), path.c_str() + section.size() + 2), number_text(value) + " is not a whole number");
  }
  const RecognitionParameters& recognition = parameters.recognition;
  const auto named = static_cast<double>(scenario.emotions.size());
  if (recognition.emotions_drawn && recognition.emotions != named) {
    fail(file, at("recognition", "emotions"), number_text(recognition.emotions) +
         " alternatives, but the turns are played with " + number_text(named) + " named emotions");
  }
  check_rival(at("rival", "contact_only"), file, parameters);
  if (tree.find("emotions") && at("recognition", nullptr).find("emotion")) {
    fail(file, at("recognition", "emotion"), "'emotions' names this scenario's own; what they are stands there");
  }
}

/// Roles that need what the turns of the full model have.
void check_roles(const Node& tree, const std::string& file, const Scenario& scenario) {
  if (scenario.parameters.recognition.emotions_drawn) return;
  constexpr const char* why = " needs turns played one by one: /recognition/emotions_drawn is off here";
  for (const Step& step : scenario.pathway.steps) {
    if (!step.coached) continue;
    const Node* node = tree.find("pathway")->find("steps")->find(step.name);
    fail(file, *node->find("coached"), std::string("coaching") + why);
  }
  std::vector<Parameters> all = {scenario.parameters};
  for (const NamedAssistant& each : scenario.assistants) all.push_back(each.parameters);
  for (const Parameters& each : all) {
    if (each.assistant.repair_policy != handover) continue;
    const Node* node = tree.find(scenario.assistants.empty() ? "assistant" : "assistants");
    fail(file, node ? *node : tree, std::string("the policy 'handover'") + why);
  }
}

}  // namespace

std::vector<std::string> field_children(const std::string& prefix) {
  std::vector<std::string> names;
  const std::string start = prefix + "/";
  for (const Field& field : fields()) {
    const std::string_view path = field.path;
    if (path.substr(0, start.size()) != start) continue;
    const std::string name(path.substr(start.size(), path.find('/', start.size()) - start.size()));
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

Configuration read_configuration(const Node& resolved, const std::string& file) {
  const Node* node = resolved.find("configuration");
  if (!node) return Configuration::full;
  need(Node::Kind::text, *node, file);
  for (const Configuration each : {Configuration::core, Configuration::full}) {
    if (node->text == to_string(each)) return each;
  }
  fail(file, *node, unknown_name("configuration", node->text, {"core", "full"}));
}

std::string intake_kind(const Node& resolved, const std::string& file) {
  const Node* intake = resolved.find("intake");
  if (!intake) return "trial";
  need(Node::Kind::object, *intake, file);
  const Node* kind = intake->find("kind");
  if (!kind) return "trial";
  need(Node::Kind::text, *kind, file);
  if (kind->text != "trial" && kind->text != "service") {
    fail(file, *kind, unknown_name("intake", kind->text, {"trial", "service"}));
  }
  return kind->text;
}

/// Sections of fields, and what has names of the scenario's own.
void read_members(const Node& resolved, const std::string& file, Scenario& scenario) {
  const std::vector<std::string> elsewhere = {"configuration", "pathway", "assistants", "attributes", "joint_shares"};
  for (const NodeMember& member : resolved.members) {
    if (std::find(elsewhere.begin(), elsewhere.end(), member.name) != elsewhere.end()) continue;
    if (member.name == "cultures") {
      read_cultures(member.value, file, scenario);
      continue;
    }
    if (member.name == "emotions") {
      read_emotions(member.value, file, scenario);
      continue;
    }
    std::vector<std::string> extra = coupling_files(member.name);
    if (member.name == "intake") extra.push_back("kind");
    if (member.name == "assistant") extra = assistant_keys();
    read_section(member.value, "/" + member.name, extra, file, scenario.parameters);
  }
  read_attributes(resolved, file, scenario);
}

PathwayNames names_for_pathway(const Node& resolved, const std::string& file, const Scenario& scenario) {
  PathwayNames names{scenario.parameters.therapists.session_minutes, assistant_names(resolved, file),
                     {culture_category(scenario.cultures)}};
  for (std::size_t place = 0; place < scenario.attributes.size(); ++place) {
    const Attribute& attribute = scenario.attributes[place];
    names.categories.push_back(attribute_category(attribute.name, attribute.levels, static_cast<int>(place)));
  }
  return names;
}

Scenario read_scenario(const Node& resolved, const std::string& file, Profiles& profiles) {
  Scenario scenario;
  scenario.parameters = default_parameters(read_configuration(resolved, file));
  for (const CultureDefault& culture : default_cultures()) scenario.cultures.push_back(culture.name);
  scenario.emotions.assign(default_emotions().begin(), default_emotions().end());
  if (intake_kind(resolved, file) == "service") {
    for (const Preset& preset : service_intake()) {
      set_value(*find_field(preset.path), scenario.parameters, preset.value);
    }
  }
  read_members(resolved, file, scenario);
  check_together(resolved, file, scenario);
  const Node& pathway = required(resolved, "pathway", Node::Kind::object, file);
  scenario.pathway = read_pathway(pathway, names_for_pathway(resolved, file, scenario), file);
  read_coupling(resolved, file, profiles, scenario);
  read_assistants(resolved, file, profiles, scenario);
  check_roles(resolved, file, scenario);
  return scenario;
}

}  // namespace hybridcare::detail
