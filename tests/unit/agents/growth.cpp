// Model section S3: what qualities build in a client over contacts, and what each builds alone.
#include "agents/growth.hpp"

#include "tests/unit/agents/care.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

/// Clients after a contact in which every quality was expressed at .5, quality `raised` at .7 (kQualities: none).
Bench grown(const Room& room, const Bench& start, int raised, Partner partner = Partner::human) {
  Bench bench(start);
  for (int q = 0; q < kQualities; ++q)
    for (int k = 0; k < kBlock; ++k) bench.scratch->quality[q][k] = q == raised ? .7 : .5;
  baseline::passes.grow(room.contact(partner), bench.all(), *bench.block, *bench.scratch);
  return bench;
}

}  // namespace

TEST_CASE("insight, motivation, autonomy and stigma grow as the document says", "[growth]") {
  Room room;
  room.parameters = full_care();
  const Bench before = cared();
  for (const Partner partner : {Partner::human, Partner::assistant}) {
    Bench bench(before);
    for (int i = 0; i < bench.block->size; ++i)
      for (int q = 0; q < kQualities; ++q) bench.scratch->quality[q][i] = .2 + .09 * ((q + i) % 8);
    baseline::passes.grow(room.contact(partner), bench.all(), *bench.block, *bench.scratch);
    for (int i = 0; i < bench.block->size; ++i) {
      const auto q = [&](int quality) { return .2 + .09 * ((quality + i) % 8); };
      const ClientReals &old = before.block->r, &now = bench.block->r;
      CHECK(now.insight[i] ==
            near(old.insight[i] + .10 * q(perspective_taking) * q(curiosity) * (1 - old.insight[i])));
      CHECK(now.motivation[i] == near(old.motivation[i] + .10 * (q(autonomy_support) - old.motivation[i])));
      CHECK(now.stigma[i] == near(clamp(old.stigma[i] - .02 * (q(validation) - .55), 0, 1)));
      const double n = old.contacts[i];
      CHECK(now.autonomy[i] == near((n * old.autonomy[i] + q(autonomy_support)) / (n + 1)));
      CHECK(now.contacts[i] == n + 1);
    }
  }
}

TEST_CASE("each quality builds what it should and nothing else", "[growth][feature]") {
  Room room;
  room.parameters = full_care();
  const Bench start = cared(256), usual = grown(room, start, kQualities);
  const std::map<int, Names> builds = {{resonance, {}},
                                       {perspective_taking, {"insight"}},
                                       {compassion, {}},
                                       {validation, {"stigma"}},
                                       {autonomy_support, {"autonomy", "motivation"}},
                                       {attunement, {}},
                                       {curiosity, {"insight"}},
                                       {technique, {}}};
  for (const auto& [quality, names] : builds) {
    const Bench more = grown(room, start, quality);
    INFO("quality " << quality);
    CHECK(changed(usual, more) == names);
    for (int i = 0; i < 256; ++i) {
      CHECK(more.block->r.insight[i] >= usual.block->r.insight[i]);
      CHECK(more.block->r.motivation[i] >= usual.block->r.motivation[i]);
      CHECK(more.block->r.autonomy[i] >= usual.block->r.autonomy[i]);
      CHECK(more.block->r.stigma[i] <= usual.block->r.stigma[i]);
    }
  }
}

TEST_CASE("each coefficient switches off its own growth alone", "[growth][feature]") {
  Room room;
  const Bench start = cared(256);
  const Names all = {"autonomy", "contacts", "insight", "motivation", "stigma"};
  const auto without = [&](const std::string& name, auto zero) {
    room.parameters = full_care();
    zero(room.parameters);
    Names expected = all;
    expected.erase(name);
    CHECK(changed(start, grown(room, start, kQualities)) == expected);
  };
  without("insight", [](Parameters& p) { p.roles.insight_gain = 0; });
  without("motivation", [](Parameters& p) { p.roles.motivation_rate = 0; });
  without("stigma", [](Parameters& p) { p.roles.stigma = 0; });
  without("autonomy", [](Parameters& p) { p.course.autonomy_decay = 0; });
  room.parameters = full_care();
  room.parameters.rival.contact_only = true;  // there qualities have no effect
  CHECK(changed(start, grown(room, start, kQualities)) == Names{"contacts"});
}

TEST_CASE("the running mean of autonomy support is the mean over all contacts, with whomever", "[growth]") {
  Room room;
  room.parameters = full_care();
  Bench bench = newcomers(0, [](ClientBlock& b, int i) { b.r.autonomy[i] = .6; });
  double sum = 0;
  for (int contact = 0; contact < 40; ++contact) {
    const double shown = .3 + .6 * (contact * 7 % 11) / 11.0;
    sum += shown;
    for (int k = 0; k < kBlock; ++k) bench.scratch->quality[autonomy_support][k] = shown;
    const Partner partner = contact % 3 ? Partner::assistant : Partner::human;
    baseline::passes.grow(room.contact(partner), bench.all(), *bench.block, *bench.scratch);
    CHECK(bench.r().autonomy[17] == near(sum / (contact + 1)));
  }
}

TEST_CASE("insight fades geometrically to its rest, for everybody; with weekly contacts it settles where both balance",
          "[growth]") {
  Room room;
  room.parameters = full_care();
  const Parameters& p = room.parameters;
  Bench fading = cared();
  const Bench start(fading);
  for (int week = 0; week < 30; ++week) baseline::passes.fade_insight(p, fading.all(), *fading.block);
  for (int i = 0; i < fading.block->size; ++i) {
    CHECK(fading.r().insight[i] == near(.2 + (start.block->r.insight[i] - .2) * std::pow(.98, 30)));
    CHECK(fading.r().insight_before[i] == fading.r().insight[i]);
  }
  CHECK(changed(start, fading) == Names{"insight", "insight_before"});
  Bench met = cared();
  for (int week = 0; week < 3000; ++week) {
    for (int q = 0; q < kQualities; ++q)
      for (int k = 0; k < kBlock; ++k) met.scratch->quality[q][k] = .5;
    baseline::passes.grow(room.contact(Partner::human), met.all(), *met.block, *met.scratch);
    baseline::passes.fade_insight(p, met.all(), *met.block);
  }
  const double a = .10 * .5 * .5, rest = (.98 * a + .02 * .2) / (1 - .98 * (1 - a));  // I = .98 (I + a (1 - I)) + .004
  for (int i = 0; i < met.block->size; ++i) CHECK(met.r().insight[i] == Approx(rest).epsilon(1e-9));
  Parameters off = p;
  off.roles.insight_gain = off.roles.insight_fade = 0;
  Bench still(start);
  baseline::passes.fade_insight(off, still.all(), *still.block);
  CHECK(changed(start, still).empty());
}

TEST_CASE("growth depends on no neighbour and on no instruction set", "[growth]") {
  Room room;
  room.parameters = full_care();
  const Contact c = room.contact(Partner::assistant);
  check_lanes_and_sets(cared(200), [&](const Passes& p, Lanes lanes, ClientBlock& b, Scratch& s) {
    for (int k = 0; k < lanes.count; ++k)
      for (int q = 0; q < kQualities; ++q) s.quality[q][k] = .1 + .8 * ((b.w.id[lanes.begin + k] * 31 + q) % 97) / 97;
    p.grow(c, lanes, b, s);
    p.fade_insight(room.parameters, lanes, b);
  });
}
