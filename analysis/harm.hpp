// Harm of misrecognition, client by client: each in their factual course and in the exact twin's. A quantity of the
// model, never evidence about a person.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "analysis/erosion.hpp"
#include "analysis/theme.hpp"

namespace hybridcare {

inline constexpr int kHarmPoints = 3;    ///< worse by at least 1, 2, 3 points of X
inline constexpr int kHarmReadings = 2;  ///< the reading week, and the last week

/// Events that happen in one of the two courses and not in the other.
enum class HarmEvent : int { dropout, erosion_human, erosion_assistant };
inline constexpr int kHarmEvents = 3;

/// Where each sum of one (replicate, cell of a twin, culture) stands.
struct HarmLayout {
  static constexpr int kClients = 0;
  /// Clients whose X is at least `points` worse (better) than their twin's.
  static constexpr int worse(int reading, int points) { return 1 + (reading * kHarmPoints + points - 1) * 2; }
  static constexpr int better(int reading, int points) { return worse(reading, points) + 1; }
  /// Clients to whom it happens in the factual course alone (in the twin's alone).
  static constexpr int factual(HarmEvent event) {
    return 1 + kHarmReadings * kHarmPoints * 2 + static_cast<int>(event) * 2;
  }
  static constexpr int twin(HarmEvent event) { return factual(event) + 1; }
  static constexpr int kSize = 1 + kHarmReadings * kHarmPoints * 2 + kHarmEvents * 2;
};

/// What the recorder needs to know.
struct HarmPlan {
  CloseCells looked;            ///< factual courses and the twins that they are compared with
  std::vector<int> arm;         ///< by place
  std::vector<bool> is_twin;    ///< by place
  int arms = 0, cultures = 0, weeks = 0;
  int reading_weeks[kHarmReadings] = {};
  HarmPlan(const Experiment& experiment, const std::vector<Cell>& cells);
  Sums empty(int replicates) const;
};

/// Sums of one replicate. A twin's course comes after the factual one of the same clients.
class HarmPart final : public SumPart {
 public:
  /// @param plan  must outlive the part
  HarmPart(const HarmPlan& plan, std::uint32_t replicate);
  void week(const CourseAt& at, const ClientBlock& block, int week) override;

 private:
  /// One course of the clients of a block, by id - first.
  struct Course {
    double symptom[kHarmReadings][kBlock];
    bool happened[kHarmEvents][kBlock];
  };

  void begin();
  void meet(const ClientBlock& block, int agent);
  void compare(const ClientBlock& block, const Course& factual, std::int64_t* rows) const;

  const HarmPlan& plan_;
  std::uint32_t first_ = 0;
  Course here_;
  std::vector<Course> factual_;  ///< by arm
  ErosionTrack erosion_[kAgents][kBlock];
  std::uint16_t contacts_[kAgents][kBlock];
  std::uint32_t with_[kAgents][kBlock];  ///< number of the assistant met first
  bool switched_[kAgents][kBlock];       ///< has met another assistant since
};

ThemeBytes harm_bytes(const Experiment& experiment, const std::vector<Cell>& cells);
/// Looks at the default variant's arms and the twins without misrecognition. Table: "harm".
std::unique_ptr<Theme> make_harm(const Experiment& experiment, const std::vector<Cell>& cells,
                                 std::uint32_t first_replicate);
Table harm_table(const Estimates& all, const HarmPlan& plan, const Sums& sums);

}  // namespace hybridcare
