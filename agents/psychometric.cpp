#include "agents/psychometric.hpp"

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

/// The integral by the trapezoidal rule, which for a smooth integrand that vanishes at both ends is exact to rounding.
double integrate(double d, int alternatives) {
  constexpr double step = 1.0 / 32;
  double sum = 0;
  for (double x = -10; x <= 10; x += step) {  // x is measured from d
    const double below = k::normal_cdf(x + d);
    double all = 1;
    for (int other = 1; other < alternatives; ++other) all *= below;
    sum += k::normal_pdf(x) * all;
  }
  return sum * step;
}

}  // namespace

Psychometric make_psychometric(int alternatives) {
  constexpr int n = kPsychometricTerms;
  double value[n];
  for (int j = 0; j < n; ++j) {
    const double x = cosine(kPi * (j + 0.5) / n);
    value[j] = integrate((x + 1) * kMostDiscriminability / 2, alternatives);
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

}  // namespace hybridcare
