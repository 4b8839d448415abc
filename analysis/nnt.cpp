#include "analysis/nnt.hpp"

#include <cmath>
#include <cstdio>

namespace hybridcare {

NumberNeeded number_needed(double gain) { return {1 / std::abs(gain), gain >= 0}; }

std::string to_string(const NumberNeeded& needed) {
  if (std::isinf(needed.number)) return "no difference";
  char text[40];
  std::snprintf(text, sizeof text, "%s %.*f", needed.benefit ? "NNTB" : "NNTH", needed.number < 9.95 ? 1 : 0,
                needed.number);
  return text;
}

std::string interval_text(double low, double high) {
  if (std::isnan(low) || std::isnan(high)) return "";
  if (low < 0 && high > 0)
    return to_string(number_needed(high)) + " to infinity to " + to_string(number_needed(low));
  return low < 0 ? to_string(number_needed(low)) + " to " + to_string(number_needed(high))
                 : to_string(number_needed(high)) + " to " + to_string(number_needed(low));
}

}  // namespace hybridcare
