// What chance costs: the same weeks on three builds of the kernel that differ in nothing but where their random words
// come from. Philox's share of the time is what is saved when words cost next to nothing.
#include "scenarios/plan.hpp"
#include "scenarios/week.hpp"
#include "sim/isa.hpp"
#include "sim/philox.hpp"
#include "tests/benchmark/support.hpp"

namespace hybridcare {
namespace mersenne_baseline { extern const Kernel kernel; }
namespace cheap_baseline { extern const Kernel kernel; }
#ifdef HYBRIDCARE_HAS_AVX2
namespace mersenne_avx2 { extern const Kernel kernel; }
namespace cheap_avx2 { extern const Kernel kernel; }
namespace mersenne_avx512 { extern const Kernel kernel; }
namespace cheap_avx512 { extern const Kernel kernel; }
#endif
}  // namespace hybridcare

namespace {

using namespace hybridcare;
using namespace hybridcare::bench;

enum Words { philox_words, mersenne_words, cheap_words };

const Kernel& kernel_with(Words words) {
  static const Kernel* const baseline[] = {&baseline::kernel, &mersenne_baseline::kernel, &cheap_baseline::kernel};
#ifdef HYBRIDCARE_HAS_AVX2
  static const Kernel* const avx2[] = {&avx2::kernel, &mersenne_avx2::kernel, &cheap_avx2::kernel};
  static const Kernel* const avx512[] = {&avx512::kernel, &mersenne_avx512::kernel, &cheap_avx512::kernel};
  const std::string set = choose_instruction_set("");
  if (set == "avx512") return *avx512[words];
  if (set == "avx2") return *avx2[words];
#endif
  return *baseline[words];
}

/// What was done, and the sum of all scores at the end: whatever feeds the weeks, people fare about alike.
struct Done { std::uint64_t sessions = 0; double points = 0; };

/// What `run` does for one cell and one replicate, with the kernel given: `run` knows the shipped ones alone.
Done run_blocks(const Kernel& kernel, const Experiment& experiment, const CoursePlan& plan,
                const TherapistTable& therapists, Workspace& work) {
  std::vector<AssistantView> assistants;
  for (const AssistantPlan& each : plan.assistants) assistants.push_back({each.parameters, each.reading.get()});
  CourseInput input;
  input.plan = &plan;
  input.therapists = view(therapists);
  input.key = Key{experiment.seed, 0};
  input.assistants = assistants.data();
  input.human_reading = plan.human_reading.get();
  Done done;
  for (int first = 0; first < experiment.clients; first += kBlock) {
    const CourseAt at{0, 0, static_cast<std::uint32_t>(first)};
    kernel.enter(input, at.first, std::min(kBlock, experiment.clients - first), work.block, work.scratch);
    done.sessions += kernel.course(input, at, work, {});
    for (int i = 0; i < work.block.size; ++i) done.points += work.block.r.phq9[i];
  }
  return done;
}

/// Weeks of sessions, unrecorded.
void weeks(benchmark::State& state, const char* file, Words words) {
  const Experiment experiment = load(file);
  const std::vector<CoursePlan> plans = assemble(experiment, {cell_of(experiment, "sessions")});
  const TherapistTable therapists = draw_therapists(*plans[0].parameters, experiment.seed, 0);
  const Kernel& kernel = kernel_with(words);
  const auto work = std::make_unique<Workspace>();
  RunReport total;
  for (auto _ : state) {
    const Done done = run_blocks(kernel, experiment, plans[0], therapists, *work);
    total.session_weeks += done.sessions;
    total.client_weeks += static_cast<std::uint64_t>(experiment.clients) * static_cast<std::uint64_t>(experiment.weeks);
    state.counters["mean_phq9"] = done.points / experiment.clients;
  }
  rates(state, total);
}

constexpr const char* kFull = "tests/benchmark/scenarios/full.json";
constexpr const char* kCore = "tests/benchmark/scenarios/core.json";
constexpr auto kMs = benchmark::kMillisecond;
BENCHMARK_CAPTURE(weeks, full_philox, kFull, philox_words)->Name("words/full/philox")->Unit(kMs);
BENCHMARK_CAPTURE(weeks, full_mersenne, kFull, mersenne_words)->Name("words/full/mersenne")->Unit(kMs);
BENCHMARK_CAPTURE(weeks, full_cheap, kFull, cheap_words)->Name("words/full/cheap")->Unit(kMs);
BENCHMARK_CAPTURE(weeks, core_philox, kCore, philox_words)->Name("words/core/philox")->Unit(kMs);
BENCHMARK_CAPTURE(weeks, core_mersenne, kCore, mersenne_words)->Name("words/core/mersenne")->Unit(kMs);
BENCHMARK_CAPTURE(weeks, core_cheap, kCore, cheap_words)->Name("words/core/cheap")->Unit(kMs);

}  // namespace
