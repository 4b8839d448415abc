// Arithmetic of our own. The functions of the C library differ between machines and versions, and cannot be turned
// into vector code; these are short, free of branches, and give the same bits with every compiler, optimisation level
// and instruction set, as long as floating point is left as it is (-ffp-contract=off, no fast-math).
//
// How good they are (largest error over the dense grids of tests/unit/sim/math.cpp; 1 ulp = spacing of doubles there):
//   exp 0.97 ulp, log 0.90 ulp, logistic 2.3 ulp, normal_quantile 5.3 ulp;
//   normal_cdf and normal_pdf, relative: 4e-15 for |x| <= 8, 6e-14 for |x| <= 37.
// The coefficients of exp and log are minimax fits; tests/unit/sim/coefficients.py computes them again.
#pragma once
#include <cstdint>

#include "sim/kernel.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

/// The bits of a double as a whole number, and back.
HYBRIDCARE_INLINE std::uint64_t to_bits(double x) { return __builtin_bit_cast(std::uint64_t, x); }
HYBRIDCARE_INLINE double from_bits(std::uint64_t bits) { return __builtin_bit_cast(double, bits); }

/// x within [lo, hi]; a value that is not a number stays one.
HYBRIDCARE_INLINE double clip(double x, double lo, double hi) {
  const double above = x < lo ? lo : x;
  return above > hi ? hi : above;
}
HYBRIDCARE_INLINE double min(double a, double b) { return b < a ? b : a; }
HYBRIDCARE_INLINE double max(double a, double b) { return b > a ? b : a; }
HYBRIDCARE_INLINE double abs(double x) { return from_bits(to_bits(x) & 0x7fffffffffffffffULL); }

/// Square root, correctly rounded; x >= 0.
HYBRIDCARE_INLINE double sqrt(double x) { return __builtin_sqrt(x); }

/// 1.5 x 2^52. Added to a value, it leaves no room for binary places, so that the processor rounds to whole numbers;
/// the low bits of the sum then hold that number in two's complement.
inline constexpr double kWholeMagic = 6755399441055744.0;

/// Nearest whole number, a tie goes to the even one. |x| < 2^51.
HYBRIDCARE_INLINE double round_half_even(double x) { return (x + kWholeMagic) - kWholeMagic; }

/// Nearest whole number, a tie goes up (2.5 to 3, -2.5 to -2). |x| < 2^51. The difference to the even-tie rounding is
/// exact, so 0.49999999999999994 goes to 0, where adding one half first would give 1.
HYBRIDCARE_INLINE double round_half_up(double x) {
  const double even = round_half_even(x);
  return even + (x - even >= 0.5 ? 1.0 : 0.0);
}

/// Largest whole number that is not above x. |x| < 2^51.
HYBRIDCARE_INLINE double floor(double x) {
  const double even = round_half_even(x);
  return even - (even > x ? 1.0 : 0.0);
}

/// e^x for x in [-700, 700]; outside, the value at the nearer end (about 1e-304 and 1e304).
HYBRIDCARE_INLINE double exp(double x) {
  constexpr double kLog2E = 0x1.71547652b82fep+0;
  constexpr double kLn2High = 0x1.62e42fee00000p-1;  // 32 binary places: its product with the exponent is exact
  constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
  const double y = clip(x, -700.0, 700.0);
  const double shifted = y * kLog2E + kWholeMagic;
  const double n = shifted - kWholeMagic;
  const double r = (y - n * kLn2High) - n * kLn2Low;  // |r| <= ln 2 / 2
  double q = 0x1.ad202781746f7p-26;
  q = q * r + 0x1.289f819eefbebp-22;
  q = q * r + 0x1.71df5524c8ac0p-19;
  q = q * r + 0x1.a019ab35c1e65p-16;
  q = q * r + 0x1.a01a011c3729ap-13;
  q = q * r + 0x1.6c16c17cc0b81p-10;
  q = q * r + 0x1.111111112882dp-7;
  q = q * r + 0x1.555555555320ep-5;
  q = q * r + 0x1.5555555555501p-3;
  const double power = 1.0 + (r + (r * r) * (0.5 + r * q));
  return from_bits(to_bits(power) + (to_bits(shifted) << 52));  // adds n to the exponent
}

/// Natural logarithm of a normal positive number (from 2.3e-308 on); any other argument gives a meaningless number.
HYBRIDCARE_INLINE double log(double x) {
  constexpr std::uint64_t kRootHalf = 0x3fe6a09e667f3bcdULL;  // sqrt(1/2): mantissas go from there to sqrt 2
  constexpr std::uint64_t kOne = 0x3ff0000000000000ULL;
  constexpr double kLn2High = 0x1.62e42fee00000p-1, kLn2Low = 0x1.a39ef35793c76p-33;
  const std::uint64_t bits = to_bits(x);
  const std::uint64_t biased = (bits + (kOne - kRootHalf)) >> 52;                // exponent + 1023
  const double k = from_bits(biased | 0x4330000000000000ULL) - 4503599627371519.0;  // 2^52 + 1023
  const double f = from_bits(bits - (biased << 52) + kOne) - 1.0;                // exact
  const double s = f / (2.0 + f);
  const double z = s * s;
  double q = 0x1.2f04fb33d35c7p-3;
  q = q * z + 0x1.39a1c5e86e1afp-3;
  q = q * z + 0x1.74663e6ec5252p-3;
  q = q * z + 0x1.c71c520bf2fdbp-3;
  q = q * z + 0x1.24924941ed7ecp-2;
  q = q * z + 0x1.999999997fe06p-2;
  q = q * z + 0x1.5555555555592p-1;
  // ln(1 + f) = 2 s + s z q, and 2 s = f - s f: so f, which is exact, carries the result
  return k * kLn2High + (f - (s * (f - z * q) - k * kLn2Low));
}

/// 1 / (1 + e^-x), in (0, 1); for |x| > 700 the value at 700.
HYBRIDCARE_INLINE double logistic(double x) { return 1.0 / (1.0 + exp(-x)); }

/// a0 + a1 x + ... + a7 x^7; even and odd powers apart, so that the two chains can overlap.
HYBRIDCARE_INLINE double polynomial(double x, double a0, double a1, double a2, double a3, double a4, double a5,
                                    double a6, double a7) {
  const double square = x * x;
  const double even = ((a6 * square + a4) * square + a2) * square + a0;
  const double odd = ((a7 * square + a5) * square + a3) * square + a1;
  return even + x * odd;
}

/// One of the two rational functions of normal_quantile: q x `above` / `below` for |q| = |u - 1/2| <= kCentral.
struct Rational {
  double above, below;
};
inline constexpr double kCentral = 0.425;
HYBRIDCARE_INLINE Rational central_quantile(double q) {
  const double c = 0.180625 - q * q;
  const double above = polynomial(c, 3.3871328727963666080e+0, 1.3314166789178437745e+2, 1.9715909503065514427e+3,
                                  1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                  3.3430575583588128105e+4, 2.5090809287301226727e+3);
  const double below = polynomial(c, 1.0, 4.2313330701600911252e+1, 6.8718700749205790830e+2,
                                  5.3941960214247511077e+3, 2.1213794301586595867e+4, 3.9307895800092710610e+4,
                                  2.8729085735721942674e+4, 5.2264952788528545610e+3);
  return {above, below};
}

/// Inverse of the standard normal distribution function; u in [2^-36, 1 - 2^-36], outside the value at the nearer end
/// (about 6.9 away from 0). Exactly odd: normal_quantile(1 - u) = -normal_quantile(u) where 1 - u is exact.
/// Source: Wichura 1988, algorithm AS 241 (PPND16), doi 10.2307/2347330: both of its rational functions are
/// evaluated and the right one is chosen. Its third, for u < e^-25, is never reached by 32-bit words.
HYBRIDCARE_INLINE double normal_quantile(double u) {
  const double q = u - 0.5;
  const Rational near = central_quantile(q);
  const double tail = max(min(u, 1.0 - u), 0x1p-36);
  const double t = sqrt(-log(tail)) - 1.6;
  const double above = polynomial(t, 1.42343711074968357734e+0, 4.63033784615654529590e+0, 5.76949722146069140550e+0,
                                  3.64784832476320460504e+0, 1.27045825245236838258e+0, 2.41780725177450611770e-1,
                                  2.27238449892691845833e-2, 7.74545014278341407640e-4);
  const double below = polynomial(t, 1.0, 2.05319162663775882187e+0, 1.67638483018380384940e+0,
                                  6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665636164571966e-2,
                                  5.47593808499534494600e-4, 1.05075007164441684324e-9);
  const bool central = abs(q) <= kCentral;
  const double signed_above = from_bits(to_bits(above) ^ (to_bits(q) & 0x8000000000000000ULL));  // above > 0
  return (central ? q * near.above : signed_above) / (central ? near.below : below);
}

/// Standard normal density.
HYBRIDCARE_INLINE double normal_pdf(double x) { return 0.3989422804014326779 * exp(-0.5 * (x * x)); }

/// Standard normal distribution function, lower tail included (x >= -37). Slow: for set-up, not for the week. Near 0
/// the power series whose terms all have one sign, farther out the continued fraction of the tail.
HYBRIDCARE_INLINE double normal_cdf(double x) {
  const double a = abs(x);
  const double density = normal_pdf(a);
  if (x > -1.0 && x < 2.0) {  // to the left of that, 1/2 - ... would lose digits
    double term = a, sum = a;
    for (int i = 3; i < 61; i += 2) {
      term = term * (a * a) / i;
      sum = sum + term;
    }
    return x < 0 ? 0.5 - density * sum : 0.5 + density * sum;
  }
  double fraction = a;
  for (int i = a < 2.0 ? 400 : 120; i > 0; --i) fraction = a + i / fraction;
  const double beyond = density / fraction;
  return x < 0 ? beyond : 1.0 - beyond;
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
