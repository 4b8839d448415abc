// Emotions and attributes of a scenario's own; several assistants; files that a scenario names.
#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

#include "tests/catch.hpp"
#include "tests/unit/scenarios/support.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

namespace fs = std::filesystem;

void check_all(const std::vector<std::pair<std::string, std::string>>& cases) {
  for (const auto& [text, message] : cases) {
    INFO(text);
    CHECK(refusal(text).substr(0, message.size()) == message);
  }
}

Scenario first_of(const std::string& text, const std::string& file = "f.json", const std::string& bundled = "") {
  return read_experiment(text, file, bundled).scenarios[0][0];
}

/// A folder that is gone afterwards.
struct Folder {
  Folder() : path(fs::temp_directory_path() / ("hybridcare_people_" + std::to_string(::getpid()))) {
    fs::remove_all(path);
    fs::create_directories(path / "inner");
  }
  ~Folder() { fs::remove_all(path); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path / name) << text;
    return (path / name).string();
  }
  fs::path path;
};

const std::string kBoth = R"("age": {"levels": ["young", "old"], "shares": [0.4, 0.6]},
    "access": {"levels": ["full", "some", "none"], "shares": [0.5, 0.3, 0.2], "without_assistant": ["none"],
               "effects": {"none": {"leaving": 0.4, "trust_human": -1}, "some": {"stigma": 0.1}}})";

std::string with(const std::string& attributes, const std::string& more = "") {
  return scenario("\"attributes\": {" + attributes + "}, " + more);
}

}  // namespace

TEST_CASE("emotions of a scenario's own take the place of the six") {
  const std::string two = R"("down": {"base": 0.5, "slope": 0.1, "positive": false},
                             "up": {"base": 0, "slope": -0.1, "positive": true})";
  const Scenario own = first_of(scenario("\"emotions\": {" + two + "},"));
  CHECK(own.emotions == std::vector<std::string>{"down", "up"});
  CHECK(own.parameters.recognition.emotions == 2);
  CHECK((own.parameters.recognition.base[0] == .5 && own.parameters.recognition.slope[1] == -.1));
  CHECK((!own.parameters.recognition.positive[0] && own.parameters.recognition.positive[1]));
  CHECK(first_of(scenario()).emotions.size() == 6);
  check_all({
      {scenario(R"("emotions": {"a": {"base": 0, "slope": 0, "positive": true}},)"),
       "f.json#/emotions: 1 is outside [2, 8] emotions"},
      {scenario("\"emotions\": {" + two + R"(, "x": {"base": 0, "slope": 0}},)"),
       "f.json#/emotions/x: key 'positive' is missing"},
      {scenario("\"emotions\": {" + two + R"(, "x": {"base": 99, "slope": 0, "positive": true}},)"),
       "f.json#/emotions/x/base: 99 is outside [-10, 10] logit"},
      {scenario("\"emotions\": {" + two + R"(}, "recognition": {"emotion": {"joy": {"base": 1}}},)"),
       "f.json#/recognition/emotion: 'emotions' names this scenario's own"},
      {scenario("\"emotions\": {" + two + R"(}, "recognition": {"emotions": 6},)"),
       "f.json#/recognition/emotions: 6 alternatives, but the turns are played with 2 named emotions"},
      {scenario("", R"({"a": {"emotions": {}}})"), "f.json#/arms/a/emotions: all arms share their clients"},
  });
}

TEST_CASE("attributes: cells by product, the last attribute fastest; effects and access by level") {
  const Scenario s = first_of(with(kBoth));
  const AttributeParameters& p = s.parameters.attributes;
  REQUIRE((p.count == 2 && p.cells == 6 && p.levels[0] == 2 && p.levels[1] == 3));
  const double below[] = {.2, .32, .4, .7, .88, 1};
  for (int cell = 0; cell < 6; ++cell) CHECK(p.below[cell] == Approx(below[cell]));
  CHECK(p.below[5] == 1);
  CHECK(p.effect[on_leaving][1][2] == .4);
  CHECK(p.effect[on_trust_human][1][2] == -1);
  CHECK(p.effect[on_stigma][1][1] == .1);
  CHECK((!p.without_assistant[1][0] && p.without_assistant[1][2]));
  CHECK(s.attributes[1].levels == std::vector<std::string>{"full", "some", "none"});
  CHECK(first_of(scenario()).parameters.attributes.count == 0);
}

TEST_CASE("every target of an effect reaches its own row") {
  const std::vector<std::string> targets = {"leaving", "help_seeking", "practice", "trust_human", "trust_assistant",
                                            "privacy_concern", "stigma", "motivation"};
  REQUIRE(targets.size() == kAttributeTargets);
  for (std::size_t target = 0; target < targets.size(); ++target) {
    const Scenario s = first_of(with(R"("a": {"levels": ["x", "y"], "shares": [0.5, 0.5], "effects": {"y": {")" +
                                     targets[target] + R"(": 0.5}}})"));
    for (std::size_t row = 0; row < targets.size(); ++row)
      CHECK(s.parameters.attributes.effect[row][0][1] == (row == target ? .5 : 0));
  }
}

TEST_CASE("joint shares come inline or from a table beside the scenario") {
  const std::string bare = R"("age": {"levels": ["young", "old"]}, "access": {"levels": ["full", "none"]})";
  const std::string rows = R"("joint_shares": [{"age": "old", "access": "none", "share": 0.25},
      {"age": "young", "access": "full", "share": 0.5}, {"access": "full", "age": "old", "share": 0.25}],)";
  const double below[] = {.5, .5, .75, 1};
  const Scenario inline_ = first_of(with(bare, rows));
  const Folder folder;
  folder.write("joint.csv", "access,share,age\nnone,0.25,old\nfull,0.5,young\nfull,0.25,old\n");
  const std::string file = (folder.path / "s.json").string();
  const Scenario table = first_of(with(bare, R"("joint_shares": "joint.csv",)"), file);
  for (int cell = 0; cell < 4; ++cell) {
    CHECK(inline_.parameters.attributes.below[cell] == below[cell]);
    CHECK(table.parameters.attributes.below[cell] == below[cell]);
  }
  const auto said = [&](const std::string& csv) {
    folder.write("joint.csv", csv);
    try {
      read_experiment(with(bare, R"("joint_shares": "joint.csv",)"), file);
    } catch (const UserError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  const std::string csv = (folder.path / "joint.csv").string();
  CHECK(said("age,share\nold,1\n") == csv + ":1: column 'access' is missing; found: age, share");
  CHECK(said("age,access,share\nold,non,1\n").find(csv + ":2: ") == 0);
  CHECK(said("age,access,share\nold,none,-1\n").find(csv + ":2: column 'share'") == 0);
  CHECK(said("age,access,share\nold,none,many\n").find(csv + ":2: column 'share'") == 0);
  CHECK(said("age,access,share\nold,none,.5\nold,none,.5\n") == csv + ":3: column 'age': these levels stand twice");
  CHECK(said("age,access,share\nold,none,.5\n") == file + "#/joint_shares: shares sum to 0.5, not to 1");
}

TEST_CASE("attributes are checked") {
  const std::string age = R"("age": {"levels": ["young", "old"])";
  check_all({
      {with(""), "f.json#/attributes: 0 is outside [1, 4] attributes"},
      {with(age + "}"), "f.json#/attributes/age: key 'shares' is missing"},
      {with(age + R"(, "shares": [1]})"), "f.json#/attributes/age/shares: 1 shares for 2 levels"},
      {with(age + R"(, "shares": [0.5, 0.6]})"), "f.json#/attributes/age/shares: shares sum to 1.1, not to 1"},
      {with(R"("age": {"levels": ["young"], "shares": [1]})"),
       "f.json#/attributes/age/levels: 1 is outside [2, 8] levels"},
      {with(R"("age": {"levels": ["a", "a"], "shares": [1, 0]})"), "f.json#/attributes/age/levels/1: 'a' stands more"},
      {with(R"("age": {"levels": ["a", "1"], "shares": [1, 0]})"),
       "f.json#/attributes/age/levels/1: a level is named by"},
      {with(R"("phq9": {"levels": ["a", "b"], "shares": [1, 0]})"), "f.json#/attributes/phq9: 'phq9' is a variable of"},
      {with(R"("culture": {"levels": ["a", "b"], "shares": [1, 0]})"),
       "f.json#/attributes/culture: 'culture' is known"},
      {with(age + R"(, "shares": [0.5, 0.5], "effects": {"middle": {}}})"),
       "f.json#/attributes/age/effects/middle: unknown level of age 'middle'"},
      {with(age + R"(, "shares": [0.5, 0.5], "effects": {"old": {"leving": 1}}})"),
       "f.json#/attributes/age/effects/old/leving: unknown key 'leving'; nearest: 'leaving'"},
      {with(age + R"(, "shares": [0.5, 0.5], "effects": {"old": {"leaving": 9}}})"),
       "f.json#/attributes/age/effects/old/leaving: 9 is outside [-5, 5] logit"},
      {with(age + R"(, "shares": [0.5, 0.5], "without_assistant": ["odl"]})"),
       "f.json#/attributes/age/without_assistant/0: unknown level of age 'odl'; nearest: 'old'"},
      {with(age + R"(, "shares": [0.5, 0.5]})", R"("joint_shares": [],)"),
       "f.json#/attributes/age/shares: 'joint_shares' says how many clients are of each level"},
      {with(age + "}", R"("joint_shares": [{"age": "old"}],)"), "f.json#/joint_shares/0: key 'share' is missing"},
      {with(age + "}", R"("joint_shares": [{"age": "odl", "share": 1}],)"),
       "f.json#/joint_shares/0/age: unknown level of age 'odl'"},
      {with(age + "}", R"("joint_shares": [{"age": "old", "share": 0.5}, {"age": "old", "share": 0.5}],)"),
       "f.json#/joint_shares/1: these levels stand twice"},
      {with(age + "}", R"("joint_shares": 1,)"), "f.json#/joint_shares: expected a list, found a number"},
      {scenario(R"("joint_shares": [],)"), "f.json#/joint_shares: 'joint_shares' needs 'attributes'"},
      {scenario("", R"({"a": {"attributes": {}}})"), "f.json#/arms/a/attributes: all arms share their clients"},
      {with(age + R"(, "shares": [0.5, 0.5]})",
            R"("variants": {"v": {"attributes": {"age": {"levels": ["x", "y"]}}}},)"),
       "f.json#/variants/v/attributes: all variants share the attributes and their levels"},
  });
  const std::string eight = R"({"levels": ["a","b","c","d","e","f","g","h"], "shares": [1,0,0,0,0,0,0,0]})";
  check_all({{with("\"a\": " + eight + ", \"b\": " + eight + ", \"c\": " + eight + ", \"d\": " + eight),
              "f.json#/attributes: 4096 is outside [1, 512] combinations of levels"}});
  CHECK(refusal(with("\"a\": " + eight + ", \"b\": " + eight + ", \"c\": " + eight)) == "accepted");
  const Experiment varied = read_experiment(
      with(kBoth, R"("variants": {"v": {"attributes": {"age": {"effects": {"old": {"leaving": 1}}}}}},)"), "f.json");
  CHECK(varied.scenarios[1][0].parameters.attributes.effect[on_leaving][0][1] == 1);
}

TEST_CASE("guards know the scenario's cultures and attributes") {
  const auto guarded = [](const std::string& when) {
    return R"({"format": 1, "name": "small", "attributes": {)" + kBoth + R"(}, "pathway": {"start": "a", "steps": {
        "a": {"weeks": 4, "human": {}}, "b": {"weeks": 4, "human": {}}}, "transitions": {"t": {"from": "a", "to": "b",
        "when": ")" + when + R"("}}}, "arms": {"only": {}}})";
  };
  CHECK(refusal(guarded("culture == far and access != none")) == "accepted");
  const std::string at = "f.json#/pathway/transitions/t/when: column ";
  check_all({{guarded("access == nothing"), at + "11: unknown access 'nothing'; nearest: 'none'"},
             {guarded("culture == remote"), at + "12: unknown culture 'remote'"}});
}

TEST_CASE("several assistants are the base, each with its own patch") {
  const std::string text = R"({"format": 1, "name": "small", "assistant": {"labelled": false, "memory": 0.5},
      "assistants": {"plain": {}, "far_line": {"culture": "far", "memory": 0.9, "labelled": null}},
      "pathway": {"steps": {"care": {"weeks": 4, "assistant": {"name": "far_line"}}}},
      "arms": {"a": {}, "b": {"assistant": {"repetition": 0.7}, "assistants": {"plain": {"memory": 0.1}}}}})";
  const Experiment e = read_experiment(text, "f.json");
  const Scenario &a = e.scenarios[0][0], &b = e.scenarios[0][1];
  REQUIRE(a.assistants.size() == 2);
  CHECK((a.assistants[0].name == "plain" && a.assistants[1].name == "far_line"));
  const AgentParameters &plain = a.assistants[0].parameters.assistant, &far = a.assistants[1].parameters.assistant;
  CHECK((!plain.labelled && plain.memory == .5 && plain.culture == 0));
  CHECK((far.labelled && far.memory == .9 && far.culture == 2));
  CHECK(a.parameters.assistant.memory == .5);  // number 0
  CHECK(a.pathway.steps[3].assistant_number == 1);
  CHECK((b.assistants[0].parameters.assistant.memory == .1 && b.assistants[1].parameters.assistant.memory == .9));
  for (const NamedAssistant& each : b.assistants) CHECK(each.parameters.assistant.repetition == .7);
  CHECK(b.assistants[1].parameters.human.noticed == b.parameters.human.noticed);
  CHECK(first_of(scenario()).assistants.empty());
  CHECK(first_of(scenario(R"("assistant": {"culture": "near"},)")).parameters.assistant.culture == 1);
}

TEST_CASE("assistants are checked") {
  const auto file = [](const std::string& assistants, const std::string& care) {
    return R"({"format": 1, "name": "small", "assistants": {)" + assistants + R"(}, "pathway": {"steps": {"care": {
        "weeks": 4, )" + care + R"(}}}, "arms": {"only": {}}})";
  };
  const std::string two = R"("near_line": {}, "far_line": {})", at = "f.json#/pathway/steps/care";
  check_all({
      {file("", R"("human": {})"), "f.json#/assistants: 0 is outside [1, 8] assistants"},
      {file(R"("a b": {})", R"("human": {})"), "f.json#/assistants/a b: an assistant is named by"},
      {file(R"("x": 3)", R"("human": {})"), "f.json#/assistants/x: expected an object, found a number"},
      {file(R"("x": {"memry": 1})", R"("human": {})"),
       "f.json#/assistants/x/memry: unknown key 'memry'; nearest: 'memory'"},
      {file(R"("x": {"memory": 2})", R"("human": {})"), "f.json#/assistants/x/memory: 2 is outside [0, 1]"},
      {file(R"("x": {"culture": "fra"})", R"("human": {})"),
       "f.json#/assistants/x/culture: unknown culture 'fra'; nearest: 'far'"},
      {file(two, R"("assistant": {"name": "fra_line"})"),
       at + "/assistant/name: unknown assistant 'fra_line'; nearest: 'far_line'; known: near_line, far_line"},
      {file(two, R"("assistant": {})"), at + "/assistant: the scenario has several assistants; add \"name\": one of"},
      {file(two, R"("human": {}, "coached": true)"), at + ": the scenario has several assistants"},
      {file(two, R"("human": {}, "coached": "remote")"), at + "/coached: unknown assistant 'remote'"},
      {file(two, R"("human": {}, "assistant": {"name": "near_line"}, "coached": "far_line")"),
       at + "/coached: a step has one assistant, which meets the client as 'near_line'"},
      {file(two, R"("human": {}, "coached": "far_line")"), "accepted"},
      {file(R"("only": {})", R"("assistant": {})"), "accepted"},
      {scenario(R"("assistant": {"culture": 2},)"), "f.json#/assistant/culture: expected a text, found a number"},
  });
}

TEST_CASE("arms that differ in an assistant are not taken for one another") {
  for (const std::string keys : {R"("memory": 0.9)", R"("culture": "far")"}) {
    const std::string text = scenario(R"("assistants": {"x": {}, "y": {}}, "headline": {"arm": "b", "against": "a",
        "split": {"components": {"c": {}}}},)", R"({"a": {}, "b": {"assistants": {"y": {)" + keys + "}}}}");
    CHECK(refusal(text).find("they differ at /assistants/y") != std::string::npos);
  }
}

TEST_CASE("a scenario reads files of its own folder alone") {
  const Folder folder;
  const std::string file = (folder.path / "inner" / "s.json").string();
  folder.write("outside.csv", "age,share\nold,1\nyoung,0\n");
  folder.write("inner/joint.csv", "age,share\nold,1\nyoung,0\n");
  fs::create_symlink(folder.path / "outside.csv", folder.path / "inner" / "link.csv");
  fs::create_symlink(folder.path / "inner" / "joint.csv", folder.path / "inner" / "good_link.csv");
  const auto said = [&](const std::string& name) {
    try {
      read_experiment(with(R"("age": {"levels": ["young", "old"]})", "\"joint_shares\": \"" + name + "\", "), file);
    } catch (const UserError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  CHECK(said("joint.csv") == "accepted");
  CHECK(said("./joint.csv") == "accepted");
  CHECK(said("good_link.csv") == "accepted");
  const std::string at = file + "#/joint_shares: ", no_place = "is no place in the scenario's folder";
  CHECK(said("../outside.csv") == at + "'../outside.csv' " + no_place + ": a relative path without '..'");
  for (const std::string name : {"a/../../outside.csv", "/etc/passwd", "", "a\\\\b.csv", "a\\u0000.csv"})
    CHECK(said(name).find(no_place) != std::string::npos);
  CHECK(said("link.csv") == at + "'link.csv' leads out of the scenario's folder");
  CHECK(said("missing.csv").find("missing.csv") != std::string::npos);
}
