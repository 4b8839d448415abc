// The JSON file of a profile, and the files that it names.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "scenarios/names.hpp"
#include "scenarios/profile_parts.hpp"
#include "scenarios/reader.hpp"
#include "sim/error.hpp"

namespace hybridcare {
namespace {

namespace fs = std::filesystem;
using namespace detail;

constexpr const char* kFileName = "profile.json";

/// The profile's JSON file: the path itself, or profile.json in that folder.
std::string json_path(const std::string& path) {
  std::error_code error;
  return fs::is_directory(path, error) ? (fs::path(path) / kFileName).string() : path;
}

std::string bytes_of(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) throw UserError(path, "no such file");
  if (!fs::is_regular_file(status)) throw UserError(path, "not a regular file");
  const auto size = fs::file_size(path, error);
  if (!error && size > kMostBytes) {
    throw UserError(path, "the file has " + std::to_string(size) + " bytes; a profile has at most " +
                              std::to_string(kMostBytes));
  }
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) throw UserError(path, "the file can't be read");
  return std::move(text).str();
}

/// A file is named by a path inside the profile's folder: a profile from somebody else reads nothing beyond it.
BesideFile beside(const Node& node, const std::string& json) {
  need(Node::Kind::text, node, json);
  const fs::path named(node.text);
  const bool upwards = std::any_of(named.begin(), named.end(), [](const fs::path& part) { return part == ".."; });
  if (node.text.empty() || named.is_absolute() || upwards || node.text.find('\\') != std::string::npos ||
      node.text.find('\0') != std::string::npos) {
    fail(json, node, in_quotes(node.text) + " is not a file in the profile's folder, such as \"confusion.csv\"");
  }
  const fs::path folder = fs::path(json).parent_path(), path = folder / named;
  std::error_code error;
  const fs::path real = fs::weakly_canonical(path, error), home = fs::weakly_canonical(folder / ".", error);
  const auto inside = std::mismatch(home.begin(), home.end(), real.begin(), real.end());
  if (inside.first != home.end() && !inside.first->empty()) {
    fail(json, node, in_quotes(node.text) + " leads out of the profile's folder");
  }
  return {path.string(), path.string()};
}

/// FNV-1a of the name: keys the profile's draws.
std::uint32_t identity_of(const std::string& name) {
  std::uint32_t hash = 2166136261u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

/// FNV-1a 64 over numbers and names.
class Digest {
 public:
  void add(const void* bytes, std::size_t size) {
    const auto* const at = static_cast<const unsigned char*>(bytes);
    for (std::size_t i = 0; i < size; ++i) hash_ = (hash_ ^ at[i]) * 1099511628211u;
  }
  void add(double value) { add(&value, sizeof value); }
  void add(const std::string& text) {
    add(static_cast<double>(text.size()));
    add(text.data(), text.size());
  }
  std::string hex() const {
    std::string text;
    for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[hash_ >> shift & 15];
    return text;
  }

 private:
  std::uint64_t hash_ = 14695981039346656037u;
};

std::string digest_of(const Profile& p) {
  Digest digest;
  digest.add(p.name);
  for (const double value : {p.clinic.mean, p.clinic.sd, p.widening.blind_judge, p.widening.language_model,
                             p.widening.component, p.target.reference * 1.0, p.illustrative * 1.0})
    digest.add(value);
  for (const auto* names : {&p.target.emotions, &p.target.cultures})
    for (const std::string& name : *names) digest.add(name);
  for (const ConfusionCounts& counts : p.confusion) {
    digest.add(counts.modality * 64.0 + counts.culture);
    for (const auto& row : counts.count)
      for (const double count : row) digest.add(count);
  }
  for (const RatedQuality& r : p.ratings)
    for (const double value : {r.quality * 1.0, static_cast<int>(r.rater) * 4.0 + r.labelled * 2.0 + r.realised,
                               r.ratings, r.mean, r.weight, r.accuracy, r.accuracy_turns})
      digest.add(value);
  const CrisisCounts crisis = p.crisis.value_or(CrisisCounts{-1, 0, 0, 0});
  for (const double value : {crisis.true_positives, crisis.false_negatives, crisis.false_positives,
                             crisis.true_negatives})
    digest.add(value);
  return digest.hex();
}

void read_head(const Node& root, const std::string& json, Profile& profile) {
  const Node& format = required(root, "format", Node::Kind::number, json);
  if (format.number != kFormat) fail(json, format, "format " + number_text(format.number) + " is unknown; this version "
                                                   "reads format 1");
  required(root, "name", Node::Kind::text, json);
  profile.file = json;
  profile.name = optional_text(root, "name", "", json);
  if (!is_name(profile.name)) {
    fail(json, *root.find("name"), "a profile is named by a letter and up to 39 letters, digits and underscores");
  }
  profile.identity = identity_of(profile.name);
  profile.title = optional_text(root, "title", profile.name, json);
  required(root, "source", Node::Kind::text, json);
  profile.source = optional_text(root, "source", "", json);
  profile.illustrative = required(root, "illustrative", Node::Kind::truth, json).truth;
}

void read_widening(const Node& root, const std::string& json, Widening& widening) {
  const Node* node = root.find("widening");
  if (!node) return;
  need(Node::Kind::object, *node, json);
  refuse_unknown(*node, {"blind_judge", "language_model", "component"}, json);
  const auto take = [&](const char* key, double& value) {
    if (const Node* member = node->find(key)) value = read_real(*member, 0, .3, "", json);
  };
  take("blind_judge", widening.blind_judge);
  take("language_model", widening.language_model);
  take("component", widening.component);
}

void list_items(Profile& profile) {
  using Kind = ProfileItem::Kind;
  for (std::size_t i = 0; i < profile.confusion.size(); ++i) {
    const ConfusionCounts& counts = profile.confusion[i];
    const std::string& culture = profile.target.cultures[static_cast<std::size_t>(counts.culture)];
    const std::string& modality = modality_names()[static_cast<std::size_t>(counts.modality)];
    profile.items.push_back({Kind::recognition, i, "recognition_" + modality + "_" + culture});
  }
  for (std::size_t i = 0; i < profile.ratings.size(); ++i) {
    const int quality = profile.ratings[i].quality;
    const bool whole = quality == kQualities;
    profile.items.push_back(
        {Kind::quality, i, whole ? "empathy" : quality_names()[static_cast<std::size_t>(quality)]});
  }
  if (!profile.crisis) return;
  profile.items.push_back({Kind::sensitivity, 0, "crisis_sensitivity"});
  profile.items.push_back({Kind::false_alarm, 0, "crisis_false_alarm"});
}

}  // namespace

const char* to_string(Rater rater) {
  static constexpr const char* names[] = {"client", "blind_judge", "language_model"};
  return names[static_cast<int>(rater)];
}

const std::vector<std::string>& modality_names() {
  static const std::vector<std::string> names = {"text", "speech", "face", "physiology"};
  return names;
}

const std::vector<std::string>& quality_names() {
  static const std::vector<std::string> names = {"resonance",        "perspective_taking", "compassion", "validation",
                                                 "autonomy_support", "attunement",         "curiosity",  "technique"};
  return names;
}

Profile read_profile(const std::string& path, const ProfileTarget& target) {
  const std::string json = json_path(path);
  const Node root = parse_json(bytes_of(json), json);
  need(Node::Kind::object, root, json);
  refuse_unknown(root, {"$schema", "format", "name", "title", "source", "illustrative", "recognition", "ratings",
                        "crisis", "widening"}, json);
  Profile profile;
  profile.target = target;
  read_head(root, json, profile);
  read_widening(root, json, profile.widening);
  const Node *recognition = root.find("recognition"), *ratings = root.find("ratings"), *crisis = root.find("crisis");
  if (!recognition && !ratings && !crisis) {
    fail(json, root, "nothing was measured; a profile has at least one of recognition, ratings, crisis");
  }
  profile.psychometric = make_psychometric(static_cast<int>(target.emotions.size()));
  if (recognition) {
    need(Node::Kind::object, *recognition, json);
    const Node& counts = required(*recognition, "counts", Node::Kind::text, json);
    read_confusion(*recognition, json, beside(counts, json), profile);
  }
  if (ratings) read_ratings(beside(*ratings, json), profile);
  if (crisis) read_crisis(beside(*crisis, json), profile);
  list_items(profile);
  profile.digest = digest_of(profile);
  return profile;
}

}  // namespace hybridcare
