#include "analysis/points.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <mutex>
#include <utility>

#include "analysis/hash.hpp"
#include "analysis/memory.hpp"
#include "analysis/points_metrics.hpp"
#include "scenarios/reread.hpp"
#include "scenarios/service_run.hpp"
#include "sim/error.hpp"
#include "sim/tasks.hpp"

namespace hybridcare {
namespace {

/// What of the experiment each point keeps: the arms in question, no longer than the metrics need.
Experiment lean(const Experiment& experiment, const PointMetrics& metrics, const RunOptions& options) {
  Experiment kept;
  kept.file = experiment.file;
  kept.name = experiment.name;
  kept.seed = experiment.seed;
  kept.clients = options.clients > 0 ? options.clients : experiment.clients;
  kept.replicates = options.replicates > 0 ? options.replicates : experiment.replicates;
  kept.weeks = metrics.weeks();
  kept.reading_week = std::min(experiment.reading_week, kept.weeks);
  kept.configuration = experiment.configuration;
  kept.intake = experiment.intake;
  kept.variants.resize(1);
  kept.scenarios.resize(1);
  for (const int arm : metrics.arms()) {
    kept.arms.push_back(experiment.arms[static_cast<std::size_t>(arm)]);
    kept.scenarios[0].push_back(experiment.scenarios[0][static_cast<std::size_t>(arm)]);
  }
  return kept;
}

class Runner {
 public:
  Runner(const Experiment& experiment, const std::vector<std::string>& patches, const PointsRequest& request)
      : experiment_(experiment), patches_(patches), request_(request), metrics_(experiment, request),
        lean_(lean(experiment, metrics_, request.run)) {
    runs_.points = patches.size();
    runs_.arms = request.arms.size();
    runs_.replicates = static_cast<std::size_t>(lean_.replicates);
    runs_.metrics = metrics_.list();
  }

  PointRuns all() {
    const auto start = std::chrono::steady_clock::now();
    const int threads = threads_to_use(patches_.size(), request_.run.threads);
    take_memory(threads);
    const int within = std::max(1, threads_to_use(1u << 20, request_.run.threads) / threads);
    std::vector<std::unique_ptr<Rereader>> readers(static_cast<std::size_t>(threads));
    run_tasks(patches_.size(), threads, request_.run.cancel, request_.run.progress, [&](std::size_t point, int thread) {
      auto& reader = readers[static_cast<std::size_t>(thread)];
      if (!reader) reader = std::make_unique<Rereader>(experiment_);
      one(point, *reader, within);
    });
    runs_.report.threads = threads * within;
    runs_.report.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    runs_.hash = hash();
    return std::move(runs_);
  }

 private:
  /// @throws UserError if the results, or what the threads hold while they run, is more than the machine has
  void take_memory(int threads) {
    const std::size_t cells = metrics_.cells().size();
    const TallyBytes tally = tally_bytes(lean_, cells);
    const double one = tally.counts + tally.per_thread + 4.0 * sizeof(ClientBlock) +
                       static_cast<double>(cells * sizeof(Scenario)) +
                       coupled_bytes(lean_, cells, request_.run.block, 1);
    const double row = static_cast<double>(runs_.arms * runs_.metrics.size());
    const double results = 8.0 * row * static_cast<double>(runs_.points) * static_cast<double>(1 + runs_.replicates);
    refuse_above(threads * one + results, machine_bytes(), experiment_.file);
    const auto size = static_cast<std::size_t>(row) * runs_.points;
    runs_.estimate.assign(size, kNaN);
    runs_.values.assign(size * runs_.replicates, kNaN);
  }

  void one(std::size_t point, Rereader& reader, int threads) {
    Experiment held = lean_;
    try {
      for (std::size_t arm = 0; arm < metrics_.arms().size(); ++arm)
        held.scenarios[0][arm] = reader.read(0, metrics_.arms()[arm], patches_[point]);
    } catch (const UserError& error) {
      const std::lock_guard lock(mutex_);
      runs_.failures[point] = error.what();
      return;
    }
    if (is_coupled(held.scenarios[0])) {  // its calendar is as long as the experiment says, as in a study
      held.weeks = experiment_.weeks;
      held.reading_week = experiment_.reading_week;
    }
    keep(point, measured(held, point, threads));
  }

  std::vector<Estimate> measured(const Experiment& held, std::size_t point, int threads) {
    const std::vector<Cell> cells = metrics_.cells();
    RunOptions options = request_.run;
    options.replicates = options.clients = -1;
    options.threads = threads;
    options.progress = {};
    if (!request_.paired)
      options.first_replicate += (request_.first_point + static_cast<std::uint32_t>(point)) *
                                 static_cast<std::uint32_t>(held.replicates);
    Tally tally(held, cells, options.first_replicate);
    std::vector<Recorder<ClientBlock>*> recorders = {&tally};
    std::unique_ptr<MeasurePlan> plan;
    std::unique_ptr<SumRecorder> own;
    if (!request_.watch.empty()) {
      plan = std::make_unique<MeasurePlan>(parse_watch({request_.watch, {}}, held), held, cells);
      own = measure_recorder(*plan, held.replicates, options.first_replicate);
      recorders.push_back(own.get());
    }
    add(run(held, cells, recorders, options));
    const Counts counts = tally.take();
    const Sums sums = own ? own->take() : Sums{};
    return metrics_.read(held, counts, own ? &sums : nullptr);
  }

  void add(const RunReport& report) {
    const std::lock_guard lock(mutex_);
    runs_.report.client_weeks += report.client_weeks;
    runs_.report.session_weeks += report.session_weeks;
    runs_.report.kernel_seconds += report.kernel_seconds;
    runs_.report.instruction_set = report.instruction_set;
  }

  /// Each point has places of its own: no lock.
  void keep(std::size_t point, const std::vector<Estimate>& found) {
    for (std::size_t i = 0; i < found.size(); ++i) {
      const std::size_t place = point * found.size() + i;
      runs_.estimate[place] = found[i].value;
      for (std::size_t r = 0; r < runs_.replicates; ++r)
        runs_.values[place * runs_.replicates + r] = pseudo_value(found[i], r);
    }
  }

  std::string hash() const {
    Hash hash;
    for (const std::vector<double>* list : {&runs_.estimate, &runs_.values})
      for (const double value : *list)  // there are many NaN, which compilers need not make alike
        hash.add(std::bit_cast<std::int64_t>(std::isnan(value) ? kNaN : value));
    return hash.hex();
  }

  static constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  const Experiment& experiment_;
  const std::vector<std::string>& patches_;
  const PointsRequest& request_;
  const PointMetrics metrics_;
  const Experiment lean_;
  std::mutex mutex_;
  PointRuns runs_;
};

}  // namespace

PointRuns run_points(const Experiment& experiment, const std::vector<std::string>& patches,
                     const PointsRequest& request) {
  return Runner(experiment, patches, request).all();
}

}  // namespace hybridcare
