// Model section S9: the bundle of pathways without empathy, practised between contacts.
#include "agents/practice.hpp"

#include "tests/unit/agents/recipes.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

void practise(const Parameters& p, Partner carrier, bool guided, Bench& bench, int week = 5) {
  baseline::passes.practise(p, carrier, guided, kKey, week, bench.all(), *bench.block, *bench.scratch);
}

int slots(const Bench& bench, int i, double trust, bool guided, std::uint32_t week) {
  const ClientReals& r = bench.block->r;
  const double p = sigma(-.2 + 1.6 * (trust - .5) + (guided ? .8 : 0) + .8 * (r.motivation[i] - .556) -
                         .035 * r.weeks_in_care[i]);
  int practised = 0;
  const std::uint32_t id = bench.block->w.id[i];
  for (int slot = 0; slot < 4; ++slot) practised += happens(word(id, Purpose::practice, 0, slot, week), p);
  return practised;
}

struct Case {
  Partner carrier;
  bool guided;
};

}  // namespace

TEST_CASE("practice and its gain follow the document; a leaflet has trust .5 and no guide", "[practice]") {
  const Parameters p = default_parameters();
  for (const Case& kind : {Case{Partner::assistant, false}, Case{Partner::assistant, true}, Case{Partner::human, true},
                           Case{Partner::none, false}}) {
    Bench bench = people(256);
    const Bench before(bench);
    practise(p, kind.carrier, kind.guided, bench);
    int wrong = 0;
    for (int i = 0; i < 256; ++i) {
      const double trust = kind.carrier == Partner::none ? .5 : bench.of(kind.carrier).trust_before[i];
      const int n = slots(bench, i, trust, kind.guided, 5);
      const double gain = .443 * n / 4.0 * (.7 + .3 * bench.r().responsiveness[i]);
      const double added = bench.r().week_gain[i] - before.block->r.week_gain[i];
      wrong += bench.r().practised[i] != n || std::abs(added - gain) > 1e-12;
    }
    INFO("carrier " << static_cast<int>(kind.carrier) << ", guided " << kind.guided);
    CHECK(wrong == 0);
  }
}

TEST_CASE("every slot practised by one in worse circumstances is practised in better ones", "[practice]") {
  const Parameters p = default_parameters();
  CHECK(rc::check("directions and range", [&] {
    Bench base = people(64, static_cast<unsigned>(whole(1, 500)));
    Bench trusting(base), keen(base), late(base), guided(base);
    for (int i = 0; i < 64; ++i) {
      trusting.block->assistant.trust_before[i] += any(0, .3);
      keen.r().motivation[i] += any(0, .5);
      late.r().weeks_in_care[i] += whole(1, 20);
    }
    for (Bench* bench : {&base, &trusting, &keen, &late}) practise(p, Partner::assistant, false, *bench);
    practise(p, Partner::assistant, true, guided);
    for (int i = 0; i < 64; ++i) {
      const double n = base.r().practised[i];
      RC_ASSERT(n >= 0 && n <= 4);
      RC_ASSERT(trusting.r().practised[i] >= n && keen.r().practised[i] >= n && guided.r().practised[i] >= n);
      RC_ASSERT(late.r().practised[i] <= n);
    }
  }));
}

TEST_CASE("a guide adds practice; a leaflet is not guided", "[practice]") {
  const Parameters p = default_parameters();
  const auto total = [&](Partner carrier, bool guided) {
    double sum = 0;
    for (int week = 1; week < 30; ++week) {
      Bench bench = people(256);
      for (int i = 0; i < 256; ++i) bench.block->human.trust_before[i] = bench.block->assistant.trust_before[i] = .5;
      practise(p, carrier, guided, bench, week);
      for (int i = 0; i < 256; ++i) sum += bench.r().practised[i];
    }
    return sum;
  };
  CHECK(total(Partner::none, false) == total(Partner::assistant, false));  // at trust .5 a leaflet is an assistant
  CHECK(total(Partner::human, true) == total(Partner::assistant, true));
  CHECK(total(Partner::human, true) > 1.3 * total(Partner::none, false));
}

TEST_CASE("the rival that knows contact only practises at trust .65 and .50; a leaflet stays", "[practice]") {
  Parameters p = default_parameters();
  p.rival.contact_only = true;
  for (const Partner carrier : {Partner::human, Partner::assistant, Partner::none}) {
    Bench bench = people(256);
    practise(p, carrier, false, bench);
    for (int i = 0; i < 256; ++i)
      CHECK(bench.r().practised[i] == slots(bench, i, carrier == Partner::human ? .65 : .50, false, 5));
  }
}

TEST_CASE("practice depends on no neighbour and on no instruction set", "[practice]") {
  const Parameters parameters = default_parameters();
  for (const Partner carrier : {Partner::human, Partner::assistant, Partner::none})
    check_lanes_and_sets(people(200), [&](const Passes& p, Lanes lanes, ClientBlock& b, Scratch& s) {
      p.practise(parameters, carrier, carrier == Partner::human, kKey, 6, lanes, b, s);
    });
}
