// Three answers to the same question: all who were randomised, on latent X; as a study would observe it; completers.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "analysis/observation.hpp"
#include "analysis/theme.hpp"

namespace hybridcare {

/// Whose measurements are averaged.
enum class Seen : int {
  observed,        ///< measurement not missing; whether it is, depends on how care ended
  not_at_random,   ///< the same, and on the change since entry
  completers       ///< had not dropped out by then
};
inline constexpr int kSeen = 3;
enum class SeenSum : int { clients, phq9, phq9_squares, response, ill, recovery };
inline constexpr int kSeenSums = 6;

/// Where each sum of one (replicate, cell, culture) stands.
struct EstimandLayout {
  static constexpr int kReading = 2 + kSeen * kSeenSums;
  static constexpr int clients(int reading) { return reading * kReading; }
  static constexpr int symptom(int reading) { return reading * kReading + 1; }  ///< 2^-32 points
  static constexpr int at(int reading, Seen seen, SeenSum sum) {
    return reading * kReading + 2 + static_cast<int>(seen) * kSeenSums + static_cast<int>(sum);
  }
};

ThemeBytes estimands_bytes(const Experiment& experiment, const std::vector<Cell>& cells);
/// Looks at the factual courses of the default variant. Table: "estimands".
std::unique_ptr<Theme> make_estimands(const Experiment& experiment, const std::vector<Cell>& cells,
                                      std::uint32_t first_replicate);

/// What the recorder needs to know.
struct EstimandPlan {
  CloseCells looked;
  std::vector<MissingRule> rules;     ///< by place among the cells looked at
  std::vector<int> reading_of_week;   ///< bit r: reading r is in this week
  std::uint32_t seed = 0;
  int cultures = 0, readings = 0;
  EstimandPlan(const Experiment& experiment, const std::vector<Cell>& cells);
  Sums empty(int replicates) const;
};

/// Sums of one replicate.
class EstimandPart final : public SumPart {
 public:
  /// @param plan  must outlive the part
  EstimandPart(const EstimandPlan& plan, std::uint32_t replicate);
  void week(const CourseAt& at, const ClientBlock& block, int week) override;

 private:
  void read(const CourseAt& at, const ClientBlock& block, int reading, int place, const Word& missing);
  const EstimandPlan& plan_;
};

Table estimands_table(const Estimates& all, const EstimandPlan& plan, const Sums& sums);

}  // namespace hybridcare
