#include "analysis/estimates.hpp"

#include <cmath>
#include <set>

#include "analysis/satisfaction.hpp"
#include "tests/catch.hpp"
#include "tests/unit/analysis/fake.hpp"

using namespace hybridcare;

namespace {

const Column& column(const Table& table, const std::string& name) {
  for (const Column& found : table.columns)
    if (found.name == name) return found;
  throw std::runtime_error("no column " + name);
}

std::string word(const Table& table, const std::string& name, std::size_t row) {
  const auto& text = std::get<TextColumn>(column(table, name).values);
  return text.names[static_cast<std::size_t>(text.codes[row])];
}

double real(const Table& table, const std::string& name, std::size_t row) {
  return std::get<std::vector<double>>(column(table, name).values)[row];
}

std::int64_t whole(const Table& table, const std::string& name, std::size_t row) {
  return std::get<std::vector<std::int64_t>>(column(table, name).values)[row];
}

using Words = std::vector<std::pair<std::string, std::string>>;

/// The one row whose text columns say this.
std::size_t row_where(const Table& table, const Words& words) {
  std::vector<std::size_t> found;
  for (std::size_t r = 0; r < table.rows(); ++r)
    if (std::all_of(words.begin(), words.end(), [&](const auto& w) { return word(table, w.first, r) == w.second; }))
      found.push_back(r);
  REQUIRE(found.size() == 1);
  return found.front();
}

/// Arms 0..3 stand for the four combinations of two components, in two variants; one culture of ten clients.
struct Split {
  Experiment e = fake::experiment(3, 10, 6);
  std::vector<Cell> cells;
  Counts counts;

  Split() {
    e.arms = {{"none", "", true}, {"talk", "", true}, {"bundle", "", true}, {"both", "", false}};
    e.variants = {{"default", "", false}, {"inside", "", true}, {"outside", "", false}};
    e.scenarios.assign(3, std::vector<Scenario>(4, e.scenarios[0][0]));
    for (auto& arms : e.scenarios)
      for (Scenario& scenario : arms) scenario.cultures = {"reference"};
    e.headline = {"both", "none", {"talking", "practising"}, {0, 1, 2, 3}, {}};
    for (int v = 0; v < 3; ++v)
      for (int arm = 0; arm < 4; ++arm) cells.push_back({v, arm, Twin::factual});
    counts.layout = Layout(e);
    counts.replicates = 3;
    counts.cells = 12;
    counts.cultures = 1;
    counts.rows.resize(counts.row_at(3, 0, 0));
    counts.histogram.resize(counts.histogram_at(12, 0, 0));
  }

  /// Sum of the scores of the ten clients in every week.
  void set(int replicate, int cell, std::int64_t points) {
    std::int64_t* row = counts.rows.data() + counts.row_at(replicate, cell, 0);
    row[Layout::at(Total::clients)] = 10;
    for (int w = 0; w <= e.weeks; ++w) row[counts.layout.at(Weekly::phq9, w)] = points;
  }
};

/// Scores of the arms by replicate; the other variants shift the arm with both.
Split split() {
  Split game;
  const std::int64_t points[3][4] = {{140, 130, 110, 90}, {150, 142, 119, 101}, {145, 131, 117, 97}};
  for (int r = 0; r < 3; ++r)
    for (int v = 0; v < 3; ++v)
      for (int arm = 0; arm < 4; ++arm)
        game.set(r, v * 4 + arm, points[r][arm] + (arm == 3 ? (v == 1 ? 20 : v == 2 ? 90 : 0) : 0));
  return game;
}

}  // namespace

TEST_CASE("a mean over replicates, its noise, and the contrast paired by replicate", "[analysis]") {
  const Split game = split();
  const Estimates all(game.e, game.cells, game.counts);
  const Table estimates = estimates_table(all), contrasts = contrasts_table(all);
  const std::size_t none = row_where(estimates, {{"variant", "default"}, {"arm", "none"}, {"culture", "all"},
                                                 {"metric", "phq9"}, {"reading", "end"}});
  CHECK(real(estimates, "estimate", none) == Approx(14.5));
  CHECK(real(estimates, "noise_se", none) == Approx(.5 / std::sqrt(3)));
  CHECK(whole(estimates, "clients", none) == 30);
  const std::size_t both = row_where(contrasts, {{"variant", "default"}, {"arm", "both"}, {"against", "none"},
                                                 {"culture", "all"}, {"metric", "phq9"}, {"reading", "end"}});
  CHECK(real(contrasts, "estimate", both) == Approx(-(5 + 4.9 + 4.8) / 3));
  CHECK(real(contrasts, "noise_se", both) == Approx(.1 / std::sqrt(3)));
  const double alone = .25 + (.6 * .6 + .5 * .5 + .1 * .1) / 2;  // variances of 14, 15, 14.5 and 9, 10.1, 9.7
  CHECK(real(contrasts, "variance_reduction", both) == Approx(1 - .01 / alone));
}

TEST_CASE("the split sums to the contrast, and tells the most favourable order", "[analysis]") {
  const Split game = split();
  const Table table = split_table(Estimates(game.e, game.cells, game.counts));
  const auto part = [&](const std::string& component, const std::string& what) {
    return real(table, what, row_where(table, {{"variant", "default"}, {"component", component}, {"metric", "phq9"},
                                               {"reading", "end"}}));
  };
  const double sum = part("talking", "estimate") + part("practising", "estimate");
  CHECK(sum == Approx(part("total", "estimate")).epsilon(1e-13));
  CHECK(part("total", "estimate") == Approx(-4.9));
  const double first = (-10 - 8 - 14) / 30., last = (-20 - 18 - 20) / 30.;  // talking before and after practising
  CHECK(part("talking", "estimate") == Approx((first + last) / 2));
  CHECK(part("talking", "least_order") == Approx(last));
  CHECK(part("talking", "most_order") == Approx(first));
  CHECK(part("total", "noise_se") == Approx(.1 / std::sqrt(3)));
}

TEST_CASE("the envelope takes the default and the variants of the band, and no other", "[analysis]") {
  const Split game = split();
  const Table table = headline_table(Estimates(game.e, game.cells, game.counts));
  const std::size_t row = row_where(table, {{"metric", "phq9"}});
  CHECK(real(table, "estimate", row) == Approx(-4.9));
  CHECK(real(table, "envelope_low", row) == Approx(-4.9));
  CHECK(real(table, "envelope_high", row) == Approx(-2.9));
  CHECK(word(table, "envelope_low_variant", row) == "default");
  CHECK(word(table, "envelope_high_variant", row) == "inside");
}

TEST_CASE("what nobody did has no row", "[analysis]") {
  const Split game = split();
  const Table table = estimates_table(Estimates(game.e, game.cells, game.counts));
  for (std::size_t r = 0; r < table.rows(); ++r) {
    CHECK(word(table, "metric", r) != "satisfaction");
    CHECK(word(table, "metric", r) != "erosion_human");
    CHECK(word(table, "metric", r) != "recovery");  // nobody was ill at entry
  }
}

TEST_CASE("rates of misreading stand beside their denominators and the reference culture", "[analysis]") {
  const Experiment e = fake::experiment(3, 200, 12);
  const Counts counts = fake::counts(e, 64, 1);
  const auto cells = fake::cells();
  const Table table = misrecognition_table(Estimates(e, cells, counts));
  const auto at = [&](const std::string& culture) {
    return row_where(table, {{"arm", "both"}, {"agent", "human"}, {"culture", culture}});
  };
  double turns = 0, misread = 0;
  for (const char* culture : {"reference", "near", "far"}) {
    const std::size_t row = at(culture);
    turns += static_cast<double>(whole(table, "turns", row));
    misread += static_cast<double>(whole(table, "misread_turns", row));
    const double rate = real(table, "pooled_rate", row), reference = real(table, "pooled_rate", at("reference"));
    CHECK(rate == Approx(static_cast<double>(whole(table, "misread_turns", row)) /
                         static_cast<double>(whole(table, "turns", row))));
    CHECK(real(table, "difference", row) == Approx(rate - reference).margin(1e-15));
    CHECK(real(table, "ratio", row) == Approx(rate / reference));
    CHECK(real(table, "calibration_gap", row) == Approx(real(table, "confidence", row) - (1 - rate)));
  }
  CHECK(real(table, "pooled_rate", at("all")) == Approx(misread / turns));
  CHECK(std::isnan(real(table, "ratio", at("all"))));
  CHECK(std::isnan(real(table, "reference_rate", at("all"))));
  CHECK(real(table, "reference_rate", at("far")) == real(table, "pooled_rate", at("reference")));
  CHECK(real(table, "reference_rate_noise_se", at("far")) == real(table, "pooled_rate_noise_se", at("reference")));
  CHECK(whole(table, "first_turns", at("far")) > 0);
  for (const char* rate : {"first_contact_rate", "person_mean_rate", "noticed_unrepaired_rate", "masked_rate"})
    CHECK(real(table, std::string(rate) + "_noise_se", at("far")) > 0);
  CHECK(real(table, "difference_noise_se", at("reference")) == 0);
  CHECK(real(table, "difference_noise_se", at("far")) > 0);
}

TEST_CASE("time series say their noise, and its limits lie around the estimate", "[analysis]") {
  const Experiment e = fake::experiment(3, 200, 12);
  const Counts counts = fake::counts(e, 64, 1);
  const auto cells = fake::cells();
  const Estimates all(e, cells, counts);
  struct Series { Table table; const char* value; };
  for (const Series& series : {Series{trust_table(all), "mean"}, Series{erosion_table(all), "incidence"},
                               Series{leaving_table(all), "dropped"}}) {
    REQUIRE(series.table.rows() > 20);
    for (std::size_t r = 0; r < series.table.rows(); ++r) {
      const double se = real(series.table, "noise_se", r), value = real(series.table, series.value, r);
      CHECK(real(series.table, "noise_high", r) - value == Approx(t_quantile(3) * se).margin(1e-12));
      CHECK(value - real(series.table, "noise_low", r) == Approx(t_quantile(3) * se).margin(1e-12));
    }
  }
  const Table leaving = leaving_table(all);
  const auto at = [&](int week) {
    for (std::size_t r = 0; r < leaving.rows(); ++r)
      if (whole(leaving, "week", r) == week) return r;
    throw std::runtime_error("no such week");
  };
  const double left = real(leaving, "dropped", at(3)) - real(leaving, "dropped", at(2));
  CHECK(real(leaving, "hazard", at(3)) * static_cast<double>(whole(leaving, "at_risk", at(3))) == Approx(600 * left));
  CHECK(real(leaving, "hazard_noise_se", at(3)) > 0);
}

TEST_CASE("deterioration beyond noise is that of the arm minus that of the one noise-only twin", "[analysis]") {
  const Experiment e = fake::experiment(3, 200, 12);
  const std::vector<Cell> cells = {{0, 0, Twin::factual}, {0, 1, Twin::factual}, {0, 0, Twin::noise_only}};
  Tally tally(e, cells, 0);
  fake::perform_all(tally, e, 64, 1, cells);
  const Counts counts = tally.take();
  const Estimates all(e, cells, counts);
  const Table excess = excess_table(all), levels = estimates_table(all);
  for (const char* arm : {"both", "machine"}) {
    const auto level = [&](const std::string& of, const std::string& twin) {
      return real(levels, "estimate", row_where(levels, {{"arm", of}, {"twin", twin}, {"culture", "far"},
                                                         {"metric", "reliable_deterioration"}, {"reading", "end"}}));
    };
    const std::size_t row = row_where(excess, {{"arm", arm}, {"culture", "far"}, {"against_twin", "noise_only"},
                                               {"metric", "reliable_deterioration"}, {"reading", "end"}});
    CHECK(real(excess, "estimate", row) == Approx(level(arm, "factual") - level("both", "noise_only")));
    CHECK(real(excess, "noise_se", row) > 0);
  }
}

TEST_CASE("every table has equal columns, known units and a meaning for each", "[analysis]") {
  const Experiment e = fake::experiment(2, 40, 8);
  const Counts counts = fake::counts(e, 64, 1);
  const auto cells = fake::cells();
  const Estimates all(e, cells, counts);
  const std::set<std::string> units = {"", "points", "share", "weeks", "contacts", "clients", "turns", "replicates"};
  for (Table (*make)(const Estimates&) : {estimates_table, contrasts_table, split_table, headline_table, course_table,
                                          trust_table, erosion_table, misrecognition_table, excess_table}) {
    const Table table = make(all);
    for (const Column& found : table.columns) {
      INFO(table.name << "." << found.name);
      const auto length = std::visit(
          [](const auto& values) {
            if constexpr (std::is_same_v<std::decay_t<decltype(values)>, TextColumn>) return values.codes.size();
            else return values.size();
          },
          found.values);
      CHECK(length == table.rows());
      CHECK(!found.meaning.empty());
      CHECK(units.count(found.unit) == 1);
    }
  }
}

TEST_CASE("percentiles of whole points spread each score over its point", "[analysis]") {
  std::int64_t scores[kScores] = {};
  CHECK(std::isnan(percentile(scores, .5)));
  scores[10] = 4;
  CHECK(percentile(scores, .5) == Approx(10));
  scores[20] = 4;
  CHECK(percentile(scores, .25) == Approx(10));
  CHECK(percentile(scores, .75) == Approx(20));
  CHECK(percentile(scores, .125) == Approx(9.75));
  std::int64_t floor[kScores] = {8};
  CHECK(percentile(floor, .1) == 0);  // not below the scale
}

TEST_CASE("one replicate gives estimates without noise", "[analysis]") {
  const Experiment e = fake::experiment(1, 40, 8);
  const Counts counts = fake::counts(e, 64, 1);
  const auto cells = fake::cells();
  const Table table = estimates_table(Estimates(e, cells, counts));
  REQUIRE(table.rows() > 0);
  for (std::size_t r = 0; r < table.rows(); ++r) {
    CHECK(std::isfinite(real(table, "estimate", r)));
    CHECK(std::isnan(real(table, "noise_se", r)));
    CHECK(std::isnan(real(table, "noise_low", r)));
  }
}

TEST_CASE("satisfaction follows trust, empathy, improvement and weeks waited", "[analysis]") {
  const auto logistic = [](double x) { return 1 / (1 + std::exp(-x)); };
  CHECK(satisfaction({-2, 2.5, 2, .12, .03}, .6, .5, 4, 0) == Approx(logistic(-2 + 1.5 + 1 + .48)));
  CHECK(satisfaction({-2, 2.5, 2, .12, .03}, 0, 0, -5, 0) == Approx(logistic(-2.6)));
  CHECK(satisfaction({-2, 2.5, 2, .12, .03}, 0, 0, -5, 10) == Approx(logistic(-2.9)));
  CHECK(trust_in_care(.7, true, .8, true, .4) == Approx(.68));
  CHECK(trust_in_care(.7, true, .8, false, .4) == .8);
  CHECK(trust_in_care(.7, false, .8, true, .4) == .4);
}
