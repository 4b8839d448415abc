// Model section S3 in full: label found out, dyad match, learning, fatigue, coaching; what an expression leaves behind.
#include "agents/quality.hpp"

#include "tests/unit/agents/recipes.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

constexpr double kFloor[] = {.5, 0, .5, .4, .8, .3, .8, .75};

/// A room without noise in which no clipping bites: what is added shows in full.
struct QuietRoom : Room {
  QuietRoom() {
    parameters.human.quality_sd = parameters.assistant.quality_sd = 0;
    for (double& q : team.table.quality) q = .3 + .4 * q;
    parameters.intake.match_sd = 0;
    parameters.therapists.fatigue_quality = 0;
    parameters.course.resonance_softens = 0;
  }
};

/// Means and expresses, with the turns of the contact set by hand.
Bench expressed(const Contact& c, int right = 8, int noticed = 0, int repaired = 0,
                const std::function<void(ClientBlock&, int)>& fill = {}) {
  Bench bench = people();
  for (int i = 0; i < bench.block->size; ++i) {
    bench.r().fatigue[i] = .1 * (i % 8);
    bench.r().reliance[i] = .1 * (i % 11);
    bench.r().week_harm[i] = 0;
    for (AgentColumns* a : {&bench.block->human, &bench.block->assistant}) {
      a->match[i] = .02 * (i % 7 - 3);
      a->weeks_since[i] = 0;
    }
    if (fill) fill(*bench.block, i);
  }
  baseline::passes.prepare(c, bench.all(), *bench.block, *bench.scratch);
  for (int k = 0; k < bench.block->size; ++k) set_turns(*bench.scratch, k, right, noticed, repaired);
  baseline::passes.express(c, bench.all(), *bench.block, *bench.scratch);
  return bench;
}

/// Quality by quality, whether `now` is `then` changed as `of` says: (quality, client, value before) -> value after.
void compare(const Bench& then, const Bench& now, const std::function<double(int, int, double)>& of) {
  for (int i = 0; i < then.block->size; ++i)
    for (int q = 0; q < kQualities; ++q) {
      INFO("quality " << q << ", lane " << i);
      CHECK(now.scratch->quality[q][i] == near(of(q, i, then.scratch->quality[q][i])));
    }
}

}  // namespace

TEST_CASE("who has found out hears a machine from then on", "[quality][feature]") {
  QuietRoom room;
  room.parameters.assistant.labelled = false;
  room.parameters.assistant.label_discount = .25;
  const auto half_knows = [](ClientBlock& b, int i) { b.w.events[i] = i % 2 ? kDiscovered : kBreached; };
  const Bench hidden = expressed(room.contact(Partner::assistant));
  const Bench found = expressed(room.contact(Partner::assistant), 8, 0, 0, half_knows);
  compare(hidden, found, [](int q, int i, double before) {
    return before * (i % 2 && (q == resonance || q == compassion) ? .75 : 1);
  });
  room.parameters.human.labelled = false;
  const Bench human = expressed(room.contact(Partner::human));
  compare(human, expressed(room.contact(Partner::human), 8, 0, 0, half_knows),
          [](int, int, double before) { return before; });
}

TEST_CASE("a pair's match enters resonance, attunement and validation alone, and only where matches differ",
          "[quality][feature]") {
  QuietRoom room;
  for (const Partner partner : {Partner::human, Partner::assistant}) {
    room.parameters.intake.match_sd = 0;
    const Bench alike = expressed(room.contact(partner));
    room.parameters.intake.match_sd = .06;
    const Bench matched = expressed(room.contact(partner));
    compare(alike, matched, [](int q, int i, double before) {
      const bool enters = q == resonance || q == attunement || q == validation;
      return before + (enters ? .02 * (i % 7 - 3) : 0);  // in full, also where the level lost by a label
    });
  }
}

TEST_CASE("what a therapist has learned is added to all qualities, week by week; an assistant learns nothing",
          "[quality][feature]") {
  QuietRoom room;
  for (const double rate : {.10, -.10}) {
    room.parameters.therapists.learning = 0;
    Contact c = room.contact(Partner::human);
    c.week = 26;
    const Bench fresh = expressed(c), artificial = expressed(room.contact(Partner::assistant));
    room.parameters.therapists.learning = rate;
    compare(fresh, expressed(c), [&](int, int, double before) { return before + rate * 26 / 52; });
    compare(artificial, expressed(room.contact(Partner::assistant)), [](int, int, double before) { return before; });
  }
}

TEST_CASE("fatigue lowers resonance, attunement and curiosity of a human, in proportion", "[quality][feature]") {
  QuietRoom room;
  const Bench rested = expressed(room.contact(Partner::human)), machine = expressed(room.contact(Partner::assistant));
  room.parameters.therapists.fatigue_quality = .25;
  compare(rested, expressed(room.contact(Partner::human)), [](int q, int i, double before) {
    return before * (q == resonance || q == attunement || q == curiosity ? 1 - .25 * .1 * (i % 8) : 1);
  });
  compare(machine, expressed(room.contact(Partner::assistant)), [](int, int, double before) { return before; });
}

TEST_CASE("coaching adds to what a therapist means, quality by quality, and only in coached contacts",
          "[quality][feature]") {
  QuietRoom room;
  Contact c = room.contact(Partner::human);
  const Bench alone = expressed(c);
  for (int q = 0; q < kQualities; ++q) room.parameters.coaching.added[q] = .02 * (q - 3);
  compare(alone, expressed(c), [](int, int, double before) { return before; });
  c.coached = true;
  compare(alone, expressed(c), [](int q, int, double before) { return before + .02 * (q - 3); });
}

TEST_CASE("a disclosed coach costs resonance and compassion, by how much is relied on it", "[quality][feature]") {
  QuietRoom room;
  for (double& added : room.parameters.coaching.added) added = 0;
  room.parameters.coaching.adoption = .5;
  room.parameters.assistant.label_discount = .25;
  Contact c = room.contact(Partner::human);
  c.coached = true;
  const Bench secret = expressed(c);
  room.parameters.coaching.disclosed = true;
  compare(secret, expressed(c), [](int q, int i, double before) {
    return before * (q == resonance || q == compassion ? 1 - .25 * .5 * .1 * (i % 11) : 1);
  });
  c.coached = false;
  compare(secret, expressed(c), [](int, int, double before) { return before; });
}

TEST_CASE("resonance softens harm around the reference of its agent's kind", "[quality][feature]") {
  QuietRoom room;
  for (const Partner partner : {Partner::human, Partner::assistant}) {
    const AgentParameters& agent = partner == Partner::human ? room.parameters.human : room.parameters.assistant;
    room.parameters.course.resonance_softens = .5;
    const Bench b = expressed(room.contact(partner), 4, 4, 1);
    for (int i = 0; i < b.block->size; ++i) {
      const double softened = 3 * (1 - .5 * (b.scratch->quality[resonance][i] - agent.reference[resonance]));
      CHECK(b.block->r.week_harm[i] == near(softened));
    }
    room.parameters.course.resonance_softens = 0;
    const Bench plain = expressed(room.contact(partner), 4, 4, 1);
    for (int i = 0; i < plain.block->size; ++i) CHECK(plain.block->r.week_harm[i] == 3);
  }
}

TEST_CASE("reliability is the mean of accuracy times quality over contacts; latest compassion and curiosity are kept",
          "[quality]") {
  QuietRoom room;
  for (const Partner partner : {Partner::human, Partner::assistant})
    for (const int before : {0, 3}) {
      const Bench b = expressed(room.contact(partner), 6, 0, 0, [&](ClientBlock& block, int i) {
        columns_of(partner, block).contacts[i] = before;
        columns_of(partner, block).reliability[i] = .4;
      });
      const AgentColumns& a = partner == Partner::human ? b.block->human : b.block->assistant;
      for (int i = 0; i < b.block->size; ++i) {
        const double now = .75 * b.scratch->overall[i];
        CHECK(a.reliability[i] == near((before * .4 + now) / (before + 1)));
        CHECK(a.compassion[i] == b.scratch->quality[compassion][i]);
        CHECK(a.curiosity[i] == b.scratch->quality[curiosity][i]);
        CHECK(b.scratch->quality[curiosity][i] == near(b.scratch->shown[curiosity][i] *
                                                       (kFloor[curiosity] + (1 - kFloor[curiosity]) * .75)));
      }
    }
}

TEST_CASE("a causal study's shift is in empathy as expressed and in overall quality, not in what is rated",
          "[quality]") {
  QuietRoom room;
  Contact c = room.contact(Partner::human);
  const Bench plain = expressed(c);
  c.empathy_shift = .1;
  const Bench more = expressed(c);
  for (int i = 0; i < plain.block->size; ++i) {
    CHECK(more.scratch->empathy[i] == near(plain.scratch->empathy[i] + .1));
    CHECK(more.scratch->overall[i] == near(plain.scratch->overall[i] + .1 * (.10 + .12 + .08)));
    CHECK(more.scratch->rated_empathy[i] == plain.scratch->rated_empathy[i]);
  }
}
