#include "scenarios/reread.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "scenarios/names.hpp"
#include "scenarios/reader.hpp"
#include "sim/error.hpp"

namespace hybridcare {
namespace {

using namespace detail;

constexpr std::string_view kAssistant = "/assistant/";
constexpr std::string_view kSwitches[] = {"/service/", "/network/"};  ///< sections switched on by being there

bool below(std::string_view start, const Field& field) {
  return std::string_view(field.path).substr(0, start.size()) == start;
}

Node leaf(const Field& field, double value) {
  Node node;
  if (field.flag) {
    node.kind = Node::Kind::truth;
    node.truth = value != 0;
  } else if (!field.names.empty()) {
    node.kind = Node::Kind::text;
    node.text = field.names[static_cast<std::size_t>(value)];
  } else {
    node.kind = Node::Kind::number;
    node.number = value;
  }
  return node;
}

/// A merge patch that sets one place. @param pointer  of plain names
Node patch_at(std::string_view pointer, Node value) {
  if (pointer.empty()) return value;
  const std::size_t end = pointer.find('/', 1);
  Node patch;
  patch.kind = Node::Kind::object;
  const std::string name(pointer.substr(1, end == pointer.npos ? end : end - 1));
  patch.members.push_back({name, patch_at(end == pointer.npos ? "" : pointer.substr(end), std::move(value))});
  return patch;
}

/// @param named  the arm has "assistants"
std::vector<PlacedValue> places_in(const Field& field, const Scenario& scenario, bool named) {
  if (!named || !below(kAssistant, field)) return {{&field, field.path, value_of(field, scenario.parameters)}};
  const std::string rest = std::string(field.path).substr(kAssistant.size() - 1);
  std::vector<PlacedValue> places;
  for (const NamedAssistant& each : scenario.assistants)
    places.push_back({&field, "/assistants/" + each.name + rest, value_of(field, each.parameters)});
  return places;
}

/// Takes the member "arms" out of a patch and gives the part of it that is for that arm, or null.
/// @throws UserError for an arm that the experiment has not
Node own_part(Node& patch, const Experiment& experiment, int arm, const std::string& file) {
  const auto arms = std::find_if(patch.members.begin(), patch.members.end(),
                                 [](const NodeMember& member) { return member.name == "arms"; });
  if (arms == patch.members.end()) return {};
  need(Node::Kind::object, arms->value, file);
  std::vector<std::string> known;
  for (const ArmInfo& each : experiment.arms) known.push_back(each.name);
  refuse_unknown(arms->value, known, file);
  const Node* own = arms->value.find(known.at(static_cast<std::size_t>(arm)));
  Node part = own ? *own : Node{};
  if (own) need(Node::Kind::object, part, file);
  patch.members.erase(arms);
  return part;
}

}  // namespace

struct Rereader::State {
  const Experiment& experiment;
  Profiles profiles;
  std::map<std::pair<int, int>, Node> trees;  ///< by variant and arm

  const Scenario& scenario(int variant, int arm) const {
    return experiment.scenarios.at(static_cast<std::size_t>(variant)).at(static_cast<std::size_t>(arm));
  }
  const Node& tree(int variant, int arm) {
    const auto [it, fresh] = trees.try_emplace({variant, arm});
    if (fresh)
      it->second = resolved_in(experiment.source->variants.at(static_cast<std::size_t>(variant)),
                               experiment.source->arms.at(static_cast<std::size_t>(arm)).resolved);
    return it->second;
  }
};

Rereader::Rereader(const Experiment& experiment)
    : state_(new State{experiment, Profiles{experiment.source->bundled, {}, {}}, {}}) {}

Rereader::~Rereader() = default;

std::vector<PlacedValue> Rereader::places(const Field& field, int variant, int arm) {
  const Node& tree = state_->tree(variant, arm);
  for (const std::string_view section : kSwitches)
    if (below(section, field) && !tree.find(section.substr(1, section.size() - 2))) return {};
  return places_in(field, state_->scenario(variant, arm), tree.find("assistants") != nullptr);
}

Scenario Rereader::read(int variant, int arm, const std::vector<PlacedValue>& values) {
  const std::string& file = state_->experiment.file;
  Node tree = state_->tree(variant, arm);
  for (const PlacedValue& each : values) merge_patch(tree, patch_at(each.pointer, leaf(*each.field, each.value)));
  Scenario scenario = read_scenario(tree, file, state_->profiles);
  const bool named = tree.find("assistants") != nullptr;
  for (const PlacedValue& each : values)
    for (const PlacedValue& found : places_in(*each.field, scenario, named))
      if (found.pointer == each.pointer && found.value != each.value)
        throw UserError(where(file, each.pointer),
                        "something else in the scenario sets it to " + number_text(found.value));
  return scenario;
}

Scenario Rereader::read(int variant, int arm, const std::string& patch) {
  const std::string file = "point";
  Node common = parse_json(patch, file);
  need(Node::Kind::object, common, file);
  const Node own = own_part(common, state_->experiment, arm, file);
  Node tree = state_->tree(variant, arm);
  merge_patch(tree, common);
  if (own.kind == Node::Kind::object) merge_patch(tree, own);
  return read_scenario(tree, state_->experiment.file, state_->profiles);
}

}  // namespace hybridcare
