// "assistant" and "assistants": one configuration, or several by name, each the base with a patch of its own; their
// cultures, and what was measured of them.
#include <algorithm>

#include "scenarios/fields.hpp"
#include "scenarios/names.hpp"
#include "scenarios/profile.hpp"
#include "scenarios/reader.hpp"

namespace hybridcare::detail {
namespace {

constexpr const char* kPlain = "assistant";

/// What one assistant's tree says, as patched.
struct Draft {
  std::string name;
  Node node;
};

std::vector<Draft> drafts_of(const Node& resolved, const std::string& file) {
  const Node *base = resolved.find("assistant"), *list = resolved.find("assistants");
  Node plain;
  plain.kind = Node::Kind::object;
  if (base) plain = *base;
  if (!list) return {{kPlain, plain}};
  std::vector<Draft> drafts;
  for (const NodeMember& member : list->members) {
    need(Node::Kind::object, member.value, file);
    Draft draft{member.name, plain};
    merge_patch(draft.node, member.value);
    drafts.push_back(std::move(draft));
  }
  return drafts;
}

int find_culture(const Node& node, const std::vector<std::string>& known, const std::string& file) {
  need(Node::Kind::text, node, file);
  const auto it = std::find(known.begin(), known.end(), node.text);
  if (it == known.end()) fail(file, node, unknown_name("culture", node.text, known));
  return static_cast<int>(it - known.begin());
}

std::shared_ptr<const Profile> read_measured(const Node& node, const std::string& file, const Scenario& scenario,
                                             const AgentParameters& agent, Profiles& profiles) {
  if (!scenario.parameters.recognition.emotions_drawn) {
    fail(file, node, "a measured profile needs turns with felt emotions: /recognition/emotions_drawn is off here");
  }
  const std::string path = profiles.find(node, file);
  const std::string key = path + "\n" + joined_names(scenario.emotions) + "\n" + joined_names(scenario.cultures) +
                          "\n" + std::to_string(agent.culture);
  std::shared_ptr<const Profile>& known = profiles.read[key];
  if (!known) {
    const ProfileTarget target{scenario.emotions, scenario.cultures, agent.culture};
    known = std::make_shared<const Profile>(read_profile(path, target));
  }
  return known;
}

/// @param agent  in: the defaults; out: what the tree says
void read_agent(const Draft& draft, const std::string& file, const Scenario& scenario, AgentParameters& agent,
                Parameters& room) {
  room.assistant = agent;
  read_section(draft.node, "/assistant", assistant_keys(), file, room);
  agent = room.assistant;
  const Node* culture = draft.node.find("culture");
  agent.culture = culture ? find_culture(*culture, scenario.cultures, file) : scenario.parameters.culture.reference;
}

}  // namespace

std::vector<std::string> assistant_keys() { return {"culture", "profile"}; }

std::vector<std::string> assistant_names(const Node& resolved, const std::string& file) {
  const Node* list = resolved.find("assistants");
  if (!list) return {kPlain};
  need(Node::Kind::object, *list, file);
  const double count = static_cast<double>(list->members.size());
  if (count < 1 || count > kMostAssistants) fail(file, *list, outside(count, 1, kMostAssistants, "assistants"));
  std::vector<std::string> names;
  for (const NodeMember& member : list->members) {
    if (!is_name(member.name)) {
      fail(file, member.value, "an assistant is named by a letter and up to 39 letters, digits and underscores");
    }
    names.push_back(member.name);
  }
  return names;
}

void read_assistants(const Node& resolved, const std::string& file, Profiles& profiles, Scenario& scenario) {
  const AgentParameters defaults = default_parameters(read_configuration(resolved, file)).assistant;
  Parameters room = scenario.parameters;
  for (const Draft& draft : drafts_of(resolved, file)) {
    NamedAssistant& assistant = scenario.assistants.emplace_back();
    assistant.name = draft.name;
    AgentParameters agent = defaults;
    read_agent(draft, file, scenario, agent, room);
    assistant.parameters = scenario.parameters;
    assistant.parameters.assistant = agent;
    const Node* profile = draft.node.find("profile");
    if (profile) assistant.profile.profile = read_measured(*profile, file, scenario, agent, profiles);
  }
  scenario.parameters.assistant = scenario.assistants.front().parameters.assistant;
  const bool plain = !resolved.find("assistants") && !scenario.assistants.front().profile.profile;
  if (plain) scenario.assistants.clear();  // number 0 is what the parameters say
}

}  // namespace hybridcare::detail
