// Coupled affect of a contact, after Liebovitch and Peluso: the turns are a map whose fixed points can be worked out.
#include "agents/affect.hpp"

#include "tests/unit/agents/full.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

AffectParameters values(double client_pull, double therapist_pull) {
  AffectParameters p{};
  p.client_keep = .5;
  p.therapist_keep = .4;
  p.client_pull = client_pull;
  p.therapist_pull = therapist_pull;
  return p;
}

struct Affect {
  double client = 0, agent = 0;
};

Affect after(const AffectParameters& p, double client_own, double agent_own, int turns, Affect start = {}) {
  for (int turn = 0; turn < turns; ++turn) baseline::affect_turn(p, client_own, agent_own, start.client, start.agent);
  return start;
}

/// Fixed points of c = (own_c + pull_c tanh(a)) / (1 - keep_c), a likewise: roots of one function of c, by bisection
/// between changes of sign. Nothing here is shared with the program.
std::vector<Affect> fixed_points(const AffectParameters& p, double client_own, double agent_own) {
  const auto agent_at = [&](double c) {
    return (agent_own + p.therapist_pull * std::tanh(c)) / (1 - p.therapist_keep);
  };
  const auto miss = [&](double c) {
    return (client_own + p.client_pull * std::tanh(agent_at(c))) / (1 - p.client_keep) - c;
  };
  std::vector<Affect> found;
  constexpr double kStep = .0137;
  for (double low = -8; low < 8; low += kStep) {
    double a = low, b = low + kStep;
    if ((miss(a) > 0) == (miss(b) > 0)) continue;
    for (int half = 0; half < 60; ++half) ((miss(a) > 0) == (miss((a + b) / 2) > 0) ? a : b) = (a + b) / 2;
    found.push_back({a, agent_at(a)});
  }
  return found;
}

}  // namespace

TEST_CASE("turns come to the fixed point of the coupled equations", "[affect]") {
  for (const double client_own : {-.4, 0.0, .3})
    for (const double agent_own : {0.0, .25})
      for (const double pull : {0.0, .2, .45}) {  // contracting: keep + pull < 1 on both sides
        const AffectParameters p = values(pull, pull);
        const std::vector<Affect> points = fixed_points(p, client_own, agent_own);
        REQUIRE(points.size() == 1);
        const Affect end = after(p, client_own, agent_own, 600);
        INFO("own " << client_own << ", " << agent_own << ", pull " << pull);
        CHECK(end.client == Approx(points[0].client).margin(1e-9));
        CHECK(end.agent == Approx(points[0].agent).margin(1e-9));
      }
}

TEST_CASE("two who pull each other strongly have two moods to settle in, and an unstable one between them",
          "[affect]") {
  const AffectParameters p = values(1.2, 1.2);
  const std::vector<Affect> points = fixed_points(p, 0, 0);
  REQUIRE(points.size() == 3);
  CHECK(points[1].client == Approx(0).margin(1e-9));
  CHECK(points[0].client == Approx(-points[2].client));
  for (const Affect& point : points) {  // each maps to itself
    const Affect next = after(p, 0, 0, 1, point);
    CHECK(next.client == Approx(point.client).margin(1e-9));
    CHECK(next.agent == Approx(point.agent).margin(1e-9));
  }
  const Affect up = after(p, 0, 0, 400, {.001, 0}), down = after(p, 0, 0, 400, {-.001, 0});
  CHECK(up.client == Approx(points[2].client).margin(1e-9));
  CHECK(down.client == Approx(points[0].client).margin(1e-9));
}

TEST_CASE("each turn follows the equations; without a pull, affect is a geometric sum", "[affect]") {
  const AffectParameters p = values(.3, .7);
  const Affect next = after(p, -.2, .1, 1, {.4, -.6});
  CHECK(next.client == near(.5 * .4 - .2 + .3 * std::tanh(-.6)));
  CHECK(next.agent == near(.4 * -.6 + .1 + .7 * std::tanh(.4)));  // the client's of before the turn
  const Affect alone = after(values(0, 0), -.2, .1, 8);
  CHECK(alone.client == near(-.2 * (1 - std::pow(.5, 8)) / .5));
  CHECK(alone.agent == near(.1 * (1 - std::pow(.4, 8)) / .6));
}

TEST_CASE("a contact plays its turns from neutral affect; closeness at its end moves attunement alone",
          "[affect][feature]") {
  FullRoom room;
  room.parameters.assistant.quality_sd = room.parameters.human.quality_sd = 0;
  AffectParameters& p = room.parameters.affect;
  for (const Partner partner : {Partner::human, Partner::assistant}) {
    p = {};
    Contact c = room.contact(partner);
    Bench plain = people();
    baseline::passes.prepare(c, plain.all(), *plain.block, *plain.scratch);
    p = values(.3, .3);
    p.client_severity = p.therapist_warmth = .5;
    p.reference = .6;
    p.effect = .2;
    Bench moved = people();
    baseline::passes.prepare(c, moved.all(), *moved.block, *moved.scratch);
    for (int k = 0; k < plain.block->size; ++k) {
      const Affect end = after(p, -.5 * plain.r().symptom[k] / 27, .5 * plain.scratch->shown[resonance][k], c.turns);
      const double close = clamp(1 - .5 * std::abs(end.client - end.agent), 0, 1);
      for (int q = 0; q < kQualities; ++q) {
        const double before = plain.scratch->shown[q][k];
        const double now = q == attunement ? clamp(before + .2 * (close - .6), 0, 1) : before;
        CHECK(moved.scratch->shown[q][k] == near(now));
      }
    }
  }
}
