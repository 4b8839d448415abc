#include "analysis/screen_run.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <utility>

#include "analysis/memory.hpp"
#include "scenarios/service_run.hpp"
#include "sim/error.hpp"
#include "sim/tasks.hpp"

namespace hybridcare {
namespace {

constexpr int kBatch = 12;  ///< sets of scenarios that a thread runs at a time, at most
constexpr double kBatchBytes = 64.0 * (1 << 20);

/// What of the experiment each run keeps.
Experiment lean(const Experiment& experiment, const Asked& asked, const ScreenSize& size) {
  Experiment kept;
  kept.file = experiment.file;
  kept.name = experiment.name;
  kept.seed = experiment.seed;
  kept.clients = size.clients;
  kept.replicates = size.replicates;
  kept.weeks = size.weeks;
  kept.reading_week = std::min(experiment.reading_week, size.weeks);
  kept.configuration = experiment.configuration;
  kept.intake = experiment.intake;
  std::vector<Scenario> plain;
  for (const int arm : asked.arms) {
    kept.arms.push_back(experiment.arms[static_cast<std::size_t>(arm)]);
    plain.push_back(experiment.scenarios[static_cast<std::size_t>(asked.variant)][static_cast<std::size_t>(arm)]);
  }
  kept.variants.resize(1);
  kept.scenarios = {std::move(plain)};
  return kept;
}

}  // namespace

Screener::Screener(const Experiment& experiment, const Asked& asked, const RunOptions& options, const ScreenSize& size)
    : experiment_(experiment), asked_(asked), options_(options), lean_(lean(experiment, asked, size)) {}

std::vector<Estimate> Screener::measured(std::vector<std::vector<Scenario>> sets, int threads) {
  Experiment held = lean_;
  held.scenarios = std::move(sets);
  held.variants.assign(held.scenarios.size(), {});
  std::vector<Cell> cells;
  for (int set = 0; set < static_cast<int>(held.scenarios.size()); ++set)
    for (const Cell& cell : cells_of(asked_, set)) cells.push_back(cell);
  RunOptions options = options_;
  options.replicates = options.clients = -1;
  options.threads = threads;
  options.progress = {};
  Tally tally(held, cells, options.first_replicate);
  const RunReport report = run(held, cells, {&tally}, options);
  const Counts counts = tally.take();
  const std::size_t each = cells.size() / held.scenarios.size();
  std::vector<Estimate> results;
  for (std::size_t set = 0; set < held.scenarios.size(); ++set)
    results.push_back(result_of(asked_, counts, static_cast<int>(set * each)));
  const std::lock_guard lock(mutex_);
  report_.client_weeks += report.client_weeks;
  report_.session_weeks += report.session_weeks;
  report_.kernel_seconds += report.kernel_seconds;
  report_.instruction_set = report.instruction_set;
  return results;
}

std::size_t Screener::batch(int threads) const {
  const std::size_t cells = cells_of(asked_, 0).size();
  const TallyBytes tally = tally_bytes(lean_, cells);
  const double one = tally.counts + tally.per_thread + static_cast<double>(cells * sizeof(Scenario)) +
                     coupled_bytes(lean_, cells, options_.block, 1);
  refuse_above(threads * (one + 4.0 * sizeof(ClientBlock)), machine_bytes(), lean_.file);
  return static_cast<std::size_t>(std::clamp(kBatchBytes / one, 1.0, 1.0 * kBatch));
}

Estimate Screener::plain() {
  batch(1);
  Estimate found = measured(lean_.scenarios, options_.threads).front();
  if (std::isnan(found.value))
    throw UserError("", asked_.question.metric + ": there is nobody to count it for in this arm");
  return found;
}

void Screener::work_off(std::span<const Job> jobs, Rereader& reader, const Estimate& plain,
                        std::vector<Driver>& drivers) {
  std::vector<std::vector<Scenario>> sets;
  std::vector<std::pair<std::optional<Side>*, double>> sides;
  for (const Job& job : jobs)
    for (const Move& move : *job.moves) try {  // until the reader accepts one
        std::vector<Scenario> set;
        for (std::size_t arm = 0; arm < asked_.arms.size(); ++arm)
          set.push_back(reader.read(asked_.variant, asked_.arms[arm], move.arms[arm]));
        sets.push_back(std::move(set));
        sides.push_back({job.up ? &drivers[job.driver].up : &drivers[job.driver].down, move.to});
        break;
      } catch (const UserError&) {
        continue;
      }
  if (sets.empty()) return;
  const std::vector<Estimate> results = measured(std::move(sets), 1);
  for (std::size_t i = 0; i < results.size(); ++i)
    if (!std::isnan(results[i].value)) *sides[i].first = Side{sides[i].second, results[i] - plain};
}

std::vector<Driver> Screener::moved(const std::vector<Movable>& fields, const Estimate& plain) {
  const auto start = std::chrono::steady_clock::now();
  std::vector<Driver> drivers(fields.size());
  std::vector<Job> jobs;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    drivers[i].from = &fields[i];
    if (!fields[i].down.empty()) jobs.push_back({&fields[i].down, i, false});
    if (!fields[i].up.empty()) jobs.push_back({&fields[i].up, i, true});
  }
  const int threads = threads_to_use(jobs.size(), options_.threads);
  const std::size_t size = batch(threads), batches = (jobs.size() + size - 1) / size;
  std::vector<std::unique_ptr<Rereader>> readers(static_cast<std::size_t>(threads));
  run_tasks(batches, threads, options_.cancel, options_.progress, [&](std::size_t task, int thread) {
    auto& reader = readers[static_cast<std::size_t>(thread)];
    if (!reader) reader = std::make_unique<Rereader>(experiment_);
    const std::size_t first = task * size;
    work_off(std::span(jobs).subspan(first, std::min(size, jobs.size() - first)), *reader, plain, drivers);
  });
  report_.threads = threads;
  report_.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return drivers;
}

}  // namespace hybridcare
