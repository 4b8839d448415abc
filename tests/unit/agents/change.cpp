// Model section S7 (and the rival "contact only" of section 10): what a contact changes.
#include "agents/change.hpp"

#include "tests/unit/agents/recipes.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

/// This contact's gain for client i, with E and Q set by hand.
double gain(const Contact& c, const Bench& start, double empathy, double overall, int i) {
  Bench bench(start);
  for (int k = 0; k < bench.block->size; ++k) {
    bench.scratch->empathy[k] = empathy;
    bench.scratch->overall[k] = overall;
    bench.r().week_gain[k] = 0;
  }
  baseline::passes.change(c, bench.all(), *bench.block, *bench.scratch);
  return bench.r().week_gain[i];
}

}  // namespace

TEST_CASE("a contact's gain follows the document", "[change]") {
  Room room;
  const Bench bench = people();
  for (const double b_e : {0.0, 1.5, 3.0})
    for (const Partner partner : {Partner::human, Partner::assistant})
      for (const double dose : {1.0, .45, 0.0}) {
        room.parameters.change.empathy_elasticity = b_e;
        Contact c = room.contact(partner);
        c.dose = dose;
        const AgentColumns& a = columns_of(partner, *bench.block);
        for (int i = 0; i < bench.block->size; i += 5) {
          const ClientReals& r = bench.block->r;
          const std::uint32_t therapist = bench.block->w.therapist[i];
          const double theta = partner == Partner::human ? room.team.table.effectiveness[therapist] : 1;
          const double expected = .986 * (1 + 1.26 * std::exp(-(r.weeks_in_care[i] - 1) / 2.5)) * dose *
                                  r.responsiveness[i] * (.4 + .6 * a.trust_before[i]) * .62 *
                                  std::exp(b_e * (.7 - .575)) * theta;
          CHECK(gain(c, bench, .7, .62, i) == near(expected));
        }
      }
}

TEST_CASE("gains add up over the contacts of a week", "[change]") {
  const Room room;
  Bench bench = people();
  const Bench before(bench);
  hold(room.contact(Partner::human), bench, Until::quality);
  baseline::passes.change(room.contact(Partner::human), bench.all(), *bench.block, *bench.scratch);
  for (int i = 0; i < bench.block->size; ++i) CHECK(bench.r().week_gain[i] > before.block->r.week_gain[i]);
}

TEST_CASE("gain rises with trust, quality, responsiveness and empathy, and falls with weeks in care", "[change]") {
  Room room;
  CHECK(rc::check("directions", [&] {
    room.parameters.change.empathy_elasticity = any(.1, 4);
    const Partner partner = *rc::gen::element(Partner::human, Partner::assistant);
    const Contact c = room.contact(partner);
    const Bench start = people(1, static_cast<unsigned>(whole(1, 500)));
    const double empathy = any(0, .9), overall = any(.05, .9);
    const double base = gain(c, start, empathy, overall, 0);
    RC_ASSERT(base > 0);
    RC_ASSERT(gain(c, start, empathy + .1, overall, 0) > base &&
              gain(c, start, empathy, overall + .1, 0) > base);
    Bench trusting(start), quick(start), late(start);
    trusting.of(partner).trust_before[0] += .1;
    quick.r().responsiveness[0] *= 1.1;
    late.r().weeks_in_care[0] += 1;
    RC_ASSERT(gain(c, trusting, empathy, overall, 0) > base && gain(c, quick, empathy, overall, 0) > base);
    RC_ASSERT(gain(c, late, empathy, overall, 0) < base);
    room.parameters.change.empathy_elasticity = 0;  // then empathy counts through Q alone
    RC_ASSERT(gain(c, start, empathy + .1, overall, 0) == gain(c, start, empathy, overall, 0));
  }));
}

TEST_CASE("the rival that knows contact only ignores empathy, quality and trust, and keeps the therapist", "[change]") {
  Room room;
  room.parameters.rival.contact_only = true;
  const Bench bench = people();
  for (const Partner partner : {Partner::human, Partner::assistant}) {
    const bool human = partner == Partner::human;
    for (int i = 0; i < bench.block->size; i += 7) {
      const ClientReals& r = bench.block->r;
      const double flat = human ? .663 * .79 * room.team.table.effectiveness[bench.block->w.therapist[i]] : .268 * .70;
      const double early = 1 + 1.26 * std::exp(-(r.weeks_in_care[i] - 1) / 2.5);
      CHECK(gain(room.contact(partner), bench, .7, .62, i) == near(.986 * early * r.responsiveness[i] * flat));
      CHECK(gain(room.contact(partner), bench, .1, .1, i) == near(.986 * early * r.responsiveness[i] * flat));
    }
  }
}

TEST_CASE("change depends on no neighbour and on no instruction set", "[change]") {
  Room room;
  for (const bool rival : {false, true})
    for (const Partner partner : {Partner::human, Partner::assistant}) {
      room.parameters.rival.contact_only = rival;
      check_lanes_and_sets(people(), [&](const Passes& p, Lanes lanes, ClientBlock& b, Scratch& s) {
        hold(p, room.contact(partner), lanes, b, s, Until::change);
      });
    }
}
