// Looks at every client of every week, on one thread, in whatever order.
#pragma once
#include <cmath>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "tests/unit/scenarios/week_arms.hpp"

namespace hybridcare::test {

using Look = std::function<void(const CourseAt&, const ClientBlock&, int lane, int week)>;

struct Each : Recorder<ClientBlock> {
  Look look;
  struct Part : BlockRecorder<ClientBlock> {
    const Look& look;
    explicit Part(const Look& each) : look(each) {}
    void week(const CourseAt& at, const ClientBlock& b, int week) override {
      for (int i = 0; i < b.size; ++i) look(at, b, i, week);
    }
  };
  std::unique_ptr<BlockRecorder<ClientBlock>> start(std::uint32_t, std::uint32_t, int) override {
    return std::make_unique<Part>(look);
  }
  void finish(std::unique_ptr<BlockRecorder<ClientBlock>>) override {}
};

/// Runs all arms of one replicate and shows every client of every week to `look`.
inline void watch(Experiment x, const Look& look) {
  x.replicates = 1;
  Each each;
  each.look = look;
  RunOptions options;
  options.threads = 1;
  run(x, plan_cells(x, false), {&each}, options);
}

/// A share that was counted, against the share that it should have.
struct Count {
  double of = 0, happened = 0;
  void add(bool event) {
    of += 1;
    happened += event;
  }
  double rate() const { return happened / of; }
  double z(double p) const { return (rate() - p) / std::sqrt(p * (1 - p) / of); }
};

inline constexpr double kZ = 5.5;  ///< two-sided 3.8e-8 for a normal

/// Mean and spread of what was added.
struct Moments {
  double n = 0, sum = 0, squares = 0;
  void add(double x) {
    n += 1;
    sum += x;
    squares += x * x;
  }
  double mean() const { return sum / n; }
  double sd() const { return std::sqrt(squares / n - mean() * mean()); }
};

/// Chi-square of counts against expected counts, as a normal deviate (Wilson and Hilferty).
inline double chi_square_z(const std::vector<double>& counts, const std::vector<double>& expected) {
  double sum = 0;
  for (std::size_t i = 0; i < counts.size(); ++i)
    sum += (counts[i] - expected[i]) * (counts[i] - expected[i]) / expected[i];
  const double freedom = static_cast<double>(counts.size()) - 1, v = 2 / (9 * freedom);
  return (std::cbrt(sum / freedom) - (1 - v)) / std::sqrt(v);
}

}  // namespace hybridcare::test
