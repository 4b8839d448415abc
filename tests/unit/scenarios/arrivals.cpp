// Arrivals of a service against the Poisson distribution.
#include "scenarios/arrivals.hpp"

#include <cmath>

#include "sim/error.hpp"
#include "tests/catch.hpp"

using namespace hybridcare;

namespace {

double poisson_share(double mean, int count) {
  return std::exp(count * std::log(mean) - mean - std::lgamma(count + 1.0));
}

/// Chi-square over cells with an expected count of at least 20, as a normal deviate.
double misfit(double mean, int weeks) {
  std::vector<int> counts(static_cast<std::size_t>(mean + 12 * std::sqrt(mean) + 12), 0);
  for (int w = 1; w <= weeks; ++w) {
    const auto n = static_cast<std::size_t>(poisson(Key{3, 4}, static_cast<std::uint32_t>(w), mean));
    ++counts[std::min(n, counts.size() - 1)];
  }
  double sum = 0, cells = 0, seen = 0, expected = 0;
  for (std::size_t n = 0; n < counts.size(); ++n) {
    seen += counts[n];
    expected += weeks * poisson_share(mean, static_cast<int>(n));
    if (expected < 20) continue;
    sum += (seen - expected) * (seen - expected) / expected;
    cells += 1;
    seen = expected = 0;
  }
  const double freedom = cells - 1, v = 2 / (9 * freedom);
  return (std::cbrt(sum / freedom) - (1 - v)) / std::sqrt(v);
}

}  // namespace

TEST_CASE("weekly arrivals are Poisson", "[service]") {
  // False alarm 4e-8 each; a mean wrong by 2 % is caught with near certainty at 20,000 weeks.
  for (const double mean : {.3, 5.0, 63.9, 64.1, 200.0}) CHECK(std::abs(misfit(mean, 20000)) < 5.5);
}

TEST_CASE("more are all of fewer, and more", "[service]") {
  for (std::uint32_t week = 1; week < 200; ++week) {
    int before = 0;
    for (double mean = 0; mean < 300; mean += 7.3) {
      const int now = poisson(Key{1, 1}, week, mean);
      CHECK(now >= before);
      before = now;
    }
  }
  CHECK(poisson(Key{1, 1}, 1, 0) == 0);
}

TEST_CASE("arrivals end when the last of the wanted clients has been followed", "[service]") {
  const Arrivals a = draw_arrivals(Key{1, 0}, {20}, 50, 200, 26);
  std::uint32_t sum = 0;
  int last = 0;
  for (int w = 1; w <= a.weeks(); ++w) {
    if (sum < 200 && sum + a.by_week[static_cast<std::size_t>(w)] >= 200) last = w;
    sum += a.by_week[static_cast<std::size_t>(w)];
  }
  CHECK(sum == a.clients);
  CHECK(a.weeks() == last + 25);
  CHECK(a.by_week[1] >= 50);
  CHECK(draw_arrivals(Key{1, 0}, {0}, 200, 200, 52).weeks() == 52);
  const Arrivals seasonal = draw_arrivals(Key{1, 0}, {40, 0}, 0, 100, 5);
  for (int w = 2; w <= seasonal.weeks(); w += 2) CHECK(seasonal.by_week[static_cast<std::size_t>(w)] == 0);
}

TEST_CASE("more clients wanted change nobody who came before", "[service]") {
  const Arrivals few = draw_arrivals(Key{9, 2}, {7.5}, 3, 100, 12), more = draw_arrivals(Key{9, 2}, {7.5}, 3, 300, 12);
  for (std::size_t w = 0; w < few.by_week.size(); ++w) CHECK(few.by_week[w] == more.by_week[w]);
}

TEST_CASE("a service to which nobody comes is refused", "[service]") {
  CHECK_THROWS_WITH(draw_arrivals(Key{1, 0}, {0}, 5, 6, 12), Catch::Contains("5 of 6 clients"));
}
