// Steps of the full model: what they say is what is read, and what contradicts itself is refused.
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/unit/scenarios/support.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

std::string step(const std::string& keys, const std::string& more = "") {
  return R"({"format": 1, "name": "small", )" + more + R"("pathway": {"steps": {"care": {"weeks": 12, )" + keys +
         R"(}}}, "arms": {"only": {}}})";
}

Step read_step(const std::string& keys, const std::string& more = "") {
  return read_experiment(step(keys, more), "f.json").scenarios[0][0].pathway.steps[3];
}

void check_all(const std::vector<std::pair<std::string, std::string>>& cases) {
  for (const auto& [text, message] : cases) {
    INFO(text);
    CHECK(refusal(text).substr(0, message.size()) == message);
  }
}

const std::string kAt = "f.json#/pathway/steps/care";

}  // namespace

TEST_CASE("contacts several times a week, which fade") {
  const Step care = read_step(R"("human": {"every_weeks": 2}, "assistant": {"per_week": 3, "fade": 0.05, "turns": 6})");
  CHECK((care.human.per_week == 1 && care.human.fade == 0 && care.human.every_weeks == 2));
  CHECK((care.assistant.per_week == 3 && care.assistant.fade == .05 && care.assistant.turns == 6));
  check_all({
      {step(R"("human": {"per_week": 8})"), kAt + "/human/per_week: 8 is outside [1, 7] contacts"},
      {step(R"("human": {"per_week": 1.5})"), kAt + "/human/per_week: 1.5 is not a whole number"},
      {step(R"("assistant": {"fade": -0.1})"), kAt + "/assistant/fade: -0.1 is outside [0, 2] per week"},
      {step(R"("human": {"name": "x"})"), kAt + "/human/name: unknown key 'name'"},
  });
}

TEST_CASE("pathways without empathy are offered as one bundle or one by one") {
  const Step care = read_step(R"("offers": ["focusing", "mindfulness"])");
  CHECK_FALSE(care.bundle);
  CHECK((care.offers[mindfulness] && care.offers[focusing]));
  CHECK_FALSE((care.offers[expressive_writing] || care.offers[bias_modification]));
  CHECK(read_step(R"("offers": ["bundle"])").bundle);
  check_all({
      {step(R"("offers": ["bundle", "focusing"])"), kAt + "/offers: 'bundle' is all four pathways as one"},
      {step(R"("offers": ["focusing", "focusing"])"), kAt + "/offers/1: 'focusing' stands more than once"},
      {step(R"("offers": ["focussing"])"),
       kAt + "/offers/0: unknown pathway to offer 'focussing'; nearest: 'focusing'"},
      {step(R"("offers": "bundle")"), kAt + "/offers: expected a list, found a text"},
  });
}

TEST_CASE("coaching, plan and review need what they act on") {
  const Step care = read_step(R"("human": {}, "assistant": {}, "coached": true, "plan": true,
                                 "offers": ["mindfulness", "focusing"], "review_every": 4, "review_minutes": 10)");
  CHECK((care.coached && care.planned && care.review_every == 4 && care.review_minutes == 10));
  CHECK(read_step(R"("assistant": {}, "review_every": 2)").review_minutes == 15);
  CHECK_FALSE(read_step(R"("human": {}, "coached": false)").coached);
  check_all({
      {step(R"("assistant": {}, "coached": true)"), kAt + "/coached: there is no human in this step to be coached"},
      {step(R"("human": {}, "coached": 1)"), kAt + "/coached: expected true or false, found a number"},
      {step(R"("human": {}, "coached": true)", R"("configuration": "core",)"),
       kAt + "/coached: coaching needs turns played one by one: /recognition/emotions_drawn is off here"},
      {step(R"("plan": true)"), kAt + "/plan: a plan chooses among pathways, and this step offers 0 by name"},
      {step(R"("plan": true, "offers": ["focusing"])"),
       kAt + "/plan: a plan chooses among pathways, and this step offers 1"},
      {step(R"("plan": true, "offers": ["bundle"])"), kAt + "/plan: a plan chooses among pathways"},
      {step(R"("human": {}, "review_every": 4)"), kAt + "/review_every: there is no assistant's care in this step"},
      {step(R"("assistant": {}, "review_every": 0)"), kAt + "/review_every: 0 is outside [1, 52] weeks"},
      {step(R"("assistant": {}, "review_minutes": 9)"), kAt + "/review_minutes: 'review_minutes' needs 'review_every'"},
      {step(R"("assistant": {})", R"("configuration": "core", "assistant": {"repair_policy": "handover"},)"),
       "f.json#/assistant: the policy 'handover' needs turns played one by one"},
      {step(R"("human": {})", R"("human": {"repair_policy": "handover"},)"),
       "f.json#/human/repair_policy: unknown choice 'handover'"},
  });
}

TEST_CASE("clients who were well may come back") {
  const auto pathway = [](const std::string& more) {
    const std::string steps = R"("a": {"weeks": 12, "human": {}}, "b": {"weeks": 6, "human": {}})";
    return with_pathway(R"({"start": "a", "steps": {)" + steps + "}, " + more + "}");
  };
  const Experiment e = read_experiment(
      pathway(R"("re_entry": {"to": "b", "when": "phq9 >= 15 and week >= 20"}, "restart_on_new_provider": true)"),
      "f.json");
  const Pathway& read = e.scenarios[0][0].pathway;
  CHECK(read.re_entry == 4);  // a step that can be reached in no other way
  CHECK(read.re_entry_when.code.size() == 7);
  CHECK(read.restart_on_new_provider);
  CHECK_FALSE(read.reads_oracle);
  const Experiment plain = read_experiment(with_transitions(""), "f.json");
  CHECK((plain.scenarios[0][0].pathway.re_entry == -1 && !plain.scenarios[0][0].pathway.restart_on_new_provider));
  const Experiment marked =
      read_experiment(pathway(R"("re_entry": {"to": "b", "when": "oracle.symptom > 15"})"), "f.json");
  CHECK(marked.scenarios[0][0].pathway.reads_oracle);
  check_all({
      {pathway(R"("re_entry": {"to": "c", "when": "phq9 > 3"})"), "f.json#/pathway/re_entry/to: unknown step 'c'"},
      {pathway(R"("re_entry": {"to": "completed", "when": "phq9 > 3"})"),
       "f.json#/pathway/re_entry/to: unknown step 'completed'"},
      {pathway(R"("re_entry": {"to": "b"})"), "f.json#/pathway/re_entry: key 'when' is missing"},
      {pathway(R"("re_entry": {"to": "b", "when": "phq9"})"), "f.json#/pathway/re_entry/when: column 1: a condition"},
      {pathway(R"("re_entry": "b")"), "f.json#/pathway/re_entry: expected an object, found a text"},
      {pathway(R"("restart_on_new_provider": 1)"), "f.json#/pathway/restart_on_new_provider: expected true or false"},
      {pathway(R"("start": "a")"), "f.json#/pathway/start: duplicate key 'start'"},
  });
}

TEST_CASE("arms that differ in a role are not taken for one another") {
  for (const std::string keys :
       {R"("assistant": {"per_week": 2})", R"("assistant": {"fade": 0.1})", R"("offers": ["focusing"])",
        R"("coached": true)", R"("plan": true)", R"("review_every": 3)"}) {
    const std::string text = R"({"format": 1, "name": "small", "pathway": {"steps": {"care": {"weeks": 12, "human": {},
        "assistant": {}, "offers": ["mindfulness", "bias_modification"]}}}, "arms": {"a": {}, "b": {"pathway": {"steps":
        {"care": {)" + keys + R"(}}}}}, "headline": {"arm": "b", "against": "a", "split": {"components": {"c": {}}}}})";
    INFO(keys);
    CHECK(refusal(text).find("they differ at /pathway/steps/care") != std::string::npos);
  }
}
