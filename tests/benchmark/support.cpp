#include "tests/benchmark/support.hpp"

#include <malloc.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>

#include "sim/error.hpp"

namespace hybridcare::bench {
namespace {

/// A row of /proc/self/status, in bytes; NaN if there is none.
double status(const std::string& row) {
  std::ifstream file("/proc/self/status");
  std::string name;
  double kib = 0;
  while (file >> name) {
    if (name == row && file >> kib) return kib * 1024;
    file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  return std::nan("");
}

}  // namespace

Experiment load(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw UserError(path, "cannot be opened; benchmarks run in the root of the checkout");
  return read_experiment({std::istreambuf_iterator<char>(stream), {}}, path, "scenarios/profiles");
}

Cell cell_of(const Experiment& experiment, const std::string& arm) {
  for (std::size_t i = 0; i < experiment.arms.size(); ++i)
    if (experiment.arms[i].name == arm) return {0, static_cast<int>(i), Twin::factual};
  throw UserError(experiment.file, "no arm '" + arm + "'");
}

Recorders::Recorders(const Experiment& experiment, const std::vector<Cell>& cells, Recording how) {
  if (how == Recording::nothing) return;
  tally_ = std::make_unique<Tally>(experiment, cells, 0);
  list_.push_back(tally_.get());
  if (how == Recording::tally) return;
  for (const ThemeKind& kind : hybridcare::themes()) {
    themes_.push_back(kind.make(experiment, cells, 0));
    list_.push_back(&themes_.back()->recorder());
  }
}

RunOptions one_thread() {
  RunOptions options;
  options.threads = 1;
  return options;
}

benchmark::Counter per_second(double count) { return {count, benchmark::Counter::kIsRate}; }

benchmark::Counter seconds_each(double count) {
  return {count, static_cast<benchmark::Counter::Flags>(benchmark::Counter::kIsRate | benchmark::Counter::kInvert)};
}

void rates(benchmark::State& state, const RunReport& total) {
  state.counters["client_weeks/s"] = per_second(static_cast<double>(total.client_weeks));
  if (total.session_weeks > 0) state.counters["session_weeks/s"] = per_second(static_cast<double>(total.session_weeks));
}

void add(const RunReport& one, RunReport& total) {
  total.client_weeks += one.client_weeks;
  total.session_weeks += one.session_weeks;
}

PeakMemory::PeakMemory() {
  malloc_trim(0);                                 // what earlier benchmarks have freed is not to be had for nothing
  std::ofstream("/proc/self/clear_refs") << "5";  // the peak begins anew: proc(5)
  before_ = status("VmRSS:");
}

double PeakMemory::bytes() const { return status("VmHWM:") - before_; }

}  // namespace hybridcare::bench
