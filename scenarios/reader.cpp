// A scenario file becomes an Experiment: the base, arms as patches over it, variants as patches over the arms.
#include "scenarios/reader.hpp"

#include <algorithm>
#include <cmath>

#include "scenarios/names.hpp"
#include "sim/error.hpp"

namespace hybridcare {
namespace detail {
namespace {

constexpr const char* kNotCalibrated = "not yet calibrated";

std::vector<std::string> scenario_keys() {
  std::vector<std::string> keys = field_children("");
  for (const char* key : {"configuration", "cultures", "emotions", "attributes", "joint_shares", "assistants",
                          "pathway"}) {
    keys.push_back(key);
  }
  return keys;
}

void check_format(const Node& root, const std::string& file) {
  const Node* format = root.find("format");
  if (!format) fail(file, root, "key 'format' is missing; add \"format\": 1");
  need(Node::Kind::number, *format, file);
  if (format->number == kFormat) return;
  const bool newer = format->number > kFormat;
  fail(file, *format, "format " + number_text(format->number) + " is unknown; this version reads format 1. " +
                          (newer ? "A newer hybridcare wrote this file: update hybridcare"
                                 : "Migrate the file: compare it with one made by 'hybridcare new'"));
}

/// A patch: members of an arm or variant that are part of a scenario. Others were read before.
Node patch_of(const Node& node, const std::vector<std::string>& own, const std::vector<std::string>& shared,
              const std::string& file) {
  std::vector<std::string> known = scenario_keys();
  known.insert(known.end(), own.begin(), own.end());
  refuse_unknown(node, known, file);
  Node patch;
  patch.kind = Node::Kind::object;
  patch.pointer = node.pointer;
  for (const NodeMember& member : node.members) {
    if (std::find(own.begin(), own.end(), member.name) != own.end()) continue;
    if (member.name == "configuration") fail(file, member.value, "a file has one configuration; set it in the base");
    if (std::find(shared.begin(), shared.end(), member.name) != shared.end()) {
      fail(file, member.value, "all arms share their clients, so this can't differ between them; set it in the base");
    }
    patch.members.push_back(member);
  }
  return patch;
}

Node base_of(const Node& root) {
  Node base;
  base.kind = Node::Kind::object;
  const std::vector<std::string> keys = scenario_keys();
  for (const NodeMember& member : root.members) {
    if (std::find(keys.begin(), keys.end(), member.name) != keys.end()) base.members.push_back(member);
  }
  return base;
}

void check_count(const Node& node, double least, std::size_t most, const char* unit, const std::string& file) {
  const double count = static_cast<double>(node.members.size());
  if (count < least || count > static_cast<double>(most)) {
    fail(file, node, outside(count, least, static_cast<double>(most), unit));
  }
}

void check_name(const NodeMember& member, const char* what, const std::string& file) {
  if (is_name(member.name)) return;
  fail(file, member.value, std::string(what) + " is named by a letter and up to 39 letters, digits and underscores");
}

std::vector<ArmDraft> read_arms(const Node& root, const std::string& file) {
  const Node base = base_of(root);
  const Node& arms = required(root, "arms", Node::Kind::object, file);
  check_count(arms, 1, kMostArms, "arms", file);
  std::vector<ArmDraft> drafts;
  for (const NodeMember& member : arms.members) {
    check_name(member, "an arm", file);
    need(Node::Kind::object, member.value, file);
    ArmDraft draft;
    draft.info.name = member.name;
    draft.info.label = optional_text(member.value, "label", member.name, file);
    draft.resolved = base;
    merge_patch(draft.resolved, patch_of(member.value, {"label"}, {"intake", "cultures", "emotions", "attributes",
                                                                   "joint_shares"}, file));
    drafts.push_back(std::move(draft));
  }
  return drafts;
}

VariantDraft read_variant(const NodeMember& member, const std::string& file) {
  check_name(member, "a variant", file);
  need(Node::Kind::object, member.value, file);
  VariantDraft draft;
  draft.info.name = member.name;
  draft.info.label = optional_text(member.value, "label", member.name, file);
  draft.info.in_envelope = optional_switch(member.value, "in_envelope", false, file);
  draft.patch = patch_of(member.value, {"label", "in_envelope"}, {"cultures", "emotions", "joint_shares"}, file);
  if (const Node* intake = draft.patch.find("intake")) {
    const Node* kind = intake->find("kind");
    if (kind) fail(file, *kind, "all variants share their kind of intake; set it in the base");
  }
  return draft;
}

/// "default" stands first, whether the file names it or not; all that a file may give it is a label.
std::vector<VariantDraft> read_variant_list(const Node& root, const std::string& file) {
  VariantDraft plain;
  plain.info = {"default", "default", true};
  plain.patch.kind = Node::Kind::object;
  std::vector<VariantDraft> drafts = {plain};
  const Node* variants = root.find("variants");
  if (!variants) return drafts;
  need(Node::Kind::object, *variants, file);
  check_count(*variants, 0, kMostVariants, "variants", file);
  for (const NodeMember& member : variants->members) {
    if (member.name != "default") {
      drafts.push_back(read_variant(member, file));
      continue;
    }
    need(Node::Kind::object, member.value, file);
    refuse_unknown(member.value, {"label"}, file);
    drafts.front().info.label = optional_text(member.value, "label", "default", file);
  }
  return drafts;
}

/// A text that stands in every exported CSV: spreadsheets run what begins like a formula.
std::string cell_text(const Node& root, const char* key, const std::string& file) {
  const std::string text = optional_text(root, key, "not stated", file);
  if (!text.empty() && std::string_view("=+-@").find(text.front()) != std::string_view::npos) {
    fail(file, *root.find(key), "begins with '" + text.substr(0, 1) + "', which spreadsheets take for a formula");
  }
  return text;
}

/// What is not fitted must not pass for it, whatever the file says.
std::string calibration_text(const Node& root, Configuration configuration, const std::string& file) {
  const std::string stated = cell_text(root, "calibration", file);
  if (configuration == Configuration::core || stated.rfind(kNotCalibrated, 0) == 0) return stated;
  return root.find("calibration") ? std::string(kNotCalibrated) + ": " + stated : kNotCalibrated;
}

void read_head(const Node& root, const std::string& file, Experiment& experiment) {
  experiment.file = file;
  required(root, "name", Node::Kind::text, file);
  experiment.name = optional_text(root, "name", "", file);
  if (!is_name(experiment.name)) {
    fail(file, *root.find("name"), "an experiment is named by a letter and up to 39 letters, digits and underscores");
  }
  experiment.title = optional_text(root, "title", experiment.name, file);
  experiment.question = optional_text(root, "question", "", file);
  experiment.configuration = read_configuration(root, file);
  experiment.calibration = calibration_text(root, experiment.configuration, file);
  experiment.driver = cell_text(root, "driver", file);
  const Node* seed = root.find("seed");
  const double value = seed ? read_real(*seed, kSeed.least, kSeed.most, kSeed.unit, file) : kSeed.fallback;
  if (value != std::floor(value)) fail(file, *seed, number_text(value) + " is not a whole number");
  experiment.seed = static_cast<std::uint32_t>(value);
  experiment.replicates = optional_whole(root, kReplicates, file);
  experiment.clients = optional_whole(root, kClients, file);
  experiment.weeks = optional_whole(root, kWeeks, file);
  const Node* reading = root.find("reading_week");
  experiment.reading_week = optional_whole(root, kReadingWeek, file);
  if (experiment.reading_week > experiment.weeks) {
    if (reading) fail(file, *reading, outside(experiment.reading_week, 1, experiment.weeks, "weeks followed"));
    experiment.reading_week = experiment.weeks;
  }
}

std::vector<std::string> top_keys() {
  std::vector<std::string> keys = {"$schema", "format", "name", "title", "question", "seed", "replicates", "clients",
                                   "weeks", "reading_week", "calibration", "driver", "arms", "variants", "headline"};
  for (const std::string& key : scenario_keys()) keys.push_back(key);
  return keys;
}

/// Variants may change what attributes do, not what they are: tables are by level.
void check_levels(const Node& root, const Experiment& experiment) {
  const std::vector<Attribute>& plain = experiment.scenarios.front().front().attributes;
  const auto same = [](const Attribute& a, const Attribute& b) { return a.name == b.name && a.levels == b.levels; };
  for (std::size_t v = 1; v < experiment.variants.size(); ++v) {
    const std::vector<Attribute>& other = experiment.scenarios[v].front().attributes;
    if (std::equal(plain.begin(), plain.end(), other.begin(), other.end(), same)) continue;
    fail(experiment.file, *root.find("variants")->find(experiment.variants[v].name)->find("attributes"),
         "all variants share the attributes and their levels; a variant changes effects, access and shares alone");
  }
}

constexpr int kMostServed = 52;  ///< weeks: what becomes of those who come to a service is not known for longer

void check_weeks(const Node& root, const Experiment& experiment) {
  if (experiment.weeks <= kMostServed) return;
  for (const std::vector<Scenario>& arms : experiment.scenarios)
    for (const Scenario& scenario : arms)
      if (scenario.coupling && scenario.coupling->service)
        fail(experiment.file, *root.find("weeks"),
             outside(experiment.weeks, 1, kMostServed, "weeks after entry, with a service"));
}

}  // namespace

Node resolved_in(const VariantDraft& variant, Node arm) {
  const std::string pointer = arm.pointer;
  merge_patch(arm, variant.patch);
  if (variant.patch.members.empty()) arm.pointer = pointer;
  return arm;
}

std::vector<Scenario> read_variants(const Node& arm, const std::vector<VariantDraft>& variants,
                                    const std::string& file, Profiles& profiles) {
  std::vector<Scenario> scenarios;
  for (const VariantDraft& variant : variants)
    scenarios.push_back(read_scenario(resolved_in(variant, arm), file, profiles));
  return scenarios;
}

}  // namespace detail

Experiment read_experiment(const std::string& text, const std::string& file, const std::string& bundled) {
  using namespace detail;
  const Node root = parse_json(text, file);
  need(Node::Kind::object, root, file);
  check_format(root, file);
  refuse_unknown(root, top_keys(), file);
  optional_text(root, "$schema", "", file);
  Experiment experiment;
  read_head(root, file, experiment);
  std::vector<ArmDraft> arms = read_arms(root, file);
  const std::vector<VariantDraft> variants = read_variant_list(root, file);
  experiment.intake = intake_kind(base_of(root), file);
  for (const VariantDraft& variant : variants) experiment.variants.push_back(variant.info);
  experiment.scenarios.resize(variants.size());
  Profiles profiles{bundled, {}, {}};
  for (const ArmDraft& arm : arms) {
    std::vector<Scenario> scenarios = read_variants(arm.resolved, variants, file, profiles);
    for (std::size_t v = 0; v < variants.size(); ++v) experiment.scenarios[v].push_back(std::move(scenarios[v]));
    experiment.arms.push_back(arm.info);
  }
  read_headline(root.find("headline"), variants, arms, profiles, experiment);
  check_levels(root, experiment);
  check_weeks(root, experiment);
  experiment.source = std::make_shared<const Source>(Source{bundled, std::move(arms), variants});
  return experiment;
}

void apply(const Overrides& overrides, Experiment& experiment) {
  using namespace detail;
  const auto take = [](double value, const Whole& whole, auto& target) {
    if (value == -1) return;
    const std::string option = std::string("--") + whole.key;
    if (!(value >= whole.least && value <= whole.most)) {
      throw UserError(option, outside(value, whole.least, whole.most, whole.unit));
    }
    if (value != std::floor(value)) throw UserError(option, number_text(value) + " is not a whole number");
    target = static_cast<std::remove_reference_t<decltype(target)>>(value);
  };
  take(overrides.seed, kSeed, experiment.seed);
  take(overrides.replicates, kReplicates, experiment.replicates);
  take(overrides.clients, kClients, experiment.clients);
}

}  // namespace hybridcare
