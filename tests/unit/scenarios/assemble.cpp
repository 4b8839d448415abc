// From scenarios to plans: groups that share clients and therapists, steps, twins.
#include "scenarios/plan.hpp"

#include "tests/unit/scenarios/week_arms.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

Experiment two_variants(int clients = 20) {
  Experiment x = experiment_of({arm_of({2, 1, true})}, clients, 4);
  x.replicates = 1;
  x.variants.push_back({"other", "", false});
  x.scenarios.push_back(x.scenarios[0]);
  return x;
}

/// Another value of the field within its range; whole where it has to be.
double other_value(const Field& field) {
  if (field.flag) return 1 - field.fallback;
  if (field.whole || std::string(field.path) == "/recognition/emotions" ||
      std::string(field.path).rfind("/intake/motivation_", 0) == 0)
    return field.fallback + 1 <= field.most ? field.fallback + 1 : field.fallback - 1;
  const double up = field.fallback + .2 * (field.most < 30 ? field.most - field.fallback : 30);
  return up > field.fallback ? up : field.fallback - .2 * (field.fallback - field.least);
}

}  // namespace

TEST_CASE("side by side, every variant gives what it gives alone, whichever field it changes", "[assemble]") {
  Experiment both = two_variants();
  for (const Field& field : fields()) {
    both.scenarios[1] = both.scenarios[0];
    set_value(field, both.scenarios[1][0].parameters, other_value(field));
    Experiment alone = both;
    alone.variants.pop_back();
    alone.scenarios = {both.scenarios[1]};
    INFO(field.path << " = " << other_value(field));
    CHECK(only(rows_of(both), 1) == rows_of(alone));
  }
}

TEST_CASE("plans that draw the same clients share a group, and only those", "[assemble]") {
  Experiment x = two_variants();
  const std::vector<Cell> cells = {{0, 0}, {1, 0}, {0, 0, Twin::no_distance}};
  const auto groups = [&] {
    const auto plans = assemble(x, cells);
    return std::pair{plans[1].entry_group, plans[1].therapist_group};
  };
  CHECK(groups() == std::pair{0, 0});
  CHECK(assemble(x, cells)[2].entry_group == 0);
  x.scenarios[1][0].parameters.change.empathy_elasticity = 3;  // acts after entry
  x.scenarios[1][0].parameters.course.harm = 0;
  CHECK(groups() == std::pair{0, 0});
  x.scenarios[1][0].parameters.assistant.trust_mean = 6;
  CHECK(groups() == std::pair{1, 0});
  x.scenarios[1][0].parameters = x.scenarios[0][0].parameters;
  x.scenarios[1][0].parameters.human.quality[technique] = .5;  // other therapists; clients hold their numbers
  CHECK(groups().second == 1);
}

TEST_CASE("steps are planned as the protocol says", "[assemble]") {
  Experiment x = experiment_of({pathway_of({care_step("a", {5, 1, true, true, Comparator::none, 6, .5}, 4),
                                            care_step("b", {4, 0, false, false, Comparator::none, 6}, 5),
                                            care_step("c", {0, 1}, 0)})});
  x.scenarios[0][0].pathway.transitions = {transition(3, 5, comparison(0, GuardOp::less, 1)),
                                           transition(3, 4, comparison(0, GuardOp::less, 2), 1),
                                           transition(5, 3, comparison(0, GuardOp::less, 3))};
  const auto plans = assemble(x, {{0, 0}});
  const auto& steps = plans[0].steps;
  REQUIRE(steps.size() == 6);
  CHECK(steps[3].assistant.dose == Approx(.45 * .5));  // beside a human the assistant gains less
  CHECK(steps[5].assistant.dose == 1);
  CHECK((!steps[3].often_human && steps[4].often_human));  // every five weeks is not regular, every four is
  CHECK((!steps[3].last_week_ends && !steps[4].last_week_ends && steps[5].last_week_ends));
  Experiment followed = experiment_of({pathway_of({care_step("care", {1, 0}, 4), care_step("after", {0, 0}, 0)}),
                                       pathway_of({care_step("care", {1, 0}, 4), care_step("pause", {0, 0}, 5),
                                                   care_step("more", {1, 0}, 0)})});
  const auto after = assemble(followed, {{0, 0}, {0, 1}});
  CHECK(after[0].steps[3].last_week_ends);  // nothing but follow-up comes after it
  CHECK((!after[1].steps[3].last_week_ends && after[1].steps[5].last_week_ends));
  CHECK((steps[3].transitions == 2 && steps[4].transitions == 0 && steps[5].transitions == 1));
  CHECK(plans[0].transitions[static_cast<std::size_t>(steps[3].first_transition)].to == 5);
  CHECK(plans[0].transitions[static_cast<std::size_t>(steps[5].first_transition)].to == 3);
  CHECK((steps[3].cares() && !steps[0].cares()));
}

TEST_CASE("the noise-only twin has no care, no comparator and no transitions", "[assemble]") {
  const Experiment x = experiment_of({restless()});
  const auto plans = assemble(x, {{0, 0, Twin::noise_only}});
  for (const StepPlan& step : plans[0].steps) CHECK((!step.cares() && step.transitions == 0));
}

TEST_CASE("cells: all arms of all variants, then the twins that can differ, then noise alone", "[assemble]") {
  Experiment x = experiment_of({arm_of({}), arm_of({1, 0}), arm_of({0, 1})});
  x.arms[2].component = true;  // a cell of the split has no twins
  x.variants.push_back({"other", "", true});
  x.scenarios.push_back(x.scenarios[0]);
  CHECK(plan_cells(x, false).size() == 6);
  const auto cells = plan_cells(x, true);
  REQUIRE(cells.size() == 6 + 4 + 1);
  for (std::size_t i = 0; i < 6; ++i)
    CHECK((cells[i].variant == static_cast<int>(i / 3) && cells[i].arm == static_cast<int>(i % 3)));
  for (std::size_t i = 6; i < 10; ++i) CHECK((cells[i].variant == 0 && cells[i].arm == 1));
  CHECK(cells[9].twin == Twin::more_empathy);
  CHECK(cells[10].twin == Twin::noise_only);
}
