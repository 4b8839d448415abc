// Independent clients: the bundled experiment from its file to its tables, and whether a client-week costs the same,
// and memory stays where it is, from a thousand clients to ten million.
#include "analysis/results.hpp"
#include "tests/benchmark/support.hpp"

namespace {

using namespace hybridcare;
using namespace hybridcare::bench;

constexpr const char* kBundled = "scenarios/library/hybrid_vs_human_vs_ai.json";
constexpr const char* kFull = "tests/benchmark/scenarios/full.json";

/// Reading, running with twins, estimates, all tables: what `hybridcare run` does before it writes.
/// @param replicates  -1: as the file says
void end_to_end(benchmark::State& state, int replicates) {
  RunReport total;
  for (auto _ : state) {
    StudyOptions options;
    options.run = one_thread();
    options.run.replicates = replicates;
    const Results results = study(load(kBundled), options);
    benchmark::DoNotOptimize(results.hash.data());
    add(results.report, total);
  }
  rates(state, total);
}
void experiment(benchmark::State& state) { end_to_end(state, 4); }
BENCHMARK(experiment)->Name("population/experiment")->Unit(benchmark::kSecond);
void whole_experiment(benchmark::State& state) { end_to_end(state, -1); }
BENCHMARK(whole_experiment)->Name("population/once/experiment")->Unit(benchmark::kSecond)->Iterations(1);

/// One arm for a year, recorded as in every study; the peak holds blocks in flight, recorders and the list of tasks.
void clients(benchmark::State& state) {
  Experiment experiment = load(kFull);
  experiment.clients = static_cast<int>(state.range(0));
  const std::vector<Cell> cells = {cell_of(experiment, "hybrid")};
  RunReport total;
  double peak = 0;
  for (auto _ : state) {
    const PeakMemory memory;
    Recorders recorders(experiment, cells, Recording::study);
    add(run(experiment, cells, recorders.list(), one_thread()), total);
    peak = memory.bytes();
  }
  rates(state, total);
  state.counters["client_week_s"] = seconds_each(static_cast<double>(total.client_weeks));
  state.counters["peak_bytes"] = peak;
}
BENCHMARK(clients)->Name("population/clients")->Arg(1000)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);
BENCHMARK(clients)->Name("population/once/clients")->Arg(1'000'000)->Arg(10'000'000)->Unit(benchmark::kSecond)
    ->Iterations(1);

/// A thousand clients of one arm, from the file to the tables.
void thousand(benchmark::State& state) {
  RunReport total;
  for (auto _ : state) {
    Experiment experiment = load(kFull);
    const auto arm = static_cast<std::size_t>(cell_of(experiment, "hybrid").arm);
    experiment.clients = 1000;
    experiment.arms = {experiment.arms[arm]};
    experiment.scenarios = {{experiment.scenarios[0][arm]}};
    StudyOptions options;
    options.run = one_thread();
    options.twins = false;
    const Results results = study(experiment, options);
    benchmark::DoNotOptimize(results.hash.data());
    add(results.report, total);
  }
  rates(state, total);
}
BENCHMARK(thousand)->Name("population/thousand")->Unit(benchmark::kMillisecond);

}  // namespace
