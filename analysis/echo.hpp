// The observational echo: what a study of the simulated clients would report, beside what empathy causes in the model.
// Readings: model document, S6 "Study readings". A study sees ratings and measurements, never latent state.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "analysis/echo_layout.hpp"
#include "analysis/parts.hpp"
#include "scenarios/run.hpp"

namespace hybridcare {

/// Integer sums of a run, enough for every reading.
struct EchoSums {
  Sums clients;     ///< groups: cultures; size: EchoLayout::kSize
  Sums therapists;  ///< groups: therapists; size: kOfTherapist
};

/// Bytes of the sums, and of the parts that each thread fills.
struct EchoBytes { double sums = 0, per_thread = 0; };
EchoBytes echo_bytes(const Experiment& experiment, const std::vector<Cell>& cells);

/// Watches a run. Thread-safe. One use: hand it to `run`, then take the sums.
class Echo final : public Recorder<ClientBlock> {
 public:
  /// @param first_replicate  number of the replicate that goes to place 0
  Echo(const Experiment& experiment, const std::vector<Cell>& cells, std::uint32_t first_replicate);
  ~Echo() override;
  std::unique_ptr<BlockRecorder<ClientBlock>> start(std::uint32_t replicate, std::uint32_t first, int size) override;
  void finish(std::unique_ptr<BlockRecorder<ClientBlock>> part) override;
  EchoSums take();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Sums of one group of clients as real numbers: an EchoLayout row, then between-therapist sums of all cultures.
using EchoRow = SumPool::Row;

/// @param culture  its index, or -1 for everybody; therapists are known for everybody alone
SumPool echo_pool(const EchoSums& sums, int cell, int culture);
/// The row of one replicate alone.
EchoRow echo_row(const EchoSums& sums, int replicate, int cell, int culture);

/// Minus the correlation of a mean rating over contacts with y at the reading week, freed of y(0): positive if higher
/// ratings go with better outcomes. NaN with fewer than three clients. [-1, 1]
double rating_correlation(const EchoRow& row, int agent, Sample sample, Variable rating);
/// Clients in it.
double sample_size(const EchoRow& row, int agent, Sample sample);
/// Standard deviation of a variable over the clients of a sample, in its unit.
double sample_sd(const EchoRow& row, int agent, Sample sample, Variable variable);

/// Effect of an alliance rating on the next week's y within persons: weeks 1 to 6, centred on person, then on week,
/// over clients rated in each of these weeks and in care after them; least squares, coefficient x SD(rating) / SD(y).
/// @param controls  for this week's y
double within_person(const EchoRow& row, int agent, bool controls);
double panel_persons(const EchoRow& row, int agent);

/// Variance component between therapists of y at the reading week, freed of y(0), over its total (analysis of variance,
/// groups of unequal size); may be negative by chance.
double therapist_share(const EchoRow& row);

/// Odds of dropping out by the end of the weeks followed.
double dropout_odds(const EchoRow& row);
/// Mean and standard deviation over everybody of y at the reading week, points.
double mean_reading(const EchoRow& row);
double sd_reading(const EchoRow& row);

/// What one standard deviation more of `per` (empathy as expressed, or as rated) would do, in standard deviations of y:
/// the difference that a shift by `delta` makes to the same clients, scaled. Positive: better.
double causal_slope(const EchoRow& factual, const EchoRow& shifted, double delta, int agent, Variable per);

}  // namespace hybridcare
