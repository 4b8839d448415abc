// Everything that a scenario file can get wrong: one row each, with the whole message.
#include <rapidcheck.h>

#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/unit/scenarios/support.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

struct Case {
  std::string text;
  std::string message;  ///< how it must begin
};

void check_all(const std::vector<Case>& cases) {
  for (const Case& each : cases) {
    INFO(each.text.substr(0, 300));
    const std::string said = refusal(each.text);
    CHECK(said.substr(0, each.message.size()) == each.message);
    CHECK(said.find('\n') == std::string::npos);
    CHECK(said.find("json.exception") == std::string::npos);
  }
}

std::string nested(int depth) { return std::string(static_cast<std::size_t>(depth), '['); }

}  // namespace

TEST_CASE("texts that a spreadsheet would run are refused") {
  for (const std::string sign : {"=", "+", "-", "@"}) {
    check_all({
        {R"({"format": 1, "name": "a", "calibration": ")" + sign + R"(1+1"})",
         "f.json#/calibration: begins with '" + sign + "', which spreadsheets take for a formula"},
        {R"({"format": 1, "name": "a", "driver": ")" + sign + R"(SUM"})", "f.json#/driver: begins with '" + sign},
    });
  }
}

TEST_CASE("a key steers no terminal and fills no screen") {
  const std::string said = refusal(R"({"format": 1, "\u001b[2J)" + std::string(100000, 'k') + "\": 1}");
  CHECK(said.find('\x1b') == std::string::npos);
  CHECK(said.size() < 400);
}

TEST_CASE("text that is not JSON is refused with line and column") {
  check_all({
      {"", "f.json:1:1: not JSON: unexpected end of input"},
      {"{\n  \"format\": 1,\n  \"name\"", "f.json:3:9: not JSON: unexpected end of input"},
      {"{\"format\": 1", "f.json:1:13: not JSON: unexpected end of input"},
      {"{\"format\": 1,}", "f.json:1:14: not JSON: unexpected '}'"},
      {"{'format': 1}", "f.json:1:2: not JSON: invalid literal"},
      {"{\"a\": NaN}", "f.json:1:7: not JSON: NaN and Infinity are no JSON numbers"},
      {"{\"a\": Infinity}", "f.json:1:7: not JSON: NaN and Infinity are no JSON numbers"},
      {"{\"a\": -Infinity}", "f.json:1:8: not JSON: NaN and Infinity are no JSON numbers"},
      {"{\"a\": 01}", "f.json:1:8: not JSON: unexpected number literal"},
      {"{\n\"a\": 1e999}", "f.json:2:10: '1e999' is too large for a number"},
      {"{\n\"a\": -1e999}", "f.json:2:11: '-1e999' is too large for a number"},
      {"{\"a\": 1} x", "f.json:1:10: not JSON: invalid literal"},
      {"{\"a\": \"\x01\"}", "f.json:1:8: not JSON: invalid string: control character"},
      {"{\"a\": \"\xff\"}", "f.json:1:8: not UTF-8"},
      {"{\"\xc3\xa4\": \"\xc3\"}", "f.json:1:8: not UTF-8"},
      {"{\"a\": \"\xed\xa0\x80\"}", "f.json:1:8: not UTF-8"},
      {std::string("\xff\xfe{\0}\0", 6), "f.json:1:1: not UTF-8"},
      {nested(65), "f.json:1:65: nested deeper than 64 levels"},
      {nested(1000000), "f.json:1:65: nested deeper than 64 levels"},
      {nested(64), "f.json:1:65: not JSON: unexpected end of input"},
      {"{\"a\": \"" + nested(80) + "\"}", "f.json: key 'format' is missing"},
      {"\"" + std::string(5u << 20, ' ') + "\"", "f.json: the file has 5242882 bytes; a scenario has at most 4194304"},
  });
}

TEST_CASE("the head of a file is checked") {
  const std::string arms = R"("arms": {"a": {}})";
  check_all({
      {"[]", "f.json: expected an object, found a list"},
      {"3", "f.json: expected an object, found a number"},
      {"{}", "f.json: key 'format' is missing; add \"format\": 1"},
      {R"({"format": 2})", "f.json#/format: format 2 is unknown; this version reads format 1. A newer"},
      {R"({"format": 0})", "f.json#/format: format 0 is unknown; this version reads format 1. Migrate"},
      {R"({"format": "1"})", "f.json#/format: expected a number, found a text"},
      {R"({"format": 1})", "f.json: key 'name' is missing"},
      {R"({"format": 1, "name": "small"})", "f.json: key 'arms' is missing"},
      {R"({"format": 1, "name": "a b", "arms": {}})", "f.json#/name: an experiment is named by"},
      {R"({"format": 1, "name": "a", "arms": {}})", "f.json#/arms: 0 is outside [1, 32] arms"},
      {R"({"format": 1, "name": "a", "arms": []})", "f.json#/arms: expected an object, found a list"},
      {R"({"format": 1, "name": "a", "arms": {"x": {}}})", "f.json#/arms/x: key 'pathway' is missing"},
      {R"({"format": 1, "format": 1})", "f.json#/format: duplicate key 'format'"},
      {R"({"a": {"b/c~": {"d": 1, "d": 2}}})", "f.json#/a/b~1c~0/d: duplicate key 'd'"},
      {scenario(R"("clients": 0,)"), "f.json#/clients: 0 is outside [1, 10000000] clients"},
      {scenario(R"("clients": 12.5,)"), "f.json#/clients: 12.5 is not a whole number"},
      {scenario(R"("clients": "12",)"), "f.json#/clients: expected a number, found a text"},
      {scenario(R"("seed": 4294967296,)"), "f.json#/seed: 4294967296 is outside [0, 4294967295]"},
      {scenario(R"("seed": 0.5,)"), "f.json#/seed: 0.5 is not a whole number"},
      {scenario(R"("weeks": 10, "reading_week": 12,)"), "f.json#/reading_week: 12 is outside [1, 10] weeks followed"},
      {scenario(R"("replicats": 2,)"), "f.json#/replicats: unknown key 'replicats'; nearest: 'replicates'"},
      {scenario(R"("title": "a\nb",)"), "f.json#/title: a text has no line breaks"},
      {scenario(R"("title": 3,)"), "f.json#/title: expected a text, found a number"},
      {scenario("", R"({"a+b": {}})"), "f.json#/arms/a+b: an arm is named by"},
      {scenario("", R"({"a": {"label": 3}})"), "f.json#/arms/a/label: expected a text, found a number"},
      {scenario("", R"({"a": null})"), "f.json#/arms/a: expected an object, found null"},
  });
}

TEST_CASE("fields are checked against the table") {
  check_all({
      {scenario(R"("leaving": {"missed": 1.4},)"), "f.json#/leaving/missed: 1.4 is outside [0, 1]"},
      {scenario(R"("therapists": {"session_minutes": 3},)"),
       "f.json#/therapists/session_minutes: 3 is outside [5, 180] minutes"},
      {scenario(R"("leaving": {"mised": 0.1},)"), "f.json#/leaving/mised: unknown key 'mised'; nearest: 'missed'"},
      {scenario(R"("leving": {},)"), "f.json#/leving: unknown key 'leving'; nearest: 'leaving'"},
      {scenario(R"("leaving": 3,)"), "f.json#/leaving: expected an object, found a number"},
      {scenario(R"("leaving": {"missed": "a"},)"), "f.json#/leaving/missed: expected a number, found a text"},
      {scenario(R"("leaving": {"missed": null},)"), "f.json#/leaving/missed: expected a number, found null"},
      {scenario(R"("assistant": {"labelled": 1},)"),
       "f.json#/assistant/labelled: expected true or false, found a number"},
      {scenario(R"("therapists": {"count": 2.5},)"), "f.json#/therapists/count: 2.5 is not a whole number"},
      {scenario(R"("recognition": {"emotions": 2.5},)"), "f.json#/recognition/emotions: 2.5 is not a whole number"},
      {scenario(R"("human": {"quality": 3},)"), "f.json#/human/quality: expected an object, found a number"},
      {scenario(R"("human": {"quality": {"resonanz": 1}},)"),
       "f.json#/human/quality/resonanz: unknown key 'resonanz'; nearest: 'resonance'; known: resonance, "},
      {scenario(R"("human": {"quality/resonance": 1},)"), "f.json#/human/quality~1resonance: unknown key"},
      {scenario(R"("quality": {"weight": {"technique": 0.5}},)"), "f.json#/quality/weight: weights sum to 1.18"},
      {scenario(R"("quality": {"weight": {"resonance": 0, "perspective_taking": 0, "compassion": 0,)"
                R"( "technique": 0.62}},)"),
       "f.json#/quality/weight: resonance, perspective_taking and compassion all weigh 0"},
      {scenario(R"("intake": {"kind": "trail"},)"), "f.json#/intake/kind: unknown intake 'trail'; nearest: 'trial'"},
      {scenario(R"("intake": {"episode_least": 26},)"),
       "f.json#/intake: episode_least 26 is not below episode_most 26"},
      {scenario(R"("intake": {"motivation_bad": 4.5},)"), "f.json#/intake/motivation_bad: 4.5 is not a whole number"},
      {scenario(R"("rival": {"contact_only": true},)"),
       "f.json#/rival/contact_only: where contact alone counts, /course/harm is 0, here 0.06"},
      {scenario(R"("rival": {"contact_only": true}, "course": {"harm": 0}, "leaving": {"unrepaired": 0},)"),
       "f.json#/rival/contact_only: where contact alone counts, /course/alliance_effect is 0, here 4"},
      {scenario(R"("configuration": "core", "rival": {"contact_only": true}, "course": {"harm": 0},)"),
       "f.json#/rival/contact_only: where contact alone counts, /leaving/trust is 0, here 1.06"},
      {scenario(R"("configuration": "cor",)"), "f.json#/configuration: unknown configuration 'cor'; nearest: 'core'"},
      {scenario("", R"({"a": {"configuration": "core"}})"),
       "f.json#/arms/a/configuration: a file has one configuration"},
      {scenario(R"("variants": {"v": {"configuration": "core"}},)"),
       "f.json#/variants/v/configuration: a file has one configuration; set it in the base"},
      {scenario(R"("assistant": {"fusion": "bayes"},)"),
       "f.json#/assistant/fusion: unknown choice 'bayes'; nearest: 'fixed'; known: fixed, by_culture"},
      {scenario(R"("assistant": {"fusion": 1},)"), "f.json#/assistant/fusion: expected a text, found a number"},
      {scenario(R"("practice": {"share": {"focusing": 0.5}},)"),
       "f.json#/practice/share: shares sum to 1.25, not to 1"},
      {scenario(R"("trust": {"types": {"oscillating": 0.95}},)"),
       "f.json#/trust/types: types have shares of 1.05 together, more than 1"},
      {scenario(R"("recognition": {"emotions": 5},)"),
       "f.json#/recognition/emotions: 5 alternatives, but the turns are played with 6 named emotions"},
  });
}

TEST_CASE("cultures are checked") {
  const auto cultures = [](const std::string& list) { return scenario("\"cultures\": {" + list + "},"); };
  check_all({
      {cultures(""), "f.json#/cultures: 0 is outside [1, 8] cultures"},
      {cultures(R"("a": {"position": 0, "share": 0.5}, "b": {"position": 1, "share": 0.4})"),
       "f.json#/cultures: shares sum to 0.9, not to 1"},
      {cultures(R"("a": {"position": 0.1, "share": 1})"), "f.json#/cultures: 0 cultures have position 0"},
      {cultures(R"("a": {"position": 0, "share": 0.5}, "b": {"position": 0, "share": 0.5})"),
       "f.json#/cultures: 2 cultures have position 0"},
      {cultures(R"("a": {"position": 0, "share": 1}, "b": {"position": 1, "share": 0})"),
       "f.json#/cultures/b/share: a culture without clients; leave it out"},
      {cultures(R"("all": {"position": 0, "share": 1})"), "f.json#/cultures/all: a culture is named by"},
      {cultures(R"("a": {"position": 0})"), "f.json#/cultures/a: key 'share' is missing"},
      {cultures(R"("a": {"position": 0, "share": 1, "sahre": 1})"), "f.json#/cultures/a/sahre: unknown key 'sahre'"},
      {scenario("", R"({"a": {"cultures": {}}})"), "f.json#/arms/a/cultures: all arms share their clients"},
      {scenario("", R"({"a": {"intake": {}}})"), "f.json#/arms/a/intake: all arms share their clients"},
  });
}

TEST_CASE("pathways are checked at the door") {
  const auto step = [](const std::string& keys) { return with_pathway(R"({"steps": {"care": {)" + keys + "}}}"); };
  check_all({
      {with_pathway("3"), "f.json#/pathway: expected an object, found a number"},
      {with_pathway("{}"), "f.json#/pathway: key 'steps' is missing"},
      {with_pathway(R"({"steps": {}})"), "f.json#/pathway/steps: 0 is outside [1, 61] steps"},
      {with_pathway(R"({"steps": {"dropped": {"weeks": 1}}})"),
       "f.json#/pathway/steps/dropped: 'dropped' is a built-in"},
      {with_pathway(R"({"steps": {"a": {"weeks": 1}, "b": {"weeks": 1}}})"), "f.json#/pathway: key 'start' is missing"},
      {with_pathway(R"({"start": "aa", "steps": {"a": {"weeks": 1}}})"),
       "f.json#/pathway/start: unknown step 'aa'; nearest: 'a'"},
      {with_pathway(R"({"start": "completed", "steps": {"a": {"weeks": 1}}})"),
       "f.json#/pathway/start: unknown step 'completed'"},
      {with_pathway(R"({"start": "a", "steps": {"a": {"weeks": 1}, "b": {"weeks": 1}}})"),
       "f.json#/pathway: step 'b' cannot be reached from the start 'a'"},
      {step(R"("human": {})"), "f.json#/pathway: step 'care' cannot reach the exit 'completed'"},
      {step(R"("weeks": 12, "then": "care")"), "f.json#/pathway: step 'care' cannot reach the exit 'completed'"},
      {step(R"("weeks": 12, "then": "car")"), "f.json#/pathway/steps/care/then: unknown step 'car'; nearest: 'care'"},
      {step(R"("weeks": 12, "then": "dropped")"), "f.json#/pathway/steps/care/then: 'dropped' happens by itself"},
      {step(R"("then": "completed")"), "f.json#/pathway/steps/care/then: 'then' needs a planned length"},
      {step(R"("weeks": 0)"), "f.json#/pathway/steps/care/weeks: 0 is outside [1, 520] weeks"},
      {step(R"("weeks": 2, "human": {"turns": 33})"),
       "f.json#/pathway/steps/care/human/turns: 33 is outside [1, 32] turns"},
      {step(R"("weeks": 2, "human": {"every_weeks": 0})"),
       "f.json#/pathway/steps/care/human/every_weeks: 0 is outside [1, 52] weeks"},
      {step(R"("weeks": 2, "human": {"dose": 1.5})"), "f.json#/pathway/steps/care/human/dose: 1.5 is outside [0, 1]"},
      {step(R"("weeks": 2, "assistant": {"minutes": 5})"),
       "f.json#/pathway/steps/care/assistant/minutes: unknown key 'minutes'"},
      {step(R"("weeks": 2, "human": {}, "comparator": "waiting")"),
       "f.json#/pathway/steps/care/comparator: a comparator belongs to a step without contacts"},
      {step(R"("weeks": 2, "comparator": "wating")"),
       "f.json#/pathway/steps/care/comparator: unknown comparator 'wating'; nearest: 'waiting'"},
      {step(R"("weeks": 2, "offers": ["bundel"])"),
       "f.json#/pathway/steps/care/offers/0: unknown pathway to offer 'bundel'; nearest: 'bundle'"},
      {step(R"("weeks": 2, "offers": ["bundle", "bundle"])"),
       "f.json#/pathway/steps/care/offers/1: 'bundle' stands more"},
      {step(R"("weeks": 2, "feedback": "yes")"),
       "f.json#/pathway/steps/care/feedback: expected true or false, found a text"},
      {step(R"("weeks": 2, "wekes": 3)"), "f.json#/pathway/steps/care/wekes: unknown key 'wekes'; nearest: 'weeks'"},
  });
}

TEST_CASE("transitions are checked at the door") {
  const std::string at = "f.json#/pathway/transitions/t";
  check_all({
      {with_transitions(R"("t": {"from": "a", "to": "b", "when": "phq > 3"})"),
       at + "/when: column 1: unknown variable 'phq'; nearest: 'phq9'"},
      {with_transitions(R"("t": {"from": "a", "to": "b", "when": "phq9 >= 15 and symptom > 3"})"),
       at + "/when: column 16: no service can measure this; write 'oracle.symptom'"},
      {with_transitions(R"("t": {"from": "a", "to": "b"})"), at + ": key 'when' is missing"},
      {with_transitions(R"("t": {"from": "c", "to": "b", "when": "phq9 > 3"})"), at + "/from: unknown step 'c'"},
      {with_transitions(R"("t": {"from": "a", "to": "ended_early", "when": "phq9 > 3"})"),
       at + "/to: 'ended_early' happens by itself"},
      {with_transitions(R"("t": {"from": "completed", "to": "a", "when": "phq9 > 3"})"),
       at + "/from: unknown step 'completed'"},
      {with_transitions(R"("t": {"from": "a", "to": "b", "when": "phq9 > 3", "priority": 1.5})"),
       at + "/priority: 1.5 is not a whole number"},
      {with_transitions(R"("t": {"from": "a", "to": "b", "when": "phq9 > 14"},
                           "u": {"from": "a", "to": "completed", "when": "phq9 > 20"})"),
       "f.json#/pathway: transitions 't' and 'u' of step 'a' may hold in the same week; give them different prior"},
  });
}

TEST_CASE("transitions that cannot hold together, or have priorities, are accepted") {
  CHECK(refusal(with_transitions(R"("t": {"from": "a", "to": "b", "when": "phq9 > 14"},
                                    "u": {"from": "a", "to": "completed", "when": "phq9 <= 14"})")) == "accepted");
  CHECK(refusal(with_transitions(R"("t": {"from": "a", "to": "b", "when": "phq9 > 14"},
                                    "u": {"from": "b", "to": "completed", "when": "phq9 > 20"})")) == "accepted");
  CHECK(refusal(with_transitions(R"("t": {"from": "a", "to": "b", "when": "phq9 > 14"}, "u": {"from": "a",
                                    "to": "completed", "when": "phq9 > 20", "priority": -1})")) == "accepted");
}

TEST_CASE("a rule that never fires is no mistake") {
  CHECK(refusal(with_transitions(R"("t": {"from": "a", "to": "b", "when": "phq9 > 27"})")) == "accepted");
}

TEST_CASE("variants and headlines are checked") {
  const std::string arms = R"({"x": {}, "y": {"pathway": {"steps": {"care": {"offers": ["bundle"]}}}}})";
  const auto headline = [&](const std::string& text) { return scenario("\"headline\": " + text + ",", arms); };
  check_all({
      {scenario(R"("variants": {"v": {"cultures": {}}},)"), "f.json#/variants/v/cultures: all arms share"},
      {scenario(R"("variants": {"v": {"intake": {"kind": "trial"}}},)"),
       "f.json#/variants/v/intake/kind: all variants"},
      {scenario(R"("variants": {"default": {"course": {}}},)"), "f.json#/variants/default/course: unknown key"},
      {scenario(R"("variants": {"v": {"course": {"harm": 9}}},)"),
       "f.json#/variants/v/course/harm: 9 is outside [0, 2]"},
      {scenario(R"("variants": {"v": {"weeks": 9}},)"), "f.json#/variants/v/weeks: unknown key 'weeks'"},
      {scenario("", R"({"human": {"weeks": 9}})"), "f.json#/arms/human/weeks: unknown key 'weeks'"},
      {headline(R"({"arm": "z", "against": "x"})"), "f.json#/headline/arm: unknown arm 'z'; nearest: 'x'; known: x, y"},
      {headline(R"({"arm": "x"})"), "f.json#/headline: key 'against' is missing"},
      {headline(R"({"arm": "x", "against": "x"})"), "f.json#/headline: an arm can't be compared with itself"},
      {headline(R"({"arm": "y", "against": "x", "split": {}})"), "f.json#/headline/split: key 'components' is missing"},
      {headline(R"({"arm": "y", "against": "x", "split": {"components": {"total": {}}}})"),
       "f.json#/headline/split/components/total: a component is named by"},
      {headline(R"({"arm": "y", "against": "x", "split": {"components": {"c": {"course": {"harm": 0}}}}})"),
       "f.json#/headline/split/components: arm 'x' with all components is not arm 'y': they differ at /course/harm"},
      {headline(R"({"arm": "y", "against": "x", "split": {"components": {"c": {"pathway": 3}}}})"),
       "f.json#/headline/split/components/c/pathway: expected an object, found a number"},
  });
}

TEST_CASE("an arm's mistake is shown where it was written") {
  check_all({
      {scenario("", R"({"x": {"pathway": {"steps": {"care": {"human": {"every_weeks": 99}}}}}})"),
       "f.json#/arms/x/pathway/steps/care/human/every_weeks: 99 is outside [1, 52] weeks"},
      {scenario(R"("leaving": {"missed": 7},)", R"({"x": {"leaving": {"trust": 1}}})"),
       "f.json#/leaving/missed: 7 is outside [0, 1]"},
      {scenario("", R"({"x": {"pathway": {"steps": {"care": {"weeks": null}}}}})"),
       "f.json#/arms/x/pathway: step 'care' cannot reach the exit 'completed'"},
      {scenario(R"("leaving": {"missed": 7},)", R"({"x": {"leaving": {"missed": 0.1}}})"), "accepted"},
  });
}

TEST_CASE("a damaged scenario is read or refused, never worse") {
  const std::string whole = contents("scenarios/library/stepped_care.json");
  CHECK(rc::check("bytes replaced, cut out or swapped for other parts of the file", [&] {
    std::string text = whole;
    for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
      const auto from = *rc::gen::inRange<std::size_t>(0, whole.size());
      const auto length = *rc::gen::inRange<std::size_t>(0, 12);
      const int kind = *rc::gen::inRange(0, 3);
      if (kind == 0) text[at] = *rc::gen::element('0', '9', '-', '"', '{', '}', '[', ']', ',', ':', 'e', '.', '\\');
      if (kind == 1) text.erase(at, length);
      if (kind == 2) text.replace(at, length, whole.substr(from, length));
      if (text.empty()) text = " ";
    }
    const std::string said = refusal(text);  // anything but UserError ends the test
    RC_CLASSIFY(said == "accepted", "accepted");
    RC_ASSERT(said == "accepted" || said.rfind("f.json", 0) == 0);
  }));
}

TEST_CASE("overrides of the command line are checked") {
  Experiment experiment = read_experiment(scenario(), "f.json");
  Overrides overrides;
  apply(overrides, experiment);
  CHECK(experiment.clients == 1000);
  overrides.clients = 0;
  CHECK_THROWS_WITH(apply(overrides, experiment), "--clients: 0 is outside [1, 10000000] clients");
  overrides.clients = 1.5;
  CHECK_THROWS_WITH(apply(overrides, experiment), "--clients: 1.5 is not a whole number");
  overrides = {7, 3, 10};
  apply(overrides, experiment);
  CHECK(experiment.seed == 7);
  CHECK(experiment.replicates == 3);
  CHECK(experiment.clients == 10);
}
