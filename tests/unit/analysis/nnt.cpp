#include "analysis/nnt.hpp"

#include <cmath>
#include <limits>

#include "tests/catch.hpp"

using namespace hybridcare;

TEST_CASE("numbers needed to treat run through infinity where the interval holds zero", "[analysis]") {
  CHECK(number_needed(.125).number == 8);
  CHECK(number_needed(.125).benefit);
  CHECK_FALSE(number_needed(-.05).benefit);
  CHECK(to_string(number_needed(.125)) == "NNTB 8.0");
  CHECK(to_string(number_needed(-.032)) == "NNTH 31");
  CHECK(to_string(number_needed(0)) == "no difference");
  CHECK(interval_text(.1, .25) == "NNTB 4.0 to NNTB 10");
  CHECK(interval_text(-.25, -.1) == "NNTH 4.0 to NNTH 10");
  CHECK(interval_text(-.025, .125) == "NNTB 8.0 to infinity to NNTH 40");  // Altman 1998
  const double none = std::numeric_limits<double>::quiet_NaN();
  CHECK(interval_text(none, none).empty());
}
