// Model sections S12 and S13: a therapist's fatigue, and reliance on the assistant's readings.
#include "agents/fatigue.hpp"

#include "tests/unit/agents/care.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

Bench tired(const Parameters& p, bool coached, const Bench& start, int weeks = 1) {
  Bench bench(start);
  for (int week = 0; week < weeks; ++week) baseline::passes.tire(p, coached, bench.all(), *bench.block);
  return bench;
}

}  // namespace

TEST_CASE("fatigue follows the document and settles where load and rest balance", "[fatigue]") {
  Parameters p = full_care();
  p.therapists.load = .95;
  p.therapists.caseload_severity = 18;
  const Bench start = cared();
  const double drive = .06 * (.95 - .8) + .02 * (18 / 27.0 - .5);
  for (const bool coached : {false, true}) {
    const double weekly = drive - (coached ? .005 : 0);
    const Bench next = tired(p, coached, start), settled = tired(p, coached, start, 1500);
    for (int i = 0; i < start.block->size; ++i) {
      CHECK(next.block->r.fatigue[i] == near(clamp(.95 * start.block->r.fatigue[i] + weekly, 0, 1)));
      CHECK(settled.block->r.fatigue[i] == Approx(weekly / .05).epsilon(1e-9));
    }
    CHECK(changed(start, next) == Names{"fatigue"});
  }
}

TEST_CASE("load above what is free, and a caseload in worse health, tire; coaching relieves", "[fatigue][feature]") {
  const Parameters usual = full_care();
  const Bench start = cared(256), base = tired(usual, false, start);
  Parameters busy = usual, idle = usual, grave = usual;
  busy.therapists.load = 1.1;
  idle.therapists.load = .3;
  grave.therapists.caseload_severity = 20;
  const Bench by_load = tired(busy, false, start), by_rest = tired(idle, false, start);
  const Bench by_cases = tired(grave, false, start), helped = tired(usual, true, start);
  for (int i = 0; i < 256; ++i) {
    const double f = base.block->r.fatigue[i];
    CHECK((by_load.block->r.fatigue[i] > f || f == 1));
    CHECK(by_rest.block->r.fatigue[i] == f);  // below .8 of the slots nothing is felt
    CHECK((by_cases.block->r.fatigue[i] > f || f == 1));
    CHECK((helped.block->r.fatigue[i] < f || f == 0));
  }
}

TEST_CASE("rested therapists whom nothing drives stay rested: the core", "[fatigue]") {
  Parameters p = full_care();
  p.therapists.fatigue_start = 0;
  p.therapists.fatigue_severity = 0;
  const Bench start = newcomers(0);
  CHECK(changed(start, tired(p, true, start, 50)).empty());
}

TEST_CASE("reliance grows by coached human contacts as 1 - (1 - .05)^n, and is lost without", "[fatigue]") {
  const Parameters p = full_care();
  Bench bench = newcomers(0, [](ClientBlock& b, int i) { b.human.met[i] = i % 2; });
  for (int week = 0; week < 20; ++week) baseline::passes.rely(p, true, bench.all(), *bench.block);
  for (int i = 0; i < kBlock; ++i) CHECK(bench.r().reliance[i] == near(i % 2 ? 1 - std::pow(.95, 20) : 0));
  const Bench grown(bench);
  for (int week = 0; week < 10; ++week) baseline::passes.rely(p, false, bench.all(), *bench.block);
  for (int i = 0; i < kBlock; ++i) CHECK(bench.r().reliance[i] == near(grown.block->r.reliance[i] * std::pow(.95, 10)));
  CHECK(changed(grown, bench) == Names{"reliance"});
  Parameters off = p;
  off.coaching.reliance_rate = 0;
  const Bench start = cared();
  Bench still(start);
  baseline::passes.rely(off, true, still.all(), *still.block);
  CHECK(changed(start, still).empty());
}

TEST_CASE("fatigue and reliance depend on no neighbour and on no instruction set", "[fatigue]") {
  const Parameters q = full_care();
  check_lanes_and_sets(cared(200), [&](const Passes& p, Lanes lanes, ClientBlock& b, Scratch&) {
    p.tire(q, true, lanes, b);
    p.rely(q, true, lanes, b);
  });
}
