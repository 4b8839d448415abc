// Rows of the model document's table of reference values, and how far from it we may be.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "tests/catch.hpp"

namespace hybridcare::test {

enum class Limit { level, share, paired };

/// What column B says, its SD over replicates (0: not printed), half a unit of its last digit.
struct Reference {
  const char* name;
  double b, sd, rounding;
  Limit limit;
};

struct Found {
  double mean = 0, sd = 0;
};

inline Found summary(const std::vector<double>& values) {
  Found found;
  const auto n = static_cast<double>(values.size());
  for (const double value : values) found.mean += value / n;
  for (const double value : values) found.sd += (value - found.mean) * (value - found.mean) / (n - 1);
  found.sd = std::sqrt(found.sd);
  return found;
}

inline double limit_of(const Reference& line, const Found& found) {
  if (line.limit == Limit::paired) return 4 * line.sd;
  if (line.sd == 0) return 4 * found.sd / std::sqrt(8.0) + line.rounding;
  const double narrow = 4 * line.sd / std::sqrt(8.0);
  return line.limit == Limit::level && narrow < .1 ? .1 : narrow;
}

/// @param values  by replicate
inline void check(const Reference& line, const std::vector<double>& values) {
  const Found found = summary(values);
  const double limit = limit_of(line, found);
  char text[160];
  std::snprintf(text, sizeof text, "%-52s B %7.3f  here %7.3f (SD %.3f)  off %+.3f, limit %.3f", line.name, line.b,
                found.mean, found.sd, found.mean - line.b, limit);
  INFO(text);
  if (std::getenv("HYBRIDCARE_PRINT")) std::puts(text);
  CHECK(std::abs(found.mean - line.b) <= limit);
}

}  // namespace hybridcare::test
