// Order among lanes, and the evaluation of guards on them.
#include "scenarios/lanes.hpp"

#include <set>

#include "tests/unit/agents/recipes.hpp"
#include "tests/unit/scenarios/week_arms.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

/// Steps in which weeks are told apart by nothing, by contacts, by a review, by their planned length, and one by one.
CoursePlan plan_of_steps() {
  CoursePlan plan;
  plan.steps.resize(6);
  plan.steps[1].human.every_weeks = 2;
  plan.steps[2].assistant.every_weeks = 3;
  plan.steps[2].review_every = 2;
  plan.steps[3].weeks = 3;
  plan.steps[4].human = {1, 8, 1, 1, .1};
  plan.steps[5].comparator = Comparator::waiting;
  return plan;
}

/// What the week loop could ask of a week in a step, written down once more.
std::vector<int> lived(const StepPlan& s, int week) {
  std::vector<int> says{s.human.every_weeks > 0 && (week - 1) % s.human.every_weeks == 0,
                        s.assistant.every_weeks > 0 && (week - 1) % s.assistant.every_weeks == 0,
                        s.review_every > 0 && week % s.review_every == 0, s.weeks > 0 && week >= s.weeks};
  if (s.human.fade > 0 || s.comparator == Comparator::waiting) says.push_back(week);
  return says;
}

}  // namespace

TEST_CASE("sorting groups lanes that live the week alike, loses nobody, and moves whole clients", "[lanes]") {
  const CoursePlan plan = plan_of_steps();
  for (const Passes* passes : all_passes())
    CHECK(rc::check("groups", [&] {
      Bench bench = people(whole(1, 256), static_cast<unsigned>(whole(1, 999)));
      ClientBlock& b = *bench.block;
      for (int i = 0; i < b.size; ++i) {
        b.w.step[i] = static_cast<std::uint32_t>(whole(0, 5));
        b.r.weeks_in_step[i] = whole(0, 7);
      }
      Outcome before, after;
      alignas(64) Word keys;
      note(bench.all(), b, *bench.scratch, before);
      passes->sort_lanes(plan, b, keys);
      note(bench.all(), b, *bench.scratch, after);
      RC_ASSERT(same_bits(before, after));
      std::set<std::pair<std::uint32_t, std::vector<int>>> seen;
      for (int i = 0, last = -1; i < b.size; last = i++) {
        const auto kind = [&](int lane) {
          const int week = static_cast<int>(b.r.weeks_in_step[lane]) + 1;
          return std::pair{b.w.step[lane], lived(plan.steps[b.w.step[lane]], week)};
        };
        const bool same = last >= 0 && kind(i) == kind(last), one_key = last >= 0 && keys[i] == keys[last];
        RC_ASSERT(same || seen.insert(kind(i)).second);  // a group is never met twice
        RC_ASSERT(one_key == same);
      }
    }));
}

TEST_CASE("lanes with and without access to an assistant stand apart where it matters", "[lanes]") {
  CoursePlan plan = plan_of_steps();
  plan.alone = plan.steps;
  Bench bench = people(8);
  ClientBlock& b = *bench.block;
  for (int i = 0; i < 8; ++i) {
    b.w.step[i] = 2, b.r.weeks_in_step[i] = 0;
    b.w.events[i] = i % 2 != 0 ? std::uint32_t{kWithoutAssistant} : 0u;
  }
  alignas(64) Word keys;
  baseline::sort_lanes(plan, b, keys);
  int changes = 0;
  for (int i = 1; i < 8; ++i) changes += (b.w.events[i] != b.w.events[i - 1]) + (keys[i] != keys[i - 1]);
  CHECK(changes == 2);
}

TEST_CASE("every operation of the guard language, on every instruction set", "[lanes][guard]") {
  Bench bench = people(8);
  bench.r().phq9[3] = 12;
  bench.r().phq9_start[3] = 16;
  const auto y = column_of(&ClientReals::phq9), y0 = column_of(&ClientReals::phq9_start);
  const GuardCode py{GuardOp::variable, y, 0}, py0{GuardOp::variable, y0, 0};
  const auto number = [](double value) { return GuardCode{GuardOp::constant, -1, value}; };
  const auto op = [](GuardOp o) { return GuardCode{o, -1, 0}; };
  using O = GuardOp;
  const std::vector<std::pair<std::vector<GuardCode>, bool>> cases = {
      {{py, number(12), op(O::less)}, false},
      {{py, number(12), op(O::less_equal)}, true},
      {{py, number(12), op(O::greater)}, false},
      {{py, number(12), op(O::greater_equal)}, true},
      {{py, number(12), op(O::equal)}, true},
      {{py, number(12), op(O::not_equal)}, false},
      {{py0, py, op(O::subtract), number(4), op(O::equal)}, true},
      {{py, py0, op(O::add), number(28), op(O::equal)}, true},
      {{py, number(.5), op(O::multiply), number(6), op(O::equal)}, true},
      {{py0, number(4), op(O::divide), number(4), op(O::equal)}, true},
      {{py, op(O::negate), number(-12), op(O::equal)}, true},
      {{py, number(12), op(O::equal), op(O::logical_not)}, false},
      {{py, number(12), op(O::equal), py0, number(16), op(O::equal), op(O::logical_and)}, true},
      {{py, number(12), op(O::equal), py0, number(17), op(O::equal), op(O::logical_and)}, false},
      {{py, number(11), op(O::equal), py0, number(16), op(O::equal), op(O::logical_or)}, true},
      {{py, number(11), op(O::equal), py0, number(17), op(O::equal), op(O::logical_or)}, false},
      {{py, number(0), op(O::divide), number(1e9), op(O::greater)}, true},  // infinity, as IEEE has it
  };
  for (const Passes* passes : all_passes())
    for (const auto& [code, truth] : cases) {
      const TransitionPlan plan{0, code.data(), static_cast<int>(code.size())};
      CHECK(passes->holds(plan, bench.r().episode, 3) == truth);
    }
}

TEST_CASE("columns of agents can be read by guards too", "[lanes][guard]") {
  Bench bench = people(8);
  const auto human = column_of(&AgentColumns::felt_heard, sizeof(ClientReals));
  const auto assistant = column_of(&AgentColumns::confidence, sizeof(ClientReals) + sizeof(AgentColumns));
  for (int i = 0; i < 8; ++i) {
    bench.block->human.felt_heard[i] = i;
    bench.block->assistant.confidence[i] = .1 * i;
  }
  const auto heard = comparison(human, GuardOp::less, 4), sure = comparison(assistant, GuardOp::greater, .45);
  for (int i = 0; i < 8; ++i) {
    CHECK(baseline::holds({0, heard.data(), 3}, bench.r().episode, i) == (i < 4));
    CHECK(baseline::holds({0, sure.data(), 3}, bench.r().episode, i) == (.1 * i > .45));
  }
}
