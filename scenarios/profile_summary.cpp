// What a profile says, in lines: learned, assumed, left open.
#include <algorithm>
#include <cmath>
#include <limits>

#include "agents/culture.hpp"
#include "scenarios/names.hpp"
#include "scenarios/profile.hpp"
#include "scenarios/profile_parts.hpp"
#include "sim/kernel.hpp"

namespace hybridcare {
namespace {

namespace k = HYBRIDCARE_KERNEL;

constexpr std::uint32_t kSummarySeed = 1;
constexpr double kTail = .025;  ///< on each side of a 95 % interval
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double accuracy_at(const Profile& profile, double d) {
  double x, b1, b2, accuracy;
  k::accuracies(profile.psychometric.term, &d, 1, &x, &b1, &b2, &accuracy);
  return accuracy;
}

/// Values of one line over the posterior draws.
struct Draws {
  std::vector<double> values;

  double mean() const {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
  }
  /// Interval between the order statistics that leave the tails out.
  void set_interval(ProfileLine& line) {
    std::sort(values.begin(), values.end());
    const auto last = static_cast<double>(values.size() - 1);
    line.low = values[static_cast<std::size_t>(kTail * last)];
    line.high = values[static_cast<std::size_t>((1 - kTail) * last + .5)];
  }
};

/// One line and how to read its value off a draw.
struct Reading {
  enum class Kind { emotion, culture, quality, sensitivity, false_alarm } kind = Kind::emotion;
  int modality = 0, culture = 0, emotion = 0, quality = 0;
  ProfileLine line;
  Draws draws;
};

/// Distance of a culture from the assistant's own, without the part that differs between clients.
double distance_of(const Parameters& p, int culture, int own) {
  return cultural_distance(p.culture, static_cast<std::uint32_t>(culture), static_cast<std::uint32_t>(own), 0.0);
}

double value_of(const Reading& reading, const Profile& profile, const Parameters& p, const ReadingTable& table) {
  switch (reading.kind) {
    case Reading::Kind::emotion:
      return accuracy_at(profile, table.d[reading.culture][reading.modality][reading.emotion]);
    case Reading::Kind::culture: {
      const double far = distance_of(p, reading.culture, profile.target.reference);
      const double keep = 1 - table.loss[reading.culture][reading.modality] * far;
      double sum = 0;
      for (int e = 0; e < table.emotions; ++e)
        sum += accuracy_at(profile, table.d[reading.culture][reading.modality][e] * std::max(keep, 0.0));
      return sum / table.emotions;
    }
    case Reading::Kind::quality: return p.assistant.quality[reading.quality];
    case Reading::Kind::sensitivity: return p.safety.assistant_sensitivity;
    case Reading::Kind::false_alarm: return p.safety.false_alarm;
  }
  return kNone;
}

const std::string& culture_name(const Profile& profile, int culture) {
  return profile.target.cultures[static_cast<std::size_t>(culture)];
}

void add_measured_rows(const Profile& profile, const ConfusionCounts& counts, std::vector<Reading>& readings) {
  for (std::size_t e = 0; e < profile.target.emotions.size(); ++e) {
    Reading row;
    row.modality = counts.modality;
    row.culture = counts.culture;
    row.emotion = static_cast<int>(e);
    row.line.item = "recognition";
    row.line.name = modality_names()[static_cast<std::size_t>(counts.modality)] + ", " +
                    culture_name(profile, counts.culture) + ", " + profile.target.emotions[e];
    row.line.state = counts.pooled[e] ? "pooled" : "measured";
    row.line.evidence = counts.shown[e];
    row.line.as_measured = laboratory_accuracy(profile, counts, row.emotion);
    row.line.mean = clinic_accuracy(profile, counts, row.emotion);
    row.line.note = counts.pooled[e] ? "no replies: the other emotions of this culture stand in" : "";
    readings.push_back(std::move(row));
  }
}

bool has_counts(const Profile& profile, int modality, int culture) {
  return std::any_of(profile.confusion.begin(), profile.confusion.end(), [&](const ConfusionCounts& counts) {
    return counts.modality == modality && (culture < 0 || counts.culture == culture);
  });
}

/// Cultures and modalities in use without counts: filled by distance, or by the scenario.
void add_assumed_rows(const Profile& profile, const ReadingTable& table, std::vector<Reading>& readings) {
  for (int m = 0; m < kModalities; ++m) {
    if (!table.in_use[m]) continue;
    const bool measured = has_counts(profile, m, -1);
    for (int c = 0; c < static_cast<int>(profile.target.cultures.size()); ++c) {
      if (has_counts(profile, m, c)) continue;
      Reading row;
      row.kind = Reading::Kind::culture;
      row.modality = m;
      row.culture = c;
      row.line.item = "recognition";
      row.line.name = modality_names()[static_cast<std::size_t>(m)] + ", " + culture_name(profile, c) + ", all";
      row.line.state = "assumed";
      row.line.as_measured = kNone;
      row.line.note = measured ? "by cultural distance from the reference culture's counts"
                               : "modality not measured: the scenario's discriminability and distance";
      readings.push_back(std::move(row));
    }
  }
}

const RatedQuality* rating_of(const Profile& profile, int quality) {
  const auto find = [&](int wanted) -> const RatedQuality* {
    for (const RatedQuality& rated : profile.ratings)
      if (rated.quality == wanted) return &rated;
    return nullptr;
  };
  const RatedQuality* own = find(quality);
  return own || quality > compassion ? own : find(kQualities);
}

std::string rating_note(const RatedQuality& rated) {
  std::string note = std::string("rated by ") + to_string(rated.rater);
  if (rated.quality == kQualities) note += "; one empathy score for three components, widened";
  if (rated.rater != Rater::client) note += "; widened: not what clients felt";
  if (rated.labelled) note += "; rated as labelled, so that the label's discount is not taken twice";
  if (rated.realised) note += "; divided by what misreading left of it in the rating study";
  if (rated.realised && rated.accuracy_turns == 0) note += ", its accuracy taken as known";
  return note;
}

void add_qualities(const Profile& profile, std::vector<Reading>& readings) {
  for (int q = 0; q < kQualities; ++q) {
    const RatedQuality* rated = rating_of(profile, q);
    Reading row;
    row.kind = Reading::Kind::quality;
    row.quality = q;
    row.line.item = "quality";
    row.line.name = quality_names()[static_cast<std::size_t>(q)];
    row.line.state = rated ? "measured" : "assumed";
    row.line.evidence = rated ? rated->ratings : 0;
    row.line.as_measured = rated ? rated->mean : kNone;
    row.line.note = rated ? rating_note(*rated) : "not rated: the scenario's value";
    readings.push_back(std::move(row));
  }
}

void add_crisis(const Profile& profile, std::vector<Reading>& readings) {
  const CrisisCounts counts = profile.crisis.value_or(CrisisCounts{});
  const auto add = [&](Reading::Kind kind, const char* name, double events, double others) {
    Reading row;
    row.kind = kind;
    row.line.item = "crisis";
    row.line.name = name;
    row.line.state = profile.crisis ? "measured" : "assumed";
    row.line.evidence = events + others;
    row.line.as_measured = profile.crisis ? events / (events + others) : kNone;
    row.line.note = profile.crisis ? "taken as a rate per week of contact" : "not measured: the scenario's value";
    readings.push_back(std::move(row));
  };
  add(Reading::Kind::sensitivity, "sensitivity", counts.true_positives, counts.false_negatives);
  add(Reading::Kind::false_alarm, "false alarm", counts.false_positives, counts.true_negatives);
}

/// Fills the values of all lines from the same posterior draws.
void draw_lines(const Profile& profile, const Parameters& p, std::vector<Reading>& readings) {
  const ReadingTable start = make_reading(p, p.assistant);
  ProfileUse use;
  use.profile = std::shared_ptr<const Profile>(std::shared_ptr<const Profile>(), &profile);  // not owned
  for (int i = 0; i < kSummaryDraws; ++i) {
    Parameters drawn = p;
    ReadingTable table = start;
    draw_profile(use, Key{kSummarySeed, static_cast<std::uint32_t>(i)}, drawn, table);
    for (Reading& reading : readings) reading.draws.values.push_back(value_of(reading, profile, drawn, table));
  }
}

std::vector<std::string> notes_of(const Profile& profile, const Parameters& p) {
  std::vector<std::string> notes = profile.notes;
  if (profile.illustrative) notes.insert(notes.begin(), "illustrative: its numbers were invented, and measure nothing");
  if (!profile.confusion.empty()) {
    notes.push_back("from the laboratory to the clinic, " + number_text(profile.clinic.mean) + " (SD " +
                    number_text(profile.clinic.sd) + ") of accuracy above chance is lost: " + profile.clinic.source);
    if (!p.recognition.emotions_drawn) notes.push_back("the scenario draws no emotions, so that counts have no effect");
  }
  for (int m = 0; m < kModalities; ++m) {
    if (p.assistant.uses[m] || !has_counts(profile, m, -1)) continue;
    notes.push_back(modality_names()[static_cast<std::size_t>(m)] + " was measured; this assistant does not use it");
  }
  return notes;
}

}  // namespace

ProfileSummary summarise(const Profile& profile, const Parameters& p) {
  std::vector<Reading> readings;
  for (const ConfusionCounts& counts : profile.confusion) add_measured_rows(profile, counts, readings);
  add_assumed_rows(profile, make_reading(p, p.assistant), readings);
  add_qualities(profile, readings);
  add_crisis(profile, readings);
  draw_lines(profile, p, readings);
  ProfileSummary summary;
  const double chance = 1.0 / static_cast<double>(profile.target.emotions.size());
  for (Reading& reading : readings) {
    ProfileLine& line = reading.line;
    if (reading.kind != Reading::Kind::emotion) line.mean = reading.draws.mean();
    reading.draws.set_interval(line);
    if (reading.kind == Reading::Kind::emotion) {
      const auto below = [&](double accuracy) { return accuracy <= chance + 1e-9; };
      const auto count = std::count_if(reading.draws.values.begin(), reading.draws.values.end(), below);
      line.below_chance = static_cast<double>(count) / kSummaryDraws;
      if (line.below_chance > .5) line.note += std::string(line.note.empty() ? "" : "; ") + "below chance: d = 0";
    }
    summary.lines.push_back(line);
  }
  summary.notes = notes_of(profile, p);
  return summary;
}

}  // namespace hybridcare
