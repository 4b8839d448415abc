// Simulation noise: what an estimate owes to the finite number of replicates. It says nothing about the world.
#pragma once
#include <cstddef>
#include <vector>

namespace hybridcare {

/// An estimate from all replicates pooled, and from all but one, for each one.
/// Every table uses this one form. For a mean over replicates of equal size the jackknife error is exactly
/// SD / sqrt(R); for ratios, incidences and spreads it needs no formula of its own, and a replicate without a single
/// client of a small group does no harm. Arithmetic on estimates keeps replicates paired.
struct Estimate {
  double value = 0;                ///< all replicates pooled
  std::vector<double> without;     ///< without replicate r, shape (replicates,); empty if there is one replicate only
};

/// Simulation noise of one estimate. NaN with one replicate.
struct Noise {
  double se = 0;         ///< jackknife standard error over replicates
  double low = 0, high = 0;  ///< value -/+ t(.975, replicates - 1) se
};

/// The .975 quantile of Student's t with `replicates` - 1 degrees of freedom; NaN for fewer than two replicates.
double t_quantile(std::size_t replicates);

/// Jackknife standard error over replicates; NaN with one replicate.
double standard_error(const Estimate& estimate);

/// The jackknife's pseudo-value of one replicate; of a mean over replicates of equal size it is the replicate's own.
/// With one replicate the pooled value.
double pseudo_value(const Estimate& estimate, std::size_t replicate);

/// @param t  t_quantile of the number of replicates
Noise noise(const Estimate& estimate, double t);

/// f(a, b) of the pooled values and of those without each replicate.
template <class Function>
Estimate combine(const Estimate& a, const Estimate& b, Function f) {
  Estimate result{f(a.value, b.value), {}};
  result.without.reserve(a.without.size());
  for (std::size_t r = 0; r < a.without.size(); ++r) result.without.push_back(f(a.without[r], b.without[r]));
  return result;
}

Estimate operator-(const Estimate& a, const Estimate& b);
Estimate operator/(const Estimate& a, const Estimate& b);

/// 1 - Var(a - b) / (Var(a) + Var(b)) over replicates: what pairing saved. NaN where there is no variance at all.
double variance_reduction(const Estimate& a, const Estimate& b);

}  // namespace hybridcare
