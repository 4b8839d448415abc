// How exact our own functions are, against long double.
#include "sim/math.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "tests/catch.hpp"

namespace {

namespace k = hybridcare::HYBRIDCARE_KERNEL;

/// Distance in units of the spacing of doubles at the true value.
double ulps(double found, long double truth) {
  const double near = std::fabs(static_cast<double>(truth));
  const double spacing = std::nextafter(near, std::numeric_limits<double>::infinity()) - near;
  return static_cast<double>(std::fabs(found - truth) / spacing);
}

/// Largest error of `f` against `truth` over `count` + 1 evenly spaced points.
template <class F, class Truth>
double worst(double from, double to, int count, F f, Truth truth) {
  double most = 0;
  for (int i = 0; i <= count; ++i) {
    const double x = from + (to - from) * (static_cast<double>(i) / count);
    most = std::max(most, ulps(f(x), truth(x)));
  }
  return most;
}

long double cdf(long double x) { return 0.5L * std::erfc(-x / std::sqrt(2.0L)); }
long double pdf(long double x) { return std::exp(-x * x / 2) / std::sqrt(2 * 3.141592653589793238462643383279502884L); }

/// Inverse of the normal distribution function at u = 1/2 + q, q in [-1/2, 0]: two Newton steps from `start`.
long double quantile(double q, double start) {
  long double x = start;
  for (int i = 0; i < 2; ++i) {
    const long double off = x > -0.5L ? 0.5L * std::erf(x / std::sqrt(2.0L)) - q : cdf(x) - (0.5L + q);
    x -= off / pdf(x);
  }
  return x;
}

}  // namespace

TEST_CASE("exp is within 1 ulp over its range and clamps outside", "[sim]") {
  const auto f = [](double x) { return k::exp(x); };
  const auto truth = [](double x) { return std::exp(static_cast<long double>(x)); };
  const double most = std::max({worst(-700, 700, 2'000'000, f, truth), worst(-1, 1, 1'000'000, f, truth)});
  INFO("largest error " << most << " ulp");
  CHECK(most < 1.0);
  CHECK(k::exp(0.0) == 1.0);
  CHECK(k::exp(-0.0) == 1.0);
  CHECK(k::exp(1e-300) == 1.0);
  CHECK(k::exp(-1e9) == k::exp(-700.0));
  CHECK(k::exp(std::numeric_limits<double>::infinity()) == k::exp(700.0));
  CHECK(k::exp(-std::numeric_limits<double>::infinity()) > 0.0);
}

TEST_CASE("log is within 1 ulp for normal positive values", "[sim]") {
  const auto f = [](double x) { return k::log(x); };
  const auto truth = [](double x) { return std::log(static_cast<long double>(x)); };
  double most = std::max(worst(0.5, 2, 2'000'000, f, truth), worst(0.99, 1.01, 1'000'000, f, truth));
  for (int e = -1021; e < 1023; ++e) {
    const double scale = std::ldexp(1.0, e);
    most = std::max(most, worst(scale, 2 * scale, 500, f, truth));
  }
  INFO("largest error " << most << " ulp");
  CHECK(most < 1.0);
  CHECK(k::log(1.0) == 0.0);
}

TEST_CASE("logistic is within 2.5 ulp and never 0", "[sim]") {
  const double most = worst(-700, 700, 1'000'000, [](double x) { return k::logistic(x); },
                            [](double x) { return 1 / (1 + std::exp(-static_cast<long double>(x))); });
  const double core = worst(-40, 40, 1'000'000, [](double x) { return k::logistic(x); },
                            [](double x) { return 1 / (1 + std::exp(-static_cast<long double>(x))); });
  INFO("largest error " << most << ", " << core << " ulp");
  CHECK(std::max(most, core) < 2.5);
  CHECK(k::logistic(0.0) == 0.5);
  CHECK(k::logistic(-1e6) > 0.0);
  CHECK(k::logistic(1e6) == 1.0);
}

TEST_CASE("the normal quantile is within 6 ulp, exactly odd, and rises with the word", "[sim]") {
  double most = 0;
  bool odd = true, rises = true;
  double last = -10;
  for (std::uint64_t i = 0; i < (1u << 20); ++i) {
    const double u = (i * 2048 + 0.5) * 0x1p-32;  // lower half of the words
    const double x = k::normal_quantile(u);
    most = std::max(most, ulps(x, quantile(u - 0.5, x)));
    odd = odd && k::normal_quantile(1 - u) == -x;
    rises = rises && x > last;
    last = x;
  }
  for (std::uint64_t i = 0; i < (1u << 17); ++i) {  // the last tail, word by word
    const double u = (i + 0.5) * 0x1p-32;
    const double x = k::normal_quantile(u);
    most = std::max(most, ulps(x, quantile(u - 0.5, x)));
  }
  INFO("largest error " << most << " ulp");
  CHECK(most < 6.0);
  CHECK(odd);
  CHECK(rises);
  CHECK(k::normal_quantile(0.5) == 0.0);
  CHECK(k::normal_quantile(0.0) == k::normal_quantile(0x1p-36));
  CHECK(k::normal_quantile(1.0) == -k::normal_quantile(0x1p-36));
}

TEST_CASE("the two parts of the normal quantile meet", "[sim]") {
  for (const double u : {0.075, 0.925}) {  // where |u - 1/2| = .425
    const double at = k::normal_quantile(u);
    const double below = k::normal_quantile(u - 0x1p-30), above = k::normal_quantile(u + 0x1p-30);
    CHECK(at - below == Approx(above - at).epsilon(1e-5));
  }
}

TEST_CASE("normal distribution function and density, tails included", "[sim]") {
  double most = 0;
  for (int i = -37'000; i <= 37'000; ++i) {
    const double x = i / 1000.0;
    most = std::max(most, static_cast<double>(std::fabs(k::normal_cdf(x) / cdf(x) - 1)));
    most = std::max(most, static_cast<double>(std::fabs(k::normal_pdf(x) / pdf(x) - 1)));
  }
  INFO("largest relative error " << most);
  CHECK(most < 1e-13);
  double core = 0;  // where probabilities are used
  for (int i = -8'000; i <= 8'000; ++i) {
    const double x = i / 1000.0;
    core = std::max(core, static_cast<double>(std::fabs(k::normal_cdf(x) / cdf(x) - 1)));
  }
  INFO("largest relative error within 8 " << core);
  CHECK(core < 5e-15);
  CHECK(k::normal_cdf(0.0) == 0.5);
}

TEST_CASE("rounding: ties go up, whole numbers stay, and nothing is rounded twice", "[sim]") {
  CHECK(k::round_half_up(2.5) == 3);
  CHECK(k::round_half_up(3.5) == 4);
  CHECK(k::round_half_up(-2.5) == -2);
  CHECK(k::round_half_up(-0.5) == 0);
  CHECK(k::round_half_up(0.49999999999999994) == 0);
  CHECK(k::round_half_up(26.999999999999996) == 27);
  CHECK(k::round_half_even(2.5) == 2);
  CHECK(k::floor(-0.5) == -1);
  CHECK(k::floor(2.9999999999999996) == 2);
  bool equal = true;
  for (int i = -400'000; i <= 400'000; ++i) {
    const double x = i / 1024.0;  // ties among them
    equal = equal && k::floor(x) == std::floor(x) && k::round_half_up(x) == std::floor(x + 0.5);
  }
  CHECK(equal);
}

TEST_CASE("clip, min, max and abs", "[sim]") {
  CHECK(k::clip(5, 0, 27) == 5);
  CHECK(k::clip(-5, 0, 27) == 0);
  CHECK(k::clip(35, 0, 27) == 27);
  CHECK(std::isnan(k::clip(std::nan(""), 0, 27)));
  CHECK(k::min(1, 2) == 1);
  CHECK(k::max(1, 2) == 2);
  CHECK(k::abs(-3.5) == 3.5);
  CHECK(k::sqrt(2.25) == 1.5);
}
