// A service with a waiting list, steps and a network: nobody is independent of anybody. From a thousand clients to a
// million, 52 weeks, from assembling to the recorders' sums; memory is what the process took beyond what it had.
#include <algorithm>

#include "tests/benchmark/support.hpp"

namespace {

using namespace hybridcare;
using namespace hybridcare::bench;

/// Everybody is in need at the opening: an assistant sees a fifth of them at a time, and humans a tenth, one slot each.
Experiment service_of(int clients) {
  Experiment experiment = load("tests/scale/service.json");
  experiment.clients = clients;
  Parameters& p = experiment.scenarios[0][0].parameters;
  p.service.in_need = clients;
  p.service.assistant_contacts = clients / 5.0;
  p.therapists.count = std::max(1, std::min(clients / 200, 5000));
  return experiment;
}

/// @param how  nothing: the coupled run alone, without living each course again for the recorders
void service(benchmark::State& state, Recording how) {
  const Experiment experiment = service_of(static_cast<int>(state.range(0)));
  const std::vector<Cell> cells = {{0, 0, Twin::factual}};
  RunOptions options;
  options.threads = static_cast<int>(state.range(1));
  RunReport total;
  double peak = 0;
  for (auto _ : state) {
    const PeakMemory memory;
    Recorders recorders(experiment, cells, how);
    add(run(experiment, cells, recorders.list(), options), total);
    peak = memory.bytes();
  }
  rates(state, total);
  state.counters["bytes_per_client"] = peak / static_cast<double>(experiment.clients);
}

/// Rates per second of processor time of all threads; the time on the wall stands beside it.
void sizes(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"clients", "threads"})->Unit(benchmark::kSecond)->MeasureProcessCPUTime();
}

BENCHMARK_CAPTURE(service, recorded, Recording::study)->Name("service/recorded")->Apply(sizes)
    ->Args({1000, 1})->Args({10'000, 1})->Args({100'000, 1})->Args({100'000, 2});
BENCHMARK_CAPTURE(service, coupled, Recording::nothing)->Name("service/coupled")->Apply(sizes)
    ->Args({100'000, 1})->Args({100'000, 2});
BENCHMARK_CAPTURE(service, million, Recording::study)->Name("service/once/recorded")->Apply(sizes)->Iterations(1)
    ->Args({1'000'000, 1})->Args({1'000'000, 2});

}  // namespace
