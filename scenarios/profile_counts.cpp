// Confusion and crisis counts of a profile: from the study's classes and cultures to the scenario's.
#include <algorithm>
#include <cmath>
#include <map>

#include "scenarios/csv.hpp"
#include "scenarios/names.hpp"
#include "scenarios/profile_parts.hpp"
#include "scenarios/reader.hpp"
#include "sim/error.hpp"

namespace hybridcare::detail {
namespace {

constexpr int kLeftOut = -1;  ///< a class or culture of the study that the scenario has no place for

/// What the study's names stand for, in order of the file.
using Map = std::vector<std::pair<std::string, int>>;

std::vector<std::string> names_of(const Map& map) {
  std::vector<std::string> names;
  for (const auto& [name, place] : map) names.push_back(name);
  return names;
}

/// An object of names: each stands for one of `known`, or for nothing (null).
Map read_map(const Node& node, const char* what, const std::vector<std::string>& known, const std::string& json) {
  need(Node::Kind::object, node, json);
  if (node.members.empty()) fail(json, node, std::string("no ") + what + " is named");
  Map map;
  for (const NodeMember& member : node.members) {
    if (member.value.kind == Node::Kind::null) {
      map.emplace_back(member.name, kLeftOut);
      continue;
    }
    need(Node::Kind::text, member.value, json);
    const auto found = std::find(known.begin(), known.end(), member.value.text);
    if (found == known.end()) fail(json, member.value, unknown_name(what, member.value.text, known));
    map.emplace_back(member.name, static_cast<int>(found - known.begin()));
  }
  return map;
}

/// Without "cultures", the study's cultures are called as the scenario's.
Map culture_map(const Node& node, const Profile& profile, const std::string& json) {
  if (const Node* cultures = node.find("cultures")) {
    return read_map(*cultures, "culture", profile.target.cultures, json);
  }
  Map map;
  for (std::size_t c = 0; c < profile.target.cultures.size(); ++c) {
    map.emplace_back(profile.target.cultures[c], static_cast<int>(c));
  }
  return map;
}

int look_up(const Map& map, const CsvTable& table, const char* column, const char* what, std::size_t row) {
  const std::string& name = table.text(column, row);
  for (const auto& [known, place] : map)
    if (known == name) return place;
  table.fail(row, column, unknown_name(what, name, names_of(map)) + "; the profile says what each stands for");
}

/// The study's reference culture is the assistant's own in the scenario: distances start there.
void check_reference(const Node& node, const Map& cultures, const Profile& profile, const std::string& json) {
  const Node& reference = required(node, "reference", Node::Kind::text, json);
  const std::string& own = profile.target.cultures[static_cast<std::size_t>(profile.target.reference)];
  for (const auto& [name, place] : cultures) {
    if (name != reference.text) continue;
    if (place == profile.target.reference) return;
    fail(json, reference, in_quotes(name) + " is to stand for " + in_quotes(own) + ", the assistant's own culture, " +
                              "from which distances are measured");
  }
  fail(json, reference, unknown_name("culture", reference.text, names_of(cultures)));
}

void read_clinic(const Node& node, const std::string& json, ClinicLoss& clinic) {
  const Node& loss = required(node, "laboratory_to_clinic", Node::Kind::object, json);
  refuse_unknown(loss, {"mean", "sd", "source"}, json);
  clinic.mean = read_real(required(loss, "mean", Node::Kind::number, json), 0, .95, "", json);
  clinic.sd = read_real(required(loss, "sd", Node::Kind::number, json), 0, .5, "", json);
  required(loss, "source", Node::Kind::text, json);
  clinic.source = optional_text(loss, "source", "", json);
  const double most = std::sqrt(clinic.mean * (1 - clinic.mean) / 3);
  if (clinic.sd > most) {
    fail(json, *loss.find("sd"), number_text(clinic.sd) + " is too wide for a share with mean " +
                                     number_text(clinic.mean) + "; at most " + number_text(most));
  }
}

/// The table of this modality and culture, made where it is new. Kept by modality, then culture.
ConfusionCounts& counts_of(Profile& profile, int modality, int culture) {
  const auto before = [&](const ConfusionCounts& c) {
    return c.modality < modality || (c.modality == modality && c.culture < culture);
  };
  auto at = std::find_if_not(profile.confusion.begin(), profile.confusion.end(), before);
  if (at == profile.confusion.end() || at->modality != modality || at->culture != culture) {
    at = profile.confusion.insert(at, ConfusionCounts{});
    at->modality = modality;
    at->culture = culture;
  }
  return *at;
}

struct Names {
  const Map& classes;
  const Map& cultures;
};

/// Replies that count nowhere, or as misread without a name for what they were taken for.
struct Apart {
  double classes = 0, cultures = 0, unnamed = 0;
};

void add_row(const CsvTable& table, const Names& names, std::size_t row, Apart& apart, Profile& profile) {
  const int modality = table.choice("modality", row);
  const int culture = look_up(names.cultures, table, "culture", "culture", row);
  const int shown = look_up(names.classes, table, "shown", "class", row);
  const int taken = look_up(names.classes, table, "recognised", "class", row);
  const double count = table.number("count", row);
  if (culture == kLeftOut) apart.cultures += count;
  else if (shown == kLeftOut) apart.classes += count;
  if (culture == kLeftOut || shown == kLeftOut) return;
  ConfusionCounts& counts = counts_of(profile, modality, culture);
  counts.count[shown][taken == kLeftOut ? static_cast<int>(profile.target.emotions.size()) : taken] += count;
  counts.shown[shown] += count;
  if (taken == kLeftOut) apart.unnamed += count;
}

void note_apart(const Apart& apart, Profile& profile) {
  const auto note = [&](double replies, const char* what) {
    if (replies > 0) profile.notes.push_back(number_text(replies) + what);
  };
  note(apart.classes, " replies to classes that stand for no emotion of the scenario are left out");
  note(apart.cultures, " replies of cultures that the scenario has not are left out");
  note(apart.unnamed, " replies were taken for a class that stands for no emotion of the scenario: they are misread");
}

/// Adds the file's rows to the tables. What is left out is counted.
void add_counts(const CsvTable& table, const Names& names, Profile& profile) {
  std::map<std::vector<std::string>, std::size_t> seen;
  Apart apart;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto [first, fresh] = seen.try_emplace({table.text("modality", row), table.text("culture", row),
                                                  table.text("shown", row), table.text("recognised", row)}, row);
    if (!fresh) table.fail(row, "recognised", "this cell was counted before, at " + table.where(first->second));
    add_row(table, names, row, apart, profile);
  }
  note_apart(apart, profile);
}

/// What the study's names stand for, in one line.
void note_map(const Map& map, const std::vector<std::string>& known, const char* what, Profile& profile) {
  std::string text;
  for (const auto& [name, place] : map) {
    const std::string meaning = place == kLeftOut ? "none" : known[static_cast<std::size_t>(place)];
    text += (text.empty() ? "" : ", ") + name + " → " + meaning;
  }
  profile.notes.push_back(std::string(what) + " of the study: " + text);
}

/// Names of the study that stand for the same thing: their counts are added up.
void note_merged(const Map& map, const std::vector<std::string>& known, const char* consequence, Profile& profile) {
  for (std::size_t place = 0; place < known.size(); ++place) {
    std::vector<std::string> together;
    for (const auto& [name, at] : map)
      if (at == static_cast<int>(place)) together.push_back(name);
    if (together.size() < 2) continue;
    profile.notes.push_back(joined_names(together) + " are added up as " + known[place] + consequence);
  }
}

std::string name_of(const Profile& profile, const ConfusionCounts& counts) {
  return modality_names()[static_cast<std::size_t>(counts.modality)] + ", " +
         profile.target.cultures[static_cast<std::size_t>(counts.culture)];
}

/// The other rows of a table stand in for a row without data: their pooled accuracy, errors spread evenly, and the
/// weight of the smallest row that has data.
void pool_row(int row, int emotions, ConfusionCounts& counts) {
  double right = 0, other = 0, all = 0, least = INFINITY;
  for (int e = 0; e < emotions; ++e) {
    if (counts.shown[e] == 0) continue;
    right += counts.count[e][e];
    other += counts.count[e][emotions];
    all += counts.shown[e];
    least = std::min(least, counts.shown[e]);
  }
  const double scale = least / all;
  for (int taken = 0; taken < emotions; ++taken)
    counts.count[row][taken] = scale * (taken == row ? right : (all - right - other) / (emotions - 1));
  counts.count[row][emotions] = scale * other;
  counts.pooled[row] = true;
}

void check_rows(ConfusionCounts& counts, bool pool, const BesideFile& csv, Profile& profile) {
  const int emotions = static_cast<int>(profile.target.emotions.size());
  if (std::none_of(counts.shown, counts.shown + emotions, [](double n) { return n > 0; })) {
    throw UserError(csv.shown, name_of(profile, counts) + ": no replies at all; leave the rows out, and this culture "
                                                          "is filled in by its distance and marked assumed");
  }
  for (int e = 0; e < emotions; ++e) {
    if (counts.shown[e] > 0) continue;
    const std::string what = name_of(profile, counts) + ", " + profile.target.emotions[static_cast<std::size_t>(e)];
    if (!pool) {
      throw UserError(csv.shown, what + ": no replies; map a class onto this emotion, measure it, or let the other "
                                        "emotions stand in for it with \"pool_empty_rows\": true");
    }
    pool_row(e, emotions, counts);
    profile.notes.push_back(what + ": no replies; pooled from the other emotions");
  }
}

/// Distance fills cultures from the reference: a modality that lacks it can't be used.
void check_reference_measured(const BesideFile& csv, const Profile& profile) {
  for (const ConfusionCounts& counts : profile.confusion) {
    const auto is_reference = [&](const ConfusionCounts& other) {
      return other.modality == counts.modality && other.culture == profile.target.reference;
    };
    if (std::any_of(profile.confusion.begin(), profile.confusion.end(), is_reference)) continue;
    throw UserError(csv.shown, name_of(profile, counts) + ": this modality was not measured in the reference culture, "
                                                          "from which the others are filled in");
  }
}

}  // namespace

void read_confusion(const Node& node, const std::string& json, const BesideFile& csv, Profile& profile) {
  refuse_unknown(node, {"counts", "classes", "cultures", "reference", "pool_empty_rows", "laboratory_to_clinic"}, json);
  const Map classes = read_map(required(node, "classes", Node::Kind::object, json), "emotion", profile.target.emotions,
                               json);
  const Map cultures = culture_map(node, profile, json);
  check_reference(node, cultures, profile, json);
  read_clinic(node, json, profile.clinic);
  const bool pool = optional_switch(node, "pool_empty_rows", false, json);
  const CsvTable table = read_csv_file(
      csv.path, csv.shown, {choice_column("modality", modality_names()), text_column("culture"), text_column("shown"),
                            text_column("recognised"), whole_column("count", 0, kMostCount, "replies"),
                            text_column("note").optional()}, {std::size_t{16} << 20, 100'000});
  add_counts(table, {classes, cultures}, profile);
  note_map(classes, profile.target.emotions, "classes", profile);
  if (node.find("cultures")) note_map(cultures, profile.target.cultures, "cultures", profile);
  note_merged(classes, profile.target.emotions, ": taken for one another they were read right", profile);
  note_merged(cultures, profile.target.cultures, "", profile);
  if (profile.confusion.empty()) throw UserError(csv.shown, "no row is of a class and a culture of the scenario");
  for (ConfusionCounts& counts : profile.confusion) check_rows(counts, pool, csv, profile);
  check_reference_measured(csv, profile);
}

void read_crisis(const BesideFile& csv, Profile& profile) {
  const auto cases = [](const char* name) { return whole_column(name, 0, kMostCount, "cases"); };
  const CsvTable table = read_csv_file(csv.path, csv.shown, {cases("true_positives"), cases("false_negatives"),
                                                             cases("false_positives"), cases("true_negatives"),
                                                             text_column("note").optional()}, {1 << 20, 1});
  CrisisCounts counts{table.number("true_positives", 0), table.number("false_negatives", 0),
                      table.number("false_positives", 0), table.number("true_negatives", 0)};
  if (counts.true_positives + counts.false_negatives == 0) {
    table.fail(0, "true_positives", "no case was a crisis, so that sensitivity can't be learned");
  }
  if (counts.false_positives + counts.true_negatives == 0) {
    table.fail(0, "true_negatives", "every case was a crisis, so that false alarms can't be learned");
  }
  profile.crisis = counts;
}

}  // namespace hybridcare::detail
