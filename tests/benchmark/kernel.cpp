// Speed of the week, in session-weeks and client-weeks a second, on one core. Figures only: no test depends on time.
#include <benchmark/benchmark.h>

#include <string>

#include "scenarios/fields.hpp"
#include "scenarios/run.hpp"
#include "sim/isa.hpp"

namespace {

using namespace hybridcare;

Step exit_step(const char* name, Exit exit) {
  Step step;
  step.name = name;
  step.exit = exit;
  return step;
}

/// One arm, one variant; `care` is the only step beside the exits.
Experiment one_arm(Step care, int clients, int weeks) {
  Experiment experiment;
  experiment.seed = 1;
  experiment.replicates = 1;
  experiment.clients = clients;
  experiment.weeks = weeks;
  experiment.reading_week = 12;
  experiment.arms = {{"arm", "arm", false}};
  experiment.variants = {{"default", "default", false}};
  Scenario scenario;
  scenario.parameters = default_parameters();
  scenario.cultures = {"reference", "near", "far", "farthest"};
  care.name = "care";
  care.then = 0;
  scenario.pathway.steps = {exit_step("completed", Exit::completed), exit_step("ended_early", Exit::ended_early),
                            exit_step("dropped", Exit::dropped), care};
  scenario.pathway.start = 3;
  experiment.scenarios = {{scenario}};
  return experiment;
}

/// What every run records: the measure by culture and week, as exact sums.
class ByCulture : public Recorder<ClientBlock> {
 public:
  struct Part : BlockRecorder<ClientBlock> {
    std::int64_t sum[kMostCultures][64] = {};
    void week(const CourseAt&, const ClientBlock& block, int week) override {
      for (int i = 0; i < block.size; ++i)
        sum[block.w.culture[i]][week % 64] += static_cast<std::int64_t>(block.r.phq9[i]);
    }
  };
  std::unique_ptr<BlockRecorder<ClientBlock>> start(std::uint32_t, std::uint32_t, int) override {
    return std::make_unique<Part>();
  }
  void finish(std::unique_ptr<BlockRecorder<ClientBlock>> part) override { benchmark::DoNotOptimize(part.get()); }
};

benchmark::Counter per_second(std::uint64_t count) {
  return {static_cast<double>(count), benchmark::Counter::kIsRate};
}

void report(benchmark::State& state, const Experiment& experiment, Twin twin) {
  const std::string set = state.range(0) == 0 ? "baseline" : state.range(0) == 1 ? "avx2" : "avx512";
  bool available = false;
  for (const std::string& known : instruction_sets()) available = available || known == set;
  if (!available) return state.SkipWithError("not on this machine");
  ByCulture recorder;
  RunOptions options;
  options.threads = 1;
  options.instruction_set = set;
  RunReport total;
  for (auto _ : state) {
    const RunReport one = run(experiment, {{0, 0, twin}}, {&recorder}, options);
    total.session_weeks += one.session_weeks;
    total.client_weeks += one.client_weeks;
  }
  state.SetLabel(set);
  state.counters["session_weeks/s"] = per_second(total.session_weeks);
  state.counters["client_weeks/s"] = per_second(total.client_weeks);
}

/// Assistant, one 8-turn session per client and week, nobody leaves, every mechanism on.
void assistant_sessions(benchmark::State& state) {
  Step care;
  care.weeks = 52;
  care.assistant.every_weeks = 1;
  care.bundle = true;
  report(state, one_arm(care, 10240, 52), Twin::nobody_leaves);
}
BENCHMARK(assistant_sessions)->DenseRange(0, 2)->Unit(benchmark::kMillisecond);

/// Both agents weekly, clients leave: lanes are kept partitioned.
void hybrid_courses(benchmark::State& state) {
  Step care;
  care.weeks = 12;
  care.assistant.every_weeks = 1;
  care.human.every_weeks = 2;
  care.bundle = true;
  report(state, one_arm(care, 10240, 26), Twin::factual);
}
BENCHMARK(hybrid_courses)->DenseRange(0, 2)->Unit(benchmark::kMillisecond);

/// No care: the natural course alone.
void untreated_weeks(benchmark::State& state) {
  Step care;
  care.weeks = 12;
  report(state, one_arm(care, 10240, 26), Twin::factual);
}
BENCHMARK(untreated_weeks)->DenseRange(0, 2)->Unit(benchmark::kMillisecond);

}  // namespace
