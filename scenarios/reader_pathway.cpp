// "pathway" of a resolved arm: steps, contacts, transitions with guards.
#include <algorithm>

#include "scenarios/names.hpp"
#include "scenarios/reader.hpp"
#include "sim/error.hpp"

namespace hybridcare::detail {
namespace {

constexpr const char* kExits[] = {"completed", "ended_early", "dropped"};

std::vector<std::string> step_names(const Pathway& pathway) {
  std::vector<std::string> names;
  for (const Step& step : pathway.steps) {
    if (step.exit == Exit::none) names.push_back(step.name);
  }
  return names;
}

/// @param exit_too  "completed" is a good answer as well
int find_step(const Pathway& pathway, const Node& name, bool exit_too, const std::string& file) {
  need(Node::Kind::text, name, file);
  std::vector<std::string> known = step_names(pathway);
  if (exit_too) known.push_back(kExits[0]);
  if (std::find(known.begin(), known.end(), name.text) == known.end()) {
    if (name.text == kExits[1] || name.text == kExits[2]) {
      fail(file, name, in_quotes(name.text) + " happens by itself; the exit to name is 'completed'");
    }
    fail(file, name, unknown_name("step", name.text, known));
  }
  const auto it = std::find_if(pathway.steps.begin(), pathway.steps.end(),
                               [&](const Step& step) { return step.name == name.text; });
  return static_cast<int>(it - pathway.steps.begin());
}

ContactPlan read_contact(const Node& node, bool human, double session_minutes, const std::string& file) {
  need(Node::Kind::object, node, file);
  std::vector<std::string> known = {"every_weeks", "turns", "dose"};
  if (human) known.push_back("minutes");
  refuse_unknown(node, known, file);
  ContactPlan plan;
  plan.every_weeks = optional_whole(node, kEveryWeeks, file);
  plan.turns = optional_whole(node, kTurns, file);
  if (const Node* dose = node.find("dose")) plan.dose = read_real(*dose, 0, 1, "", file);
  if (human) plan.minutes = session_minutes * plan.dose;
  const Node* minutes = node.find("minutes");
  if (minutes) plan.minutes = read_real(*minutes, 0, kLongestMinutes, "minutes", file);
  return plan;
}

bool read_offers(const Node& step, const std::string& file) {
  const Node* offers = step.find("offers");
  if (!offers) return false;
  need(Node::Kind::array, *offers, file);
  for (const Node& item : offers->items) {
    need(Node::Kind::text, item, file);
    if (item.text != "bundle") fail(file, item, unknown_name("pathway to offer", item.text, {"bundle"}));
  }
  if (offers->items.size() > 1) fail(file, *offers, "'bundle' stands more than once");
  return !offers->items.empty();
}

Comparator read_comparator(const Node& step, bool has_contacts, const std::string& file) {
  const Node* node = step.find("comparator");
  if (!node) return Comparator::none;
  need(Node::Kind::text, *node, file);
  const std::vector<std::string> names = {"none", "waiting", "usual_care"};
  const auto it = std::find(names.begin(), names.end(), node->text);
  if (it == names.end()) fail(file, *node, unknown_name("comparator", node->text, names));
  if (has_contacts && node->text != "none") fail(file, *node, "a comparator belongs to a step without contacts");
  return static_cast<Comparator>(it - names.begin());
}

Step read_step(const NodeMember& member, double session_minutes, const std::string& file) {
  const Node& node = member.value;
  if (!is_name(member.name)) {
    fail(file, node, "a step is named by a letter and up to 39 letters, digits and underscores");
  }
  if (std::find(std::begin(kExits), std::end(kExits), member.name) != std::end(kExits)) {
    fail(file, node, in_quotes(member.name) + " is a built-in exit; name the step otherwise");
  }
  need(Node::Kind::object, node, file);
  refuse_unknown(node, {"weeks", "then", "comparator", "human", "assistant", "offers", "feedback"}, file);
  Step step;
  step.name = member.name;
  step.weeks = optional_whole(node, kStepWeeks, file);
  if (const Node* human = node.find("human")) step.human = read_contact(*human, true, session_minutes, file);
  if (const Node* assistant = node.find("assistant")) step.assistant = read_contact(*assistant, false, 0, file);
  step.bundle = read_offers(node, file);
  step.feedback = optional_switch(node, "feedback", false, file);
  step.comparator = read_comparator(node, step.human.every_weeks || step.assistant.every_weeks, file);
  return step;
}

void read_steps(const Node& steps, double session_minutes, const std::string& file, Pathway& pathway) {
  for (int exit = 0; exit < 3; ++exit) {
    Step step;
    step.name = kExits[exit];
    step.exit = static_cast<Exit>(exit + 1);
    pathway.steps.push_back(step);
  }
  constexpr double most = kMostSteps - 3;
  const double count = static_cast<double>(steps.members.size());
  if (count < 1 || count > most) fail(file, steps, outside(count, 1, most, "steps"));
  for (const NodeMember& member : steps.members) pathway.steps.push_back(read_step(member, session_minutes, file));
  for (std::size_t i = 0; i < steps.members.size(); ++i) {
    Step& step = pathway.steps[i + 3];
    const Node* then = steps.members[i].value.find("then");
    if (then && step.weeks == 0) fail(file, *then, "'then' needs a planned length: add 'weeks'");
    if (step.weeks > 0) step.then = then ? find_step(pathway, *then, true, file) : 0;
  }
}

Transition read_transition(const NodeMember& member, const std::string& file, const Pathway& pathway) {
  const Node& node = member.value;
  if (!is_name(member.name)) {
    fail(file, node, "a transition is named by a letter and up to 39 letters, digits and underscores");
  }
  need(Node::Kind::object, node, file);
  refuse_unknown(node, {"from", "to", "when", "priority"}, file);
  Transition transition;
  transition.name = member.name;
  transition.from = find_step(pathway, required(node, "from", Node::Kind::text, file), false, file);
  transition.to = find_step(pathway, required(node, "to", Node::Kind::text, file), true, file);
  const Node& when = required(node, "when", Node::Kind::text, file);
  transition.guard = parse_guard(when.text, where(file, when.pointer));
  transition.priority = optional_whole(node, kPriority, file);
  return transition;
}

void read_transitions(const Node& transitions, const std::string& file, Pathway& pathway) {
  need(Node::Kind::object, transitions, file);
  const double count = static_cast<double>(transitions.members.size());
  if (count > kMostTransitions) fail(file, transitions, outside(count, 0, kMostTransitions, "transitions"));
  for (const NodeMember& member : transitions.members) {
    pathway.transitions.push_back(read_transition(member, file, pathway));
    pathway.reads_oracle = pathway.reads_oracle || pathway.transitions.back().guard.reads_oracle;
  }
  const auto before = [](const Transition& a, const Transition& b) {
    return a.from != b.from ? a.from < b.from : a.priority < b.priority;
  };
  std::stable_sort(pathway.transitions.begin(), pathway.transitions.end(), before);
}

}  // namespace

Pathway read_pathway(const Node& node, double session_minutes, const std::string& file) {
  refuse_unknown(node, {"start", "steps", "transitions"}, file);
  Pathway pathway;
  const Node& steps = required(node, "steps", Node::Kind::object, file);
  read_steps(steps, session_minutes, file, pathway);
  if (const Node* transitions = node.find("transitions")) read_transitions(*transitions, file, pathway);
  const Node* start = node.find("start");
  if (!start && steps.members.size() > 1) fail(file, node, "key 'start' is missing: there is more than one step");
  pathway.start = start ? find_step(pathway, *start, false, file) : 3;
  check(pathway, where(file, node.pointer));
  return pathway;
}

}  // namespace hybridcare::detail
