// "headline": the main comparison, and the 2^n cells of its split into components.
#include <algorithm>

#include "scenarios/fields.hpp"
#include "scenarios/names.hpp"
#include "scenarios/reader.hpp"
#include "sim/error.hpp"

namespace hybridcare::detail {
namespace {

bool same(const ContactPlan& a, const ContactPlan& b) {
  return a.every_weeks == b.every_weeks && a.turns == b.turns && a.dose == b.dose && a.minutes == b.minutes &&
         a.per_week == b.per_week && a.fade == b.fade;
}

bool same(const Step& a, const Step& b) {
  return a.name == b.name && a.exit == b.exit && a.weeks == b.weeks && a.then == b.then &&
         a.comparator == b.comparator && same(a.human, b.human) && same(a.assistant, b.assistant) &&
         a.bundle == b.bundle && std::equal(std::begin(a.offers), std::end(a.offers), b.offers) &&
         a.feedback == b.feedback && a.coached == b.coached && a.planned == b.planned &&
         a.review_every == b.review_every && a.review_minutes == b.review_minutes &&
         a.assistant_number == b.assistant_number;
}

bool same(const Transition& a, const Transition& b) {
  return a.name == b.name && a.from == b.from && a.to == b.to && a.priority == b.priority &&
         a.guard.text == b.guard.text;
}

std::string difference_of_pathways(const Pathway& a, const Pathway& b) {
  if (a.steps.size() != b.steps.size() || a.transitions.size() != b.transitions.size()) return "/pathway";
  for (std::size_t i = 0; i < a.steps.size(); ++i) {
    if (!same(a.steps[i], b.steps[i])) return "/pathway/steps/" + a.steps[i].name;
  }
  for (std::size_t i = 0; i < a.transitions.size(); ++i) {
    if (!same(a.transitions[i], b.transitions[i])) return "/pathway/transitions/" + a.transitions[i].name;
  }
  if (a.re_entry != b.re_entry || a.re_entry_when.text != b.re_entry_when.text) return "/pathway/re_entry";
  if (a.restart_on_new_provider != b.restart_on_new_provider) return "/pathway/restart_on_new_provider";
  return a.start == b.start ? "" : "/pathway/start";
}

std::string difference_of_assistants(const Scenario& a, const Scenario& b) {
  if (a.parameters.assistant.culture != b.parameters.assistant.culture) return "/assistant/culture";
  if (a.assistants.size() != b.assistants.size()) return "/assistants";
  for (std::size_t i = 0; i < a.assistants.size(); ++i) {
    const NamedAssistant &x = a.assistants[i], &y = b.assistants[i];
    const bool same_culture = x.parameters.assistant.culture == y.parameters.assistant.culture;
    if (x.name != y.name || !same_culture || !(x.profile == y.profile)) return "/assistants/" + x.name;
    for (const Field& field : fields()) {
      if (value_of(field, x.parameters) != value_of(field, y.parameters)) return "/assistants/" + x.name;
    }
  }
  return "";
}

int find_arm(const Node& name, const std::vector<ArmDraft>& arms, const std::string& file) {
  std::vector<std::string> known;
  for (const ArmDraft& arm : arms) known.push_back(arm.info.name);
  const auto it = std::find(known.begin(), known.end(), name.text);
  if (it == known.end()) fail(file, name, unknown_name("arm", name.text, known));
  return static_cast<int>(it - known.begin());
}

/// Where the two first differ in any variant; "" if nowhere.
std::string difference_of_arms(const std::vector<Scenario>& cell, const Experiment& experiment, std::size_t arm) {
  for (std::size_t v = 0; v < cell.size(); ++v) {
    const std::string found = difference(cell[v], experiment.scenarios[v][arm]);
    if (!found.empty()) return found;
  }
  return "";
}

/// The arm that is this cell: an existing one if they are the same, else a new component arm.
int cell_arm(std::vector<Scenario> scenarios, const ArmInfo& info, Experiment& experiment) {
  for (std::size_t arm = 0; arm < experiment.arms.size(); ++arm) {
    if (difference_of_arms(scenarios, experiment, arm).empty()) return static_cast<int>(arm);
  }
  experiment.arms.push_back(info);
  for (std::size_t v = 0; v < scenarios.size(); ++v) experiment.scenarios[v].push_back(std::move(scenarios[v]));
  return static_cast<int>(experiment.arms.size()) - 1;
}

void check_components(const Node& components, const std::string& file) {
  const double count = static_cast<double>(components.members.size());
  if (count < 1 || count > kMostComponents) fail(file, components, outside(count, 1, kMostComponents, "components"));
  std::vector<std::string> known = field_children("");
  known.push_back("assistants");
  known.push_back("pathway");
  known.push_back("label");
  for (const NodeMember& member : components.members) {
    if (!is_name(member.name) || member.name == "total") {
      fail(file, member.value, "a component is named by a letter and up to 39 letters, digits and underscores, and "
                               "not 'total'");
    }
    need(Node::Kind::object, member.value, file);
    refuse_unknown(member.value, known, file);
    if (const Node* label = member.value.find("label")) need(Node::Kind::text, *label, file);
    if (const Node* intake = member.value.find("intake")) {
      fail(file, *intake, "all arms share their clients, so this can't differ between them");
    }
  }
}

/// What a component changes, in the scenario's words; its name where it has none.
std::string label_of(const NodeMember& component) {
  const Node* label = component.value.find("label");
  return label ? label->text : component.name;
}

/// The component's patch: all of it but the label.
Node patch_of(const NodeMember& component) {
  Node patch = component.value;
  std::erase_if(patch.members, [](const NodeMember& member) { return member.name == "label"; });
  return patch;
}

void read_split(const Node& components, const std::vector<VariantDraft>& variants, std::vector<ArmDraft>& arms, int arm,
                int against_index, Profiles& profiles, Experiment& experiment) {
  const std::string& file = experiment.file;
  const ArmDraft against = arms[static_cast<std::size_t>(against_index)];
  check_components(components, file);
  for (const NodeMember& member : components.members) {
    experiment.headline.components.push_back(member.name);
    experiment.headline.component_labels.push_back(label_of(member));
  }
  const std::size_t full = (std::size_t{1} << components.members.size()) - 1;
  for (std::size_t mask = 0; mask <= full; ++mask) {
    Node resolved = against.resolved;
    ArmInfo info{against.info.name, against.info.label, true};
    for (std::size_t c = 0; c < components.members.size(); ++c) {
      if (!(mask >> c & 1)) continue;
      merge_patch(resolved, patch_of(components.members[c]));
      info.name += "+" + components.members[c].name;
      info.label += " + " + components.members[c].name;
    }
    std::vector<Scenario> scenarios = read_variants(resolved, variants, file, profiles);
    if (mask == full) {
      const std::string found = difference_of_arms(scenarios, experiment, static_cast<std::size_t>(arm));
      if (!found.empty()) {
        fail(file, components, "arm " + in_quotes(experiment.headline.against) + " with all components is not arm " +
                                   in_quotes(experiment.headline.arm) + ": they differ at " + found);
      }
    }
    const int known = mask == 0 ? against_index : mask == full ? arm : -1;
    experiment.headline.cells.push_back(known >= 0 ? known : cell_arm(std::move(scenarios), info, experiment));
    if (experiment.arms.size() > arms.size()) arms.push_back({info, std::move(resolved)});
  }
}

}  // namespace

std::string difference(const Scenario& a, const Scenario& b) {
  for (const Field& field : fields()) {
    if (value_of(field, a.parameters) != value_of(field, b.parameters)) return field.path;
  }
  const std::string assistants = difference_of_assistants(a, b);
  if (!assistants.empty()) return assistants;
  const CultureParameters& x = a.parameters.culture;
  const CultureParameters& y = b.parameters.culture;
  if (a.cultures != b.cultures || !std::equal(x.position, x.position + x.count, y.position) ||
      !std::equal(x.share, x.share + x.count, y.share)) {
    return "/cultures";
  }
  return difference_of_pathways(a.pathway, b.pathway);
}

void read_headline(const Node* node, const std::vector<VariantDraft>& variants, std::vector<ArmDraft>& arms,
                   Profiles& profiles, Experiment& experiment) {
  Headline& headline = experiment.headline;
  const std::string& file = experiment.file;
  headline.arm = arms.back().info.name;
  headline.against = arms.front().info.name;
  if (!node) return;
  need(Node::Kind::object, *node, file);
  refuse_unknown(*node, {"arm", "against", "split"}, file);
  const int arm = find_arm(required(*node, "arm", Node::Kind::text, file), arms, file);
  const int against = find_arm(required(*node, "against", Node::Kind::text, file), arms, file);
  if (arm == against) fail(file, *node, "an arm can't be compared with itself");
  headline.arm = arms[static_cast<std::size_t>(arm)].info.name;
  headline.against = arms[static_cast<std::size_t>(against)].info.name;
  const Node* split = node->find("split");
  if (!split) return;
  need(Node::Kind::object, *split, file);
  refuse_unknown(*split, {"components"}, file);
  const Node& components = required(*split, "components", Node::Kind::object, file);
  read_split(components, variants, arms, arm, against, profiles, experiment);
}

}  // namespace hybridcare::detail
