// Arms, variants and the cells of a split.
#include <rapidcheck.h>

#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/unit/scenarios/support.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

constexpr const char* kKeys[] = {"noticed", "repaired", "memory", "competence", "distance_loss"};

double value_of_key(const Scenario& scenario, std::size_t key) {
  const AgentParameters& agent = scenario.parameters.assistant;
  const double values[] = {agent.noticed, agent.repaired, agent.memory, agent.competence, agent.distance_loss};
  return values[key];
}

std::string patch(std::size_t key) { return std::string("\"") + kKeys[key] + "\": 0.125"; }

std::string arm_with(const std::vector<std::size_t>& keys) {
  std::string text;
  for (const std::size_t key : keys) text += (text.empty() ? "" : ", ") + patch(key);
  return "{\"assistant\": {" + text + "}}";
}

/// A file whose arm "all" is arm "none" with `count` components, each setting one field.
std::string split_file(std::size_t count, const std::string& other_arms) {
  std::vector<std::size_t> keys;
  std::string components;
  for (std::size_t key = 0; key < count; ++key) {
    keys.push_back(key);
    components += std::string(key ? ", \"" : "\"") + kKeys[key] + "\": {\"assistant\": {" + patch(key) + "}}";
  }
  const std::string headline =
      R"("headline": {"arm": "all", "against": "none", "split": {"components": {)" + components + "}}},";
  const std::string variants = R"("variants": {"v": {"course": {"harm": 0}}},)";
  return scenario(headline + variants, R"({"none": {}, )" + other_arms + R"("all": )" + arm_with(keys) + "}");
}

}  // namespace

TEST_CASE("a split has 2^n cells, each with the components of its mask") {
  CHECK(rc::check("for 1 to 5 components", [] {
    const auto count = *rc::gen::inRange<std::size_t>(1, 6);
    const Experiment e = read_experiment(split_file(count, ""), "f.json");
    RC_ASSERT(e.headline.cells.size() == std::size_t{1} << count);
    RC_ASSERT(e.arms.size() == e.headline.cells.size());
    for (std::size_t mask = 0; mask < e.headline.cells.size(); ++mask) {
      const auto arm = static_cast<std::size_t>(e.headline.cells[mask]);
      for (std::size_t key = 0; key < count; ++key) {
        RC_ASSERT((value_of_key(e.scenarios[0][arm], key) == 0.125) == ((mask >> key & 1) == 1));
      }
      RC_ASSERT(e.scenarios[1][arm].parameters.course.harm == 0);
      RC_ASSERT(e.arms[arm].component == (mask != 0 && mask + 1 != e.headline.cells.size()));
    }
  }));
}

TEST_CASE("a split uses arms that exist already, whatever they are called") {
  CHECK(rc::check("one extra arm", [] {
    const auto mask = *rc::gen::inRange<std::size_t>(1, 7);
    std::vector<std::size_t> keys;
    for (std::size_t key = 0; key < 3; ++key) {
      if (mask >> key & 1) keys.push_back(key);
    }
    const Experiment e = read_experiment(split_file(3, "\"extra\": " + arm_with(keys) + ", "), "f.json");
    RC_ASSERT(e.headline.cells[mask] == 1);
    RC_ASSERT(e.arms.size() == 8u);
  }));
}

TEST_CASE("components that change nothing share one cell") {
  const Experiment e = read_experiment(
      scenario(R"("headline": {"arm": "b", "against": "a", "split": {"components": {
                   "idle": {"course": {"harm": 0.06}}, "real": {"course": {"harm": 0.1}}}}},)",
               R"({"a": {}, "b": {"course": {"harm": 0.1}}})"), "f.json");
  CHECK(e.headline.cells == std::vector<int>{0, 0, 1, 1});
  CHECK(e.arms.size() == 2);
}

TEST_CASE("an arm is the base with its patch, and a variant comes after the arm") {
  const Experiment e = read_experiment(
      scenario(R"("leaving": {"missed": 0.15, "trust": 2}, "variants": {"v": {"leaving": {"missed": null}}},)",
               R"({"plain": {}, "other": {"label": "Other", "leaving": {"missed": 0.2}},
                   "none": {"pathway": {"steps": {"care": {"human": null}}}}})"), "f.json");
  CHECK(e.scenarios[0][0].parameters.leaving.missed == 0.15);
  CHECK(e.scenarios[0][1].parameters.leaving.missed == 0.2);
  CHECK(e.scenarios[0][1].parameters.leaving.trust == 2);
  CHECK(e.scenarios[1][1].parameters.leaving.missed == .1);  // null: back to the default
  CHECK(e.scenarios[0][2].pathway.steps[3].human.every_weeks == 0);
  CHECK(e.arms[0].label == "plain");
  CHECK(e.arms[1].label == "Other");
  CHECK(e.headline.arm == "none");
  CHECK(e.headline.against == "plain");
  CHECK(e.headline.cells.empty());
}

TEST_CASE("contacts take their defaults from the scenario") {
  const Experiment e = read_experiment(
      scenario(R"("therapists": {"session_minutes": 40},)",
               R"({"short": {"pathway": {"steps": {"care": {"human": {"dose": 0.25, "turns": 4}}}}},
                   "own": {"pathway": {"steps": {"care": {"human": {"minutes": 7}, "assistant": {}}}}}})"), "f.json");
  const Step& brief = e.scenarios[0][0].pathway.steps[3];
  CHECK(brief.human.minutes == 10);
  CHECK(brief.human.turns == 4);
  const Step& own = e.scenarios[0][1].pathway.steps[3];
  CHECK(own.human.minutes == 7);
  CHECK(own.human.turns == 8);
  CHECK(own.assistant.every_weeks == 1);
  CHECK(own.assistant.minutes == 0);
}

TEST_CASE("a component may say in words what it changes") {
  const Experiment e = read_experiment(
      scenario(R"("headline": {"arm": "all", "against": "none", "split": {"components": {
                    "noticed": {"label": "more is noticed", "assistant": {"noticed": 0.125}},
                    "repaired": {"assistant": {"repaired": 0.125}}}}},)",
               R"({"none": {}, "all": {"assistant": {"noticed": 0.125, "repaired": 0.125}}})"),
      "f.json");
  CHECK(e.headline.component_labels == std::vector<std::string>{"more is noticed", "repaired"});
  CHECK(e.headline.cells.size() == 4);
}
