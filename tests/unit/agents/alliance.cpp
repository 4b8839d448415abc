// Model section S6: the alliance, and what a client would rate.
#include "agents/alliance.hpp"

#include "tests/unit/agents/recipes.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

struct Meeting {
  int noticed = 1, repaired = 0;
  double empathy = .6, validated = .6, attuned = .5, autonomous = .6;
};

void set(Bench& bench, const Meeting& m) {
  for (int k = 0; k < bench.block->size; ++k) {
    set_turns(*bench.scratch, k, 8 - m.noticed, m.noticed, m.repaired);
    bench.scratch->empathy[k] = bench.scratch->rated_empathy[k] = m.empathy;
    bench.scratch->quality[validation][k] = m.validated;
    bench.scratch->quality[attunement][k] = m.attuned;
    bench.scratch->quality[autonomy_support][k] = m.autonomous;
  }
}

void update(const Contact& c, Bench& bench, const Meeting& m) {
  set(bench, m);
  baseline::passes.update_alliance(c, bench.all(), *bench.block, *bench.scratch);
}

double after(const Room& room, Partner partner, const Meeting& m, double trust = .5) {
  Bench bench = people(1, 4);
  bench.of(partner).trust_before[0] = trust;
  bench.of(partner).alliance[0] = .6;
  update(room.contact(partner), bench, m);
  return bench.of(partner).alliance[0];
}

}  // namespace

TEST_CASE("the alliance and its running level follow the document", "[alliance]") {
  Room room;
  for (const double resolved : {0.0, .03})
    for (const Partner partner : {Partner::human, Partner::assistant})
      for (const Meeting& m : {Meeting{}, Meeting{3, 2, .9, .9, .9, .9}, Meeting{4, 1, .1, .2, 0, .3},
                               Meeting{4, 2, .5, .5, .5, .5}, Meeting{8, 0, 0, 0, 0, 0}}) {
        room.parameters.alliance.resolved = resolved;
        Bench bench = people();
        const Bench before(bench);
        update(room.contact(partner), bench, m);
        const AgentColumns &old = columns_of(partner, *before.block), &now = bench.of(partner);
        for (int i = 0; i < bench.block->size; ++i) {
          const double offered = .10 + .35 * m.empathy + .25 * m.validated + .15 * m.attuned + .15 * m.autonomous +
                                 .25 * old.trust_before[i];
          const double omega = partner == Partner::human ? 1 : .85;
          const double better = .003 * (bench.r().phq9_start[i] - bench.r().phq9[i]);
          const double pull = .25 * (omega * offered + bench.r().halo[i] + better - old.alliance[i]);
          const int unrepaired = m.noticed - m.repaired;
          const double bonus = m.noticed >= 2 && unrepaired < 2 ? resolved : 0;
          const double expected = clamp(old.alliance[i] + pull - .03 * unrepaired + bonus, 0, 1.2);
          CHECK(now.alliance[i] == near(expected));
          CHECK(now.alliance_mean[i] == near(old.alliance_mean[i] + .25 * (expected - old.alliance_mean[i])));
        }
      }
}

TEST_CASE("noticed and unrepaired turns lower the alliance; repaired ones do not", "[alliance]") {
  const Room room;
  for (const Partner partner : {Partner::human, Partner::assistant}) {
    CHECK(after(room, partner, {2, 0}) < after(room, partner, {1, 0}));
    CHECK(after(room, partner, {1, 0}) < after(room, partner, {0, 0}));
    CHECK(after(room, partner, {2, 2}) == after(room, partner, {0, 0}));
  }
}

TEST_CASE("every part of what is offered raises the alliance; an assistant's counts for less", "[alliance]") {
  const Room room;
  CHECK(rc::check("directions and range", [&] {
    const Partner partner = *rc::gen::element(Partner::human, Partner::assistant);
    const Meeting m{whole(0, 8), 0, any(0, .9), any(0, .9), any(0, .9), any(0, .9)};
    const double base = after(room, partner, m);
    RC_ASSERT(base >= 0 && base <= 1.2);
    for (double Meeting::*part : {&Meeting::empathy, &Meeting::validated, &Meeting::attuned, &Meeting::autonomous}) {
      Meeting more = m;
      more.*part += .1;
      RC_ASSERT(after(room, partner, more) > base);
    }
    RC_ASSERT(after(room, partner, m, .6) > base);  // trust as it was before the contact
    if (partner == Partner::human) RC_ASSERT(after(room, Partner::assistant, m) < base);
  }));
}

TEST_CASE("ratings follow the document", "[alliance][ratings]") {
  const Room room;
  for (const Partner partner : {Partner::human, Partner::assistant})
    for (const Meeting& m : {Meeting{}, Meeting{5, 1, .95, .9, .9, .9}, Meeting{0, 0, 0, 0, 0, 0}}) {
      Bench bench = people();
      set(bench, m);
      baseline::passes.rate(room.contact(partner), bench.all(), *bench.block, *bench.scratch);
      const AgentColumns& a = bench.of(partner);
      for (int i = 0; i < bench.block->size; ++i) {
        const std::uint32_t id = bench.block->w.id[i];
        const auto noise = [&](int which) { return normal_of(word(id, Purpose::ratings, 0, which, 3, partner)); };
        const double better = .003 * (bench.r().phq9_start[i] - bench.r().phq9[i]);
        const double unrepaired = m.noticed - m.repaired;
        const double heard = .5 * m.empathy + .3 * m.validated + .2 * (1 - unrepaired / 3) + .1 * noise(2);
        CHECK(a.alliance_rating[i] == near(a.alliance[i] + .05 * noise(0)));
        CHECK(a.empathy_rating[i] == near(m.empathy + bench.r().halo[i] + better + .08 * noise(1)));
        CHECK(a.felt_heard[i] == std::round(5 * clamp(heard, 0, 1)));
      }
    }
}

TEST_CASE("leniency and the match of the two add to feeling heard, where they have a weight", "[alliance][ratings]") {
  Room room;
  const Meeting m{1, 0, .5, .5, .5, .5};
  Bench plain = people(), bench(plain);
  set(plain, m);
  set(bench, m);
  baseline::passes.rate(room.contact(Partner::human), plain.all(), *plain.block, *plain.scratch);
  room.parameters.ratings.heard_sd = 0;
  room.parameters.ratings.heard_halo = 2;
  room.parameters.ratings.heard_match = 3;
  baseline::passes.rate(room.contact(Partner::human), bench.all(), *bench.block, *bench.scratch);
  int moved = 0;
  for (int i = 0; i < bench.block->size; ++i) {
    const double liked = 2 * bench.r().halo[i] + 3 * bench.block->human.match[i];
    const double heard = .5 * m.empathy + .3 * m.validated + .2 * (1 - 1.0 / 3) + liked;
    CHECK(bench.block->human.felt_heard[i] == std::round(5 * clamp(heard, 0, 1)));
    CHECK(bench.block->human.empathy_rating[i] == plain.block->human.empathy_rating[i]);
    moved += liked > .1 || liked < -.1;
  }
  CHECK(moved > bench.block->size / 4);
}

TEST_CASE("no mechanism sees a rating: rating errors change nothing else", "[alliance][ratings]") {
  Room quiet, loud;
  quiet.parameters.ratings.alliance_sd = quiet.parameters.ratings.empathy_sd = 0;
  Bench a = people(), b = people();
  hold(quiet.contact(Partner::human), a, Until::ratings);
  hold(loud.contact(Partner::human), b, Until::ratings);
  for (int i = 0; i < a.block->size; ++i) {
    CHECK(a.block->human.alliance_rating[i] != b.block->human.alliance_rating[i]);
    CHECK(a.block->human.alliance[i] == b.block->human.alliance[i]);
    CHECK(a.r().week_gain[i] == b.r().week_gain[i]);
  }
}

TEST_CASE("alliance and ratings depend on no neighbour and on no instruction set", "[alliance]") {
  const Room room;
  for (const Partner partner : {Partner::human, Partner::assistant})
    check_lanes_and_sets(people(), [&](const Passes& p, Lanes lanes, ClientBlock& b, Scratch& s) {
      hold(p, room.contact(partner), lanes, b, s, Until::ratings);
    });
}
