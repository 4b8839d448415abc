// Model section S7 (and the rival "contact only" of section 10): what a contact changes.
#include "agents/change.hpp"

#include "tests/unit/agents/care.hpp"

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

TEST_CASE("elasticities of single qualities multiply the gain around the mean of the agent's kind; 0 switches them off",
          "[change][feature]") {
  Room room;
  room.parameters = full_care();
  const Bench start = cared();
  for (const Partner partner : {Partner::human, Partner::assistant})
    for (int q = 0; q < kQualities; ++q) {
      const auto gained = [&](double shown, double elasticity) {
        room.parameters.roles.elasticity[q] = elasticity;
        Bench bench(start);
        for (int k = 0; k < bench.block->size; ++k) {
          bench.scratch->empathy[k] = bench.scratch->overall[k] = .6;
          for (int other = 0; other < kQualities; ++other) bench.scratch->quality[other][k] = other == q ? shown : .9;
          bench.r().week_gain[k] = 0;
        }
        baseline::passes.change(room.contact(partner), bench.all(), *bench.block, *bench.scratch);
        return bench.r().week_gain[7];
      };
      const AgentParameters& agent = partner == Partner::human ? room.parameters.human : room.parameters.assistant;
      CHECK(gained(.8, 1.2) == near(gained(.8, 0) * std::exp(1.2 * (.8 - agent.reference[q]))));
      CHECK(gained(.3, 0) == gained(.8, 0));
      room.parameters.roles.elasticity[q] = 0;
    }
}

TEST_CASE("insight as the week began, beyond that of the default arm in this week, makes more of a contact",
          "[change][feature]") {
  Room room;
  room.parameters = full_care();
  double table[kInsightWeeks];
  for (int week = 0; week < kInsightWeeks; ++week) table[week] = .2 + .005 * week;
  room.parameters.change.insight_reference = table;
  const Bench start = cared();
  for (const int week : {1, 12, 52, 80}) {
    Contact c = room.contact(Partner::human);
    c.week = week;
    room.parameters.roles.insight_effect = .3;
    std::vector<double> with(61), without(61);
    for (int i = 0; i < 61; ++i) with[static_cast<std::size_t>(i)] = gain(c, start, .6, .6, i);
    room.parameters.roles.insight_effect = 0;
    for (int i = 0; i < 61; ++i) without[static_cast<std::size_t>(i)] = gain(c, start, .6, .6, i);
    for (int i = 0; i < 61; ++i) {
      const double beyond = start.block->r.insight_before[i] - table[std::min(week, kInsightWeeks - 1)];
      CHECK(with[static_cast<std::size_t>(i)] == near(without[static_cast<std::size_t>(i)] * (1 + .3 * beyond)));
    }
  }
  room.parameters.roles.insight_effect = .3;
  room.parameters.rival.contact_only = true;  // there insight has no effect
  Bench wiser(start);
  for (int i = 0; i < 61; ++i) wiser.r().insight_before[i] = 1;
  CHECK(gain(room.contact(Partner::human), wiser, .6, .6, 5) == gain(room.contact(Partner::human), start, .6, .6, 5));
}

TEST_CASE("an assistant's contact counts less in a week in which a human was met, and only by this switch",
          "[change][feature]") {
  Room room;
  room.parameters = full_care();
  room.parameters.change.assistant_dose = .45;
  Bench start = cared();
  for (const bool by_week : {false, true})
    for (const double met : {0.0, 1.0, 3.0}) {
      room.parameters.change.dose_by_week = by_week;
      Bench bench(start), alone(start);
      bench.block->human.met[4] = met;
      alone.block->human.met[4] = 0;
      const double factor = by_week && met > 0 ? .45 : 1;
      const Contact assistant = room.contact(Partner::assistant), human = room.contact(Partner::human);
      CHECK(gain(assistant, bench, .6, .6, 4) == near(factor * gain(assistant, alone, .6, .6, 4)));
      CHECK(gain(human, bench, .6, .6, 4) == gain(human, alone, .6, .6, 4));
    }
}

TEST_CASE("asking again costs its share of a contact where asking is on", "[change][feature]") {
  Room room;
  room.parameters = full_care();
  const Bench start = cared();
  const auto gained = [&](double left) {
    Bench bench(start);
    for (int k = 0; k < 61; ++k) {
      bench.scratch->empathy[k] = bench.scratch->overall[k] = .6;
      bench.scratch->dose[k] = left;
      bench.r().week_gain[k] = 0;
    }
    baseline::passes.change(room.contact(Partner::assistant), bench.all(), *bench.block, *bench.scratch);
    return bench.r().week_gain[3];
  };
  room.parameters.recognition.emotions_drawn = true;
  room.parameters.recognition.asking = 1;
  CHECK(gained(.75) == near(.75 * gained(1)));
  room.parameters.recognition.asking = 0;
  CHECK(gained(.75) == gained(1));
}
