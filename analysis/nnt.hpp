// Numbers needed to treat, for benefit and for harm.
#pragma once
#include <string>

#include "analysis/noise.hpp"

namespace hybridcare {

/// One over a difference in risk. Where limits of the difference stand on both sides of zero, the numbers run from
/// NNTB through infinity to NNTH (Altman 1998, doi 10.1136/bmj.317.7168.1309).
struct NumberNeeded {
  double number = 0;         ///< >= 1; infinite where there is no difference
  bool benefit = true;       ///< NNTB, else NNTH
};

/// @param gain  risk difference, positive: better
NumberNeeded number_needed(double gain);

/// "NNTB 8", "NNTH 31", "no difference".
std::string to_string(const NumberNeeded& needed);

/// The interval in words: "NNTB 5 to NNTB 12", or "NNTB 7 to infinity to NNTH 40" where it holds zero; "" without one.
/// @param low, high  limits of the gain, low <= high; NaN: none
std::string interval_text(double low, double high);

}  // namespace hybridcare
