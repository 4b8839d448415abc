#include "analysis/noise.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

namespace hybridcare {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double jackknife_variance(const std::vector<double>& without) {
  const double n = static_cast<double>(without.size());
  double sum = 0;
  for (const double value : without) sum += value;
  const double mean = sum / n;
  double squares = 0;
  for (const double value : without) squares += (value - mean) * (value - mean);
  return squares * (n - 1) / n;
}

}  // namespace

double t_quantile(std::size_t replicates) {
  if (replicates < 2) return kNone;
  return boost::math::quantile(boost::math::students_t(static_cast<double>(replicates - 1)), .975);
}

double standard_error(const Estimate& estimate) {
  return estimate.without.size() < 2 ? kNone : std::sqrt(jackknife_variance(estimate.without));
}

double pseudo_value(const Estimate& estimate, std::size_t replicate) {
  if (estimate.without.empty()) return estimate.value;
  const double n = static_cast<double>(estimate.without.size());
  return n * estimate.value - (n - 1) * estimate.without[replicate];
}

Noise noise(const Estimate& estimate, double t) {
  const double se = standard_error(estimate);
  return {se, estimate.value - t * se, estimate.value + t * se};
}

Estimate operator-(const Estimate& a, const Estimate& b) {
  return combine(a, b, [](double x, double y) { return x - y; });
}

Estimate operator/(const Estimate& a, const Estimate& b) {
  return combine(a, b, [](double x, double y) { return x / y; });
}

double variance_reduction(const Estimate& a, const Estimate& b) {
  if (a.without.size() < 2) return kNone;
  const double apart = jackknife_variance(a.without) + jackknife_variance(b.without);
  return apart > 0 ? 1 - jackknife_variance((a - b).without) / apart : kNone;
}

}  // namespace hybridcare
