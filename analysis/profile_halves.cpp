#include "analysis/profile_halves.hpp"

#include <cmath>
#include <limits>

namespace hybridcare {
namespace {

constexpr int kHalves = 2;
enum Half : int { clients, points };
constexpr int kSums = 2;

class HalvesPart final : public SumPart {
 public:
  HalvesPart(std::size_t size, int week, std::uint32_t replicate) : SumPart(replicate, size), week_(week) {}

  void week(const CourseAt& at, const ClientBlock& b, int week) override {
    if (week != week_) return;
    std::int64_t* const cell = sums.data() + static_cast<std::size_t>(at.cell) * kHalves * kSums;
    for (int i = 0; i < b.size; ++i) {
      std::int64_t* const half = cell + b.w.id[i] % kHalves * kSums;
      half[clients] += 1;
      half[points] += static_cast<std::int64_t>(b.r.phq9[i]);
    }
  }

 private:
  int week_;
};

double mean(const Sums& sums, int replicate, int cell, int half) {
  const std::int64_t* const at = sums.values.data() + sums.at(replicate, cell, half);
  return static_cast<double>(at[points]) / static_cast<double>(at[clients]);
}

}  // namespace

SumRecorder record_halves(const Experiment& experiment, const std::vector<Cell>& cells, std::uint32_t first_replicate) {
  Sums empty(experiment.replicates, static_cast<int>(cells.size()), kHalves, kSums);
  const std::size_t size = empty.of_replicate();
  const int week = experiment.reading_week;
  return {std::move(empty), first_replicate, [size, week](std::uint32_t replicate) {
            return std::make_unique<HalvesPart>(size, week, replicate);
          }};
}

double spread_over_draws(const Sums& halves, const DrawnCells& cells) {
  if (halves.replicates < 3) return std::numeric_limits<double>::quiet_NaN();
  double sum[kHalves] = {}, product = 0;
  for (int r = 0; r < halves.replicates; ++r) {
    double change[kHalves];
    for (int half = 0; half < kHalves; ++half) {
      change[half] = mean(halves, r, cells.arm_drawn, half) - mean(halves, r, cells.arm_at_means, half) -
                     mean(halves, r, cells.against_drawn, half) + mean(halves, r, cells.against_at_means, half);
      sum[half] += change[half];
    }
    product += change[0] * change[1];
  }
  const double n = halves.replicates, covariance = (product - sum[0] * sum[1] / n) / (n - 1);
  return covariance > 0 ? std::sqrt(covariance) : 0.0;
}

}  // namespace hybridcare
