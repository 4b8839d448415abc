// Model section S15: hearsay and stigma.
#include "agents/hearsay.hpp"

#include "sim/fixed.hpp"
#include "tests/catch.hpp"

using namespace hybridcare;

namespace {
Approx near(double x) { return Approx(x).epsilon(1e-12).margin(1e-13); }

NetworkParameters network() {
  NetworkParameters p{};
  p.keep = .95, p.hear = .03, p.bad_news = 2.5, p.breach = .1, p.mixing = .02, p.recovered = .01, p.left = .01;
  return p;
}
}  // namespace

TEST_CASE("a loss of trust is told two and a half times as loud as a gain", "[network]") {
  CHECK(from_fixed(told(network(), .7, .6)) == Approx(.1).margin(1e-9));
  CHECK(from_fixed(told(network(), .5, .6)) == Approx(-.25).margin(1e-9));
}

TEST_CASE("opinion keeps .95 and takes .03 of the mean of those who met the agent", "[network]") {
  const NetworkParameters p = network();
  CHECK(hear(p, .4, {}) == near(.38));
  CHECK(hear(p, 0, {to_fixed(.3), 2, 0}) == Approx(.03 * .15).margin(1e-9));
  CHECK(hear(p, 0, {0, 0, 2}) == near(-.2));
  CHECK(hear(p, -1, {to_fixed(-2.5), 1, 5}) == -1);
  double q = 0;  // constant news of x settles at .03 x / .05
  for (int week = 0; week < 2000; ++week) q = hear(p, q, {to_fixed(.1), 1, 0});
  CHECK(q == Approx(.06).margin(1e-8));
}

TEST_CASE("stigma drifts to the neighbours' mean, down with recoveries and up with dropouts", "[network]") {
  const NetworkParameters p = network();
  CHECK(stigma_after(p, .5, {}) == .5);
  CHECK(stigma_after(p, .5, {to_fixed(.6), 2, false, false}) == Approx(.5 + .02 * (.3 - .5)).margin(1e-9));
  CHECK(stigma_after(p, .5, {to_fixed(1.0), 2, true, false}) == Approx(.49).margin(1e-9));
  CHECK(stigma_after(p, .5, {to_fixed(1.0), 2, false, true}) == Approx(.51).margin(1e-9));
  CHECK(stigma_after(p, .001, {to_fixed(0.0), 1, true, false}) == 0);
}
