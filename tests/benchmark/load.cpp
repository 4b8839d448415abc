// What is carried beside the weeks: reading a scenario, a design point of a sweep, and a second thread.
#include <string>
#include <vector>

#include "analysis/points.hpp"
#include "tests/benchmark/support.hpp"

namespace {

using namespace hybridcare;
using namespace hybridcare::bench;

constexpr const char* kBundled = "scenarios/library/hybrid_vs_human_vs_ai.json";

/// Every arm in every variant, checked, with its guards compiled.
void reading(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(load(kBundled).scenarios.data());
}
BENCHMARK(reading)->Name("load/reading")->Unit(benchmark::kMillisecond);

/// Design points with hardly a client in them: each is patched, read, assembled, run and read off.
void design_points(benchmark::State& state) {
  const Experiment experiment = load(kBundled);
  PointsRequest request;
  request.arms = {"human", "hybrid"};
  request.metrics.resize(1);
  request.run = one_thread();
  request.run.replicates = 1;
  request.run.clients = static_cast<int>(state.range(0));
  std::vector<std::string> patches;
  for (int i = 0; i < 200; ++i) patches.push_back(R"({"course": {"harm": )" + std::to_string(i / 200.0) + "}}");
  std::size_t points = 0;
  for (auto _ : state) points += run_points(experiment, patches, request).points;
  state.counters["point_s"] = seconds_each(static_cast<double>(points));
}
BENCHMARK(design_points)->Name("load/design_point")->ArgName("clients")->Arg(1)->Arg(100);

/// Independent clients on one thread and on two, by the wall: what the second is worth.
void threads(benchmark::State& state) {
  const Experiment experiment = load("tests/benchmark/scenarios/full.json");
  const std::vector<Cell> cells = {cell_of(experiment, "hybrid")};
  RunOptions options;
  options.threads = static_cast<int>(state.range(0));
  RunReport total;
  for (auto _ : state) {
    Recorders recorders(experiment, cells, Recording::study);
    add(run(experiment, cells, recorders.list(), options), total);
  }
  rates(state, total);
}
BENCHMARK(threads)->Name("load/threads")->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()
    ->UseRealTime();

}  // namespace
