// Measures of the user's own: any expression of the guard language over a client, for groups of the user's own, with no
// rebuild. Paired client by client with the headline's reference arm: who is better off, who is worse off.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/theme.hpp"
#include "analysis/watch.hpp"
#include "scenarios/expression.hpp"

namespace hybridcare {

enum class When { at, ever, mean, total };

struct Measure {
  std::string name;
  ClientExpression of;
  std::optional<Guard> given;
  When when = When::at;
  int first = 0, last = 0;   ///< weeks that are read
  double least = 0;
};

struct Grouping {
  std::string name;
  ClientExpression of;
  std::vector<double> cuts;
  std::vector<std::string> levels;
};

/// A request, checked against an experiment.
struct Watch {
  std::vector<Measure> measures;
  std::vector<Grouping> groupings;
  bool reads_oracle = false;
};

inline constexpr std::size_t kMostMeasures = 32, kMostGroupings = 8;
inline constexpr std::size_t kMostBands = 12;
inline constexpr double kMostMeasured = 32768;  ///< values of a client are held within this

/// @throws UserError "watch/NAME: column 3: ...", "by/NAME: ...": what was found, what is allowed
Watch parse_watch(const WatchRequest& request, const Experiment& experiment);

/// Sums of one measure in one group of one cell.
enum class MeasureSum : int {
  clients,       ///< for whom it is defined
  value,         ///< 2^-16
  squares,       ///< 2^-8
  pairs,         ///< clients for whom it is defined here and in the reference arm
  difference,    ///< here minus there, 2^-16
  differences_squared,  ///< 2^-8
  higher, lower  ///< clients whose difference is at least `least`, and not 0
};
inline constexpr int kMeasureSums = 8;

/// What the recorder needs to know.
struct MeasurePlan {
  Watch watch;
  std::vector<int> reference;       ///< by cell: the cell that it is paired with, or -1
  std::vector<int> first_group;     ///< by grouping; group 0 is everybody
  int groups = 1;
  MeasurePlan(Watch watch, const Experiment& experiment, const std::vector<Cell>& cells);
  int size() const { return static_cast<int>(watch.measures.size()) * kMeasureSums; }
  Sums empty(int replicates) const;
};

/// @param plan  must outlive the recorder
std::unique_ptr<SumRecorder> measure_recorder(const MeasurePlan& plan, int replicates, std::uint32_t first_replicate);
/// Mean over clients of a measure in one cell; of a condition: the share.
Estimate measured_level(const Sums& sums, int cell, std::size_t measure);

ThemeBytes measures_bytes(const Watch& watch, const Experiment& experiment, const std::vector<Cell>& cells);
/// Looks at every cell. Table: "measures".
std::unique_ptr<Theme> make_measures(const Watch& watch, const Experiment& experiment, const std::vector<Cell>& cells,
                                     std::uint32_t first_replicate);

Table measures_table(const Estimates& all, const MeasurePlan& plan, const Sums& sums);

}  // namespace hybridcare
