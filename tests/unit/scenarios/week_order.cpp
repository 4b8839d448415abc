// Model section 3: what happens in a week, and in which order.
#include "scenarios/week.hpp"

#include "tests/unit/scenarios/week_arms.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

constexpr auto kY = &ClientReals::phq9;
const Care kNone{}, kHuman{1, 0}, kHybrid{2, 1, true};

double trust(const Row& row, bool human) {
  const auto value = [&](Real AgentColumns::*m) { return human ? row.of_human(m) : row.of_assistant(m); };
  return value(&AgentColumns::trust_good) / (value(&AgentColumns::trust_good) + value(&AgentColumns::trust_bad));
}

}  // namespace

TEST_CASE("the phases of the week stand in one list, in the order of the model", "[week]") {
  const Phase order[] = {Phase::begin,   Phase::course, Phase::jump,     Phase::meet_human,
                         Phase::meet_assistant, Phase::privacy, Phase::safety, Phase::practise,
                         Phase::gain,    Phase::leave,  Phase::move,     Phase::tire};
  REQUIRE(std::size(kWeek) == std::size(order));
  for (std::size_t i = 0; i < std::size(order); ++i) CHECK(kWeek[i].phase == order[i]);
}

TEST_CASE("a week's measurement never contains the week's contact", "[week]") {
  const Experiment x = experiment_of({arm_of(kNone), arm_of(kHuman), arm_of(kHybrid),
                                      pathway_of({care_step("wait", {0, 0, false, false, Comparator::waiting, 4}, 4),
                                                  care_step("care", kHuman)})});
  const Rows rows = rows_of(x);
  int later = 0;
  for (std::uint32_t id = 0; id < 100; ++id) {
    const auto &none = rows.at({0, 0, id}), &human = rows.at({0, 1, id}), &hybrid = rows.at({0, 2, id}),
               &delayed = rows.at({0, 3, id});
    for (int week = 0; week <= 1; ++week) {
      CHECK(human[week](kY) == none[week](kY));
      CHECK(hybrid[week](kY) == none[week](kY));
    }
    CHECK(human[1](&ClientReals::gain) != 0);
    for (int week = 0; week <= 5; ++week) CHECK(delayed[week](kY) == none[week](kY));  // first contact in week 5
    CHECK(delayed[5](&ClientReals::gain) != 0);
    CHECK(delayed[4](&ClientReals::gain) == 0);
    later += human[6](kY) < none[6](kY);
    CHECK(human[6](&ClientReals::episode) == none[6](&ClientReals::episode));  // care never moves the episode
  }
  CHECK(later > 30);
}

TEST_CASE("contacts are due every n weeks from the first week of the step; without one nothing is updated", "[week]") {
  Experiment x = experiment_of({arm_of({4, 2, false})}, 60);
  x.scenarios[0][0].parameters.leaving.intercept = -20;
  x.scenarios[0][0].parameters.leaving.ending = 0;
  for (const auto& [where, weeks] : rows_of(x))
    for (int t = 1; t <= 12; ++t) {
      const Row &now = weeks[t], &before = weeks[t - 1];
      CHECK(now.of_human(&AgentColumns::met) == ((t - 1) % 4 == 0 ? 1 : 0));
      CHECK(now.of_assistant(&AgentColumns::met) == ((t - 1) % 2 == 0 ? 1 : 0));
      CHECK(now.of_human(&AgentColumns::contacts) == 1 + (t - 1) / 4);
      for (const auto column : {&AgentColumns::trust_good, &AgentColumns::trust_bad, &AgentColumns::alliance,
                                &AgentColumns::empathy, &AgentColumns::alliance_rating, &AgentColumns::contacts}) {
        if ((t - 1) % 4) CHECK(now.of_human(column) == before.of_human(column));
        if ((t - 1) % 2) CHECK(now.of_assistant(column) == before.of_assistant(column));
      }
    }
}

TEST_CASE("what the week reads as trust is trust at the end of the week before", "[week]") {
  const Experiment x = experiment_of({arm_of(kHybrid)}, 60);
  for (const auto& [where, weeks] : rows_of(x))
    for (int t = 1; t <= 12; ++t) {
      CHECK(weeks[t].of_human(&AgentColumns::trust_before) == trust(weeks[t - 1], true));
      CHECK(weeks[t].of_assistant(&AgentColumns::trust_before) == trust(weeks[t - 1], false));
    }
}

TEST_CASE("weeks in care count from the first contact and no new step or agent resets them", "[week]") {
  Experiment x = experiment_of({pathway_of({care_step("wait", {0, 0, false, false, Comparator::waiting, 3}, 4),
                                            care_step("assistant", {0, 1, false, false, Comparator::none, 4}, 5),
                                            care_step("human", {1, 0, false, false, Comparator::none, 5}, 0)})},
                               60);
  x.scenarios[0][0].parameters.leaving.intercept = -20;
  x.scenarios[0][0].parameters.leaving.ending = 0;
  for (const auto& [where, weeks] : rows_of(x)) {
    for (int t = 1; t <= 12; ++t) {
      CHECK(weeks[t](&ClientReals::weeks_in_care) == std::max(0, t - 3));
      const Row& row = weeks[t];
      const double expected = row(&ClientReals::phq9_start) - .225 * std::max(0, t - 3);  // tau counts in this week
      CHECK(row(&ClientReals::off_track) == (row(kY) > expected ? 1 : 0));
    }
    CHECK(weeks[4].of_assistant(&AgentColumns::met) == 1);
    CHECK(weeks[8].of_human(&AgentColumns::contacts) == 1);  // the human's first contact in week 8
    CHECK(weeks[12].exit() == Exit::completed);
    CHECK(weeks[12].left_week() == 12);
    CHECK(weeks[13](&ClientReals::week_gain) == 0);
    CHECK(weeks[13](&ClientReals::gain) == Approx(.994 * weeks[12](&ClientReals::gain)).epsilon(1e-12));
  }
}

TEST_CASE("weeks in care go on through a pause", "[week]") {
  Experiment x = experiment_of({pathway_of({care_step("care", {1, 0, false, false, Comparator::none, 2}, 4),
                                            care_step("pause", {0, 0, false, false, Comparator::waiting, 3}, 5),
                                            care_step("again", {0, 1, false, false, Comparator::none, 3}, 0)})},
                               30);
  x.scenarios[0][0].parameters.leaving.intercept = -20;
  x.scenarios[0][0].parameters.leaving.ending = 0;
  for (const auto& [where, weeks] : rows_of(x))
    for (int t = 1; t <= 8; ++t) CHECK(weeks[static_cast<std::size_t>(t)](&ClientReals::weeks_in_care) == t);
}

TEST_CASE("after leaving there are no contacts, trust stands, gain fades", "[week]") {
  Experiment x = experiment_of({arm_of(kHybrid)}, 200);
  x.scenarios[0][0].parameters.leaving.intercept = -2;
  int left = 0;
  for (const auto& [where, weeks] : rows_of(x))
    for (std::size_t t = 1; t < weeks.size(); ++t) {
      if (weeks[t - 1].exit() == Exit::none) continue;
      ++left;
      const Row &now = weeks[t], &before = weeks[t - 1];
      CHECK((now.of_human(&AgentColumns::met) == 0 && now.of_assistant(&AgentColumns::met) == 0));
      CHECK((trust(now, true) == trust(before, true) && trust(now, false) == trust(before, false)));
      CHECK((now(&ClientReals::week_gain) == 0 && now(&ClientReals::practised) == 0));
      CHECK(now(&ClientReals::gain) == Approx(.994 * before(&ClientReals::gain)).epsilon(1e-12));
      CHECK((now.exit() == before.exit() && now.left_week() == before.left_week()));
    }
  CHECK(left > 100);
}

TEST_CASE("a missed contact moves nothing of that agent", "[week]") {
  Experiment x = experiment_of({arm_of(kHybrid)}, 200);
  x.scenarios[0][0].parameters.leaving.missed = .3;
  int missed = 0;
  for (const auto& [where, weeks] : rows_of(x))
    for (std::size_t t = 1; t < weeks.size(); ++t) {
      const Row &now = weeks[t], &before = weeks[t - 1];
      const double now_missed = now.of_assistant(&AgentColumns::missed) - before.of_assistant(&AgentColumns::missed);
      const bool due = before.exit() == Exit::none && t <= 12;
      CHECK(now.of_assistant(&AgentColumns::met) + now_missed == (due ? 1 : 0));
      if (now_missed == 0) continue;
      ++missed;
      CHECK(trust(now, false) == trust(before, false));
      CHECK(now.of_assistant(&AgentColumns::alliance) == before.of_assistant(&AgentColumns::alliance));
      CHECK(now.of_assistant(&AgentColumns::contacts) == before.of_assistant(&AgentColumns::contacts));
    }
  CHECK(missed > 300);
}
