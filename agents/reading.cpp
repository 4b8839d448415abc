#include "agents/reading.hpp"

#include "agents/psychometric.hpp"
#include "sim/math.hpp"

namespace hybridcare {
namespace {

namespace k = HYBRIDCARE_KERNEL;
constexpr double kIntensityOwn = 2.0, kIntensityWeight = 3.0;  // Beta(2 + 2 X / 27, 3): the form of S2, no setting

/// Distribution function of Beta(a, 3): x^a a (a+1) (a+2) / 2 (1/a - 2x/(a+1) + x^2/(a+2)).
double below_of(double a, double x) {
  const double power = k::exp(a * k::log(x));
  return power * a * (a + 1) * (a + 2) / 2 * (1 / a - 2 * x / (a + 1) + x * x / (a + 2));
}

double quantile_of(double a, double share) {
  double low = 0, high = 1;
  for (int halving = 0; halving < 60; ++halving) {
    const double middle = (low + high) / 2;
    (below_of(a, middle) < share ? low : high) = middle;
  }
  return (low + high) / 2;
}

struct Intensities {
  double quantile[kSeverities][kIntensityRanks];
  Intensities() {
    static_assert(kIntensityWeight == 3.0, "below_of knows this one alone");
    for (int points = 0; points < kSeverities; ++points)
      for (int rank = 0; rank < kIntensityRanks; ++rank)
        quantile[points][rank] = quantile_of(kIntensityOwn + 2.0 * points / 27.0, (rank + .5) / kIntensityRanks);
  }
};

/// No setting changes the quantiles: found once in the life of the program, in as long as a small run takes. The odds
/// are found here and not turn by turn: the same bits, and eight exponentials fewer in a session.
void set_odds(const RecognitionParameters& p, ReadingTable& table) {
  static const Intensities all;
  for (int points = 0; points < kSeverities; ++points)
    for (int rank = 0; rank < kIntensityRanks; ++rank)
      table.odds[points][rank] = k::exp(p.noticed_base + p.noticed_intensity * all.quantile[points][rank]);
}

void set_correlation(const AgentParameters& agent, ReadingTable& table) {
  for (int m = 0; m < kModalities; ++m)
    for (int n = 0; n < kModalities; ++n) {
      const bool body = m == by_physiology || n == by_physiology;
      table.correlation[m][n] = m == n ? 1.0 : body ? agent.physiology_correlation : agent.noise_correlation;
    }
}

void set_confusion(ReadingTable& table) {
  for (auto& culture : table.mistaken)
    for (int felt = 0; felt < table.emotions; ++felt)
      for (int taken = 0; taken < table.emotions; ++taken)
        culture[felt][taken] = felt == taken ? 0.0 : 1.0 / (table.emotions - 1);
}

/// Solves the positive definite system of the modalities in `active` by elimination. @param x  in: d; out: the solution
void solve(const bool* active, const double (*correlation)[kModalities], double* x) {
  double a[kModalities][kModalities];
  for (int i = 0; i < kModalities; ++i)
    for (int j = 0; j < kModalities; ++j) a[i][j] = active[i] && active[j] ? correlation[i][j] : (i == j ? 1.0 : 0.0);
  for (int i = 0; i < kModalities; ++i) x[i] = active[i] ? x[i] : 0.0;
  for (int i = 0; i < kModalities; ++i)
    for (int j = i + 1; j < kModalities; ++j) {
      const double share = a[j][i] / a[i][i];
      for (int c = i; c < kModalities; ++c) a[j][c] -= share * a[i][c];
      x[j] -= share * x[i];
    }
  for (int i = kModalities - 1; i >= 0; --i) {
    for (int c = i + 1; c < kModalities; ++c) x[i] -= a[i][c] * x[c];
    x[i] /= a[i][i];
  }
}

}  // namespace

void fuse(const bool* in_use, const double* d, const double (*correlation)[kModalities], double* weight) {
  bool active[kModalities];
  for (int m = 0; m < kModalities; ++m) active[m] = in_use[m];
  for (int pass = 0; pass < kModalities; ++pass) {
    for (int m = 0; m < kModalities; ++m) weight[m] = d[m];
    solve(active, correlation, weight);
    int worst = -1;
    for (int m = 0; m < kModalities; ++m)
      if (active[m] && weight[m] < 0 && (worst < 0 || weight[m] < weight[worst])) worst = m;
    if (worst < 0) break;
    active[worst] = false;
  }
  double variance = 0;
  for (int m = 0; m < kModalities; ++m)
    for (int n = 0; n < kModalities; ++n) variance += weight[m] * weight[n] * correlation[m][n];
  const double scale = variance > 0 ? 1.0 / k::sqrt(variance) : 0.0;
  for (int m = 0; m < kModalities; ++m) weight[m] *= scale;
}

ReadingTable make_reading(const Parameters& parameters, const AgentParameters& agent) {
  ReadingTable table;
  table.emotions = static_cast<int>(parameters.recognition.emotions);
  table.home = agent.culture;
  for (int m = 0; m < kModalities; ++m) table.in_use[m] = agent.uses[m];
  for (int c = 0; c < kMostCultures; ++c)
    for (int m = 0; m < kModalities; ++m) {
      table.loss[c][m] = agent.distance_loss * agent.modality[m];
      for (double& d : table.d[c][m]) d = agent.discriminability[m];
    }
  set_correlation(agent, table);
  set_confusion(table);
  fuse(table.in_use, agent.discriminability, table.correlation, table.weight);
  if (parameters.recognition.emotions_drawn) set_odds(parameters.recognition, table);
  return table;
}

}  // namespace hybridcare
