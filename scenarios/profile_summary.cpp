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
constexpr double kWorthSaying = .01;  ///< share of draws at a limit from which a line says so
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double accuracy_at(const Profile& profile, double d) {
  double x, b1, b2, accuracy;
  k::accuracies(profile.psychometric.term, &d, 1, &x, &b1, &b2, &accuracy);
  return accuracy;
}

/// Values of one line over the posterior draws.
struct Draws {
  std::vector<double> values;

  double share(double least, double most) const {
    const auto inside = [&](double value) { return value >= least && value <= most; };
    return static_cast<double>(std::count_if(values.begin(), values.end(), inside)) /
           static_cast<double>(values.size());
  }

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
    row.line.observed = counts.pooled[e] ? kNone : counts.count[e][e] / counts.shown[e];
    row.line.study = laboratory_accuracy(profile, counts, row.emotion);
    row.line.told = clinic_accuracy(profile, counts, row.emotion);
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
      row.line.observed = row.line.study = kNone;
      row.line.path = measured ? "/assistant/distance_loss"
                               : "/assistant/" + modality_names()[static_cast<std::size_t>(m)] + "/discriminability";
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
    row.line.path = rated ? "" : "/assistant/quality/" + row.line.name;
    row.line.evidence = rated ? rated->ratings : 0;
    row.line.observed = rated ? rated->mean : kNone;
    row.line.study = rated ? rating_mean(*rated) : kNone;
    row.line.note = rated ? rating_note(*rated) : "not rated: the scenario's value";
    readings.push_back(std::move(row));
  }
}

void add_crisis(const Profile& profile, std::vector<Reading>& readings) {
  const CrisisCounts counts = profile.crisis.value_or(CrisisCounts{});
  const auto add = [&](Reading::Kind kind, const char* name, const char* path, double events, double others) {
    Reading row;
    row.kind = kind;
    row.line.item = "crisis";
    row.line.name = name;
    row.line.state = profile.crisis ? "measured" : "assumed";
    row.line.path = profile.crisis ? "" : path;
    row.line.evidence = events + others;
    row.line.observed = profile.crisis ? events / (events + others) : kNone;
    row.line.study = profile.crisis ? rate_mean(events, others) : kNone;
    row.line.note = profile.crisis ? "taken as a rate per week of contact" : "not measured: the scenario's value";
    readings.push_back(std::move(row));
  };
  add(Reading::Kind::sensitivity, "sensitivity", "/safety/assistant_sensitivity", counts.true_positives,
      counts.false_negatives);
  add(Reading::Kind::false_alarm, "false alarm", "/safety/false_alarm", counts.false_positives, counts.true_negatives);
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

void add_note(ProfileLine& line, const char* note) { line.note += (line.note.empty() ? "" : "; ") + std::string(note); }

/// Mean, interval and limits, from the draws.
void close(const Profile& profile, const Parameters& p, Reading& reading) {
  ProfileLine& line = reading.line;
  if (reading.kind == Reading::Kind::emotion) {
    line.limited = reading.draws.share(0, 1.0 / static_cast<double>(profile.target.emotions.size()) + 1e-9);
    if (line.limited > kWorthSaying) add_note(line, "below chance in some draws, which count as at chance");
  }
  if (reading.kind == Reading::Kind::quality && line.state == "measured") {
    const RatedQuality& rated = *rating_of(profile, reading.quality);
    line.limited = reading.draws.share(most_level(rated, reading.quality, p) - 1e-9, INFINITY);
    if (line.limited > kWorthSaying) add_note(line, "beyond the end of the scale in some draws, and held there");
  }
  const bool exact = reading.kind == Reading::Kind::emotion && line.limited == 0;
  if (!exact) line.told = reading.draws.mean();
  reading.draws.set_interval(line);
}

}  // namespace

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

std::vector<ProfileLine> summarise(const Profile& profile, const Parameters& p) {
  std::vector<Reading> readings;
  for (const ConfusionCounts& counts : profile.confusion) add_measured_rows(profile, counts, readings);
  add_assumed_rows(profile, make_reading(p, p.assistant), readings);
  add_qualities(profile, readings);
  add_crisis(profile, readings);
  draw_lines(profile, p, readings);
  std::vector<ProfileLine> lines;
  for (Reading& reading : readings) {
    close(profile, p, reading);
    lines.push_back(reading.line);
  }
  return lines;
}

}  // namespace hybridcare
