// Model section S5: trust, an asymmetric Beta with forgetting.
#include "agents/trust.hpp"

#include "tests/unit/agents/recipes.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

/// One contact with everything set by hand.
struct Meeting {
  int right = 6, noticed = 1, repaired = 0;
  double validated = .6, novelty = 1;
};

double trust_of(const AgentColumns& a, int i) { return a.trust_good[i] / (a.trust_good[i] + a.trust_bad[i]); }

void update(const Contact& c, Bench& bench, const Meeting& m) {
  for (int k = 0; k < bench.block->size; ++k) {
    set_turns(*bench.scratch, k, m.right, m.noticed, m.repaired);
    bench.scratch->quality[validation][k] = m.validated;
    bench.scratch->novelty[k] = m.novelty;
  }
  baseline::passes.update_trust(c, bench.all(), *bench.block, *bench.scratch);
}

}  // namespace

TEST_CASE("trust is updated as the document says", "[trust]") {
  const Room room;
  for (const Partner partner : {Partner::human, Partner::assistant})
    for (const Meeting& m : {Meeting{}, Meeting{8, 0, 0, 1, 1}, Meeting{0, 8, 3, .2, .4}, Meeting{4, 2, 2, 0, .9}}) {
      Bench bench = people();
      const Bench before(bench);
      update(room.contact(partner), bench, m);
      const AgentColumns& a = bench.of(partner);
      const bool ai = partner == Partner::assistant;
      for (int i = 0; i < bench.block->size; ++i) {
        const double good = columns_of(partner, *before.block).trust_good[i];
        const double bad = columns_of(partner, *before.block).trust_bad[i];
        CHECK(a.trust_good[i] == near(.97 * good + .22 * m.right * (.4 + .8 * m.validated)));
        const double failures = .55 * ((m.noticed - m.repaired) + .3 * m.repaired);
        CHECK(a.trust_bad[i] == near(.97 * bad + failures + (ai ? .25 + .6 * (1 - m.novelty) : .35)));
      }
    }
}

TEST_CASE("trust is held before the week's contacts and the update does not move what was held", "[trust]") {
  const Room room;
  Bench bench = people();
  baseline::passes.hold_trust({}, bench.all(), bench.block->human);
  for (int i = 0; i < bench.block->size; ++i)
    CHECK(bench.block->human.trust_before[i] == near(trust_of(bench.block->human, i)));
  const Bench held(bench);
  update(room.contact(Partner::human), bench, {0, 8, 0, 0, 1});
  for (int i = 0; i < bench.block->size; ++i) {
    CHECK(bench.block->human.trust_before[i] == held.block->human.trust_before[i]);
    CHECK(trust_of(bench.block->human, i) < bench.block->human.trust_before[i]);
    CHECK(bench.block->assistant.trust_good[i] == held.block->assistant.trust_good[i]);  // no contact, no update
  }
}

TEST_CASE("trust falls faster than it rises", "[trust]") {
  Room room;
  room.parameters.human.contact_cost = 0;  // the effect of one turn, either way
  Bench base = people(), up = people(), down = people();
  for (Bench* bench : {&base, &up, &down})
    for (int i = 0; i < bench->block->size; ++i)
      bench->block->human.trust_good[i] = bench->block->human.trust_bad[i] = 5;
  update(room.contact(Partner::human), base, {0, 0, 0, .7, 1});
  update(room.contact(Partner::human), up, {1, 0, 0, .7, 1});
  update(room.contact(Partner::human), down, {0, 1, 0, .7, 1});
  for (int i = 0; i < base.block->size; ++i) {
    const double rise = trust_of(up.block->human, i) - trust_of(base.block->human, i);
    const double fall = trust_of(base.block->human, i) - trust_of(down.block->human, i);
    CHECK(rise > 0);
    CHECK(fall > 2 * rise);  // .55 against .22 x (.4 + .8 x .7) = .21 of evidence
  }
}

TEST_CASE("each part moves trust its way: validation and repair up, failures and lost novelty down", "[trust]") {
  Room room;
  CHECK(rc::check("directions", [&] {
    const Partner partner = *rc::gen::element(Partner::human, Partner::assistant);
    const Meeting m{whole(1, 4), whole(1, 3), 0, any(0, .8), any(.2, 1)};
    const auto after = [&](const Meeting& changed) {
      Bench bench = people(1, 3);
      update(room.contact(partner), bench, changed);
      return trust_of(bench.of(partner), 0);
    };
    const double base = after(m);
    Meeting valid = m, repaired = m, failed = m, stale = m;
    valid.validated += .1;
    repaired.repaired = 1;
    failed.noticed += 1;
    stale.novelty -= .1;
    RC_ASSERT(after(valid) > base && after(repaired) > base && after(failed) < base);
    RC_ASSERT((partner == Partner::human ? after(stale) == base : after(stale) < base));
  }));
}

TEST_CASE("evidence stays below its most per contact over one minus memory, and trust inside (0, 1)", "[trust]") {
  Room room;
  CHECK(rc::check("bounds", [&] {
    room.parameters.trust.memory = any(0, .98);
    const Partner partner = *rc::gen::element(Partner::human, Partner::assistant);
    Bench bench = people(4, static_cast<unsigned>(whole(1, 99)));
    const double forgets = 1 - room.parameters.trust.memory;
    const double most_good = .22 * 8 * 1.2 / forgets;                // every turn right, fully validated
    const double most_bad = (.55 * 8 + .35 + .6) / forgets;          // every turn a failure, all novelty lost
    double good = 9, bad = 9;                                        // where people() starts at most
    for (int week = 0; week < 60; ++week) {
      const int right = whole(0, 8), noticed = whole(0, 8 - right);
      update(room.contact(partner), bench, {right, noticed, whole(0, noticed), any(0, 1), any(0, 1)});
      for (int i = 0; i < 4; ++i) {
        const AgentColumns& a = bench.of(partner);
        RC_ASSERT(a.trust_good[i] >= 0 && a.trust_bad[i] > 0 && trust_of(a, i) >= 0 && trust_of(a, i) < 1);
        RC_ASSERT(a.trust_good[i] <= std::max(good, most_good) + 1e-9);
        RC_ASSERT(a.trust_bad[i] <= std::max(bad, most_bad) + 1e-9);
      }
    }
  }));
}

TEST_CASE("with the same contact for ever, evidence comes to e / (1 - lambda) and trust flattens", "[trust]") {
  const Room room;
  Bench bench = people();
  double last = 0;
  for (int week = 0; week < 900; ++week) {
    update(room.contact(Partner::human), bench, {7, 1, 0, .7, 1});
    if (week == 898) last = trust_of(bench.block->human, 0);
  }
  const double good = .22 * 7 * (.4 + .8 * .7) / .03, bad = (.55 + .35) / .03;
  for (int i = 0; i < bench.block->size; ++i) {
    CHECK(bench.block->human.trust_good[i] == Approx(good).epsilon(1e-9));
    CHECK(bench.block->human.trust_bad[i] == Approx(bad).epsilon(1e-9));
  }
  CHECK(trust_of(bench.block->human, 0) == Approx(last).epsilon(1e-9));
}

TEST_CASE("trust depends on no neighbour and on no instruction set", "[trust]") {
  const Room room;
  for (const Partner partner : {Partner::human, Partner::assistant})
    check_lanes_and_sets(people(), [&](const Passes& p, Lanes lanes, ClientBlock& b, Scratch& s) {
      p.hold_trust({}, lanes, columns_of(partner, b));
      hold(p, room.contact(partner), lanes, b, s, Until::trust);
    });
}
