// Compiled once per instruction set, like the kernel.
#include "tests/unit/sim/math_probe.hpp"

#include "sim/draws.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

void probe_math(int n, MathProbe& probe) {
  philox_lanes(probe.key, probe.id, n, probe.second[0], probe.when, probe.tag, probe.words[0], probe.words[1],
               probe.words[2], probe.words[3]);
  philox_lanes(probe.key, probe.id, n, probe.second, probe.when, probe.tag, probe.pair_words[0], probe.pair_words[1],
               probe.pair_words[2], probe.pair_words[3]);
  uniforms(probe.words[0], n, probe.reals[0]);
  normals(probe.words[1], n, probe.reals[1]);
  thresholds(probe.reals[0], n, probe.thresholds);
  for (int i = 0; i < n; ++i) probe.reals[2][i] = exp(probe.x[i]);
  for (int i = 0; i < n; ++i) probe.reals[3][i] = log(probe.reals[2][i]);
  for (int i = 0; i < n; ++i) probe.reals[4][i] = logistic(probe.x[i]);
  for (int i = 0; i < n; ++i) probe.reals[5][i] = round_half_up(probe.x[i]);
  for (int i = 0; i < n; ++i) probe.reals[6][i] = floor(probe.x[i]);
  for (int i = 0; i < n; ++i) probe.reals[7][i] = clip(probe.x[i], -6.0, 27.0);
  for (int i = 0; i < n; ++i) probe.reals[8][i] = sqrt(abs(probe.x[i]));
  for (int i = 0; i < n; ++i) probe.reals[9][i] = normal_cdf(probe.x[i] * 0.05) + normal_pdf(probe.x[i] * 0.05);
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
