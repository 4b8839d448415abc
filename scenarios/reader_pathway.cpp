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
  std::vector<std::string> known = {"every_weeks", "per_week", "turns", "dose", "fade"};
  known.push_back(human ? "minutes" : "name");
  refuse_unknown(node, known, file);
  ContactPlan plan;
  plan.every_weeks = optional_whole(node, kEveryWeeks, file);
  plan.per_week = optional_whole(node, kPerWeek, file);
  plan.turns = optional_whole(node, kTurns, file);
  if (const Node* dose = node.find("dose")) plan.dose = read_real(*dose, 0, 1, "", file);
  if (const Node* fade = node.find("fade")) plan.fade = read_real(*fade, 0, kFastestFade, "per week", file);
  if (human) plan.minutes = session_minutes * plan.dose;
  const Node* minutes = node.find("minutes");
  if (minutes) plan.minutes = read_real(*minutes, 0, kLongestMinutes, "minutes", file);
  return plan;
}

void read_offers(const Node& node, const std::string& file, Step& step) {
  const Node* offers = node.find("offers");
  if (!offers) return;
  need(Node::Kind::array, *offers, file);
  std::vector<std::string> known = {"bundle"};
  for (const char* name : pathway_names()) known.push_back(name);
  bool single = false;
  for (const Node& item : offers->items) {
    need(Node::Kind::text, item, file);
    const auto it = std::find(known.begin(), known.end(), item.text);
    if (it == known.end()) fail(file, item, unknown_name("pathway to offer", item.text, known));
    bool& chosen = it == known.begin() ? step.bundle : step.offers[it - known.begin() - 1];
    if (chosen) fail(file, item, in_quotes(item.text) + " stands more than once");
    chosen = true;
    single = single || it != known.begin();
  }
  if (step.bundle && single) {
    fail(file, *offers, "'bundle' is all four pathways as one; offer either it or single pathways");
  }
}

int find_assistant(const Node& node, const std::vector<std::string>& known, const std::string& file) {
  need(Node::Kind::text, node, file);
  const auto it = std::find(known.begin(), known.end(), node.text);
  if (it == known.end()) fail(file, node, unknown_name("assistant", node.text, known));
  return static_cast<int>(it - known.begin());
}

/// The number of the step's assistant: the one that it names, in its contacts or as coach, or the only one there is.
int read_assistant(const Node& node, const std::vector<std::string>& known, const std::string& file,
                   const Step& step) {
  const Node* assistant = node.find("assistant");
  const Node* coach = node.find("coached");
  const Node* met = assistant ? assistant->find("name") : nullptr;
  const bool coach_named = coach && coach->kind == Node::Kind::text;
  const int number = met ? find_assistant(*met, known, file) : coach_named ? find_assistant(*coach, known, file) : 0;
  if (met && coach_named && find_assistant(*coach, known, file) != number) {
    fail(file, *coach, "a step has one assistant, which meets the client as " + in_quotes(met->text));
  }
  const bool needed = step.assistant.every_weeks > 0 || step.coached;
  if (needed && known.size() > 1 && !met && !coach_named) {
    fail(file, assistant ? *assistant : node, "the scenario has several assistants; add \"name\": one of " +
                                                  joined_names(known));
  }
  return number;
}

/// Monitoring, coaching, plan and review: what makes sense with whom.
void read_roles(const Node& node, const std::string& file, Step& step) {
  step.feedback = optional_switch(node, "feedback", false, file);
  if (step.feedback && step.human.every_weeks == 0 && step.assistant.every_weeks == 0) {
    fail(file, *node.find("feedback"), "there is nobody in this step to act on feedback");
  }
  const Node* coached = node.find("coached");
  if (coached && coached->kind != Node::Kind::text) need(Node::Kind::truth, *coached, file);
  step.coached = coached && (coached->kind == Node::Kind::text || coached->truth);
  if (step.coached && step.human.every_weeks == 0) fail(file, *coached, "there is no human in this step to be coached");
  step.planned = optional_switch(node, "plan", false, file);
  const auto offered = std::count(std::begin(step.offers), std::end(step.offers), true);
  if (step.planned && offered < 2) {
    fail(file, *node.find("plan"), "a plan chooses among pathways, and this step offers " + std::to_string(offered) +
                                       " by name; 'offers' needs two at least");
  }
  const Node* review = node.find("review_every");
  const Node* minutes = node.find("review_minutes");
  if (review) step.review_every = read_whole(*review, kReviewEvery, file);
  if (review && step.assistant.every_weeks == 0) {
    fail(file, *review, "there is no assistant's care in this step to review");
  }
  if (minutes && !review) fail(file, *minutes, "'review_minutes' needs 'review_every'");
  if (review) step.review_minutes = minutes ? read_real(*minutes, 0, kLongestMinutes, "minutes", file) : kReviewMinutes;
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

Step read_step(const NodeMember& member, const PathwayNames& names, const std::string& file) {
  const Node& node = member.value;
  if (!is_name(member.name)) {
    fail(file, node, "a step is named by a letter and up to 39 letters, digits and underscores");
  }
  if (std::find(std::begin(kExits), std::end(kExits), member.name) != std::end(kExits)) {
    fail(file, node, in_quotes(member.name) + " is a built-in exit; name the step otherwise");
  }
  need(Node::Kind::object, node, file);
  refuse_unknown(node, {"weeks", "then", "comparator", "human", "assistant", "offers", "feedback", "coached", "plan",
                        "review_every", "review_minutes"}, file);
  Step step;
  step.name = member.name;
  step.weeks = optional_whole(node, kStepWeeks, file);
  if (const Node* human = node.find("human")) step.human = read_contact(*human, true, names.session_minutes, file);
  if (const Node* assistant = node.find("assistant")) step.assistant = read_contact(*assistant, false, 0, file);
  read_offers(node, file, step);
  read_roles(node, file, step);
  step.assistant_number = read_assistant(node, names.assistants, file, step);
  step.comparator = read_comparator(node, step.human.every_weeks || step.assistant.every_weeks, file);
  return step;
}

void read_steps(const Node& steps, const PathwayNames& names, const std::string& file, Pathway& pathway) {
  for (int exit = 0; exit < 3; ++exit) {
    Step step;
    step.name = kExits[exit];
    step.exit = static_cast<Exit>(exit + 1);
    pathway.steps.push_back(step);
  }
  constexpr double most = kMostSteps - 3;
  const double count = static_cast<double>(steps.members.size());
  if (count < 1 || count > most) fail(file, steps, outside(count, 1, most, "steps"));
  for (const NodeMember& member : steps.members) pathway.steps.push_back(read_step(member, names, file));
  for (std::size_t i = 0; i < steps.members.size(); ++i) {
    Step& step = pathway.steps[i + 3];
    const Node* then = steps.members[i].value.find("then");
    if (then && step.weeks == 0) fail(file, *then, "'then' needs a planned length: add 'weeks'");
    if (step.weeks > 0) step.then = then ? find_step(pathway, *then, true, file) : 0;
  }
}

Transition read_transition(const NodeMember& member, const PathwayNames& names, const std::string& file,
                           const Pathway& pathway) {
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
  transition.guard = parse_guard(when.text, where(file, when.pointer), names.categories);
  transition.priority = optional_whole(node, kPriority, file);
  return transition;
}

void read_transitions(const Node& transitions, const PathwayNames& names, const std::string& file, Pathway& pathway) {
  need(Node::Kind::object, transitions, file);
  const double count = static_cast<double>(transitions.members.size());
  if (count > kMostTransitions) fail(file, transitions, outside(count, 0, kMostTransitions, "transitions"));
  for (const NodeMember& member : transitions.members) {
    pathway.transitions.push_back(read_transition(member, names, file, pathway));
    pathway.reads_oracle = pathway.reads_oracle || pathway.transitions.back().guard.reads_oracle;
  }
  const auto before = [](const Transition& a, const Transition& b) {
    return a.from != b.from ? a.from < b.from : a.priority < b.priority;
  };
  std::stable_sort(pathway.transitions.begin(), pathway.transitions.end(), before);
}

/// Clients who were well and are so no longer.
void read_re_entry(const Node& node, const PathwayNames& names, const std::string& file, Pathway& pathway) {
  need(Node::Kind::object, node, file);
  refuse_unknown(node, {"to", "when"}, file);
  pathway.re_entry = find_step(pathway, required(node, "to", Node::Kind::text, file), false, file);
  const Node& when = required(node, "when", Node::Kind::text, file);
  pathway.re_entry_when = parse_guard(when.text, where(file, when.pointer), names.categories);
  pathway.reads_oracle = pathway.reads_oracle || pathway.re_entry_when.reads_oracle;
}

}  // namespace

Pathway read_pathway(const Node& node, const PathwayNames& names, const std::string& file) {
  refuse_unknown(node, {"start", "steps", "transitions", "re_entry", "restart_on_new_provider"}, file);
  Pathway pathway;
  const Node& steps = required(node, "steps", Node::Kind::object, file);
  read_steps(steps, names, file, pathway);
  if (const Node* transitions = node.find("transitions")) read_transitions(*transitions, names, file, pathway);
  if (const Node* again = node.find("re_entry")) read_re_entry(*again, names, file, pathway);
  pathway.restart_on_new_provider = optional_switch(node, "restart_on_new_provider", false, file);
  const Node* start = node.find("start");
  if (!start && steps.members.size() > 1) fail(file, node, "key 'start' is missing: there is more than one step");
  pathway.start = start ? find_step(pathway, *start, false, file) : 3;
  check(pathway, where(file, node.pointer));
  return pathway;
}

}  // namespace hybridcare::detail
