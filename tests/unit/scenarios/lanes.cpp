// Order among lanes, and the evaluation of guards on them.
#include "scenarios/lanes.hpp"

#include <set>

#include "tests/unit/agents/recipes.hpp"
#include "tests/unit/scenarios/week_arms.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

TEST_CASE("sorting groups lanes by step and week, loses nobody, and moves whole clients", "[lanes]") {
  for (const Passes* passes : all_passes())
    CHECK(rc::check("groups", [&] {
      Bench bench = people(whole(1, 256), static_cast<unsigned>(whole(1, 999)));
      ClientBlock& b = *bench.block;
      for (int i = 0; i < b.size; ++i) {
        b.w.step[i] = static_cast<std::uint32_t>(whole(0, 5));
        b.r.weeks_in_step[i] = whole(0, 3);
      }
      Outcome before, after;
      note(bench.all(), b, *bench.scratch, before);
      passes->sort_lanes(b);
      note(bench.all(), b, *bench.scratch, after);
      RC_ASSERT(same_bits(before, after));
      std::set<std::pair<std::uint32_t, double>> seen;
      for (int i = 0; i < b.size; ++i) {
        const std::pair key{b.w.step[i], b.r.weeks_in_step[i]};
        const bool same = i > 0 && key == std::pair{b.w.step[i - 1], b.r.weeks_in_step[i - 1]};
        RC_ASSERT(same || seen.insert(key).second);  // a group is never met twice
      }
    }));
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
