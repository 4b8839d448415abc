// Model sections S4 and S5 in full: types of clients, the other form of trust, explained failures, ruptures.
#include "agents/trust.hpp"

#include "tests/unit/agents/recipes.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

struct Meeting {
  int right = 5, heard = 4, noticed = 3, repaired = 1;
  double validated = .6, novelty = .7;
};

void update(const Contact& c, Bench& bench, const Meeting& m) {
  for (int k = 0; k < bench.block->size; ++k) {
    set_turns(*bench.scratch, k, m.right, m.noticed, m.repaired);
    bench.scratch->heard[k] = static_cast<std::uint32_t>(m.heard);
    bench.scratch->quality[validation][k] = m.validated;
    bench.scratch->novelty[k] = m.novelty;
  }
  baseline::passes.update_trust(c, bench.all(), *bench.block, *bench.scratch);
}

/// The three types in turn.
Bench of_types() {
  Bench bench = people();
  for (int i = 0; i < bench.block->size; ++i) bench.block->w.type[i] = static_cast<std::uint32_t>(i % 3);
  return bench;
}

struct TypedRoom : Room {
  TypedRoom() {
    parameters.trust.oscillating_memory = .85;
    parameters.trust.disbelieving_success = .4;
    parameters.repair.explanation = .8;
    parameters.repair.rupture_turns = 2;
    parameters.repair.rupture_trust = .08;
  }
};

double trust_of(const AgentColumns& a, int i) { return a.trust_good[i] / (a.trust_good[i] + a.trust_bad[i]); }

}  // namespace

TEST_CASE("the oscillating forget faster, the disbelieving learn less from what is read right", "[trust][feature]") {
  const TypedRoom room;
  for (const Partner partner : {Partner::human, Partner::assistant}) {
    Bench bench = of_types();
    const Bench before(bench);
    const Meeting m;
    update(room.contact(partner), bench, m);
    const AgentColumns &a = bench.of(partner), &then = columns_of(partner, *before.block);
    const double cost = partner == Partner::human ? .35 : .25 + .6 * (1 - m.novelty);
    for (int i = 0; i < bench.block->size; ++i) {
      const double memory = i % 3 == 1 ? .85 : .97, open = i % 3 == 2 ? .4 : 1;
      CHECK(a.trust_good[i] == near(memory * then.trust_good[i] + .22 * open * m.heard * (.4 + .8 * m.validated)));
      CHECK(a.trust_bad[i] == near(memory * then.trust_bad[i] + .55 * (2 + .3) + cost));
    }
  }
}

TEST_CASE("turns read right that were not heard as such are no evidence", "[trust][feature]") {
  const TypedRoom room;
  Bench heard = of_types(), missed = of_types();
  update(room.contact(Partner::human), heard, {.right = 5, .heard = 5});
  update(room.contact(Partner::human), missed, {.right = 5, .heard = 2});
  for (int i = 0; i < heard.block->size; ++i) {
    CHECK(missed.block->human.trust_good[i] < heard.block->human.trust_good[i]);
    CHECK(missed.block->human.trust_bad[i] == heard.block->human.trust_bad[i]);
  }
}

TEST_CASE("trust as an error-correcting average follows the document", "[trust][feature]") {
  TypedRoom room;
  room.parameters.trust.form = rescorla_wagner;
  room.parameters.trust.gain_rate = .10;
  room.parameters.trust.loss_rate = .25;
  room.parameters.trust.contact_loss = .05;
  room.parameters.trust.repetition_loss = .08;
  for (const Partner partner : {Partner::human, Partner::assistant})
    for (const Meeting& m : {Meeting{}, Meeting{8, 8, 0, 0, 1, 1}, Meeting{0, 0, 8, 0, 0, .2}}) {
      Bench bench = of_types();
      for (int i = 0; i < bench.block->size; ++i) {
        bench.of(partner).trust_good[i] = .1 + .013 * i;
        bench.of(partner).trust_bad[i] = .9 - .013 * i;
      }
      update(room.contact(partner), bench, m);
      for (int i = 0; i < bench.block->size; ++i) {
        const double t = .1 + .013 * i, open = i % 3 == 2 ? .4 : 1;
        const double worn = partner == Partner::assistant ? .08 * (1 - m.novelty) : 0;
        const double failed = ((m.noticed - m.repaired) + .3 * m.repaired) / 8;
        const double gain = .10 * open * m.heard / 8 * (.4 + .8 * m.validated) * (1 - t);
        const double now = clamp(t + gain - .25 * (failed + .05 + worn) * t, 0, 1);
        CHECK(bench.of(partner).trust_good[i] == near(now));
        CHECK(bench.of(partner).trust_bad[i] == near(1 - now));
      }
    }
}

TEST_CASE("an explained failure weighs less, in both forms of trust; what was repaired weighs as before",
          "[trust][feature]") {
  for (const int form : {beta_trust, rescorla_wagner}) {
    TypedRoom room;
    room.parameters.trust.form = form;
    room.parameters.trust.gain_rate = .1;
    room.parameters.trust.loss_rate = .25;
    const auto after = [&](int policy, const Meeting& m) {
      room.parameters.assistant.repair_policy = policy;
      Bench bench = people();
      for (int i = 0; i < bench.block->size; ++i) {
        bench.block->assistant.trust_good[i] = form == beta_trust ? 5 : .5;
        bench.block->assistant.trust_bad[i] = form == beta_trust ? 5 : .5;
      }
      update(room.contact(Partner::assistant), bench, m);
      return trust_of(bench.block->assistant, 0);
    };
    const Meeting unrepaired{.noticed = 3, .repaired = 0}, repaired{.noticed = 3, .repaired = 3};
    CHECK(after(explanation, unrepaired) > after(no_policy, unrepaired));
    CHECK(after(explanation, repaired) == after(no_policy, repaired));
    CHECK(after(apology, unrepaired) == after(no_policy, unrepaired));
    if (form == beta_trust) {  // .55 x .8 for each
      const double good = .97 * 5 + .22 * 4 * (.4 + .8 * .6), bad = .97 * 5 + .25 + .6 * .3;
      CHECK(after(explanation, unrepaired) == near(good / (good + bad + .55 * .8 * 3)));
    }
  }
}

TEST_CASE("a rupture is two unrepaired turns, or a fall of trust by more than .08", "[trust][feature]") {
  TypedRoom room;
  const auto ruptures = [&](const Meeting& m, double good, double bad) {
    Bench bench = people();
    for (int i = 0; i < bench.block->size; ++i) {
      bench.block->human.trust_good[i] = good;
      bench.block->human.trust_bad[i] = bad;
      bench.block->human.ruptures[i] = 4;
    }
    update(room.contact(Partner::human), bench, m);
    for (int i = 1; i < bench.block->size; ++i) CHECK(bench.block->human.ruptures[i] == bench.block->human.ruptures[0]);
    return bench.block->human.ruptures[0] - 4;
  };
  CHECK(ruptures({.noticed = 2, .repaired = 0}, 50, 50) == 1);   // two unrepaired; trust hardly moves
  CHECK(ruptures({.noticed = 3, .repaired = 2}, 50, 50) == 0);   // one
  CHECK(ruptures({.right = 0, .heard = 0, .noticed = 1, .repaired = 0}, .5, .1) == 1);  // one, but trust falls by .5
  CHECK(ruptures({.right = 0, .heard = 0, .noticed = 0, .repaired = 0}, 50, 50) == 0);
  room.parameters.repair.rupture_turns = 1;
  CHECK(ruptures({.noticed = 3, .repaired = 2}, 50, 50) == 1);
}
