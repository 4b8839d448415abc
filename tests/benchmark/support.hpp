// What the benchmarks share: scenarios from files, the recorders of a real study, rates, and peaks of memory.
#pragma once
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "analysis/tally.hpp"
#include "analysis/theme.hpp"
#include "scenarios/run.hpp"

namespace hybridcare::bench {

/// What a benchmark runs always stands in a scenario file, never in numbers of its own.
/// @param path  from the root of the checkout
/// @throws UserError
Experiment load(const std::string& path);

/// The factual course of one arm, by name. @throws UserError for an unknown one
Cell cell_of(const Experiment& experiment, const std::string& arm);

/// How much is recorded: nothing; the tally, by culture; or, as in every study, the tally and all themes.
enum class Recording { nothing, tally, study };

/// Recorders as `study` makes them. One use.
class Recorders {
 public:
  Recorders(const Experiment& experiment, const std::vector<Cell>& cells, Recording how);
  const std::vector<Recorder<ClientBlock>*>& list() const { return list_; }
  Tally* tally() { return tally_.get(); }
  const std::vector<std::unique_ptr<Theme>>& themes() const { return themes_; }

 private:
  std::unique_ptr<Tally> tally_;
  std::vector<std::unique_ptr<Theme>> themes_;
  std::vector<Recorder<ClientBlock>*> list_;
};

/// On one thread, which is the calling one: its processor time is the run's.
RunOptions one_thread();

/// A number of things done in the timed loop, as a rate: per second of processor time, unless the benchmark says
/// `UseRealTime`.
benchmark::Counter per_second(double count);
/// The same turned round: seconds for each.
benchmark::Counter seconds_each(double count);

/// Sets the counters "session_weeks/s" and "client_weeks/s" from what was run in the timed loop.
void rates(benchmark::State& state, const RunReport& total);
/// Adds what one run did to a total.
void add(const RunReport& one, RunReport& total);

/// How much memory the process took at most since the object was made, beyond what it had then. NaN where /proc does
/// not tell.
class PeakMemory {
 public:
  PeakMemory();
  double bytes() const;

 private:
  double before_;
};

}  // namespace hybridcare::bench
