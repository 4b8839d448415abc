// Speed of the week itself, on one core: one arm, thousands of clients, recorded as in every study. What an arm is
// stands in scenarios/ beside this file.
#include "tests/benchmark/support.hpp"

namespace {

using namespace hybridcare;
using namespace hybridcare::bench;

constexpr const char* kFull = "tests/benchmark/scenarios/full.json";
constexpr const char* kCore = "tests/benchmark/scenarios/core.json";

void weeks(benchmark::State& state, const char* file, const char* arm, Recording how) {
  const Experiment experiment = load(file);
  const std::vector<Cell> cells = {cell_of(experiment, arm)};
  RunReport total;
  for (auto _ : state) {
    Recorders recorders(experiment, cells, how);
    add(run(experiment, cells, recorders.list(), one_thread()), total);
  }
  rates(state, total);
}

constexpr auto kMs = benchmark::kMillisecond;
BENCHMARK_CAPTURE(weeks, full, kFull, "sessions", Recording::study)->Name("kernel/full/sessions")->Unit(kMs);
BENCHMARK_CAPTURE(weeks, core, kCore, "sessions", Recording::study)->Name("kernel/core/sessions")->Unit(kMs);
BENCHMARK_CAPTURE(weeks, tally, kFull, "sessions", Recording::tally)->Name("kernel/full/tally_alone")->Unit(kMs);
BENCHMARK_CAPTURE(weeks, bare, kFull, "sessions", Recording::nothing)->Name("kernel/full/unrecorded")->Unit(kMs);
BENCHMARK_CAPTURE(weeks, bare, kCore, "sessions", Recording::nothing)->Name("kernel/core/unrecorded")->Unit(kMs);
BENCHMARK_CAPTURE(weeks, hybrid, kFull, "hybrid", Recording::study)->Name("kernel/full/hybrid")->Unit(kMs);
BENCHMARK_CAPTURE(weeks, all, kFull, "everything", Recording::study)->Name("kernel/full/everything")->Unit(kMs);
BENCHMARK_CAPTURE(weeks, leaflet, kFull, "exercises", Recording::study)->Name("kernel/full/exercises")->Unit(kMs);
BENCHMARK_CAPTURE(weeks, none, kFull, "untreated", Recording::study)->Name("kernel/full/untreated")->Unit(kMs);

}  // namespace
