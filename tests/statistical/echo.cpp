// What a study of the simulated clients would report, beside what empathy causes in the model: does the product's echo
// show the table of reference values (section 9, column B)?
//
// Column B is the mean of 8 replicates of an independent implementation, with their SD; the acceptance is that of
// reference_values.cpp: a row is off by at most 4 SD / sqrt 8. Its false alarms: the difference of two right
// implementations has an SD of SD sqrt(1/8 + 1/24) = .41 SD, so a limit lies 3.5 of these away: 5e-4 a row for a seed
// drawn at random; seeds are fixed. Caught in 99 % of cases: a shift of 2.4 SD, that is .045 in r(empathy), .024 in
// r(alliance), .019 in the therapist share. Where B prints no SD (causal slopes), our own stands for it.
// Seen to fail: y not freed of y(0) (r(alliance) .230); ratings without leniency (causal slope .089 for .129).
#include "analysis/echo.hpp"

#include <functional>

#include "tests/statistical/lines.hpp"
#include "tests/unit/scenarios/week_arms.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

constexpr int kReplicates = 24, kClients = 8000, kWeeks = 13;

enum Arm { human, human_0, human_3, feedback, arms };

Scenario with(const Care& care, double b_e) {
  Scenario s = arm_of(care);
  s.parameters.change.empathy_elasticity = b_e;
  return s;
}

Experiment study_experiment() {
  Experiment x = experiment_of({with({1, 0}, 1.5), with({1, 0}, 0), with({1, 0}, 3), with({1, 0, false, true}, 1.5)},
                               kClients, kWeeks);
  x.seed = 9;
  x.replicates = kReplicates;
  return x;
}

/// The sums of the four arms, then of the first three with more empathy: run once for all cases.
const EchoSums& sums() {
  static const EchoSums once = [] {
    const Experiment x = study_experiment();
    std::vector<Cell> cells = plan_cells(x, false);
    for (const Arm arm : {human, human_0, human_3}) cells.push_back({0, arm, Twin::more_empathy});
    Echo echo(x, cells, 0);
    run(x, cells, {&echo}, {});
    return echo.take();
  }();
  return once;
}

using Read = std::function<double(const EchoRow&)>;

void check_rows(const Reference& line, int cell, const Read& read) {
  std::vector<double> values;
  for (int r = 0; r < kReplicates; ++r) values.push_back(read(echo_row(sums(), r, cell, -1)));
  check(line, values);
}

Read correlation_with(Variable rating, Sample sample = Sample::all) {
  return [=](const EchoRow& row) { return rating_correlation(row, kHuman, sample, rating); };
}

void check_slope(const Reference& line, int cell, int shifted, Variable per) {
  std::vector<double> values;
  for (int r = 0; r < kReplicates; ++r)
    values.push_back(causal_slope(echo_row(sums(), r, cell, -1), echo_row(sums(), r, shifted, -1), kEmpathyShift,
                                  kHuman, per));
  check(line, values);
}

}  // namespace

TEST_CASE("a study of the core finds the correlations of the table", "[statistical][reference][echo]") {
  constexpr auto S = Limit::share;
  check_rows({"r(empathy)", .290, .019, .0005, S}, human, correlation_with(Variable::empathy));
  check_rows({"r(alliance)", .260, .010, .0005, S}, human, correlation_with(Variable::alliance));
  check_rows({"r(accuracy)", .044, .014, .0005, S}, human, correlation_with(Variable::accuracy));
  check_rows({"therapist share", .056, .008, .0005, S}, human, therapist_share);
  check_rows({"b_E 0: r(empathy)", .25, .019, .005, S}, human_0, correlation_with(Variable::empathy));
  check_rows({"b_E 3: r(empathy)", .33, .019, .005, S}, human_3, correlation_with(Variable::empathy));
}

TEST_CASE("what empathy causes is what the table says, per SD of rated empathy", "[statistical][reference][echo]") {
  constexpr auto S = Limit::share;
  check_slope({"b_E 0: causal d per SD rated", .031, 0, .0005, S}, human_0, arms + 1, Variable::empathy);
  check_slope({"b_E 1.5: causal d per SD rated", .129, 0, .0005, S}, human, arms + 0, Variable::empathy);
  check_slope({"b_E 3: causal d per SD rated", .223, 0, .0005, S}, human_3, arms + 2, Variable::empathy);
}

// Seen to fail: with the sign of the shift turned round; with the SD of true empathy in place of the rating's.
TEST_CASE("true empathy varies less than its rating, so it causes less per standard deviation", "[statistical][echo]") {
  for (int r = 0; r < kReplicates; ++r) {
    const EchoRow here = echo_row(sums(), r, human, -1), more = echo_row(sums(), r, arms + 0, -1);
    const double rated = causal_slope(here, more, kEmpathyShift, kHuman, Variable::empathy);
    const double real = causal_slope(here, more, kEmpathyShift, kHuman, Variable::quality);
    const double seen = rating_correlation(here, kHuman, Sample::all, Variable::empathy);
    CHECK(real < rated);  // ratings carry the client's leniency and noise, too
    CHECK(rated < seen);  // the rest of what is seen is confounded: lenient clients respond better
  }
}

// A known miss, printed as such by the test runner. By the document's reading (next week's y on this week's rating,
// given this week's y) we find -.034, SD .006, over clients in care in weeks 1 to 7, and -.030 over completers; without
// control for this week's y it is -.049 and -.042. Column B says -.043, so its reading may have been another; the limit
// stands as it is.
TEST_CASE("the within-person effect of the alliance is that of the table", "[statistical][reference][echo][!mayfail]") {
  check_rows({"within-person b", -.043, .006, .0005, Limit::share}, human,
             [](const EchoRow& row) { return within_person(row, kHuman, true); });
}

TEST_CASE("feedback keeps clients, as an odds ratio between arms", "[statistical][reference][echo]") {
  std::vector<double> values;
  for (int r = 0; r < kReplicates; ++r)
    values.push_back(dropout_odds(echo_row(sums(), r, human, -1)) / dropout_odds(echo_row(sums(), r, feedback, -1)));
  check({"feedback: dropout odds ratio", 1.24, .02, .005, Limit::share}, values);
}
