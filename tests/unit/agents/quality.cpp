// Model section S3: expressed quality, and what of it survives misreading.
#include "agents/quality.hpp"

#include "tests/unit/agents/recipes.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

constexpr double kFloor[] = {.5, 0, .5, .4, .8, .3, .8, .75};
constexpr double kWeight[] = {.10, .12, .08, .12, .10, .10, .06, .32};
constexpr double kAssistant[] = {.467 * .75, .72, .667 * .75, .70, .60, .40, .50, .41};  // labelled: omega .25

/// q_p as the document has it, for a client of `bench`, given the turns read right.
double expected(const Bench& bench, const Room& room, Partner partner, int i, int q, int right, bool feedback) {
  const bool human = partner == Partner::human;
  const AgentColumns& a = human ? bench.block->human : bench.block->assistant;
  const auto therapist = bench.block->w.therapist[i];
  const std::size_t row = static_cast<std::size_t>(q * kTherapists);
  const double mean = human ? room.team.table.quality[row + therapist] : kAssistant[q];
  const auto block = static_cast<std::uint32_t>(q / 4);
  const double noise = normal_of(word(bench.block->w.id[i], Purpose::quality, block, q % 4, 3, partner));
  const double novelty = std::exp(-.10 * (1 - .3) * a.weeks_since[i]);
  const bool wears = !human && q != perspective_taking && q != technique;
  const double habit = wears ? 1 - .35 * (1 - novelty) : 1;
  const double coach = q == technique && feedback && bench.block->r.off_track[i] == 1 ? .10 : 0;
  const double shown = clamp(clamp(mean + (human ? .08 : .05) * noise, 0, 1) * habit + coach, 0, 1);
  return shown * (kFloor[q] + (1 - kFloor[q]) * right / 8.0);
}

/// Expresses with the turns read right set by hand.
void express_with(const Contact& c, Bench& bench, int right) {
  baseline::passes.prepare(c, bench.all(), *bench.block, *bench.scratch);
  for (int k = 0; k < bench.block->size; ++k) set_turns(*bench.scratch, k, right, 0, 0);
  baseline::passes.express(c, bench.all(), *bench.block, *bench.scratch);
}

}  // namespace

TEST_CASE("expressed quality, E and Q follow the document", "[quality]") {
  const Room room;
  for (const Partner partner : {Partner::human, Partner::assistant})
    for (const bool feedback : {false, true})
      for (const int right : {0, 5, 8}) {
        Bench bench = people();
        Contact c = room.contact(partner);
        c.feedback = feedback;
        express_with(c, bench, right);
        for (int i = 0; i < bench.block->size; ++i) {
          double overall = 0, quality[kQualities];
          for (int q = 0; q < kQualities; ++q) {
            quality[q] = expected(bench, room, partner, i, q, right, feedback);
            overall += kWeight[q] * quality[q];
            CHECK(bench.scratch->quality[q][i] == near(quality[q]));
          }
          const double empathy = (.10 * quality[0] + .12 * quality[1] + .08 * quality[2]) / .30;
          CHECK(bench.scratch->empathy[i] == near(empathy));
          CHECK(bench.of(partner).empathy[i] == near(empathy));
          CHECK(bench.scratch->overall[i] == near(overall));
        }
      }
}

TEST_CASE("misreading kills perspective-taking, spares technique and autonomy support most", "[quality]") {
  Room room;
  room.parameters.human.quality_sd = 0;
  Bench right = people(), wrong = people();
  express_with(room.contact(Partner::human), right, 8);
  express_with(room.contact(Partner::human), wrong, 0);
  for (int i = 0; i < right.block->size; ++i) {
    const auto kept = [&](int q) { return wrong.scratch->quality[q][i] / right.scratch->quality[q][i]; };
    CHECK(kept(perspective_taking) == 0);
    CHECK(kept(attunement) == near(.3));
    CHECK(kept(technique) == near(.75));
    CHECK(kept(autonomy_support) == near(.8));
    for (int q = 0; q < kQualities; ++q) CHECK(kept(q) == near(kFloor[q]));
  }
}

TEST_CASE("the label lowers resonance and compassion, by omega, and nothing else", "[quality]") {
  Room room;
  room.parameters.assistant.quality_sd = 0;
  Bench labelled = people(), hidden = people();
  express_with(room.contact(Partner::assistant), labelled, 8);
  room.parameters.assistant.labelled = false;
  express_with(room.contact(Partner::assistant), hidden, 8);
  for (int i = 0; i < labelled.block->size; ++i)
    for (int q = 0; q < kQualities; ++q) {
      const double ratio = q == resonance || q == compassion ? .75 : 1.0;
      CHECK(labelled.scratch->quality[q][i] == near(ratio * hidden.scratch->quality[q][i]));
    }
}

TEST_CASE("an assistant wears off with the weeks, but for perspective-taking and technique; a human does not",
          "[quality]") {
  Room room;
  room.parameters.assistant.quality_sd = room.parameters.human.quality_sd = 0;
  for (const Partner partner : {Partner::human, Partner::assistant}) {
    Bench fresh = people(), late = people();
    for (int i = 0; i < fresh.block->size; ++i) {
      fresh.of(partner).weeks_since[i] = 0;
      late.of(partner).weeks_since[i] = 20;
    }
    express_with(room.contact(partner), fresh, 8);
    express_with(room.contact(partner), late, 8);
    for (int i = 0; i < fresh.block->size; ++i)
      for (int q = 0; q < kQualities; ++q) {
        const bool wears = partner == Partner::assistant && q != perspective_taking && q != technique;
        const double left = wears ? 1 - .35 * (1 - std::exp(-.07 * 20)) : 1;
        CHECK(late.scratch->quality[q][i] == near(left * fresh.scratch->quality[q][i]));
      }
  }
}

TEST_CASE("memory slows wearing off; feedback adds technique off track and nowhere else", "[quality]") {
  Room room;
  Bench forgetful = people(), mindful = people();
  express_with(room.contact(Partner::assistant), forgetful, 8);
  room.parameters.assistant.memory = .9;
  express_with(room.contact(Partner::assistant), mindful, 8);
  for (int i = 0; i < forgetful.block->size; ++i) CHECK(mindful.scratch->novelty[i] >= forgetful.scratch->novelty[i]);
  Bench off = people(), on = people();
  Contact c = room.contact(Partner::human);
  express_with(c, off, 6);
  c.feedback = true;
  express_with(c, on, 6);
  for (int i = 0; i < off.block->size; ++i)
    for (int q = 0; q < kQualities; ++q) {
      const double more = on.scratch->quality[q][i] - off.scratch->quality[q][i];
      const bool room_left = off.scratch->quality[q][i] < .93;  // not at the ceiling: technique was 1 before misreading
      if (q == technique && on.r().off_track[i] == 1 && room_left) CHECK(more > 0);
      if (q != technique || on.r().off_track[i] == 0) CHECK(more == 0);
    }
}

TEST_CASE("quality stays in [0, 1] and rises with accuracy and with the agent's mean", "[quality]") {
  Room room;
  CHECK(rc::check("bounds, monotone", [&] {
    room.parameters = default_parameters();
    AgentParameters& agent = room.parameters.assistant;
    agent.quality_sd = any(0, 1);
    agent.label_discount = any(0, 1);
    agent.habituation = any(0, 1);
    for (double& q : agent.quality) q = any(0, .9);
    for (double& floor : room.parameters.quality.floor) floor = any(0, 1);
    const int right = whole(0, 7);
    Bench a = people(8), b = people(8), c = people(8);
    express_with(room.contact(Partner::assistant), a, right);
    express_with(room.contact(Partner::assistant), b, right + 1);
    for (double& q : agent.quality) q += .1;
    express_with(room.contact(Partner::assistant), c, right);
    for (int i = 0; i < 8; ++i)
      for (int q = 0; q < kQualities; ++q) {
        const double value = a.scratch->quality[q][i];
        RC_ASSERT(value >= 0 && value <= 1);
        RC_ASSERT(b.scratch->quality[q][i] >= value && c.scratch->quality[q][i] >= value - 1e-15);
      }
    for (int i = 0; i < 8; ++i) RC_ASSERT(a.scratch->empathy[i] >= 0 && a.scratch->empathy[i] <= 1);
  }));
}

TEST_CASE("expression depends on no neighbour and on no instruction set", "[quality]") {
  const Room room;
  for (const Partner partner : {Partner::human, Partner::assistant})
    check_lanes_and_sets(people(), [&](const Passes& p, Lanes lanes, ClientBlock& b, Scratch& s) {
      Contact c = room.contact(partner);
      c.feedback = true;
      hold(p, c, lanes, b, s, Until::quality);
    });
}

TEST_CASE("a human who is taken for a machine loses resonance and compassion like one", "[quality]") {
  Room room;
  room.parameters.human.quality_sd = 0;
  Bench known = people(), mistaken = people();
  express_with(room.contact(Partner::human), known, 8);
  room.parameters.human.labelled = true;
  room.parameters.human.label_discount = .25;
  express_with(room.contact(Partner::human), mistaken, 8);
  for (int i = 0; i < known.block->size; ++i)
    for (int q = 0; q < kQualities; ++q) {
      const double ratio = q == resonance || q == compassion ? .75 : 1;
      CHECK(mistaken.scratch->quality[q][i] == near(ratio * known.scratch->quality[q][i]));
    }
}
