// Measures of a user's own: against the same expressions counted by hand from made-up histories.
#include "analysis/measures.hpp"

#include <cmath>
#include <map>

#include "sim/error.hpp"
#include "tests/catch.hpp"
#include "tests/unit/analysis/fake.hpp"

using namespace hybridcare;
using Catch::Matchers::Contains;

// Mutants seen to fail: groups of the reference arm used for a pair; values cut instead of rounded.

namespace {

const std::vector<Cell> kCells = {{0, 0, Twin::factual}, {0, 1, Twin::factual}};

MeasureRequest asked(const char* name, const char* of, const char* when = "at", int week = -1, double least = 0,
                     const char* given = "") {
  return {name, of, given, when, week, least};
}

Watch watch_of(const Experiment& e) {
  WatchRequest request;
  request.measures = {asked("score", "phq9", "at", 9, 3), asked("ever_low", "phq9 < 3", "ever", 8),
                      asked("area", "phq9 - phq9_start", "total"),
                      asked("dropped_score", "phq9", "at", 12, 0, "exit == dropped"),
                      asked("share_ill", "phq9 >= 10", "mean", 10)};
  request.groupings = {{"culture", "culture", {}}, {"start", "phq9_start", {9, 18}}, {"ill", "phq9_start >= 10", {}}};
  return parse_watch(request, e);
}

Sums recorded(const Experiment& e, const MeasurePlan& plan, int block, unsigned seed) {
  const auto theme = make_measures(plan.watch, e, kCells, 0);
  fake::perform_all(theme->recorder(), e, block, seed, kCells);
  return static_cast<SumRecorder&>(theme->recorder()).take();
}

/// The five measures of one client; NaN where not defined.
std::vector<double> by_hand(const fake::Client& client, int weeks) {
  const double start = client.weeks[0].phq9;
  double low = 0, area = 0, ill = 0;
  for (int w = 1; w <= weeks; ++w) {
    const double y = client.weeks[static_cast<std::size_t>(w)].phq9;
    if (w <= 8 && y < 3) low = 1;
    area += y - start;
    if (w <= 10 && y >= 10) ill += 1;
  }
  const auto& twelfth = client.weeks[12];
  return {static_cast<double>(client.weeks[9].phq9), low, area, twelfth.exit == 3 ? twelfth.phq9 : std::nan(""),
          ill / 10};
}

std::vector<int> groups_by_hand(const fake::Client& client) {
  const int start = client.weeks[0].phq9;
  return {0, 1 + static_cast<int>(client.culture), 4 + (start >= 9) + (start >= 18), 7 + (start >= 10)};
}

}  // namespace

TEST_CASE("measures are what one counts from the clients' histories, pair by pair", "[analysis][measures]") {
  const Experiment e = fake::experiment(2, 70, 14);
  const MeasurePlan plan(watch_of(e), e, kCells);
  CHECK(plan.reference == std::vector<int>{1, -1});  // "both" against "machine"
  const Sums sums = recorded(e, plan, 32, 1);
  std::map<std::tuple<int, int, int, int>, std::vector<double>> hand;  // replicate, cell, group, measure
  for (int r = 0; r < 2; ++r)
    for (std::uint32_t id = 0; id < 70; ++id) {
      std::vector<double> shown[2];
      fake::Client clients[2];
      for (int cell = 0; cell < 2; ++cell) {
        clients[cell] = fake::course(e, static_cast<std::uint32_t>(r), cell, id);
        shown[cell] = by_hand(clients[cell], 14);
      }
      for (int cell = 0; cell < 2; ++cell)
        for (const int group : groups_by_hand(clients[cell]))
          for (int m = 0; m < 5; ++m) {
            auto& row = hand.try_emplace({r, cell, group, m}, std::vector<double>(kMeasureSums)).first->second;
            const double x = shown[cell][static_cast<std::size_t>(m)], d = x - shown[1][static_cast<std::size_t>(m)];
            const double least = m == 0 ? 3 : 0;
            if (!std::isnan(x)) row[0] += 1, row[1] += x, row[2] += x * x;
            if (cell == 1 || std::isnan(d)) continue;
            row[3] += 1, row[4] += d, row[5] += d * d;
            row[6] += d > 0 && d >= least, row[7] += d < 0 && -d >= least;
          }
    }
  const double one[kMeasureSums] = {1, 65536, 256, 1, 65536, 256, 1, 1};
  for (int r = 0; r < 2; ++r)
    for (int cell = 0; cell < 2; ++cell)
      for (int group = 0; group < plan.groups; ++group)
        for (int m = 0; m < 5; ++m)
          for (int s = 0; s < kMeasureSums; ++s) {
            const std::vector<double>& row = hand[{r, cell, group, m}];
            const double expected = row.empty() ? 0 : row[static_cast<std::size_t>(s)];
            INFO("cell " << cell << " group " << group << " measure " << m << " sum " << s);
            const auto place = sums.at(r, cell, group) + static_cast<std::size_t>(m * kMeasureSums + s);
            const double clients = row.empty() ? 0 : row[s < 3 ? 0 : 3];  // each is rounded once
            CHECK(std::abs(static_cast<double>(sums.values[place]) / one[s] - expected) <= .5 * clients / one[s]);
          }
  CHECK(hand[{0, 0, 0, 3}][0] > 5);  // some have dropped out
  for (const int block : {1, 7, 64}) CHECK(recorded(e, plan, block, 5).values == sums.values);
}

TEST_CASE("what cannot be measured is refused by name and column", "[analysis][measures]") {
  const Experiment e = fake::experiment(1, 2, 6);
  const auto refused = [&](const MeasureRequest& measure) {
    WatchRequest request;
    request.measures = {measure};
    parse_watch(request, e);
  };
  struct Bad { MeasureRequest measure; const char* message; };
  const Bad measures[] = {{asked("x", "phq"), "watch/x: column 1: unknown variable 'phq'"},
                          {asked("x", ""), "watch/x: column 1: the expression is empty"},
                          {asked("x", "symptom"), "write 'oracle.symptom'"},
                          {asked("x", "phq9 9"), "watch/x: column 6: unexpected '9'"},
                          {asked("x", "culture"), "'culture' is a category"},
                          {asked("x", "phq9", "ever"), "'ever' asks for a condition"},
                          {asked("x", "phq9", "att"), "unknown time 'att'; nearest: 'at'"},
                          {asked("x", "phq9", "at", 7), "week 7 is outside [0, 6] weeks followed"},
                          {asked("x", "phq9", "at", 2, -1), "'least' is 0 or more"},
                          {asked("x", "phq9", "at", 2, 0, "phq9"), "watch/x/given: column 1: a condition was expected"},
                          {asked("all", "phq9"), "watch/all: is named by a letter"}};
  for (const Bad& bad : measures) CHECK_THROWS_WITH(refused(bad.measure), Contains(bad.message));
  struct BadGroup { GroupingRequest grouping; const char* message; };
  const BadGroup groupings[] = {{{"g", "phq9_start", {}}, "by/g: a number needs 1 to 11 cuts"},
                                {{"g", "phq9_start", {5, 5}}, "by/g: cuts are finite and ascending"},
                                {{"g", "culture", {1}}, "by/g: has groups of its own"},
                                {{"g", "cultur", {}}, "nearest: 'culture'"}};
  for (const BadGroup& bad : groupings) {
    WatchRequest request;
    request.groupings = {bad.grouping};
    CHECK_THROWS_WITH(parse_watch(request, e), Contains(bad.message));
  }
  WatchRequest twice;
  twice.measures = {asked("x", "phq9"), asked("x", "phq9")};
  CHECK_THROWS_WITH(parse_watch(twice, e), Contains("watch/x: is there twice"));
  WatchRequest many;
  many.measures.assign(kMostMeasures + 1, asked("x", "phq9"));
  CHECK_THROWS_WITH(parse_watch(many, e), Contains("33 are more than 32"));
}

TEST_CASE("a rating outside of a comparison is read from the first contact on", "[analysis][measures]") {
  const ClientExpression heard = parse_expression("human_felt_heard + 1", "here");
  CHECK(heard.contacts.size() == 1);
  CHECK_FALSE(heard.is_condition);
  CHECK(parse_expression("human_felt_heard > 3", "here").contacts.empty());  // false until then
  CHECK(parse_expression("oracle.symptom", "here").reads_oracle);
}
