// Model section 2.1: named attributes of clients. Levels from joint cells; each effect on what it names and on nothing
// else; who has no access to an assistant.
// Seen to fail: the first attribute's level as the fastest digit; an effect of the level before; effects added after
// the least trust; leaving and practice left out; the mark not set.
#include "agents/attributes.hpp"

#include "tests/unit/agents/care.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

/// Two attributes: two levels, and three. The last level of the second meets no assistant.
AttributeParameters two() {
  AttributeParameters p{};
  p.count = 2;
  p.cells = 6;
  p.levels[0] = 2;
  p.levels[1] = 3;
  const double below[] = {.1, .3, .35, .6, .8, 1};
  for (int cell = 0; cell < 6; ++cell) p.below[cell] = below[cell];
  p.without_assistant[1][2] = true;
  return p;
}

int cell_of(std::uint32_t client, const AttributeParameters& p) {
  const double u = uniform_of(word(client, Purpose::people, 1, 2, 0));
  int cell = 0;
  while (u >= p.below[cell]) ++cell;
  return cell;
}

Bench entered(const Parameters& parameters, const Passes& passes = baseline::passes, int size = 256) {
  static const Team team;
  Bench bench;
  passes.enter(parameters, view(team.table), kKey, 400, size, 3, *bench.block, *bench.scratch);
  return bench;
}

/// An effect on clients of the second level of the first attribute, another on the first level of the second.
Parameters with_effect(AttributeTarget target, double first, double second) {
  Parameters p = full_care();
  p.attributes = two();
  p.attributes.effect[target][0][1] = first;
  p.attributes.effect[target][1][0] = second;
  return p;
}

double effect_on(int cell, double first, double second) {
  return (cell / 3 == 1 ? first : 0) + (cell % 3 == 0 ? second : 0);
}

}  // namespace

TEST_CASE("a client's joint cell is drawn by one word; the last attribute's level is its fastest digit", "[people]") {
  Parameters p = full_care();
  p.attributes = two();
  const Bench bench = entered(p);
  for (int i = 0; i < 256; ++i) {
    const int cell = cell_of(bench.block->w.id[i], p.attributes);
    CHECK(bench.block->r.attribute[0][i] == cell / 3);
    CHECK(bench.block->r.attribute[1][i] == cell % 3);
    CHECK(bench.block->w.events[i] == (cell % 3 == 2 ? static_cast<std::uint32_t>(kWithoutAssistant) : 0u));
  }
  CHECK(changed(entered(full_care()), bench) == Names{"attribute", "w.events"});
}

TEST_CASE("levels have the shares that were stated", "[people][statistical]") {
  // 76,800 clients, six cells: false alarm 6 x 4e-8; a share that is off by .012 is caught 99 % of the time.
  const AttributeParameters p = two();
  double counts[6] = {};
  constexpr int blocks = 300;
  for (std::uint32_t number = 0; number < blocks; ++number) {
    Bench bench = newcomers(number * 256);
    baseline::draw_attributes(p, kKey, *bench.block, *bench.scratch);
    const ClientReals& r = bench.block->r;
    for (int i = 0; i < 256; ++i) ++counts[static_cast<int>(3 * r.attribute[0][i] + r.attribute[1][i])];
  }
  for (int cell = 0; cell < 6; ++cell)
    CHECK(plausible(counts[cell], 256 * blocks, p.below[cell] - (cell > 0 ? p.below[cell - 1] : 0)));
}

TEST_CASE("an effect at entry adds up over attributes, stays in range, and moves what it names alone", "[people]") {
  struct Case {
    AttributeTarget target;
    double first, second;
    Names moved;
    double (*read)(const ClientBlock& b, int i);
    double least, most;
  };
  const Case cases[] = {
      {on_privacy, .3, -.2, {"privacy"}, [](const ClientBlock& b, int i) { return b.r.privacy[i]; }, 0, 1},
      {on_stigma, -.4, .1, {"stigma"}, [](const ClientBlock& b, int i) { return b.r.stigma[i]; }, 0, 1},
      {on_motivation, .5, .2, {"motivation"}, [](const ClientBlock& b, int i) { return b.r.motivation[i]; }, 0, 1}};
  for (const Case& each : cases) {
    const Bench plain = entered(with_effect(each.target, 0, 0));
    const Parameters p = with_effect(each.target, each.first, each.second);
    const Bench bench = entered(p);
    CHECK(changed(plain, bench) == each.moved);
    for (int i = 0; i < 256; ++i) {
      const double added = effect_on(cell_of(bench.block->w.id[i], p.attributes), each.first, each.second);
      const double expected = clamp(each.read(*plain.block, i) + added, each.least, each.most);
      CHECK(each.read(*bench.block, i) == near(expected));
    }
  }
}

TEST_CASE("an effect on trust is on its good evidence, before its least, towards the agent that it names", "[people]") {
  for (const bool human : {true, false}) {
    const AttributeTarget target = human ? on_trust_human : on_trust_assistant;
    const Bench plain = entered(with_effect(target, 0, 0));
    const Parameters p = with_effect(target, 2, -30);
    const Bench bench = entered(p);
    const std::string who = human ? "human." : "assistant.";
    CHECK(changed(plain, bench) == Names{who + "trust_good", who + "trust_start", who + "trust_before"});
    const AgentColumns& before = human ? plain.block->human : plain.block->assistant;
    const AgentColumns& after = human ? bench.block->human : bench.block->assistant;
    for (int i = 0; i < 256; ++i) {
      const double doubt = bench.block->w.type[i] == 2 ? .4 : 1;
      const double added = effect_on(cell_of(bench.block->w.id[i], p.attributes), 2, -30);
      if (added < -20) CHECK(after.trust_good[i] == near(doubt));  // the least is 1
      else CHECK(after.trust_good[i] == near(before.trust_good[i] + doubt * added));
    }
  }
}

TEST_CASE("an effect on leaving is on its logit, but for usual care, whose hazard is constant", "[leaving][people]") {
  const Parameters plain = with_effect(on_leaving, 0, 0), p = with_effect(on_leaving, .7, -.4);
  const LeavingContext care{true, true, true, false, false};
  LeavingContext usual;
  usual.usual_care = true;
  for (const LeavingContext& context : {care, usual}) {
    Bench a = entered(plain), b = entered(plain);
    baseline::hazard(plain, context, a.all(), *a.block, *a.scratch);
    baseline::hazard(p, context, b.all(), *b.block, *b.scratch);
    for (int i = 0; i < 256; ++i) {
      const double added = effect_on(cell_of(a.block->w.id[i], p.attributes), .7, -.4);
      CHECK(b.scratch->logit[i] - a.scratch->logit[i] == Approx(context.usual_care ? 0 : added).margin(1e-12));
    }
  }
}

TEST_CASE("an effect on practice is on the logit of a slot, in the bundle and one by one", "[practice][people]") {
  const Parameters p = with_effect(on_practice, 40, -40);  // as good as always, as good as never
  Offer offer;
  offer.offers[mindfulness] = true;
  for (const bool bundle : {true, false}) {
    Bench bench = entered(p);
    if (bundle) baseline::practise(p, Partner::none, false, kKey, 1, bench.all(), *bench.block, *bench.scratch);
    else baseline::practise_offer(p, offer, kKey, 1, bench.all(), *bench.block, *bench.scratch);
    for (int i = 0; i < 256; ++i) {
      const double added = effect_on(cell_of(bench.block->w.id[i], p.attributes), 40, -40);
      if (added > 0) CHECK(bench.block->r.practised[i] == 4);
      if (added < 0) CHECK(bench.block->r.practised[i] == 0);
    }
  }
}

TEST_CASE("attributes are drawn alike with every instruction set", "[people]") {
  Parameters p = full_care();
  p.attributes = two();
  for (int target = 0; target < kAttributeTargets; ++target) p.attributes.effect[target][1][1] = .13;
  const Bench expected = entered(p);
  for (const Passes* passes : all_passes()) CHECK(changed(expected, entered(p, *passes)) == Names{});
}
