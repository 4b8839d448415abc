#include "scenarios/run.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>

#include "agents/therapists.hpp"
#include "scenarios/plan.hpp"
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

/// What one thread keeps from task to task.
struct Bench {
  std::unique_ptr<Workspace> work = std::make_unique<Workspace>();
  std::optional<std::uint32_t> replicate;
  std::vector<TherapistTable> therapists;  ///< by plan; empty where an earlier plan of the group has them
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

struct Engine {
  const Experiment& experiment;
  const std::vector<CoursePlan>& plans;
  const Kernel& kernel;
  const std::vector<Recorder<ClientBlock>*>& recorders;

  void prepare(std::uint32_t replicate, Bench& bench) const;
  void perform(const Task& task, Bench& bench) const;
};

void Engine::prepare(std::uint32_t replicate, Bench& bench) const {
  if (bench.replicate == replicate) return;
  bench.therapists.assign(plans.size(), {});
  for (std::size_t i = 0; i < plans.size(); ++i)
    if (plans[i].therapist_group == static_cast<int>(i))
      bench.therapists[i] = draw_therapists(*plans[i].parameters, experiment.seed, replicate);
  bench.replicate = replicate;
}

void Engine::perform(const Task& task, Bench& bench) const {
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
    bench.assistants.clear();
    for (const AssistantPlan& each : plan.assistants)
      bench.assistants.push_back({each.parameters, each.reading.get()});
    CourseInput input;
    input.plan = &plan;
    input.therapists = view(bench.therapists[static_cast<std::size_t>(plan.therapist_group)]);
    input.key = Key{experiment.seed, task.replicate};
    input.assistants = bench.assistants.data();
    input.human_reading = plan.human_reading.get();
    if (drawn != plan.entry_group) kernel.enter(input, task.first, task.size, bench.work->entry, bench.work->scratch);
    drawn = plan.entry_group;
    bench.work->block = bench.work->entry;
    for (int i = 0; i < task.size; ++i) bench.work->block.w.step[i] = static_cast<std::uint32_t>(plan.start);
    const CourseAt at{task.replicate, static_cast<int>(cell), task.first};
    bench.contacts += kernel.course(input, at, *bench.work, {watchers.data(), static_cast<int>(watchers.size())});
  }
  for (std::size_t r = 0; r < recorders.size(); ++r)
    if (parts[r]) recorders[r]->finish(std::move(parts[r]));
  bench.seconds += seconds_since(start);
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
  const Engine engine{experiment, plans, kernel_of(report.instruction_set), recorders};
  const auto start = Clock::now();
  run_tasks(tasks.size(), options.threads, options.cancel, options.progress, [&](std::size_t task, int thread) {
    engine.perform(tasks[task], benches[static_cast<std::size_t>(thread)]);
  });
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
