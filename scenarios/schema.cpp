// JSON Schema of a scenario file, made from the table of fields and from the reader's own limits.
#include <nlohmann/json.hpp>

#include "scenarios/fields.hpp"
#include "scenarios/reader.hpp"

namespace hybridcare {
namespace {

using Json = nlohmann::ordered_json;
using detail::Whole;

constexpr const char* kNamePattern = "^[A-Za-z][A-Za-z0-9_]{0,39}$";

Json reference(const std::string& name) { return {{"$ref", "#/$defs/" + name}}; }

/// In a patch, null takes a value away.
Json or_null(const Json& schema) { return {{"anyOf", Json::array({schema, Json{{"type", "null"}}})}}; }

Json text(const char* description) { return {{"type", "string"}, {"maxLength", 2000}, {"description", description}}; }

Json choice(const std::vector<std::string>& values, const char* fallback, const char* description) {
  return {{"enum", values}, {"default", fallback}, {"description", description}};
}

/// JSON numbers: whole ones without a fraction, so that 12 is printed as 12.
Json number(double value) {
  const auto whole = static_cast<long long>(value);
  return static_cast<double>(whole) == value ? Json(whole) : Json(value);
}

Json whole(const Whole& limits) {
  Json schema = {{"type", "integer"}, {"minimum", number(limits.least)}, {"maximum", number(limits.most)},
                 {"description", limits.meaning}};
  if (limits.fallback >= limits.least) schema["default"] = number(limits.fallback);
  return schema;
}

Json real(double least, double most, const char* description) {
  return {{"type", "number"}, {"minimum", number(least)}, {"maximum", number(most)}, {"description", description}};
}

/// A value as it is written in a file.
Json shown(const Field& field, double value) {
  if (!field.names.empty()) return field.names[static_cast<std::size_t>(value)];
  return field.flag ? Json(value != 0) : number(value);
}

Json field_schema(const Field& field) {
  Json schema;
  if (!field.names.empty()) {
    schema["enum"] = field.names;
  } else {
    schema["type"] = field.flag ? "boolean" : field.whole ? "integer" : "number";
    if (!field.flag) {
      schema["minimum"] = number(field.least);
      schema["maximum"] = number(field.most);
    }
  }
  schema["default"] = shown(field, field.fallback);
  if (field.core != field.fallback) schema["x-core"] = shown(field, field.core);
  schema["description"] = field.meaning;
  schema["x-unit"] = field.unit;
  if (*field.symbol) schema["x-symbol"] = field.symbol;
  schema["x-grade"] = to_string(field.grade);
  if (*field.evidence) schema["x-evidence"] = field.evidence;
  return schema;
}

Json closed(Json properties) {
  return {{"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
}

/// Named objects: any name, one kind of value.
Json named(Json value, std::size_t least, std::size_t most) {
  return {{"type", "object"}, {"minProperties", least}, {"maxProperties", most},
          {"propertyNames", {{"pattern", kNamePattern}}}, {"additionalProperties", std::move(value)}};
}

/// Where a field's own schema stands: a patch's fields point there, so that nothing stands twice.
std::string definition_pointer(const std::string& path) {
  const std::string step = "/properties";
  std::string pointer = "#/$defs" + path;
  std::size_t at = pointer.find('/', 8);  // the end of the section's name
  while (at != std::string::npos) {
    pointer.insert(at, step);
    at = pointer.find('/', at + step.size() + 1);
  }
  return pointer;
}

/// The object of all fields below a prefix. @param patch  values may be null
Json section_schema(const std::string& prefix, bool patch) {
  Json properties = Json::object();
  for (const std::string& name : detail::field_children(prefix)) {
    const Field* field = find_field(prefix + "/" + name);
    Json schema = field ? field_schema(*field) : section_schema(prefix + "/" + name, patch);
    if (patch && field) schema = or_null({{"$ref", definition_pointer(field->path)}});
    properties[name] = std::move(schema);
  }
  return closed(std::move(properties));
}

Json contact_schema(bool human, bool patch) {
  const auto take = [&](Json schema) { return patch ? or_null(schema) : schema; };
  Json properties;
  properties["every_weeks"] = take(whole(detail::kEveryWeeks));
  properties["per_week"] = take(whole(detail::kPerWeek));
  properties["turns"] = take(whole(detail::kTurns));
  properties["dose"] = take(real(0, 1, human ? "of a full session" : "multiplies the dose of an assistant's contact"));
  properties["fade"] = take(real(0, detail::kFastestFade, "per week in the step: rate at which use of contacts fades"));
  if (!human) properties["name"] = take(text("one of 'assistants'; needed if there are several"));
  if (human) {
    const char* meaning = "of the human's time; default: a session's, times dose";
    properties["minutes"] = take(real(0, detail::kLongestMinutes, meaning));
  }
  return closed(std::move(properties));
}

Json offers_schema() {
  Json names = Json::array();
  for (const char* name : pathway_names()) names.push_back(name);
  const Json bundle = {{"items", {{"const", "bundle"}}}, {"maxItems", 1}};
  const Json single = {{"items", {{"enum", std::move(names)}}}, {"uniqueItems", true}};
  return {{"type", "array"}, {"anyOf", Json::array({bundle, single})},
          {"description", "pathways without empathy to practise between contacts: the bundle, or some of the four"}};
}

Json step_schema(bool patch) {
  const auto take = [&](Json schema) { return patch ? or_null(schema) : schema; };
  const std::string suffix = patch ? "_patch" : "";
  Json properties;
  properties["weeks"] = take(whole(detail::kStepWeeks));
  properties["then"] = take(text("step after the planned length, or 'completed', which is the default"));
  properties["comparator"] = take(choice({"none", "waiting", "usual_care"}, "none", "for a step without contacts"));
  properties["human"] = take(reference("human_contact" + suffix));
  properties["assistant"] = take(reference("assistant_contact" + suffix));
  properties["offers"] = take(offers_schema());
  properties["feedback"] = take({{"type", "boolean"}, {"default", false}, {"description", "progress feedback"}});
  properties["coached"] = take({{"type", {"boolean", "string"}}, {"default", false},
                                {"description", "the assistant, or the one of this name, coaches the human"}});
  properties["plan"] = take({{"type", "boolean"}, {"default", false},
                             {"description", "a personalised plan chooses among the pathways offered"}});
  properties["review_every"] = take(whole(detail::kReviewEvery));
  properties["review_minutes"] = take(real(0, detail::kLongestMinutes, "of the human's time per review; default 15"));
  return closed(std::move(properties));
}

Json transition_schema(bool patch) {
  const auto take = [&](Json schema) { return patch ? or_null(schema) : schema; };
  Json properties;
  properties["from"] = take(text("a step"));
  properties["to"] = take(text("a step, or 'completed'"));
  properties["when"] = take({{"type", "string"}, {"maxLength", 1000},
                             {"description", "guard, e.g. phq9 >= 15 and weeks_in_step >= 4"}});
  properties["priority"] = take(whole(detail::kPriority));
  Json schema = closed(std::move(properties));
  if (!patch) schema["required"] = {"from", "to", "when"};
  return schema;
}

Json pathway_schema(bool patch) {
  const auto take = [&](Json schema) { return patch ? or_null(schema) : schema; };
  const std::string suffix = patch ? "_patch" : "";
  Json properties;
  properties["start"] = take(text("the first step; needed if there are several"));
  properties["steps"] = take(named(take(reference("step" + suffix)), patch ? 0 : 1, kMostSteps - 3));
  properties["transitions"] = take(named(take(reference("transition" + suffix)), 0, detail::kMostTransitions));
  properties["re_entry"] = take(closed({{"to", take(text("the step in which clients come back"))},
                                        {"when", take(text("guard on those who completed or ended early"))}}));
  properties["restart_on_new_provider"] =
      take({{"type", "boolean"}, {"default", false}, {"description", "weeks in care begin again with a new agent"}});
  return closed(std::move(properties));
}

Json cultures_schema() {
  Json culture = closed({{"position", real(0, detail::kFarthestPosition, "0: the reference culture, exactly one")},
                         {"share", real(0, 1, "of clients and therapists; shares sum to 1")}});
  culture["required"] = {"position", "share"};
  Json schema = named(std::move(culture), 1, kMostCultures);
  schema["description"] = "abstract styles of expression, never peoples";
  return schema;
}

Json emotions_schema() {
  Json emotion = closed({{"base", real(-10, 10, "logit of feeling it at the reference of symptoms")},
                         {"slope", real(-1, 1, "logit per point of symptoms")},
                         {"positive", {{"type", "boolean"}, {"description", "valence"}}}});
  emotion["required"] = {"base", "slope", "positive"};
  Json schema = named(std::move(emotion), 2, kMostEmotions);
  schema["description"] = "emotions of the scenario's own, in place of the six";
  return schema;
}

Json level_list(const char* description) {
  return {{"type", "array"}, {"items", {{"type", "string"}, {"pattern", kNamePattern}}}, {"maxItems", kMostLevels},
          {"description", description}};
}

Json attributes_schema() {
  Json effects;
  for (const detail::Target& target : detail::attribute_targets()) {
    effects[target.name] = real(-target.most, target.most, target.unit);
  }
  Json attribute = closed({{"levels", level_list("names, two at least")},
                           {"shares", {{"type", "array"}, {"items", real(0, 1, "of clients; they sum to 1")}}},
                           {"effects", named(closed(std::move(effects)), 0, kMostLevels)},
                           {"without_assistant", level_list("clients of these levels meet no assistant")}});
  attribute["required"] = {"levels"};
  Json schema = named(std::move(attribute), 1, kMostAttributes);
  schema["description"] = "named attributes of clients: age band, deprivation, language, digital access or others";
  return schema;
}

Json joint_schema() {
  return {{"type", {"string", "array"}}, {"items", {{"type", "object"}, {"required", {"share"}}}},
          {"description", "how many clients have which levels together: rows, or a CSV file beside the scenario"}};
}

/// What an assistant has beside its fields.
void add_assistant_keys(Json& schema, bool patch) {
  const auto take = [&](Json each) { return patch ? or_null(each) : each; };
  schema["properties"]["culture"] = take(text("one of the cultures; the reference culture by default"));
  schema["properties"]["profile"] = take(text("what was measured of it: a folder or file beside the "
                                                     "scenario, or the name of a bundled profile"));
}

Json assistants_schema() {
  Json schema = named(or_null(reference("assistant_patch")), 0, detail::kMostAssistants);
  schema["description"] = "several assistants by name, each a merge patch over 'assistant'";
  return schema;
}

/// Definitions of every section, and their forms in a patch.
Json definitions() {
  Json defs;
  for (const std::string& section : detail::field_children("")) {
    defs[section] = section_schema("/" + section, false);
    if (section == "intake") {
      defs[section]["properties"]["kind"] = choice({"trial", "service"}, "trial", "sets two sets of defaults");
    }
    defs[section + "_patch"] = section_schema("/" + section, true);
    for (const std::string& name : detail::coupling_files(section))
      for (const char* suffix : {"", "_patch"})
        defs[section + suffix]["properties"][name] = {
            {"type", "string"}, {"description", "a CSV file, beside the scenario"}};
  }
  add_assistant_keys(defs["assistant"], false);
  add_assistant_keys(defs["assistant_patch"], true);
  for (const bool patch : {false, true}) {
    const std::string suffix = patch ? "_patch" : "";
    defs["human_contact" + suffix] = contact_schema(true, patch);
    defs["assistant_contact" + suffix] = contact_schema(false, patch);
    defs["step" + suffix] = step_schema(patch);
    defs["transition" + suffix] = transition_schema(patch);
    defs["pathway" + suffix] = pathway_schema(patch);
  }
  return defs;
}

/// What an arm, a variant or a component may change. @param intake  whether who enters may change
Json patch_schema(bool intake, Json own) {
  for (const std::string& section : detail::field_children("")) {
    if (section != "intake" || intake) own[section] = or_null(reference(section + "_patch"));
  }
  own["assistants"] = or_null(assistants_schema());
  own["pathway"] = or_null(reference("pathway_patch"));
  return closed(std::move(own));
}

Json variants_schema() {
  Json own;
  own["label"] = text("for tables and pictures");
  own["in_envelope"] = {{"type", "boolean"}, {"default", false}, {"description", "part of the headline's band"}};
  own["attributes"] = {{"type", "object"}, {"description", "effects, access and shares of the base's attributes"}};
  Json schema = named(patch_schema(true, std::move(own)), 0, detail::kMostVariants);
  schema["properties"]["default"] = closed({{"label", text("for tables and pictures")}});
  schema["description"] = "merge patches (RFC 7386) over every arm";
  return schema;
}

Json headline_schema() {
  Json own;
  own["label"] = text("what it changes, in words, for tables and pictures");
  Json components = named(patch_schema(false, std::move(own)), 1, detail::kMostComponents);
  components["description"] = "merge patches over 'against'; all together they make 'arm'";
  Json split = closed({{"components", std::move(components)}});
  split["required"] = {"components"};
  Json schema = closed({{"arm", text("an arm")}, {"against", text("the arm it is compared with")},
                        {"split", std::move(split)}});
  schema["required"] = {"arm", "against"};
  return schema;
}

Json head_properties() {
  Json properties;
  properties["$schema"] = {{"type", "string"}};
  properties["format"] = {{"const", detail::kFormat}, {"description", "of this file"}};
  properties["name"] = {{"type", "string"}, {"pattern", kNamePattern}};
  properties["title"] = text("one line");
  properties["question"] = text("what the experiment is to answer");
  using namespace detail;
  for (const Whole& each : {kSeed, kReplicates, kClients, kWeeks, kReadingWeek}) properties[each.key] = whole(each);
  properties["configuration"] = choice({"core", "full"}, "full", "the fitted core, or every mechanism");
  properties["calibration"] = text("state of calibration, printed with every result");
  properties["driver"] = text("the assumption that drives the result, printed with every result");
  return properties;
}

}  // namespace

std::string schema() {
  Json properties = head_properties();
  properties["cultures"] = cultures_schema();
  properties["emotions"] = emotions_schema();
  properties["attributes"] = attributes_schema();
  properties["joint_shares"] = joint_schema();
  properties["assistants"] = assistants_schema();
  for (const std::string& section : detail::field_children("")) properties[section] = reference(section);
  properties["pathway"] = reference("pathway");
  Json own = {{"label", text("for tables and pictures")}};
  properties["arms"] = named(patch_schema(false, std::move(own)), 1, detail::kMostArms);
  properties["arms"]["description"] = "merge patches (RFC 7386) over the base: null takes away";
  properties["variants"] = variants_schema();
  properties["headline"] = headline_schema();
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "hybridcare scenario"}};
  schema.update(closed(std::move(properties)));
  schema["required"] = {"format", "name", "arms"};
  schema["$defs"] = definitions();
  return schema.dump(1) + "\n";
}

}  // namespace hybridcare
