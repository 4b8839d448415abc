// Who leaves when, and who is moved to which step.
#include "tests/unit/scenarios/week_arms.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

const Care kHuman{1, 0};

Experiment leaky(Scenario scenario, double intercept, double ending = .14, int clients = 300) {
  scenario.parameters.leaving.intercept = intercept;
  scenario.parameters.leaving.ending = ending;
  return experiment_of({std::move(scenario)}, clients);
}

}  // namespace

TEST_CASE("nobody leaves in the last planned week, and some do in every other", "[week][leaving]") {
  int by_week[17] = {}, ended_by_week[17] = {};
  for (const auto& [where, weeks] : rows_of(leaky(arm_of(kHuman), -2.5, .2))) {
    const Row& last = weeks.back();
    REQUIRE(last.exit() != Exit::none);
    if (last.exit() == Exit::completed) CHECK(last.left_week() == 12);
    if (last.exit() == Exit::dropped) ++by_week[last.left_week()];
    if (last.exit() == Exit::ended_early) ++ended_by_week[last.left_week()];
  }
  for (int week = 1; week <= 11; ++week) CHECK(by_week[week] > 0);
  CHECK((by_week[12] == 0 && ended_by_week[12] == 0 && by_week[0] == 0 && by_week[13] == 0));
}

TEST_CASE("with a hazard near one everybody drops in week 1, none is counted as a planned end", "[week][leaving]") {
  Experiment x = leaky(arm_of(kHuman), 5, 1);
  LeavingParameters& leaving = x.scenarios[0][0].parameters.leaving;
  leaving.worsening = leaving.trust = 0;
  leaving.intercept = 40;
  leaving.ending_phq9 = 27;  // everybody is well and better: those who drop go first
  leaving.ending_drop = -27;
  int dropped = 0;
  for (const auto& [where, weeks] : rows_of(x)) dropped += weeks[1].exit() == Exit::dropped;
  CHECK(dropped == 600);
  leaving.intercept = -20;  // now nobody drops, and everybody ends
  int ended = 0;
  for (const auto& [where, weeks] : rows_of(x)) ended += weeks[1].exit() == Exit::ended_early;
  CHECK(ended == 600);
}

TEST_CASE("a planned end needs y at most 9 and a fall of 5, by this week's measurement", "[week][leaving]") {
  int ended = 0;
  for (const auto& [where, weeks] : rows_of(leaky(arm_of(kHuman), -20, 1)))
    for (std::size_t t = 1; t < 12; ++t) {
      if (weeks[t - 1].exit() != Exit::none) continue;
      const double y = weeks[t](&ClientReals::phq9), y0 = weeks[t](&ClientReals::phq9_start);
      const bool well = y <= 9 && y0 - y >= 5;
      CHECK(weeks[t].exit() == (well ? Exit::ended_early : Exit::none));
      ended += well;
    }
  CHECK(ended > 100);
}

TEST_CASE("steps without care lose nobody; a care step that leads on to care may lose in its last week",
          "[week][leaving]") {
  for (const auto& [where, weeks] : rows_of(leaky(arm_of({0, 0, false, false, Comparator::waiting}), 3)))
    CHECK(weeks.back().exit() == Exit::completed);
  const Scenario two = pathway_of({care_step("first", {1, 0, false, false, Comparator::none, 1}, 4),
                                   care_step("second", {1, 0, false, false, Comparator::none, 1}, 0)});
  int first = 0, second = 0;
  for (const auto& [where, weeks] : rows_of(leaky(two, -1))) {
    first += weeks[1].exit() == Exit::dropped;
    second += weeks[2].exit() == Exit::dropped && weeks[2].left_week() == 2;
  }
  CHECK(first > 50);
  CHECK(second == 0);
}

TEST_CASE("nobody leaves in the last week of care where clients are only followed after it", "[week][leaving]") {
  const Scenario followed = pathway_of({care_step("care", {1, 0, false, false, Comparator::none, 2}, 4),
                                        care_step("after", {0, 0, false, false, Comparator::none, 4}, 0)});
  int first = 0;
  for (const auto& [where, weeks] : rows_of(leaky(followed, -1))) {
    first += weeks[1].exit() == Exit::dropped;
    CHECK((weeks[2].exit() == weeks[1].exit()));
  }
  CHECK(first > 50);
}

TEST_CASE("usual care loses clients at its own rate and has no planned end", "[week][leaving]") {
  int dropped = 0;
  for (const auto& [where, weeks] : rows_of(leaky(arm_of({0, 0, false, false, Comparator::usual_care}), -2, 1))) {
    CHECK(weeks.back().exit() != Exit::ended_early);
    dropped += weeks.back().exit() == Exit::dropped;
  }
  CHECK(dropped > 200);
}

TEST_CASE("the first transition whose guard holds decides; who has left is not moved", "[week][transitions]") {
  Scenario s = pathway_of({care_step("start", {1, 0, false, false, Comparator::none, 12}, 0),
                           care_step("first", {1, 0}), care_step("second", {1, 0})});
  const auto high = comparison(column_of(&ClientReals::phq9), GuardOp::greater_equal, 15);
  const auto some = comparison(column_of(&ClientReals::phq9), GuardOp::greater_equal, 10);
  s.pathway.transitions = {transition(3, 4, high, 0), transition(3, 5, some, 1)};
  int moved = 0;
  for (const auto& [where, weeks] : rows_of(leaky(s, -2.5, .3)))
    for (std::size_t t = 1; t < 10; ++t) {
      if (weeks[t - 1].step() != 3) continue;
      const Row& row = weeks[t];
      const double y = row(&ClientReals::phq9);
      if (row.exit() != Exit::none) {
        CHECK(row.step() == (row.exit() == Exit::dropped ? 2 : 1));
        continue;
      }
      CHECK(row.step() == (y >= 15 ? 4u : y >= 10 ? 5u : 3u));
      CHECK(row(&ClientReals::weeks_in_step) == (y >= 10 ? 0 : static_cast<double>(t)));
      moved += y >= 10;
    }
  CHECK(moved > 300);
}

TEST_CASE("a guard goes before the planned length, and may lead to an exit", "[week][transitions]") {
  Scenario s = pathway_of({care_step("start", {1, 0, false, false, Comparator::none, 3}, 0),
                           care_step("more", {1, 0})});
  s.pathway.transitions = {transition(3, 4, comparison(column_of(&ClientReals::weeks_in_step), GuardOp::equal, 3))};
  for (const auto& [where, weeks] : rows_of(leaky(s, -20, 0))) CHECK(weeks[3].step() == 4);
  s.pathway.transitions = {transition(3, 1, comparison(column_of(&ClientReals::weeks_in_step), GuardOp::equal, 2))};
  for (const auto& [where, weeks] : rows_of(leaky(s, -20, 0))) {
    CHECK(weeks[2].exit() == Exit::ended_early);
    CHECK(weeks[2].left_week() == 2);
  }
}
