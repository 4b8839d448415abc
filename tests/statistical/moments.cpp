// The natural course against the closed form of its two autoregressions, where clipping is idle.
//
// False alarms: 5.5 standard errors, 4e-8 for each of 13 comparisons: below 1e-6 in all. Caught in 99.9 % of cases: 8.6
// standard errors, written beside each check.
#include "tests/statistical/each.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

constexpr double kKappaM = .0215, kKappa = .30, kSigmaM = .3, kSigmaX = 1.4, kSem = 1.5;

/// Personal mean 13 for everybody and sigma_M .3: five SD of symptoms away from both ends of the scale.
Scenario central() {
  Scenario s = arm_of({});
  s.parameters.course.episode_sd = kSigmaM;
  s.parameters.intake.selected = false;
  s.parameters.intake.episode_mean = s.parameters.intake.baseline_mean = 13;
  s.parameters.intake.episode_sd = 1;
  s.parameters.intake.baseline_sd = 0;
  return s;
}

}  // namespace

// 40,000 clients after 400 weeks (8.6 time constants of M; e^-8.6 of the start is left). Standard errors: means .007
// and .012, SD .005 and .009. Caught: .06 and .1 points in the means, .044 and .075 in the SD, as when sigma_M were
// .309 or kappa .34. Seen to fail: kappa_M .0230.
TEST_CASE("the stationary moments are those of the closed form", "[statistical][course]") {
  Moments episode, symptom, phq9;
  double cross = 0, lagged = 0;
  std::vector<double> last(40'000);
  watch(experiment_of({central()}, 40'000, 400), [&](const CourseAt&, const ClientBlock& b, int i, int week) {
    if (week == 399) last[b.w.id[i]] = b.r.symptom[i];
    if (week < 400) return;
    episode.add(b.r.episode[i]);
    symptom.add(b.r.symptom[i]);
    phq9.add(b.r.phq9[i]);
    cross += (b.r.episode[i] - 13) * (b.r.symptom[i] - 13);
    lagged += (last[b.w.id[i]] - 13) * (b.r.symptom[i] - 13);
  });
  const double b = 1 - kKappaM, a = 1 - kKappa, n = episode.n;
  const double var_m = kSigmaM * kSigmaM / (1 - b * b);
  const double var_x = kSigmaX * kSigmaX / (1 - a * a) + kKappa * kKappa * var_m * (1 +
      a * b) / ((1 - a * a) * (1 - a * b));
  const double cov = kKappa * var_m / (1 - a * b);  // of X and M in the same week
  const double lag = a * var_x + kKappa * b * cov;  // of X and X a week later: M' = b M + noise
  const double var_y = var_x + kSem * kSem + 1.0 / 12;  // rounding to whole points
  CHECK(std::abs(episode.mean() - 13) < kZ * std::sqrt(var_m / n));
  CHECK(std::abs(symptom.mean() - 13) < kZ * std::sqrt(var_x / n));
  CHECK(std::abs(phq9.mean() - 13) < kZ * std::sqrt(var_y / n));
  CHECK(std::abs(episode.sd() - std::sqrt(var_m)) < kZ * std::sqrt(var_m / (2 * n)));
  CHECK(std::abs(symptom.sd() - std::sqrt(var_x)) < kZ * std::sqrt(var_x / (2 * n)));
  CHECK(std::abs(phq9.sd() - std::sqrt(var_y)) < kZ * std::sqrt(var_y / (2 * n)));
  CHECK(std::abs(cross / n - cov) < kZ * std::sqrt((var_m * var_x + cov * cov) / n));
  CHECK(std::abs(lagged / n - lag) < kZ * std::sqrt((var_x * var_x + lag * lag) / n));
}

// Clients whose M cannot reach an end within a week: 64 cells, 63 degrees of freedom. Standard errors with 800,000
// increments: mean .0011, SD .0008. Caught: 1 % of an SD in the mean, .7 % in the SD, one cell with 12 % too many. Seen
// to fail: sigma_M 1.22; kappa_M .0230.
TEST_CASE("increments of the episode are normal with SD sigma_M", "[statistical][course]") {
  std::vector<double> cells(64), before(20'000);
  Moments eps;
  double cubes = 0, fourths = 0;
  watch(experiment_of({arm_of({})}, 20'000, 100), [&](const CourseAt&, const ClientBlock& b, int i, int week) {
    double& m = before[b.w.id[i]];
    if (week > 0 && m > 8 && m < 19) {
      const double e = (b.r.episode[i] - m - .0215 * (b.r.baseline[i] - m)) / 1.20;
      eps.add(e);
      cubes += e * e * e;
      fourths += e * e * e * e;
      cells[static_cast<std::size_t>(.5 * std::erfc(-e / std::sqrt(2.0)) * 64)] += 1;
    }
    m = b.r.episode[i];
  });
  const double n = eps.n;
  REQUIRE(n > 800'000);
  CHECK(std::abs(eps.mean()) < kZ / std::sqrt(n));
  CHECK(std::abs(eps.sd() - 1) < kZ / std::sqrt(2 * n));
  CHECK(std::abs(cubes / n) < kZ * std::sqrt(15 / n));
  CHECK(std::abs(fourths / n - 3) < kZ * std::sqrt(96 / n));
  CHECK(std::abs(chi_square_z(cells, std::vector<double>(64, n / 64))) < kZ);
}
