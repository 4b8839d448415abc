// Accuracy of a K-alternative choice at discriminability d: P_c(d) = integral of phi(x - d) Phi(x)^(K-1) dx.
#pragma once
#include "sim/kernel.hpp"

namespace hybridcare {

inline constexpr double kMostDiscriminability = 8.0;  ///< d is clipped to [0, 8]; P_c(8) is 1 but for 1e-7
inline constexpr int kPsychometricTerms = 32;

/// Chebyshev series of P_c over [0, kMostDiscriminability]: no table look-up in the kernel.
struct Psychometric {
  double term[kPsychometricTerms];
};

/// Fits the series by quadrature; error below 1e-9 everywhere (tested). @param alternatives  K >= 2
Psychometric make_psychometric(int alternatives);

namespace HYBRIDCARE_KERNEL {

/// P_c(d[k]) for k in [0, n), each in [1/K, 1], by Clenshaw's recurrence; d is clipped to its range.
/// Term by term over all lanes: the inner loop is the wide one.
/// @param x, b1, b2  working columns; the result is in out, which may be d
static inline void accuracies(const double* term, const double* d, int n, double* HYBRIDCARE_RESTRICT x,
                              double* HYBRIDCARE_RESTRICT b1, double* HYBRIDCARE_RESTRICT b2, double* out) {
  static_assert(kPsychometricTerms % 2 == 0);
  for (int k = 0; k < n; ++k) {
    const double inside = d[k] < 0 ? 0.0 : d[k] > kMostDiscriminability ? kMostDiscriminability : d[k];
    x[k] = inside * (2.0 / kMostDiscriminability) - 1.0;
    b1[k] = term[kPsychometricTerms - 1];
    b2[k] = 0.0;
  }
  for (int m = kPsychometricTerms - 2; m >= 2; m -= 2) {  // two terms at a time: the columns swap their roles
    const double even = term[m], odd = term[m - 1];
    for (int k = 0; k < n; ++k) {
      const double twice = 2 * x[k];
      const double next = twice * b1[k] - b2[k] + even;
      b1[k] = twice * next - b1[k] + odd;
      b2[k] = next;
    }
  }
  for (int k = 0; k < n; ++k) out[k] = x[k] * b1[k] - b2[k] + term[0];
}

}  // namespace HYBRIDCARE_KERNEL
}  // namespace hybridcare
