// The table of fields: complete, consistent, and equal to the model document's core.
#include "scenarios/fields.hpp"

#include <cstddef>
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "scenarios/scenario.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenarios/support.hpp"

using namespace hybridcare;

namespace {

bool is_snake(const std::string& path) {
  for (const char c : path) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '/')) return false;
  }
  return path.front() == '/';
}

/// The values of the model document, core configuration, copied from there by hand and not from the table.
const std::vector<std::pair<const char*, double>> kModel = {
    {"/course/episode_return", .0215}, {"/course/episode_sd", 1.2}, {"/course/symptom_return", .3},
    {"/course/symptom_sd", 1.4}, {"/course/measurement_sd", 1.5}, {"/course/alliance_effect", 0},
    {"/course/waiting_shift", 0}, {"/course/waiting_weeks", 4}, {"/course/usual_care_gain", .25},
    {"/course/gain_decay", .006}, {"/course/gain_least", -6}, {"/course/harm", .06},
    {"/intake/episode_mean", 14}, {"/intake/episode_sd", 4.2}, {"/intake/episode_least", 3},
    {"/intake/episode_most", 26}, {"/intake/phq9_least", 10}, {"/intake/baseline_mean", 6.63},
    {"/intake/baseline_sd", 3.5}, {"/intake/baseline_correlation", .5}, {"/intake/baseline_most", 22},
    {"/intake/gain_cap", .61}, {"/intake/responsiveness_sd", .69}, {"/intake/halo_sd", .11},
    {"/intake/halo_correlation", .45}, {"/intake/alliance_start", .55}, {"/intake/motivation_good", 5},
    {"/intake/motivation_bad", 4}, {"/culture/asymmetry", .6}, {"/culture/jitter", .08},
    {"/culture/distance_most", 1.3}, {"/therapists/count", 60}, {"/therapists/spread", .16},
    {"/therapists/effectiveness_sd", .22}, {"/therapists/quality_least", .2}, {"/recognition/emotions", 6},
    {"/monitoring/expected_gain", .225}, {"/monitoring/expected_weeks", 12}, {"/monitoring/gain_boost", .86},
    {"/monitoring/technique", .1}, {"/monitoring/repair", .1}, {"/monitoring/hazard", .22},
    {"/human/discriminability", 2.05}, {"/human/distance_loss", .16}, {"/human/familiarity", .1},
    {"/human/memory_gain", 0}, {"/human/noticed", .45}, {"/human/repaired", .55}, {"/human/quality_sd", .08},
    {"/human/trust_mean", 6.5}, {"/human/trust_sd", .8}, {"/human/trust_least", 1}, {"/human/trust_bad", 3.5},
    {"/human/contact_cost", .35}, {"/human/repetition_cost", 0}, {"/human/alliance_share", 1},
    {"/human/habituation", 0}, {"/human/labelled", 0}, {"/human/quality/resonance", .7},
    {"/human/quality/perspective_taking", .75}, {"/human/quality/compassion", .7}, {"/human/quality/validation", .7},
    {"/human/quality/autonomy_support", .65}, {"/human/quality/attunement", .7}, {"/human/quality/curiosity", .65},
    {"/human/quality/technique", .75}, {"/assistant/discriminability", 1.45}, {"/assistant/distance_loss", .3},
    {"/assistant/modality", .7}, {"/assistant/familiarity", 0}, {"/assistant/memory", .3},
    {"/assistant/memory_gain", .009}, {"/assistant/memory_most", 1.15}, {"/assistant/noticed", .45},
    {"/assistant/repaired", .25}, {"/assistant/quality_sd", .05}, {"/assistant/labelled", 1},
    {"/assistant/label_discount", .25}, {"/assistant/habituation", .35}, {"/assistant/repetition", .1},
    {"/assistant/trust_mean", 5}, {"/assistant/trust_sd", 1}, {"/assistant/trust_least", 1},
    {"/assistant/trust_bad", 4.5}, {"/assistant/contact_cost", .25}, {"/assistant/repetition_cost", .6},
    {"/assistant/alliance_share", .85}, {"/assistant/quality/resonance", .467},
    {"/assistant/quality/perspective_taking", .72}, {"/assistant/quality/compassion", .667},
    {"/assistant/quality/validation", .7}, {"/assistant/quality/autonomy_support", .6},
    {"/assistant/quality/attunement", .4}, {"/assistant/quality/curiosity", .5}, {"/assistant/quality/technique", .41},
    {"/quality/floor/resonance", .5}, {"/quality/floor/perspective_taking", 0}, {"/quality/floor/compassion", .5},
    {"/quality/floor/validation", .4}, {"/quality/floor/autonomy_support", .8}, {"/quality/floor/attunement", .3},
    {"/quality/floor/curiosity", .8}, {"/quality/floor/technique", .75}, {"/quality/weight/resonance", .1},
    {"/quality/weight/perspective_taking", .12}, {"/quality/weight/compassion", .08},
    {"/quality/weight/validation", .12}, {"/quality/weight/autonomy_support", .1}, {"/quality/weight/attunement", .1},
    {"/quality/weight/curiosity", .06}, {"/quality/weight/technique", .32}, {"/trust/memory", .97},
    {"/trust/success", .22}, {"/trust/success_base", .4}, {"/trust/success_validation", .8}, {"/trust/failure", .55},
    {"/trust/repaired_share", .3}, {"/alliance/base", .1}, {"/alliance/empathy", .35}, {"/alliance/validation", .25},
    {"/alliance/attunement", .15}, {"/alliance/autonomy_support", .15}, {"/alliance/trust", .25},
    {"/alliance/rate", .25}, {"/alliance/improvement", .003}, {"/alliance/rupture", .03}, {"/alliance/resolved", 0},
    {"/alliance/most", 1.2}, {"/alliance/mean_rate", .25}, {"/ratings/alliance_sd", .05}, {"/ratings/empathy_sd", .08},
    {"/ratings/heard_empathy", .5}, {"/ratings/heard_validation", .3}, {"/ratings/heard_unrepaired", .2},
    {"/ratings/heard_sd", .1}, {"/change/rate", .986}, {"/change/early", 1.26}, {"/change/early_weeks", 2.5},
    {"/change/uptake_base", .4}, {"/change/uptake_trust", .6}, {"/change/empathy_elasticity", 1.5},
    {"/change/empathy_reference", .575}, {"/change/assistant_dose", .45}, {"/rival/contact_only", 0},
    {"/rival/quality_human", .663}, {"/rival/quality_assistant", .268}, {"/rival/uptake_human", .79},
    {"/rival/uptake_assistant", .7}, {"/rival/trust_human", .65}, {"/rival/trust_assistant", .5},
    {"/sudden_gain/rate", .012}, {"/sudden_gain/responsiveness_most", 2}, {"/sudden_gain/size", 2.08},
    {"/sudden_gain/size_spread", .5}, {"/practice/rate", .443}, {"/practice/slots", 4}, {"/practice/intercept", -.2},
    {"/practice/trust", 1.6}, {"/practice/trust_reference", .5}, {"/practice/guided", .8},
    {"/practice/motivation", .8}, {"/practice/motivation_reference", .556}, {"/practice/fading", .035},
    {"/practice/fixed_share", .7}, {"/practice/responsiveness_share", .3}, {"/practice/leaflet_trust", .5},
    {"/leaving/intercept", -4.07}, {"/leaving/early", 1}, {"/leaving/early_weeks", 3}, {"/leaving/trust", 1.06},
    {"/leaving/trust_reference", .6}, {"/leaving/trust_human_share", .7}, {"/leaving/unrepaired", .3},
    {"/leaving/worsening", .14}, {"/leaving/assistant_only", .21}, {"/leaving/guided", -.36},
    {"/leaving/guided_weeks", 4}, {"/leaving/ending", .14}, {"/leaving/ending_phq9", 9}, {"/leaving/ending_drop", 5},
    {"/leaving/missed", 0}, {"/satisfaction/intercept", -2}, {"/satisfaction/trust", 2.5},
    {"/satisfaction/empathy", 2}, {"/satisfaction/improvement", .12}};

}  // namespace

TEST_CASE("rows of the table of fields are whole") {
  std::set<std::string> paths;
  for (const Field& field : fields()) {
    INFO(field.path);
    CHECK(is_snake(field.path));
    CHECK(paths.insert(field.path).second);
    CHECK(find_field(field.path) == &field);
    CHECK((field.real != nullptr) + (field.whole != nullptr) + (field.flag != nullptr) == 1);
    CHECK(field.least < field.most);
    CHECK(field.fallback >= field.least);
    CHECK(field.fallback <= field.most);
    CHECK(std::string(field.meaning).size() > 10);
    CHECK((field.grade == Grade::calibrated) == (std::string(field.evidence).rfind("calibration:", 0) == 0));
    CHECK((field.grade != Grade::measured || *field.evidence));
  }
  CHECK(find_field("/course") == nullptr);
}

TEST_CASE("every member of the parameters has a field of its own") {
  std::vector<std::byte> bytes(sizeof(Parameters));
  Parameters parameters;
  std::memset(static_cast<void*>(&parameters), 0, sizeof parameters);
  for (const Field& field : fields()) {
    CHECK(value_of(field, parameters) == 0);  // two fields of one member would show here
    set_value(field, parameters, 1);
  }
  std::memcpy(bytes.data(), &parameters, sizeof parameters);
  const auto* start = reinterpret_cast<const std::byte*>(&parameters);
  const auto* named = reinterpret_cast<const std::byte*>(parameters.culture.position);  // read from "cultures"
  const auto from = static_cast<std::size_t>(named - start);
  const auto to = static_cast<std::size_t>(reinterpret_cast<const std::byte*>(&parameters.culture + 1) - start);
  for (std::size_t i = 0; i < bytes.size(); i += sizeof(double)) {
    if (i >= from && i < to) continue;
    double cell = 0;
    std::memcpy(&cell, &bytes[i], sizeof cell);
    INFO("offset " << i);
    CHECK(cell != 0);
  }
}

TEST_CASE("defaults are the core values of the model document") {
  const Parameters parameters = default_parameters();
  for (const auto& [path, value] : kModel) {
    INFO(path);
    REQUIRE(find_field(path));
    CHECK(value_of(*find_field(path), parameters) == value);
  }
  CHECK(parameters.culture.count == 4);
  CHECK(parameters.culture.reference == 0);
  CHECK(parameters.culture.position[3] == .9);
  CHECK(parameters.culture.share[0] == .55);
}

TEST_CASE("what the reader takes is what the parameters hold") {
  for (const Field& field : fields()) {
    const std::string path = field.path;
    if (path.rfind("/quality/weight", 0) == 0 || path.rfind("/intake", 0) == 0) continue;
    if (path == "/rival/contact_only") continue;  // these are tied to each other
    const double value = field.flag ? 1 - field.fallback : field.fallback == field.least ? field.most : field.least;
    std::string text = field.flag ? (value != 0 ? "true" : "false") : std::to_string(value);
    std::string open, close;
    for (std::size_t at = 0; at != std::string::npos; at = path.find('/', at + 1)) {
      const std::size_t end = path.find('/', at + 1);
      open += (at ? "{\"" : "\"") + path.substr(at + 1, end == std::string::npos ? end : end - at - 1) + "\": ";
      close += at ? "}" : "";
    }
    INFO(open + text);
    const Experiment read = read_experiment(test::scenario(open + text + close + ", "), "f.json");
    CHECK(value_of(field, read.scenarios[0][0].parameters) == Approx(value));
  }
}

TEST_CASE("the service intake replaces what it must") {
  const Experiment read = read_experiment(test::scenario(R"("intake": {"kind": "service"},)"), "f.json");
  const IntakeParameters& intake = read.scenarios[0][0].parameters.intake;
  CHECK(read.intake == "service");
  CHECK_FALSE(intake.selected);
  CHECK(intake.episode_mean == 15.4);
  CHECK(intake.episode_sd == 4.9);
  CHECK(intake.episode_least == 0);
  CHECK(intake.episode_most == 27);
  CHECK(intake.baseline_mean == 6.63);
  const std::string own = R"("intake": {"kind": "service", "episode_mean": 12},)";
  CHECK(read_experiment(test::scenario(own), "f.json").scenarios[0][0].parameters.intake.episode_mean == 12);
  for (const Preset& preset : service_intake()) CHECK(find_field(preset.path) != nullptr);
}
