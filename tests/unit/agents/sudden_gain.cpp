// Model section S8: sudden gains.
#include "tests/unit/agents/recipes.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

void jump(const Parameters& p, Partner partner, Bench& bench, int week = 4) {
  baseline::passes.sudden_gain(p, partner, kKey, week, bench.all(), *bench.block, *bench.scratch);
}

double expected(const Bench& bench, int i, std::uint32_t week, double rate, double trust) {
  const std::uint32_t id = bench.block->w.id[i];
  const double p = rate * 2 * trust * std::min(bench.block->r.responsiveness[i], 2.0);
  const double u = uniform_of(word(id, Purpose::sudden_gain, 0, 1, week));
  return happens(word(id, Purpose::sudden_gain, 0, 0, week), p) ? 2.08 * (.5 + u) : 0;
}

}  // namespace

TEST_CASE("jumps come and measure as the document says, and read trust as it was before the week", "[sudden_gain]") {
  Parameters p = default_parameters();
  for (const double rate : {.012, .2}) {
    int jumps = 0;
    p.sudden_gain.rate = rate;
    for (std::uint32_t week = 1; week < 40; ++week)
      for (const Partner partner : {Partner::human, Partner::assistant}) {
        Bench bench = people(256, week);
        jump(p, partner, bench, static_cast<int>(week));
        int wrong = 0;
        for (int i = 0; i < 256; ++i) {
          const double size = expected(bench, i, week, rate, bench.of(partner).trust_before[i]);
          wrong += std::abs(bench.r().week_jump[i] - size) > 1e-12;
          jumps += size > 0;
        }
        CHECK(wrong == 0);
      }
    CHECK(jumps > 100);
  }
}

TEST_CASE("who jumps also jumps with more trust or responsiveness; responsiveness counts up to 2", "[sudden_gain]") {
  Parameters p = default_parameters();
  CHECK(rc::check("directions", [&] {
    p.sudden_gain.rate = any(0, .2);
    p.sudden_gain.size_spread = any(0, 1);
    Bench base = people(64, static_cast<unsigned>(whole(1, 500)));
    Bench trusting(base), quick(base);
    for (int i = 0; i < 64; ++i) {
      trusting.block->human.trust_before[i] = std::min(1.0, base.block->human.trust_before[i] + .2);
      quick.r().responsiveness[i] += any(0, 3);
    }
    Bench capped(quick);
    for (int i = 0; i < 64; ++i) capped.r().responsiveness[i] = std::min(2.0, capped.r().responsiveness[i]);
    for (Bench* bench : {&base, &trusting, &quick, &capped}) jump(p, Partner::human, *bench);
    for (int i = 0; i < 64; ++i) {
      const double size = base.r().week_jump[i];
      RC_ASSERT(size == 0 || (size >= 2.08 * (1 - p.sudden_gain.size_spread) &&
                              size <= 2.08 * (1 + p.sudden_gain.size_spread)));
      RC_ASSERT(size == 0 || (trusting.r().week_jump[i] == size && quick.r().week_jump[i] == size));
      RC_ASSERT(quick.r().week_jump[i] == capped.r().week_jump[i]);
    }
  }));
}

TEST_CASE("under the rival that knows contact only, trust in jumps is .65 and .50", "[sudden_gain]") {
  Parameters p = default_parameters();
  p.rival.contact_only = true;
  p.sudden_gain.rate = .2;
  for (const Partner partner : {Partner::human, Partner::assistant}) {
    Bench bench = people(256);
    jump(p, partner, bench);
    for (int i = 0; i < 256; ++i)
      CHECK(bench.r().week_jump[i] == near(expected(bench, i, 4, .2, partner == Partner::human ? .65 : .50)));
  }
}

TEST_CASE("jumps depend on no neighbour and on no instruction set", "[sudden_gain]") {
  Parameters parameters = default_parameters();
  parameters.sudden_gain.rate = .2;
  for (const Partner partner : {Partner::human, Partner::assistant})
    check_lanes_and_sets(people(200), [&](const Passes& p, Lanes lanes, ClientBlock& b, Scratch& s) {
      p.sudden_gain(parameters, partner, kKey, 6, lanes, b, s);
    });
}
