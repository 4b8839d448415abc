// Model section S2: cultural distance. Cultures are abstract positions of expression, never peoples.
#include "agents/culture.hpp"

#include "tests/unit/agents/recipes.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {
const CultureParameters kCulture = default_parameters().culture;
double chi(std::uint32_t client, std::uint32_t agent, double jitter = 0) {
  return cultural_distance(kCulture, client, agent, jitter);
}
}  // namespace

TEST_CASE("distance is that of the positions, less for a client of the reference culture", "[culture]") {
  CHECK(chi(3, 0) == near(.90));
  CHECK(chi(0, 3) == near(.54));  // .6 x .90
  CHECK(chi(2, 1) == near(.25));
  CHECK(chi(1, 2) == near(.25));  // the factor is for the reference culture alone
  CHECK(chi(1, 0, .05) == near(.40));
  CHECK(chi(0, 1, -.05) == near(.16));
}

TEST_CASE("within a culture the distance is exactly 0, whatever the jitter", "[culture]") {
  for (std::uint32_t c = 0; c < 4; ++c)
    for (const double jitter : {-.08, 0.0, .08}) CHECK(chi(c, c, jitter) == 0.0);
}

TEST_CASE("the asymmetry was put in: others read the reference culture better than the reverse", "[culture]") {
  for (std::uint32_t other = 1; other < 4; ++other) CHECK(chi(0, other) < chi(other, 0));
}

TEST_CASE("distance stays within its range and grows with separation", "[culture]") {
  CHECK(rc::check("range, order", [] {
    CultureParameters p = kCulture;
    for (double& position : p.position) position = any(0, 2);
    p.position[0] = 0;
    p.asymmetry = any(0, 1);
    const double jitter = any(-.5, .5);
    const auto client = static_cast<std::uint32_t>(whole(0, 3)), agent = static_cast<std::uint32_t>(whole(0, 3));
    const double found = cultural_distance(p, client, agent, jitter);
    RC_ASSERT(found >= 0 && found <= 1.3);
    if (client == agent || client == 0) return;
    CultureParameters farther = p;
    const double step = any(0, 1);
    farther.position[client] += p.position[client] >= p.position[agent] ? step : -step;
    RC_ASSERT(cultural_distance(farther, client, agent, jitter) >= found);
  }));
}

TEST_CASE("words fall into cultures by their shares, thresholds at the sums", "[culture]") {
  const auto at = [](double u) { return draw_culture(kCulture, static_cast<std::uint32_t>(u * 4294967296.0)); };
  CHECK(at(0) == 0);
  CHECK(at(.5499) == 0);
  CHECK(at(.5501) == 1);
  CHECK(at(.7499) == 1);
  CHECK(at(.7501) == 2);
  CHECK(at(.8999) == 2);
  CHECK(at(.9001) == 3);
  CHECK(draw_culture(kCulture, 0xFFFFFFFFu) == 3);
}
