#include "analysis/harm.hpp"

#include "tests/catch.hpp"
#include "tests/unit/analysis/fake.hpp"

using namespace hybridcare;

namespace {

using Row = std::vector<std::int64_t>;

const std::vector<Cell> kCells = {{0, 0, Twin::factual},     {0, 1, Twin::factual},     {0, 0, Twin::no_distance},
                                  {0, 1, Twin::no_distance}, {0, 0, Twin::noise_only},
                                  {0, 0, Twin::perfect_recognition}};

bool eroded(const fake::Client& client, int agent) {
  int run = 0;
  for (const fake::Week& week : client.weeks) {
    const fake::AgentWeek& at = week.agents[agent];
    if (at.met == 0) continue;
    run = at.good / (at.good + at.bad) < client.trust_start[agent] - .10 ? run + at.met : 0;
    if (run >= 3) return true;
  }
  return false;
}

Row by_hand(const Experiment& e, int replicate, int cell, int factual, int culture) {
  Row row(HarmLayout::kSize);
  const auto add = [&](int place, bool holds) { row[static_cast<std::size_t>(place)] += holds ? 1 : 0; };
  const int weeks[] = {e.reading_week, e.weeks}, arm = kCells[static_cast<std::size_t>(cell)].arm;
  for (std::uint32_t id = 0; id < static_cast<std::uint32_t>(e.clients); ++id) {
    const fake::Client a = fake::course(e, static_cast<std::uint32_t>(replicate), factual, id, arm);
    const fake::Client b = fake::course(e, static_cast<std::uint32_t>(replicate), cell, id, arm);
    if (static_cast<int>(a.culture) != culture) continue;
    add(HarmLayout::kClients, true);
    for (int r = 0; r < 2; ++r) {
      const auto w = static_cast<std::size_t>(weeks[r]);
      for (int points = 1; points <= 3; ++points) {
        add(HarmLayout::worse(r, points), a.weeks[w].symptom - b.weeks[w].symptom >= points);
        add(HarmLayout::better(r, points), b.weeks[w].symptom - a.weeks[w].symptom >= points);
      }
    }
    const bool in_a[] = {a.weeks.back().exit == 3, eroded(a, kHuman), eroded(a, kAssistant)};
    const bool in_b[] = {b.weeks.back().exit == 3, eroded(b, kHuman), eroded(b, kAssistant)};
    for (int k = 0; k < 3; ++k) {
      add(HarmLayout::factual(static_cast<HarmEvent>(k)), in_a[k] && !in_b[k]);
      add(HarmLayout::twin(static_cast<HarmEvent>(k)), in_b[k] && !in_a[k]);
    }
  }
  return row;
}

Sums recorded(const Experiment& e, const HarmPlan& plan, int block, unsigned seed) {
  SumRecorder recorder(plan.empty(e.replicates), 0,
                       [&](std::uint32_t replicate) { return std::make_unique<HarmPart>(plan, replicate); });
  fake::perform_all(recorder, e, block, seed, kCells);
  return recorder.take();
}

}  // namespace

TEST_CASE("each client is compared with their own twin, whatever the order of lanes", "[analysis]") {
  const Experiment e = fake::experiment(2, 100, 14);
  const HarmPlan plan(e, kCells);
  CHECK(plan.looked.place == std::vector<int>{0, 1, 2, 3, -1, 4});
  const Sums sums = recorded(e, plan, 32, 1);
  for (int r = 0; r < 2; ++r)
    for (int c = 0; c < 3; ++c)
      for (const int cell : {2, 3, 5}) {
        const int place = plan.looked.place[static_cast<std::size_t>(cell)];
        const auto from = sums.values.begin() + static_cast<std::ptrdiff_t>(sums.at(r, place, c));
        REQUIRE(Row(from, from + sums.size) == by_hand(e, r, cell, cell == 3 ? 1 : 0, c));
      }
  for (const int block : {1, 7, 256}) CHECK(recorded(e, plan, block, 5).values == sums.values);
}

TEST_CASE("the factual course itself is compared with nothing", "[analysis]") {
  const Experiment e = fake::experiment(1, 30, 10);
  const HarmPlan plan(e, kCells);
  const Sums sums = recorded(e, plan, 64, 1);
  for (int place = 0; place < 2; ++place)
    for (int c = 0; c < 3; ++c) CHECK(sums.values[sums.at(0, place, c)] == 0);
}

TEST_CASE("trust in a second assistant is not held against trust in the first", "[analysis]") {
  const Experiment e = fake::experiment(1, 1, 8);
  const HarmPlan plan(e, {{0, 1, Twin::factual}, {0, 1, Twin::no_distance}});
  HarmPart part(plan, 0);
  auto block = std::make_unique<ClientBlock>();
  block->size = 1;
  for (int cell = 0; cell < 2; ++cell)
    for (int w = 0; w <= 8; ++w) {
      const bool other = cell == 0 && w > 2;  // the factual course moves on to an assistant that is trusted less
      block->assistant.met[0] = w > 0 ? 1 : 0;
      block->assistant.trust_start[0] = .6;
      block->assistant.trust_good[0] = other ? 1 : 6;
      block->assistant.trust_bad[0] = 4;
      block->w.assistant[0] = other ? 1 : 0;
      part.week({0, cell, 0}, *block, w);
    }
  const int twin = HarmLayout::kSize * plan.cultures;
  const auto at = [&](int place) { return part.sums[static_cast<std::size_t>(twin + place)]; };
  CHECK(at(HarmLayout::kClients) == 1);
  CHECK(at(HarmLayout::factual(HarmEvent::erosion_assistant)) == 0);
}
