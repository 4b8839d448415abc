// The runs of a screening: sets of scenarios, each with one field moved, some at a time on each thread.
#pragma once
#include <mutex>
#include <span>
#include <vector>

#include "analysis/screen_table.hpp"

namespace hybridcare {

/// Moves fields and reads the result off each run. Whatever the number of threads, the same numbers.
class Screener {
 public:
  Screener(const Experiment& experiment, const Asked& asked, const RunOptions& options, const ScreenSize& size);

  /// The result as it is.
  Estimate plain();
  /// Each of the fields moved both ways, as far as it can be. In the order of the fields.
  std::vector<Driver> moved(const std::vector<Movable>& fields, const Estimate& plain);
  const RunReport& report() const { return report_; }

 private:
  struct Job {
    const std::vector<Move>* moves;
    std::size_t driver;
    bool up;
  };
  std::vector<Estimate> measured(std::vector<std::vector<Scenario>> sets, int threads);
  void work_off(std::span<const Job> jobs, Rereader& reader, const Estimate& plain, std::vector<Driver>& drivers);
  std::size_t batch(int threads) const;

  const Experiment& experiment_;
  const Asked& asked_;
  const RunOptions& options_;
  const Experiment lean_;         ///< with the arms in question as its only set of scenarios
  std::mutex mutex_;
  RunReport report_;
};

}  // namespace hybridcare
