// A service with a million clients, a waiting list and a network, 52 weeks: seconds and peak memory. Figures only.
// Alone, so that the peak is its own: bench --benchmark_filter=service
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <algorithm>

#include "scenarios/run.hpp"
#include "scenarios/scenario.hpp"

namespace {

using namespace hybridcare;

/// An assistant sees a fifth of the people in need at a time, and humans a tenth of them, one slot for each.
constexpr const char* kScenario = R"({
  "format": 1, "name": "service_benchmark", "replicates": 1, "clients": 1000, "weeks": 52,
  "service": {}, "network": {},
  "pathway": { "steps": {
      "assistant": { "weeks": 12, "assistant": { "every_weeks": 1 } },
      "human": { "weeks": 12, "human": { "every_weeks": 1 } } },
    "start": "assistant",
    "transitions": { "step_up": { "from": "assistant", "to": "human", "when": "phq9 >= 12 and weeks_in_step >= 4" } } },
  "arms": { "service": {} } })";

class Nothing : public Recorder<ClientBlock> {
 public:
  struct Part : BlockRecorder<ClientBlock> {
    std::int64_t sum = 0;
    void week(const CourseAt&, const ClientBlock& block, int) override {
      for (int i = 0; i < block.size; ++i) sum += static_cast<std::int64_t>(block.r.phq9[i]);
    }
  };
  std::unique_ptr<BlockRecorder<ClientBlock>> start(std::uint32_t, std::uint32_t, int) override {
    return std::make_unique<Part>();
  }
  void finish(std::unique_ptr<BlockRecorder<ClientBlock>> part) override { benchmark::DoNotOptimize(part.get()); }
};

double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void service(benchmark::State& state) {
  Experiment experiment = read_experiment(kScenario, "service_benchmark.json");
  experiment.clients = static_cast<int>(state.range(0));
  Parameters& p = experiment.scenarios[0][0].parameters;
  p.service.in_need = experiment.clients;
  p.service.arrivals = 0;
  p.therapists.count = std::max(1, experiment.clients / 200);
  p.service.assistant_contacts = experiment.clients / 5.0;
  Nothing recorder;
  for (auto _ : state) {
    const RunReport report = run(experiment, {{0, 0, Twin::factual}}, {&recorder}, {});
    std::int64_t waited = 0, admitted = 0;
    for (const ServiceWeek& week : report.services.at(0).weeks) {
      waited += week.on_list;
      admitted += week.admitted;
    }
    state.counters["contacts"] = static_cast<double>(report.session_weeks);
    state.counters["admitted"] = static_cast<double>(admitted);
    state.counters["weeks_on_list"] = static_cast<double>(waited);
  }
  state.counters["peak_MiB"] = peak_mib();
}
BENCHMARK(service)->Arg(100'000)->Arg(1'000'000)->Iterations(1)->Unit(benchmark::kSecond)->UseRealTime();

}  // namespace
