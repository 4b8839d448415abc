// The table of fields: complete, consistent, and equal to the model document.
#include "scenarios/fields.hpp"

#include <cstddef>
#include <cstring>
#include <set>
#include <string>
#include <utility>
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
    {"/human/quality/technique", .75}, {"/assistant/text/discriminability", 1.45}, {"/assistant/distance_loss", .3},
    {"/assistant/text/loss", .7}, {"/assistant/familiarity", 0}, {"/assistant/memory", .3},
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
    {"/satisfaction/empathy", 2}, {"/satisfaction/improvement", .12}, {"/assistant/speech/used", 0},
    {"/assistant/face/used", 0}, {"/assistant/physiology/used", 0}, {"/recognition/emotions_drawn", 0},
    {"/recognition/asking", 0}, {"/recognition/misheard", 0}, {"/recognition/memory_growth", 0},
    {"/recognition/display/base", 0}, {"/recognition/display/position", 0}, {"/human/memory_state", 0},
    {"/assistant/memory_state", 0}, {"/human/competence", 0}, {"/intake/fit_sd", 0}, {"/intake/match_sd", 0},
    {"/trust/types/oscillating", 0}, {"/trust/types/disbelieving", 0}, {"/trust/form", 0},
    {"/course/resonance_softens", 0}, {"/course/autonomy_decay", 0}, {"/repair/attunement", 0},
    {"/roles/insight_gain", 0}, {"/roles/insight_fade", 0}, {"/roles/insight_effect", 0},
    {"/roles/motivation_rate", 0}, {"/roles/stigma", 0}, {"/practice/compassion", 0}, {"/change/dose_by_week", 0},
    {"/leaving/per_turn", 0}, {"/leaving/waited", 0}, {"/leaving/privacy", 0}, {"/therapists/fatigue/start", 0},
    {"/therapists/fatigue/load", 0}, {"/therapists/fatigue/severity", 0}, {"/coaching/reliance_rate", 0},
    {"/privacy/transparency", 1}, {"/privacy/breach", 0}, {"/privacy/discovery", 0}, {"/safety/onset", 0},
    {"/safety/false_alarm", 0}, {"/affect/effect", 0}};

/// The same, full configuration: what differs from the core, or is read by the full model alone.
const std::vector<std::pair<const char*, double>> kFull = {
    {"/course/alliance_effect", 4}, {"/course/resonance_softens", .5}, {"/course/autonomy_decay", 1.2 / .88},
    {"/course/autonomy_reference", .6}, {"/course/writing_cost", .3}, {"/intake/expressivity_good", 6},
    {"/intake/expressivity_bad", 3}, {"/intake/privacy_good", 3}, {"/intake/privacy_bad", 4},
    {"/intake/stigma_good", 4}, {"/intake/stigma_bad", 5}, {"/intake/insight_start", .2}, {"/intake/fit_sd", .3},
    {"/intake/triage_sd", 1.48}, {"/intake/match_sd", .06}, {"/trust/types/oscillating", .2},
    {"/trust/types/disbelieving", .1}, {"/trust/types/oscillating_memory", .85},
    {"/trust/types/disbelieving_start", .4}, {"/trust/types/disbelieving_success", .4},
    {"/trust/error_correction/gain", .1}, {"/trust/error_correction/loss", .25},
    {"/trust/error_correction/contact", .05}, {"/trust/error_correction/repetition", .08},
    {"/assistant/text/masking", 0}, {"/assistant/speech/discriminability", .95}, {"/assistant/speech/loss", 1},
    {"/assistant/speech/masking", 1}, {"/assistant/face/discriminability", .85}, {"/assistant/face/loss", 1.2},
    {"/assistant/face/masking", 1}, {"/assistant/physiology/discriminability", .45},
    {"/assistant/physiology/loss", .4}, {"/assistant/physiology/masking", 0}, {"/human/masking", 1},
    {"/assistant/noise_correlation", .35}, {"/assistant/physiology_correlation", .1}, {"/assistant/fusion", 0},
    {"/assistant/memory_gain", 0}, {"/assistant/memory_state", .15}, {"/human/memory_state", .15},
    {"/recognition/emotions_drawn", 1}, {"/recognition/symptom_reference", 14},
    {"/recognition/emotion/sadness/base", .9}, {"/recognition/emotion/sadness/slope", .04},
    {"/recognition/emotion/fear/base", .6}, {"/recognition/emotion/fear/slope", .03},
    {"/recognition/emotion/anger/base", 0}, {"/recognition/emotion/anger/slope", .01},
    {"/recognition/emotion/shame/slope", .03}, {"/recognition/emotion/joy/slope", -.06},
    {"/recognition/emotion/calm/slope", -.05}, {"/recognition/emotion/joy/positive", 1},
    {"/recognition/emotion/calm/positive", 1}, {"/recognition/emotion/shame/positive", 0},
    {"/recognition/display/base", .1}, {"/recognition/display/position", .25}, {"/recognition/display/trust", .5},
    {"/recognition/display/masked", .35}, {"/recognition/noticed/base", -.62}, {"/recognition/noticed/intensity", .9},
    {"/recognition/noticed/valence_wrong", 1.5}, {"/recognition/noticed/valence_right", .8},
    {"/recognition/misheard", .1}, {"/recognition/asking", 1}, {"/recognition/second_look", 1.4142135623730951},
    {"/recognition/ask_cost", .5}, {"/recognition/memory_growth", .06}, {"/repair/attunement", 1},
    {"/repair/apology", .1}, {"/repair/explanation", .8}, {"/repair/handover_minutes", 5},
    {"/repair/rupture_turns", 2}, {"/repair/rupture_trust", .08}, {"/alliance/resolved", .03},
    {"/roles/insight_gain", .1}, {"/roles/insight_fade", .02}, {"/roles/insight_rest", .2},
    {"/roles/insight_effect", .3}, {"/roles/motivation_rate", .1}, {"/roles/stigma", .02},
    {"/roles/stigma_reference", .55}, {"/roles/elasticity/compassion", 0}, {"/practice/compassion", .6},
    {"/practice/share/mindfulness", .55}, {"/practice/share/expressive_writing", .15},
    {"/practice/share/bias_modification", .05}, {"/practice/share/focusing", .25}, {"/practice/focusing/slope", 10},
    {"/practice/focusing/curiosity", .45}, {"/practice/focusing/base", .5}, {"/practice/plan/prior_sd", .3},
    {"/practice/plan/noise_sd", 2}, {"/change/dose_by_week", 1}, {"/coaching/added/perspective_taking", .12},
    {"/coaching/added/validation", .08}, {"/coaching/added/resonance", -.03}, {"/coaching/added/technique", 0},
    {"/coaching/discriminability", .35}, {"/coaching/disclosed", 0}, {"/coaching/reliance_rate", .05},
    {"/coaching/adoption", .5}, {"/therapists/fatigue/start", .15}, {"/therapists/fatigue/keep", .95},
    {"/therapists/fatigue/load", .06}, {"/therapists/fatigue/severity", .02}, {"/therapists/fatigue/coaching", .005},
    {"/therapists/fatigue/quality", .25}, {"/therapists/fatigue/repair", .3}, {"/therapists/load", .8},
    {"/therapists/load_free", .8}, {"/therapists/caseload_severity", 13.5}, {"/therapists/learning", 0},
    {"/leaving/missed", .1}, {"/leaving/per_turn", 1}, {"/leaving/turns_reference", 8}, {"/leaving/waited", .02},
    {"/leaving/waited_most", 26}, {"/leaving/privacy", .3}, {"/privacy/transparency", .8}, {"/privacy/consent", 0},
    {"/privacy/retention", 1}, {"/privacy/consent_effect", .5}, {"/privacy/retention_effect", .5},
    {"/privacy/breach", .001}, {"/privacy/breach_failures", 3}, {"/privacy/discovery", .01},
    {"/privacy/discovery_failures", 4}, {"/safety/risk_symptom", 20}, {"/safety/onset", .01},
    {"/safety/human_sensitivity", .8}, {"/safety/assistant_sensitivity", .7}, {"/safety/false_alarm", .01},
    {"/safety/minutes", 30}, {"/satisfaction/waited", .03}};

/// Which bytes of Parameters have an owner. Bytes that pad members count as owned.
class Bytes {
 public:
  Bytes() : owners_(sizeof(Parameters), 0) {}
  template <class Member>
  void own(const Member& member) {
    const auto start = reinterpret_cast<const char*>(&member) - reinterpret_cast<const char*>(&parameters);
    for (std::size_t i = 0; i < sizeof(Member); ++i) ++owners_[static_cast<std::size_t>(start) + i];
  }
  template <class Element>
  void own(Element* from, Element* to) {
    for (; from != to; ++from) own(*from);
  }
  /// First byte owned more than once, or not at all, and by how many; (-1, 1) if there is none.
  std::pair<long, int> odd_one() const {
    std::vector<unsigned char> real(sizeof(Parameters), 0xFF);
#if defined(__has_builtin)
#if __has_builtin(__builtin_clear_padding)
    Parameters marks;
    std::memset(static_cast<void*>(&marks), 0xFF, sizeof marks);
    __builtin_clear_padding(&marks);
    std::memcpy(real.data(), &marks, sizeof marks);
#endif
#endif
    for (std::size_t i = 0; i < owners_.size(); ++i)
      if (real[i] != 0 && owners_[i] != 1) return {static_cast<long>(i), owners_[i]};
    return {-1, 1};
  }
  Parameters parameters{};

 private:
  std::vector<int> owners_;
};

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
    CHECK(field.core >= field.least);
    CHECK(field.core <= field.most);
    if (!field.names.empty()) CHECK((field.whole && field.least == 0 && field.most + 1 == field.names.size()));
    CHECK(std::string(field.meaning).size() > 10);
    CHECK((field.grade == Grade::calibrated) == (std::string(field.evidence).rfind("calibration:", 0) == 0));
    CHECK((field.grade != Grade::measured || *field.evidence));
  }
  CHECK(find_field("/course") == nullptr);
}

TEST_CASE("fields of one section stand together, as the pages made from them need it") {
  std::set<std::string> closed;
  std::string open;
  for (const Field& field : fields()) {
    const std::string path = field.path, section = path.substr(1, path.find('/', 1) - 1);
    if (section == open) continue;
    INFO(field.path);
    CHECK(closed.insert(section).second);
    open = section;
  }
}

TEST_CASE("every byte of the parameters has exactly one owner: a field, or what is listed here") {
  Bytes bytes;
  Parameters& p = bytes.parameters;
  for (const Field& field : fields()) {
    if (field.real) bytes.own(field.real(p));
    if (field.whole) bytes.own(field.whole(p));
    if (field.flag) bytes.own(field.flag(p));
  }
  CultureParameters& culture = p.culture;  // read from "cultures"
  bytes.own(culture.position);
  bytes.own(culture.share);
  bytes.own(culture.count);
  bytes.own(culture.reference);
  IntakeHistogram& histogram = p.histogram;  // read from a file
  bytes.own(histogram.scores);
  bytes.own(histogram.below);
  bytes.own(histogram.episode);
  bytes.own(histogram.spread);
  AgentParameters& human = p.human;  // in person: one channel, kept in the first place
  bytes.own(human.uses);
  bytes.own(human.discriminability + 1, human.discriminability + kModalities);
  bytes.own(human.modality + 1, human.modality + kModalities);
  bytes.own(human.masking + 1, human.masking + kModalities);
  bytes.own(human.noise_correlation);
  bytes.own(human.physiology_correlation);
  bytes.own(human.fusion);
  bytes.own(human.culture);        // of a therapist: drawn
  bytes.own(p.assistant.culture);  // by name
  const auto rest = default_emotions().size();  // more emotions: read from "emotions"
  bytes.own(p.recognition.base + rest, p.recognition.base + kMostEmotions);
  bytes.own(p.recognition.slope + rest, p.recognition.slope + kMostEmotions);
  bytes.own(p.recognition.positive + rest, p.recognition.positive + kMostEmotions);
  bytes.own(p.change.insight_reference);  // a table of reference levels
  AttributeParameters& attributes = p.attributes;  // read from "attributes" and "joint_shares"
  bytes.own(attributes.count);
  bytes.own(attributes.cells);
  bytes.own(attributes.levels);
  bytes.own(attributes.below);
  bytes.own(attributes.effect);
  bytes.own(attributes.without_assistant);
  const auto [offset, owners] = bytes.odd_one();
  INFO("byte " << offset << " has " << owners << " owners");
  CHECK(offset == -1);
}

TEST_CASE("a field sets its own cell and no other") {
  for (const Field& field : fields()) {
    Parameters before = default_parameters(Configuration::full), after = before;
    const double value = field.fallback == field.least ? field.most : field.least;
    set_value(field, after, value);
    INFO(field.path);
    CHECK(value_of(field, after) == value);
    for (const Field& other : fields()) {
      if (&other != &field) CHECK(value_of(other, after) == value_of(other, before));
    }
  }
}

TEST_CASE("defaults are the core values of the model document") {
  const Parameters parameters = default_parameters();
  for (const auto& [path, value] : kModel) {
    INFO(path);
    REQUIRE(find_field(path));
    CHECK(value_of(*find_field(path), parameters) == value);
  }
  for (const Field& field : fields()) CHECK(value_of(field, parameters) == field.core);
  CHECK(parameters.culture.count == 4);
  CHECK(parameters.culture.reference == 0);
  CHECK(parameters.culture.position[3] == .9);
  CHECK(parameters.culture.share[0] == .55);
}

TEST_CASE("the full configuration has the values of the model document, and says that it is not calibrated") {
  const Parameters parameters = default_parameters(Configuration::full);
  for (const auto& [path, value] : kFull) {
    INFO(path);
    REQUIRE(find_field(path));
    CHECK(value_of(*find_field(path), parameters) == value);
  }
  std::set<std::string> named;
  for (const auto& [path, value] : kFull) named.insert(path);
  for (const Field& field : fields()) {  // nothing differs that is not in the list above
    INFO(field.path);
    if (field.core != field.fallback) CHECK(named.count(field.path) == 1);
  }
  CHECK(parameters.change.insight_reference[1] == .2);
  CHECK(parameters.recognition.emotions == static_cast<double>(default_emotions().size()));
  const Experiment plain = read_experiment(test::scenario(), "f.json");
  CHECK(plain.configuration == Configuration::full);
  CHECK(plain.calibration == "not yet calibrated");
  const std::string claim = R"("calibration": "perfect",)";
  CHECK(read_experiment(test::scenario(claim), "f.json").calibration == "not yet calibrated: perfect");
  const Experiment core = read_experiment(test::scenario(R"("configuration": "core",)" + claim), "f.json");
  CHECK(core.configuration == Configuration::core);
  CHECK(core.calibration == "perfect");
  for (const Field& field : fields()) CHECK(value_of(field, core.scenarios[0][0].parameters) == field.core);
}

TEST_CASE("what the reader takes is what the parameters hold") {
  for (const Field& field : fields()) {
    const std::string path = field.path;
    if (path.rfind("/quality/weight", 0) == 0 || path.rfind("/intake", 0) == 0) continue;
    if (path.rfind("/practice/share", 0) == 0 || path.rfind("/trust/types", 0) == 0) continue;
    if (path == "/rival/contact_only" || path == "/recognition/emotions") continue;  // these are tied to each other
    const double value = field.flag ? 1 - field.fallback : field.fallback == field.least ? field.most : field.least;
    std::string text = field.flag ? (value != 0 ? "true" : "false") : std::to_string(value);
    if (!field.names.empty()) text = std::string("\"") + field.names[static_cast<std::size_t>(value)] + "\"";
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
