// Model section S2: accuracy of reading, cultural loss, and an agent's belief in itself.
#include "agents/recognition.hpp"

#include "tests/unit/agents/recipes.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

double cdf(double x) { return .5 * std::erfc(-x / std::sqrt(2.0)); }

/// P_c(d) by Simpson's rule over [-12, 12] around d: nothing in common with the series.
double accuracy_by_quadrature(double d, int alternatives) {
  constexpr int n = 4000;
  constexpr double from = -12, step = 24.0 / n;
  double sum = 0;
  for (int i = 0; i <= n; ++i) {
    const double x = from + i * step;
    const double density = std::exp(-x * x / 2) / std::sqrt(2 * std::acos(-1.0));
    sum += (i == 0 || i == n ? 1 : i % 2 ? 4 : 2) * density * std::pow(cdf(x + d), alternatives - 1);
  }
  return sum * step / 3;
}

double accuracy_at(const Psychometric& series, double d) { return baseline::passes.accuracy(series.term, d); }

}  // namespace

TEST_CASE("the series of P_c is within 1e-9 of direct quadrature", "[recognition]") {
  for (const int alternatives : {2, 3, 6, 8, 12}) {
    const Psychometric series = make_psychometric(alternatives);
    double worst = 0;
    for (int i = 0; i <= 800; ++i)
      worst = std::max(worst, std::abs(accuracy_at(series, i * .01) - accuracy_by_quadrature(i * .01, alternatives)));
    INFO("K = " << alternatives << ", largest error " << worst);
    CHECK(worst < 1e-9);
    CHECK(accuracy_at(series, 0) == Approx(1.0 / alternatives).margin(1e-9));
  }
}

TEST_CASE("P_c has its known values", "[recognition]") {
  const Psychometric two = make_psychometric(2), six = make_psychometric(6);
  for (double d = 0; d <= 8; d += .125) CHECK(accuracy_at(two, d) == Approx(cdf(d / std::sqrt(2.0))).margin(1e-9));
  CHECK(accuracy_at(six, 2.05) == Approx(.771).margin(.0005));
  CHECK(accuracy_at(six, 1.722) == Approx(.682).margin(.0005));
  CHECK(accuracy_at(six, -1) == accuracy_at(six, 0));  // clipped at both ends
  CHECK(accuracy_at(six, 9) == accuracy_at(six, 8));
}

TEST_CASE("P_c rises with d, falls with the number of alternatives", "[recognition]") {
  const Psychometric two = make_psychometric(2), six = make_psychometric(6), nine = make_psychometric(9);
  CHECK(rc::check("monotone", [&] {
    const double d = any(0, 6.9), step = any(.001, 1);  // closer to 8 the curve is flat to the error of the series
    RC_ASSERT(accuracy_at(six, d + step) > accuracy_at(six, d));
    RC_ASSERT(accuracy_at(two, d) > accuracy_at(six, d));
    RC_ASSERT(accuracy_at(six, d) > accuracy_at(nine, d));
  }));
}

TEST_CASE("a human loses .16 chi of d, less with every earlier contact; confidence ignores culture", "[recognition]") {
  const Room room;
  Bench bench = people();
  hold(room.contact(Partner::human), bench, Until::read);
  for (int i = 0; i < bench.block->size; ++i) {
    const AgentColumns& a = bench.block->human;
    const double d = 2.05 * (1 - .16 * a.distance[i] * std::exp(-.10 * a.contacts[i]));
    CHECK(bench.scratch->right_chance[i] == Approx(accuracy_by_quadrature(d, 6)).margin(1e-9));
    CHECK(a.confidence[i] == Approx(.771).margin(.0005));
  }
}

TEST_CASE("an assistant loses .21 chi of d for good, and gains a little by memory", "[recognition]") {
  const Room room;
  Bench bench = people();
  hold(room.contact(Partner::assistant), bench, Until::read);
  for (int i = 0; i < bench.block->size; ++i) {
    const double memory = std::min(1.15, 1 + .009 * .3 * std::sqrt(bench.block->r.weeks_in_care[i]));
    const double d = 1.45 * (1 - .30 * .7 * bench.block->assistant.distance[i]) * memory;
    CHECK(bench.scratch->right_chance[i] == Approx(accuracy_by_quadrature(d, 6)).margin(1e-9));
    CHECK(bench.block->assistant.confidence[i] == Approx(accuracy_by_quadrature(1.45 * memory, 6)).margin(1e-9));
  }
}

TEST_CASE("distance lowers accuracy and never confidence; without distance both agree", "[recognition]") {
  Room room;
  CHECK(rc::check("direction", [&] {
    Bench bench = people(2);
    const Partner partner = *rc::gen::element(Partner::human, Partner::assistant);
    (partner == Partner::human ? room.parameters.human : room.parameters.assistant).distance_loss = any(.01, .6);
    AgentColumns& a = bench.of(partner);
    a.contacts[1] = a.contacts[0];
    bench.r().weeks_in_care[1] = bench.r().weeks_in_care[0];
    a.distance[0] = any(0, 1);
    a.distance[1] = a.distance[0] + any(.01, .3);
    Contact c = room.contact(partner);
    hold(c, bench, Until::read);
    const double* chance = bench.scratch->right_chance;
    RC_ASSERT(chance[1] < chance[0] && chance[0] <= a.confidence[0] && a.confidence[1] == a.confidence[0]);
    c.no_distance = true;  // the twin
    hold(c, bench, Until::read);
    RC_ASSERT(chance[0] == a.confidence[0] && chance[1] == a.confidence[1]);
  }));
}

TEST_CASE("memory is bounded", "[recognition]") {
  Room room;
  room.parameters.assistant.memory = 1;
  room.parameters.assistant.memory_gain = 1;
  Bench bench = people();
  hold(room.contact(Partner::assistant), bench, Until::read);
  const double most = accuracy_by_quadrature(1.45 * 1.15, 6);
  for (int i = 0; i < bench.block->size; ++i)
    CHECK(bench.block->assistant.confidence[i] == Approx(most).margin(1e-9));
}

TEST_CASE("reading depends on no neighbour and on no instruction set", "[recognition]") {
  const Room room;
  for (const Partner partner : {Partner::human, Partner::assistant})
    check_lanes_and_sets(people(), [&](const Passes& p, Lanes lanes, ClientBlock& b, Scratch& s) {
      hold(p, room.contact(partner), lanes, b, s, Until::read);
    });
}
