#include "agents/plan.hpp"

#include "agents/purposes.hpp"
#include "sim/math.hpp"
#include "sim/philox.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

void choose_pathway(const Parameters& parameters, const bool* offers, Key key, int week, Lanes lanes,
                    const ClientBlock& block, Scratch& s, std::uint32_t* chosen) {
  const PracticeParameters& p = parameters.practice;
  philox_lanes(key, block.w.id + lanes.begin, lanes.count, 0u, when(static_cast<std::uint32_t>(week), 0),
               tag(Purpose::plan, 0), s.word[0], s.word[1], s.word[2], s.word[3]);
  double* const best = s.normal[0];
  for (int k = 0; k < lanes.count; ++k) best[k] = -1e300;  // below anything drawn
  for (int m = 0; m < kPathways; ++m) {
    if (!offers[m]) continue;
    const double rate = p.rate * p.share[m];
    const double *const weight = block.r.plan_weight[m] + lanes.begin, *const sum = block.r.plan_sum[m] + lanes.begin;
    const std::uint32_t* const words = s.word[m];
    for (int k = 0; k < lanes.count; ++k) {
      const double drawn = rate * (sum[k] / weight[k] + normal(words[k]) / sqrt(weight[k]));
      const bool better = drawn > best[k];
      best[k] = better ? drawn : best[k];
      chosen[k] = better ? static_cast<std::uint32_t>(m) : chosen[k];
    }
  }
}

void learn_fit(const Parameters& parameters, Lanes lanes, ClientBlock& block) {
  const double noise = parameters.practice.plan_noise_sd;
  const double per_square = 1.0 / (noise * noise);
  const double *const before = block.r.phq9_before + lanes.begin, *const now = block.r.phq9 + lanes.begin;
  for (int m = 0; m < kPathways; ++m) {
    double *const weight = block.r.plan_weight[m] + lanes.begin, *const sum = block.r.plan_sum[m] + lanes.begin;
    double* const load = block.r.plan_load[m] + lanes.begin;
    for (int k = 0; k < lanes.count; ++k) {
      weight[k] += load[k] * load[k] * per_square;
      sum[k] += load[k] * (before[k] - now[k]) * per_square;
      load[k] = 0.0;
    }
  }
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
