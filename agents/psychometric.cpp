#include "agents/psychometric.hpp"

#include <cstddef>
#include <map>
#include <mutex>
#include <vector>

#include "sim/math.hpp"

namespace hybridcare {
namespace {

namespace k = HYBRIDCARE_KERNEL;
constexpr double kPi = 3.14159265358979323846;

/// Cosine on [0, pi] by its series about pi/2: needed for the nodes alone, and portable where libm is not.
double cosine(double angle) {
  const double x = kPi / 2 - angle;  // cos(angle) = sin(x), |x| <= pi/2
  double term = x, sum = x;
  for (int n = 1; n < 16; ++n) {
    term *= -x * x / ((2 * n) * (2 * n + 1));
    sum += term;
  }
  return sum;
}

constexpr double kStep = 1.0 / 16;  // the trapezoidal rule is exact to rounding for an integrand as smooth as this
constexpr double kLeast = -9.0;
constexpr int kPoints = 433;         // up to 18 = kMostDiscriminability + 10

/// Phi(x)^(K-1) at the points of the quadrature: how often all other alternatives lie below x.
std::vector<double> others_below(int alternatives) {
  std::vector<double> below(kPoints);
  for (int i = 0; i < kPoints; ++i) {
    const double one = k::normal_cdf(kLeast + i * kStep);
    below[static_cast<std::size_t>(i)] = 1;
    for (int other = 1; other < alternatives; ++other) below[static_cast<std::size_t>(i)] *= one;
  }
  return below;
}

double integrate(double d, const std::vector<double>& below) {
  double sum = 0;
  for (int i = 0; i < kPoints; ++i) sum += k::normal_pdf(kLeast + i * kStep - d) * below[static_cast<std::size_t>(i)];
  return sum * kStep;
}

Psychometric fitted(int alternatives) {
  constexpr int n = kPsychometricTerms;
  double value[n];
  const std::vector<double> below = others_below(alternatives);
  for (int j = 0; j < n; ++j) {
    const double x = cosine(kPi * (j + 0.5) / n);
    value[j] = integrate((x + 1) * kMostDiscriminability / 2, below);
  }
  Psychometric fit{};
  for (int m = 0; m < n; ++m) {
    double sum = 0;
    for (int j = 0; j < n; ++j) {
      const int turn = (m * (2 * j + 1)) % (4 * n);  // angle in units of pi / 2n, folded into [0, pi]
      const int folded = turn > 2 * n ? 4 * n - turn : turn;
      sum += value[j] * cosine(kPi * folded / (2.0 * n));
    }
    fit.term[m] = sum * (m == 0 ? 1.0 : 2.0) / n;
  }
  return fit;
}

}  // namespace

/// Each fit is made once a process: it depends on its argument alone, and a sweep of small runs would spend a third of
/// its time on it.
Psychometric make_psychometric(int alternatives) {
  static std::mutex mutex;
  static std::map<int, Psychometric> made;
  const std::lock_guard lock(mutex);
  const auto [it, fresh] = made.try_emplace(alternatives);
  if (fresh) it->second = fitted(alternatives);
  return it->second;
}

}  // namespace hybridcare
