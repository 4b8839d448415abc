#include "scenarios/run.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>

#include "agents/therapists.hpp"
#include "scenarios/plan.hpp"
#include "scenarios/service_run.hpp"
#include "scenarios/week.hpp"
#include "sim/error.hpp"
#include "sim/isa.hpp"
#include "sim/tasks.hpp"

namespace hybridcare {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

const Kernel& kernel_of([[maybe_unused]] const std::string& instruction_set) {
#ifdef HYBRIDCARE_HAS_AVX512
  if (instruction_set == "avx512") return avx512::kernel;
#endif
#ifdef HYBRIDCARE_HAS_AVX2
  if (instruction_set == "avx2") return avx2::kernel;
#endif
  return baseline::kernel;
}

/// A measured assistant in one replicate: a draw of what the measurement leaves open.
struct Drawn {
  Parameters parameters;
  ReadingTable reading;
};

/// What one thread keeps from task to task.
struct Bench {
  std::unique_ptr<Workspace> work = std::make_unique<Workspace>();
  std::optional<std::uint32_t> replicate;
  std::vector<TherapistTable> therapists;  ///< by plan; empty where an earlier plan of the group has them
  std::map<const AssistantPlan*, Drawn> drawn;  ///< of this replicate, for assistants that were measured
  std::vector<AssistantView> assistants;   ///< of the plan at hand
  std::uint64_t contacts = 0;
  double seconds = 0;
};

/// One (replicate, block) through all cells.
struct Task {
  std::uint32_t replicate = 0;
  std::uint32_t first = 0;
  int size = 0;
};

/// Of each cell, what its coupled run decided; null where clients are independent.
using Logs = std::vector<std::shared_ptr<const ServiceLog>>;

constexpr int kFewClients = 50000;  ///< below this, replicates run side by side; above, one after the other

struct Engine {
  const Experiment& experiment;
  const std::vector<Cell>& cells;
  const std::vector<CoursePlan>& plans;
  const Kernel& kernel;
  const std::vector<Recorder<ClientBlock>*>& recorders;

  void prepare(std::uint32_t replicate, Bench& bench) const;
  CourseInput input_of(std::size_t cell, std::uint32_t replicate, Bench& bench) const;
  const Scenario& scenario_of(std::size_t cell) const;
  ServiceWorld world_of(std::size_t cell, const CourseInput& input) const;
  bool coupled() const;
  Logs couple(std::uint32_t replicate, Bench& bench, const RunOptions& options, int threads) const;
  void perform(const Task& task, const Logs& logs, Bench& bench) const;
};

const Scenario& Engine::scenario_of(std::size_t cell) const {
  const Cell& at = cells[cell];
  return experiment.scenarios[static_cast<std::size_t>(at.variant)][static_cast<std::size_t>(at.arm)];
}

bool Engine::coupled() const {
  for (std::size_t cell = 0; cell < cells.size(); ++cell)
    if (scenario_of(cell).coupling) return true;
  return false;
}

CourseInput Engine::input_of(std::size_t cell, std::uint32_t replicate, Bench& bench) const {
  const CoursePlan& plan = plans[cell];
  bench.assistants.clear();
  for (const AssistantPlan& each : plan.assistants) {
    const auto drawn = bench.drawn.find(&each);
    if (drawn == bench.drawn.end()) bench.assistants.push_back({each.parameters, each.reading.get()});
    else bench.assistants.push_back({&drawn->second.parameters, &drawn->second.reading});
  }
  CourseInput input;
  input.plan = &plan;
  input.therapists = view(bench.therapists[static_cast<std::size_t>(plan.therapist_group)]);
  input.key = Key{experiment.seed, replicate};
  input.assistants = bench.assistants.data();
  input.human_reading = plan.human_reading.get();
  const Coupling* coupling = scenario_of(cell).coupling.get();
  input.coupled = coupling && coupling->service;
  return input;
}

ServiceWorld Engine::world_of(std::size_t cell, const CourseInput& input) const {
  const Coupling& coupling = *scenario_of(cell).coupling;
  return {&input, &coupling, front_door(plans[cell], coupling)};
}

/// The population of a replicate, through its weeks together, for each cell that couples it.
Logs Engine::couple(std::uint32_t replicate, Bench& bench, const RunOptions& options, int threads) const {
  const auto start = Clock::now();
  prepare(replicate, bench);
  Logs logs(plans.size());
  const ServiceOptions service{experiment.clients, experiment.weeks, options.block, threads, options.cancel};
  for (std::size_t cell = 0; cell < plans.size(); ++cell) {
    if (!scenario_of(cell).coupling) continue;
    const CourseInput input = input_of(cell, replicate, bench);
    logs[cell] = run_service(kernel, world_of(cell, input), needs_of(plans[cell], scenario_of(cell).pathway), service);
  }
  bench.seconds += seconds_since(start);
  return logs;
}

void Engine::prepare(std::uint32_t replicate, Bench& bench) const {
  if (bench.replicate == replicate) return;
  bench.therapists.assign(plans.size(), {});
  for (std::size_t i = 0; i < plans.size(); ++i)
    if (plans[i].therapist_group == static_cast<int>(i))
      bench.therapists[i] = draw_therapists(*plans[i].parameters, experiment.seed, replicate);
  bench.drawn.clear();
  for (const CoursePlan& plan : plans)
    for (const AssistantPlan& each : plan.assistants) {
      if (!each.profile) continue;
      Drawn& drawn = bench.drawn.emplace(&each, Drawn{*each.parameters, *each.reading}).first->second;
      draw_profile(*each.profile, Key{experiment.seed, replicate}, drawn.parameters, drawn.reading);
    }
  bench.replicate = replicate;
}

void Engine::perform(const Task& task, const Logs& logs, Bench& bench) const {
  const auto start = Clock::now();
  prepare(task.replicate, bench);
  std::vector<std::unique_ptr<BlockRecorder<ClientBlock>>> parts;
  std::vector<BlockRecorder<ClientBlock>*> watchers;
  for (Recorder<ClientBlock>* recorder : recorders) {
    parts.push_back(recorder->start(task.replicate, task.first, task.size));
    if (parts.back()) watchers.push_back(parts.back().get());
  }
  int drawn = -1;
  for (std::size_t cell = 0; cell < plans.size(); ++cell) {
    const CoursePlan& plan = plans[cell];
    const CourseInput input = input_of(cell, task.replicate, bench);
    if (drawn != plan.entry_group) kernel.enter(input, task.first, task.size, bench.work->entry, bench.work->scratch);
    drawn = plan.entry_group;
    bench.work->block = bench.work->entry;
    for (int i = 0; i < task.size; ++i) bench.work->block.w.step[i] = static_cast<std::uint32_t>(plan.start);
    const CourseAt at{task.replicate, static_cast<int>(cell), task.first};
    const Watchers all{watchers.data(), static_cast<int>(watchers.size())};
    bench.contacts += logs.empty() || !logs[cell]
                          ? kernel.course(input, at, *bench.work, all)
                          : replay(kernel, world_of(cell, input), *logs[cell], at, *bench.work, all);
  }
  for (std::size_t r = 0; r < recorders.size(); ++r)
    if (parts[r]) recorders[r]->finish(std::move(parts[r]));
  bench.seconds += seconds_since(start);
}

/// Replicates of coupled clients: side by side while they are small, else with all threads in each of them.
void run_coupled(const Engine& engine, const std::vector<Task>& tasks, const RunOptions& options,
                 std::vector<Bench>& benches, RunReport& report) {
  std::vector<std::size_t> starts;  // of each replicate's tasks
  for (std::size_t t = 0; t < tasks.size(); ++t)
    if (t == 0 || tasks[t].replicate != tasks[t - 1].replicate) starts.push_back(t);
  starts.push_back(tasks.size());
  const std::size_t replicates = starts.size() - 1;
  const bool few = replicates_together(engine.experiment, static_cast<int>(replicates), 2) > 1;
  const int outer = few ? options.threads : 1, inner = few ? 1 : options.threads;
  std::vector<std::vector<ServiceCalendar>> calendars(replicates);
  run_tasks(replicates, outer, options.cancel, options.progress, [&](std::size_t r, int thread) {
    const std::uint32_t replicate = tasks[starts[r]].replicate;
    const Logs logs = engine.couple(replicate, benches[static_cast<std::size_t>(thread)], options, inner);
    for (std::size_t cell = 0; cell < logs.size(); ++cell)
      if (logs[cell])
        calendars[r].push_back({replicate, static_cast<int>(cell), logs[cell]->weeks, logs[cell]->contacts});
    if (engine.recorders.empty()) return;
    run_tasks(starts[r + 1] - starts[r], inner, options.cancel, {}, [&](std::size_t task, int inside) {
      engine.perform(tasks[starts[r] + task], logs, benches[static_cast<std::size_t>(few ? thread : inside)]);
    });
  });
  for (const auto& each : calendars) report.services.insert(report.services.end(), each.begin(), each.end());
}

std::vector<Task> tasks_of(const Experiment& experiment, const RunOptions& options) {
  const int clients = options.clients < 0 ? experiment.clients : options.clients;
  const int replicates = options.replicates < 0 ? experiment.replicates : options.replicates;
  std::vector<Task> tasks;
  for (int r = 0; r < replicates; ++r)
    for (int first = 0; first < clients; first += options.block)
      tasks.push_back({options.first_replicate + static_cast<std::uint32_t>(r),
                       options.first_client + static_cast<std::uint32_t>(first),
                       std::min(options.block, clients - first)});
  return tasks;
}

}  // namespace

int replicates_together(const Experiment& experiment, int replicates, int threads) {
  return experiment.clients < kFewClients ? std::min(replicates, threads) : 1;
}

RunReport run(const Experiment& experiment, const std::vector<Cell>& cells,
              const std::vector<Recorder<ClientBlock>*>& recorders, const RunOptions& options) {
  if (options.block < 1 || options.block > kBlock)
    throw UserError("block", std::to_string(options.block) + " is outside [1, " + std::to_string(kBlock) + "] clients");
  RunReport report;
  report.instruction_set = choose_instruction_set(options.instruction_set);
  const std::vector<CoursePlan> plans = assemble(experiment, cells);
  const std::vector<Task> tasks = tasks_of(experiment, options);
  report.threads = threads_to_use(tasks.size(), options.threads);
  std::vector<Bench> benches(static_cast<std::size_t>(report.threads));
  const Engine engine{experiment, cells, plans, kernel_of(report.instruction_set), recorders};
  const auto start = Clock::now();
  if (engine.coupled()) {
    run_coupled(engine, tasks, options, benches, report);
  } else {
    run_tasks(tasks.size(), options.threads, options.cancel, options.progress, [&](std::size_t task, int thread) {
      engine.perform(tasks[task], {}, benches[static_cast<std::size_t>(thread)]);
    });
  }
  report.wall_seconds = seconds_since(start);
  std::uint64_t clients = 0;
  for (const Task& task : tasks) clients += static_cast<std::uint64_t>(task.size);
  report.client_weeks = clients * static_cast<std::uint64_t>(experiment.weeks) * cells.size();
  for (const Bench& bench : benches) {
    report.session_weeks += bench.contacts;
    report.kernel_seconds += bench.seconds;
  }
  return report;
}

}  // namespace hybridcare
