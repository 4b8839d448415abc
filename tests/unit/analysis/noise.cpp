#include "analysis/noise.hpp"

#include <cmath>
#include <numeric>

#include "analysis/hash.hpp"
#include "analysis/memory.hpp"
#include "analysis/shapley.hpp"
#include "sim/error.hpp"
#include "tests/catch.hpp"

using namespace hybridcare;

namespace {

/// sum(a) / sum(b), pooled and without each replicate.
Estimate ratio_of(const std::vector<double>& a, const std::vector<double>& b) {
  const double sa = std::accumulate(a.begin(), a.end(), 0.0), sb = std::accumulate(b.begin(), b.end(), 0.0);
  Estimate estimate{sa / sb, {}};
  for (std::size_t r = 0; r < a.size(); ++r) estimate.without.push_back((sa - a[r]) / (sb - b[r]));
  return estimate;
}

std::vector<double> ones(std::size_t n) { return std::vector<double>(n, 1.0); }

struct Range { double mean, least, most; };

/// By going through all orders of the players.
std::vector<Range> by_orders(const std::vector<double>& worth, int players) {
  std::vector<Range> found(static_cast<std::size_t>(players), {0, INFINITY, -INFINITY});
  std::vector<int> order(static_cast<std::size_t>(players));
  std::iota(order.begin(), order.end(), 0);
  double orders = 0;
  do {
    ++orders;
    std::size_t present = 0;
    for (const int player : order) {
      const std::size_t with = present | std::size_t{1} << player;
      const double added = worth[with] - worth[present];
      Range& range = found[static_cast<std::size_t>(player)];
      range = {range.mean + added, std::min(range.least, added), std::max(range.most, added)};
      present = with;
    }
  } while (std::next_permutation(order.begin(), order.end()));
  for (Range& range : found) range.mean /= orders;
  return found;
}

}  // namespace

TEST_CASE("quantiles of Student's t as in printed tables", "[analysis]") {
  CHECK(t_quantile(2) == Approx(12.7062).epsilon(1e-5));
  CHECK(t_quantile(5) == Approx(2.7764).epsilon(1e-4));
  CHECK(t_quantile(32) == Approx(2.0395).epsilon(1e-4));
  CHECK(std::isnan(t_quantile(1)));
}

TEST_CASE("for a mean of replicates the jackknife is SD / sqrt(R)", "[analysis]") {
  const std::vector<double> values = {3, 5, 4, 8, 1.5};
  const Noise error = noise(ratio_of(values, ones(5)), t_quantile(5));
  const double sd = std::sqrt(((3 - 4.3) * (3 - 4.3) + .7 * .7 + .3 * .3 + 3.7 * 3.7 + 2.8 * 2.8) / 4);
  CHECK(error.se == Approx(sd / std::sqrt(5)));
  CHECK(error.low == Approx(4.3 - 2.776445 * sd / std::sqrt(5)));
  CHECK(error.high == Approx(4.3 + 2.776445 * sd / std::sqrt(5)));
}

TEST_CASE("the jackknife of a ratio, worked by hand", "[analysis]") {
  // sums 6 / 12; without each: 5/10, 4/8, 3/6 -> all .5: no noise. Then 1/2, 2/5, 3/5: 5/10, 4/7, 3/7, pooled 6/12.
  CHECK(standard_error(ratio_of({1, 2, 3}, {2, 4, 6})) == Approx(0).margin(1e-15));
  const double mean = (.5 + 4. / 7 + 3. / 7) / 3;
  const double squares = std::pow(.5 - mean, 2) + std::pow(4. / 7 - mean, 2) + std::pow(3. / 7 - mean, 2);
  CHECK(standard_error(ratio_of({1, 2, 3}, {2, 5, 5})) == Approx(std::sqrt(squares * 2 / 3)));
}

TEST_CASE("one replicate has no noise that could be known", "[analysis]") {
  const Noise error = noise({4.2, {}}, t_quantile(1));
  CHECK(std::isnan(error.se));
  CHECK(std::isnan(error.low));
  CHECK(std::isnan(error.high));
}

TEST_CASE("what pairing saves", "[analysis]") {
  const Estimate a = ratio_of({1, 2, 3, 4}, ones(4)), shifted = ratio_of({6, 7, 8, 9}, ones(4));
  const Estimate opposed = ratio_of({4, 3, 2, 1}, ones(4)), flat = ratio_of({2, 2, 2, 2}, ones(4));
  CHECK(variance_reduction(a, shifted) == Approx(1));
  CHECK(variance_reduction(a, opposed) == Approx(-1));
  CHECK(variance_reduction(a, flat) == Approx(0).margin(1e-12));
  CHECK(std::isnan(variance_reduction(flat, flat)));
}

TEST_CASE("Shapley values sum to the whole and agree with all orders", "[analysis]") {
  const std::vector<double> worth = {0, -1.25, .5, -2, -.75, -1.5, 2, -3.5, 1, 2, 3, 4, 5.5, 6, 7, -8};
  const auto parts = shapley(worth);
  const auto orders = by_orders(worth, 4);
  REQUIRE(parts.size() == 4);
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    sum += parts[i].value;
    CHECK(parts[i].value == Approx(orders[i].mean));
    CHECK(parts[i].least_order == orders[i].least);
    CHECK(parts[i].most_order == orders[i].most);
  }
  CHECK(sum == Approx(worth.back() - worth.front()).epsilon(1e-14));
}

TEST_CASE("a component that adds nothing gets nothing", "[analysis]") {
  const auto parts = shapley({1, 1, 4, 4, 1, 1, 6, 6});  // bit 0 never matters
  CHECK(parts[0].value == 0);
  CHECK(parts[0].most_order == 0);
}

TEST_CASE("FNV-1a of known bytes", "[analysis]") {
  Hash hash;
  CHECK(hash.hex() == "cbf29ce484222325");
  hash.add(std::int64_t{0});
  CHECK(hash.hex() == "a8c7f832281a39c5");
  Hash other;
  other.add(std::int64_t{1});
  other.add(std::int64_t{-2});
  CHECK(other.hex() == "5529fa3ad875f0bd");
  Hash gaps;
  for (const std::int64_t number : {0LL, 256LL, 0LL, 0x4500000000000123LL}) gaps.add(number);  // zeros at all places
  CHECK(gaps.hex() == "8e897d1d1f2d806d");
}

TEST_CASE("more memory than there is is refused in words", "[analysis]") {
  constexpr double kGiB = 1024.0 * 1024.0 * 1024.0;
  CHECK_NOTHROW(refuse_above(22 * kGiB, 23 * kGiB, "file.json"));
  CHECK_THROWS_WITH(refuse_above(41.2 * kGiB, 23.4 * kGiB, "file.json"),
                    "file.json: needs about 41 GiB, this machine has 23 GiB: fewer replicates or arms");
  CHECK_THROWS_AS(refuse_above(2, 1, ""), UserError);
  CHECK(machine_bytes() > 64 * 1024.0 * 1024.0);
}
