// Are the draws uniform, normal and independent where the model relies on it?
//
// False alarms: every limit here is passed by chance with probability at most 8e-9 (two-sided 3.6e-9 for a normal; a
// little more where counts are skew), and there are 84 comparisons, so that with a seed drawn at random some test
// would fail with probability below 1e-6. The seed is fixed.
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sim/draws.hpp"
#include "tests/catch.hpp"

namespace {

using namespace hybridcare;
namespace k = hybridcare::HYBRIDCARE_KERNEL;

constexpr int kDraws = 1 << 20;
constexpr Key kKey{20240229, 3};
constexpr double kZ = 5.9;  // two-sided 3.6e-9

std::uint32_t word(std::uint32_t entity, int which, std::uint32_t week = 4, std::uint32_t purpose = 4) {
  return k::philox(kKey, entity, 0, k::when(week), k::tag(purpose)).w[which];
}

/// Chi-square of counts against equal shares, as a standard normal deviate (Wilson and Hilferty).
double chi_square_z(const std::vector<int>& counts) {
  double n = 0, sum = 0;
  for (const int count : counts) n += count;
  const double expected = n / counts.size(), freedom = counts.size() - 1.0;
  for (const int count : counts) sum += (count - expected) * (count - expected) / expected;
  const double v = 2 / (9 * freedom);
  return (std::cbrt(sum / freedom) - (1 - v)) / std::sqrt(v);
}

using Pair = std::function<std::uint32_t(std::uint32_t)>;

/// Correlation of the normals of two series of words, as a standard normal deviate.
double correlation_z(const Pair& a, const Pair& b) {
  double sum = 0;
  for (std::uint32_t i = 0; i < kDraws; ++i) sum += k::normal(a(i)) * k::normal(b(i));
  return sum / std::sqrt(static_cast<double>(kDraws));
}

}  // namespace

// 255 degrees of freedom: a non-centrality of 290 is caught in 99.9 % of seeds, as when one value of a byte is 27 % too
// frequent, or each second value 1.7 %.
TEST_CASE("every byte of every word is uniform", "[statistical]") {
  for (int which = 0; which < 4; ++which) {
    for (int shift = 0; shift < 32; shift += 8) {
      std::vector<int> counts(256);
      for (std::uint32_t i = 0; i < kDraws; ++i) ++counts[word(i, which) >> shift & 255];
      INFO("word " << which << ", byte from bit " << shift);
      CHECK(std::fabs(chi_square_z(counts)) < kZ);  // too even is suspicious as well
    }
  }
}

// Neighbours in every direction of the counter: clients, weeks, contacts, partners, purposes, blocks, replicates,
// seeds. 16 x 16 cells; a correlation of .02 adds a non-centrality of 420 and is caught in 99.9 % of seeds.
TEST_CASE("neighbouring counters give independent words", "[statistical]") {
  const auto at = [](Key key, std::uint32_t entity, std::uint32_t second, std::uint32_t when, std::uint32_t tag) {
    return k::philox(key, entity, second, when, tag).w[0];
  };
  const std::uint32_t when = k::when(4, 0), tag = k::tag(4u, 0);
  const Pair base = [=](std::uint32_t i) { return at(kKey, i, 0, when, tag); };
  const std::vector<std::pair<std::string, Pair>> others = {
      {"next client", [=](std::uint32_t i) { return at(kKey, i + 1, 0, when, tag); }},
      {"client 256 on", [=](std::uint32_t i) { return at(kKey, i + 256, 0, when, tag); }},
      {"other partner", [=](std::uint32_t i) { return at(kKey, i, 1, when, tag); }},
      {"next week", [=](std::uint32_t i) { return at(kKey, i, 0, k::when(5, 0), tag); }},
      {"next contact", [=](std::uint32_t i) { return at(kKey, i, 0, k::when(4, 1), tag); }},
      {"next purpose", [=](std::uint32_t i) { return at(kKey, i, 0, when, k::tag(5u, 0)); }},
      {"next block", [=](std::uint32_t i) { return at(kKey, i, 0, when, k::tag(4u, 1)); }},
      {"next replicate", [=](std::uint32_t i) { return at({kKey.seed, kKey.replicate + 1}, i, 0, when, tag); }},
      {"next seed", [=](std::uint32_t i) { return at({kKey.seed + 1, kKey.replicate}, i, 0, when, tag); }},
      {"second word", [=](std::uint32_t i) { return k::philox(kKey, i, 0, when, tag).w[1]; }},
      {"third word", [=](std::uint32_t i) { return k::philox(kKey, i, 0, when, tag).w[2]; }},
      {"fourth word", [=](std::uint32_t i) { return k::philox(kKey, i, 0, when, tag).w[3]; }},
  };
  for (const auto& [name, other] : others) {
    std::vector<int> cells(256);
    for (std::uint32_t i = 0; i < kDraws; ++i) ++cells[(base(i) >> 28) * 16 + (other(i) >> 28)];
    INFO(name);
    CHECK(std::fabs(chi_square_z(cells)) < kZ);
    CHECK(std::fabs(correlation_z(base, other)) < kZ);  // catches a correlation of .009 in 99.9 % of seeds
  }
}

// Standard errors with 2^20 draws: mean .001, variance .0014, skewness .0024, kurtosis .0048. Nine of them away from
// the truth is caught in 99.9 % of seeds: a mean of .009, a variance of 1.0125.
TEST_CASE("normals have the moments of the normal distribution", "[statistical]") {
  for (int which = 0; which < 4; ++which) {
    double sum[5] = {};
    std::vector<int> cells(64);
    for (std::uint32_t i = 0; i < kDraws; ++i) {
      const double x = k::normal(word(i, which, 9, 8));
      double power = 1;
      for (double& part : sum) {
        part += power;
        power *= x;
      }
      ++cells[static_cast<int>(0.5 * std::erfc(-x / std::sqrt(2.0)) * 64)];
    }
    const double n = kDraws;
    INFO("word " << which);
    CHECK(std::fabs(sum[1] / n) < kZ * std::sqrt(1 / n));
    CHECK(std::fabs(sum[2] / n - 1) < kZ * std::sqrt(2 / n));
    CHECK(std::fabs(sum[3] / n) < kZ * std::sqrt(15 / n));
    CHECK(std::fabs(sum[4] / n - 3) < kZ * std::sqrt(96 / n));
    CHECK(std::fabs(chi_square_z(cells)) < kZ);
  }
}

// A shift of 9 standard errors is caught in 99.9 % of seeds: at p = .12, of .0029.
TEST_CASE("events happen at the rate of their threshold", "[statistical]") {
  for (const double p : {0.002, 0.012, 0.12, 0.45, 0.771, 0.999}) {
    const std::uint32_t limit = k::threshold(p);
    for (int which = 0; which < 4; ++which) {
      int events = 0;
      for (std::uint32_t i = 0; i < kDraws; ++i) events += word(i, which, 2, 10) < limit;
      INFO("p " << p << ", word " << which);
      CHECK(std::fabs(events / double(kDraws) - p) < kZ * std::sqrt(p * (1 - p) / kDraws));
    }
  }
}
