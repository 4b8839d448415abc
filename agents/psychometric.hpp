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

/// P_c(d), in [1/K, 1]. Clenshaw's recurrence.
HYBRIDCARE_INLINE double accuracy(const double* term, double d) {
  const double inside = d < 0 ? 0.0 : d > kMostDiscriminability ? kMostDiscriminability : d;
  const double x = inside * (2.0 / kMostDiscriminability) - 1.0;
  double b1 = 0, b2 = 0;
  for (int k = kPsychometricTerms - 1; k > 0; --k) {
    const double b0 = 2 * x * b1 - b2 + term[k];
    b2 = b1;
    b1 = b0;
  }
  return x * b1 - b2 + term[0];
}

}  // namespace HYBRIDCARE_KERNEL
}  // namespace hybridcare
