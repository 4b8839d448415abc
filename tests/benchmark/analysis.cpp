// From exact counts to answers: what each recorder costs beside the weeks, what estimates and tables cost after them,
// and all coalitions of an attribution.
#include <string>
#include <vector>

#include "analysis/estimates.hpp"
#include "analysis/points.hpp"
#include "analysis/shapley.hpp"
#include "tests/benchmark/support.hpp"

namespace {

using namespace hybridcare;
using namespace hybridcare::bench;

constexpr const char* kBundled = "scenarios/library/hybrid_vs_human_vs_ai.json";

/// Plays one block's weeks to a recorder again and again: recording alone, without simulating.
class Player final : public Recorder<ClientBlock> {
 public:
  std::vector<ClientBlock> weeks;
  std::unique_ptr<BlockRecorder<ClientBlock>> start(std::uint32_t, std::uint32_t, int) override {
    return std::make_unique<Part>(*this);
  }
  void finish(std::unique_ptr<BlockRecorder<ClientBlock>>) override {}

 private:
  struct Part final : BlockRecorder<ClientBlock> {
    explicit Part(Player& player) : to(player) {}
    void week(const CourseAt&, const ClientBlock& block, int) override { to.weeks.push_back(block); }
    Player& to;
  };
};

/// @param theme  -1: the tally; else a theme's place in their list
void recorder(benchmark::State& state, int theme) {
  Experiment experiment = load("tests/benchmark/scenarios/full.json");
  experiment.clients = kBlock;
  const std::vector<Cell> cells = {cell_of(experiment, "sessions")};
  Player player;
  run(experiment, cells, {&player}, one_thread());
  Recorders recorders(experiment, cells, Recording::study);
  Recorder<ClientBlock>& tried = *recorders.list()[static_cast<std::size_t>(theme + 1)];
  double weeks = 0;
  for (auto _ : state) {
    auto part = tried.start(0, 0, kBlock);
    for (std::size_t week = 0; part && week < player.weeks.size(); ++week)
      part->week({0, 0, 0}, player.weeks[week], static_cast<int>(week));
    if (part) tried.finish(std::move(part));
    weeks += static_cast<double>(experiment.weeks) * kBlock;
  }
  state.counters["client_week_s"] = seconds_each(weeks);
}
BENCHMARK_CAPTURE(recorder, tally, -1)->Name("analysis/recorder/tally");
BENCHMARK_CAPTURE(recorder, estimands, 0)->Name("analysis/recorder/estimands");
BENCHMARK_CAPTURE(recorder, bonds, 1)->Name("analysis/recorder/bonds");
BENCHMARK_CAPTURE(recorder, harm, 2)->Name("analysis/recorder/harm");
BENCHMARK_CAPTURE(recorder, echo, 3)->Name("analysis/recorder/echo");
BENCHMARK_CAPTURE(recorder, accounts, 4)->Name("analysis/recorder/accounts");

/// Estimates with their jackknife over 32 replicates, and the tables written from the tally, of the bundled experiment.
void estimates(benchmark::State& state) {
  Experiment experiment = load(kBundled);
  experiment.clients = 64;
  const std::vector<Cell> cells = plan_cells(experiment, true);
  Recorders recorders(experiment, cells, Recording::tally);
  run(experiment, cells, recorders.list(), one_thread());
  const Counts counts = recorders.tally()->take();
  for (auto _ : state) {
    const Estimates all(experiment, cells, counts);
    for (Table (*make)(const Estimates&) : {estimates_table, contrasts_table, split_table, headline_table, course_table,
                                            trust_table, erosion_table, misrecognition_table, excess_table,
                                            leaving_table, nnt_table, equity_table})
      benchmark::DoNotOptimize(make(all).name.data());
  }
}
BENCHMARK(estimates)->Name("analysis/estimates")->Unit(benchmark::kMillisecond);

/// Merge patches of all coalitions of the seven players of an attribution, as `hybridcare explain` lays them.
std::vector<std::string> coalitions() {
  constexpr const char* kAbsent[] = {R"("resonance": true, "perspective_taking": true, "compassion": true)",
      R"("validation": true)", R"("autonomy_support": true)", R"("attunement": true)", R"("curiosity": true)",
      R"("technique": true)", R"("pathways": true)"};
  std::vector<std::string> patches;
  for (unsigned present = 0; present < 128; ++present) {
    std::string absent;
    for (unsigned player = 0; player < 7; ++player)
      if (!(present >> player & 1)) absent += (absent.empty() ? "" : ", ") + std::string(kAbsent[player]);
    patches.push_back(R"({"attribution": {"absent": {)" + absent + "}}}");
  }
  return patches;
}

/// 128 arms for 5,000 clients, and the shares from their worths.
void attribution(benchmark::State& state) {
  const Experiment experiment = load(kBundled);
  PointsRequest request;
  request.arms = {"hybrid"};
  request.metrics.resize(1);
  request.run.threads = static_cast<int>(state.range(0));
  request.run.replicates = 4;
  request.run.clients = 1250;
  RunReport total;
  for (auto _ : state) {
    const PointRuns runs = run_points(experiment, coalitions(), request);
    if (!runs.failures.empty()) return state.SkipWithError(runs.failures.begin()->second.c_str());
    benchmark::DoNotOptimize(shapley(runs.estimate).data());
    add(runs.report, total);
  }
  rates(state, total);
}
BENCHMARK(attribution)->Name("analysis/attribution")->ArgName("threads")->Arg(1)->Arg(2)->Unit(benchmark::kSecond)
    ->MeasureProcessCPUTime()->UseRealTime();

}  // namespace
