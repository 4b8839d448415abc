// Skill ratings of a profile: from a study's scale to evidence on [0, 1].
#include <algorithm>
#include <charconv>
#include <cmath>

#include "scenarios/csv.hpp"
#include "scenarios/names.hpp"
#include "scenarios/profile_parts.hpp"

namespace hybridcare::detail {
namespace {

constexpr double kFarthestScale = 1e6;

std::vector<CsvColumn> columns() {
  std::vector<std::string> rated = quality_names();
  rated.push_back("empathy");
  return {choice_column("quality", rated),
          real_column("scale_least", -kFarthestScale, kFarthestScale),
          real_column("scale_most", -kFarthestScale, kFarthestScale),
          choice_column("rater", {"client", "blind_judge", "language_model"}),
          choice_column("labelled", {"no", "yes"}),
          choice_column("of", {"given_correct_reading", "realised"}),
          whole_column("n", 1, kMostCount, "ratings"),
          real_column("mean", -kFarthestScale, kFarthestScale).optional(),
          real_column("sd", 0, kFarthestScale).optional(),
          text_column("counts").optional(),
          real_column("accuracy", .05, 1, "share of turns read right").optional(),
          whole_column("accuracy_n", 1, kMostCount, "turns").optional(),
          text_column("note").optional()};
}

/// What a row says about its ratings, in units of the scale.
struct Spread {
  double mean = 0, variance = 0;
};

/// "3 5 12 8 2": how many ratings fell into each category, from the least to the most.
std::vector<double> category_counts(const CsvTable& table, std::size_t row) {
  const std::string& text = table.text("counts", row);
  std::vector<double> counts;
  const char* at = text.data();
  const char* const last = at + text.size();
  while (at != last) {
    if (*at == ' ') {
      ++at;
      continue;
    }
    double count = 0;
    const auto [end, error] = std::from_chars(at, last, count);
    const bool whole = error == std::errc() && (end == last || *end == ' ') && count >= 0 && count <= kMostCount &&
                       count == std::floor(count);
    if (!whole) table.fail(row, "counts", in_quotes(text) + " is not a list of counts, such as '3 5 12 8 2'");
    counts.push_back(count);
    at = end;
  }
  return counts;
}

/// A scale in whole numbers has a category for each of them, or for every second one, or between them.
void check_categories(const CsvTable& table, std::size_t row, double steps, double width) {
  const bool whole = width == std::floor(width);
  if (!whole || std::fmod(width, steps) == 0 || std::fmod(steps, width) == 0) return;
  table.fail(row, "counts", number_text(steps + 1) + " categories do not divide this scale evenly; a category without "
                                                     "ratings has the count 0");
}

Spread from_counts(const CsvTable& table, std::size_t row, double least, double most) {
  const std::vector<double> counts = category_counts(table, row);
  if (counts.size() < 2) table.fail(row, "counts", "a scale has at least two categories");
  const double steps = static_cast<double>(counts.size() - 1), step = (most - least) / steps;
  check_categories(table, row, steps, most - least);
  Spread spread;
  double all = 0, sum = 0, squares = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double value = least + step * static_cast<double>(i);
    all += counts[i];
    sum += counts[i] * value;
  }
  if (all != table.number("n", row)) {
    table.fail(row, "counts", "they sum to " + number_text(all) + ", and n is " + number_text(table.number("n", row)));
  }
  spread.mean = sum / all;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double off = least + step * static_cast<double>(i) - spread.mean;
    squares += counts[i] * off * off;
  }
  spread.variance = squares / all;
  return spread;
}

Spread from_moments(const CsvTable& table, std::size_t row, double least, double most) {
  const double mean = table.number("mean", row), sd = table.number("sd", row), n = table.number("n", row);
  if (mean < least || mean > most) {
    table.fail(row, "mean", number_text(mean) + " is outside the scale [" + number_text(least) + ", " +
                                number_text(most) + "]");
  }
  if (n < 2) table.fail(row, "n", "a standard deviation needs at least 2 ratings");
  const double widest = std::sqrt((mean - least) * (most - mean) * n / (n - 1));
  if (sd > widest * (1 + 1e-6)) {
    table.fail(row, "sd", number_text(sd) + " is more than ratings on this scale with this mean can have, " +
                              number_text(widest));
  }
  return {mean, sd * sd * (n - 1) / n};
}

Spread spread_of(const CsvTable& table, std::size_t row, double least, double most) {
  const bool counts = table.given("counts", row);
  const bool moments = table.given("mean", row) || table.given("sd", row);
  if (counts && moments) table.fail(row, "counts", "give either the counts of each category or mean and sd");
  if (counts) return from_counts(table, row, least, most);
  for (const char* column : {"mean", "sd"})
    if (!table.given(column, row)) table.fail(row, column, "the cell is empty; give mean and sd, or counts");
  return from_moments(table, row, least, most);
}

void read_accuracy(const CsvTable& table, std::size_t row, RatedQuality& rated) {
  const bool given = table.given("accuracy", row);
  if (rated.realised && !given) {
    table.fail(row, "accuracy", "the cell is empty; realised replies are judged by how many turns of the rating study "
                                "were read right");
  }
  if (!rated.realised && (given || table.given("accuracy_n", row))) {
    table.fail(row, "accuracy", "replies given a correct reading have none; leave it empty");
  }
  if (!rated.realised) return;
  rated.accuracy = table.number("accuracy", row);
  if (table.given("accuracy_n", row)) rated.accuracy_turns = table.number("accuracy_n", row);
}

/// Ratings on [0, 1] with mean m and variance v tell as much as n m (1 - m) / v successes and failures would. The
/// spread of few ratings is itself uncertain: one more, spread as widely as the scale allows, is counted into it.
double weight_of(double n, double mean, double variance) {
  const double widest = mean * (1 - mean), held = std::min(variance, widest);
  return widest > 0 ? n * widest * (n + 1) / (n * held + widest) : n;
}

RatedQuality read_rating(const CsvTable& table, std::size_t row) {
  const double least = table.number("scale_least", row), most = table.number("scale_most", row);
  if (most <= least) {
    table.fail(row, "scale_most", number_text(most) + " is not above scale_least " + number_text(least));
  }
  const Spread spread = spread_of(table, row, least, most);
  RatedQuality rated;
  rated.quality = table.choice("quality", row);
  rated.rater = static_cast<Rater>(table.choice("rater", row));
  rated.labelled = table.choice("labelled", row) == 1;
  rated.realised = table.choice("of", row) == 1;
  rated.ratings = table.number("n", row);
  const double width = most - least;
  rated.mean = (spread.mean - least) / width;
  rated.weight = weight_of(rated.ratings, rated.mean, spread.variance / (width * width));
  read_accuracy(table, row, rated);
  return rated;
}

}  // namespace

void read_ratings(const BesideFile& csv, Profile& profile) {
  const CsvTable table = read_csv_file(csv.path, csv.shown, columns(), {1 << 20, 1000});
  std::vector<std::size_t> first(kQualities + 1, table.rows());
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const RatedQuality rated = read_rating(table, row);
    std::size_t& before = first[static_cast<std::size_t>(rated.quality)];
    if (before != table.rows()) {
      table.fail(row, "quality", in_quotes(table.text("quality", row)) + " was rated before, at " +
                                     table.where(before) + "; pool the two, or leave one out");
    }
    before = row;
    profile.ratings.push_back(rated);
  }
  const auto by_quality = [](const RatedQuality& a, const RatedQuality& b) { return a.quality < b.quality; };
  std::sort(profile.ratings.begin(), profile.ratings.end(), by_quality);
}

}  // namespace hybridcare::detail
