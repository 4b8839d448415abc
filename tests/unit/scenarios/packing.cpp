// Clients at rest: what is kept of them is enough, on every instruction set.
#include "agents/packing.hpp"

#include <cmath>
#include <cstddef>

#include "scenarios/service_run.hpp"
#include "sim/isa.hpp"
#include "tests/unit/scenarios/full_arms.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

std::vector<const Kernel*> all_kernels() {
  std::vector<const Kernel*> found;
  for ([[maybe_unused]] const std::string& set : instruction_sets()) {
    if (set == "baseline") found.push_back(&baseline::kernel);
#ifdef HYBRIDCARE_HAS_AVX2
    if (set == "avx2") found.push_back(&avx2::kernel);
#endif
#ifdef HYBRIDCARE_HAS_AVX512
    if (set == "avx512") found.push_back(&avx512::kernel);
#endif
  }
  return found;
}

/// One cell of an experiment, ready for its weeks.
struct World {
  World(const Experiment& x, int arm) : plans(assemble(x, {{0, arm, Twin::factual}})) {
    const CoursePlan& plan = plans.front();
    table = draw_therapists(*plan.parameters, 5, 0);
    for (const AssistantPlan& each : plan.assistants) assistants.push_back({each.parameters, each.reading.get()});
    input.plan = &plan;
    input.therapists = view(table);
    input.key = Key{5, 0};
    input.assistants = assistants.data();
    input.human_reading = plan.human_reading.get();
  }
  std::vector<CoursePlan> plans;
  TherapistTable table;
  std::vector<AssistantView> assistants;
  CourseInput input;
};

constexpr int kStride = sizeof(Real) / sizeof(double);

const double* real_column(const ClientBlock& b, int c) { return b.r.episode + c * kStride; }

/// In every cell of every column.
void fill_with_nonsense(ClientBlock& b) {
  double* const reals = b.r.episode;
  for (int i = 0; i < kRealColumns * kStride; ++i) reals[i] = i % 2 != 0 ? std::nan("") : -1e30;
  std::uint32_t* const words = b.w.id;
  for (std::size_t i = 0; i < sizeof(b.w) / sizeof(std::uint32_t); ++i) words[i] = 0;
}

bool same(const void* a, const void* b, std::size_t bytes) { return std::memcmp(a, b, bytes) == 0; }

/// Columns that differ between two blocks, in the lanes in use; those that `wanted` says.
int differences(const ClientBlock& a, const ClientBlock& b, const Kept& wanted) {
  const auto size = static_cast<std::size_t>(a.size);
  int count = a.size != b.size;
  for (int c = 0; c < kRealColumns; ++c)
    count += wanted.column[c] && !same(real_column(a, c), real_column(b, c), size * sizeof(double));
  for (int c = 0; c < kWordColumns; ++c)
    count += !same(&a.w.id[0] + c * kStride, &b.w.id[0] + c * kStride, size * sizeof(std::uint32_t));
  return count;
}

/// Where a guard stands in the way of dropping a column.
int column_of_confidence() {
  const std::size_t place = sizeof(ClientReals) + sizeof(AgentColumns) + offsetof(AgentColumns, confidence);
  return static_cast<int>(place / sizeof(Real));
}

}  // namespace

TEST_CASE("what a client does in a week depends on nothing but what is kept of the week before", "[packing]") {
  const Experiment x = full_experiment();
  for (const Kernel* kernel : all_kernels())
    for (const int arm : {0, 1}) {
      World world(x, arm);
      const Kept kept = kept_columns(columns_read(world.plans.front()));
      auto awake = std::make_unique<Workspace>(), rested = std::make_unique<Workspace>();
      ClientBlock &a = awake->block, &b = rested->block;
      std::vector<std::uint64_t> packed(kPackedWords), last;
      kernel->enter(world.input, 0, 201, a, awake->scratch);
      b = a;
      std::uint64_t contacts = 0;
      for (int week = 1; week <= 30; ++week) {
        packed.resize(kPackedWords);
        const std::uint64_t* const was = week % 3 == 0 || last.empty() ? nullptr : last.data();
        packed.resize(kernel->pack(b, kept, was, packed.data()));
        last = packed;
        fill_with_nonsense(b);
        kernel->unpack(packed.data(), kept, b);
        REQUIRE(differences(a, b, kept) == 0);
        contacts += kernel->week(world.input, week, a, awake->scratch);
        kernel->week(world.input, week, b, rested->scratch);
        REQUIRE(differences(a, b, kept) == 0);
      }
      CHECK(contacts > 3000);
      for (const auto renewed : kRenewed)
        CHECK(same(a.r.*renewed, b.r.*renewed, sizeof(double) * 201));
      for (const auto renewed : kRenewedOfAgent) {
        CHECK(same(a.human.*renewed, b.human.*renewed, sizeof(double) * 201));
        CHECK(same(a.assistant.*renewed, b.assistant.*renewed, sizeof(double) * 201));
      }
    }
}

TEST_CASE("all instruction sets pack alike, and a block at rest takes a third", "[packing]") {
  const Experiment x = full_experiment();
  const World world(x, 0);
  const Kept kept = kept_columns({});
  auto work = std::make_unique<Workspace>();
  baseline::kernel.enter(world.input, 0, 256, work->block, work->scratch);
  for (int week = 1; week <= 20; ++week) baseline::kernel.week(world.input, week, work->block, work->scratch);
  std::vector<std::uint64_t> first(kPackedWords);
  first.resize(baseline::kernel.pack(work->block, kept, nullptr, first.data()));
  CHECK(static_cast<double>(first.size()) * 8 / 256 < .45 * kClientBytes);
  for (const Kernel* kernel : all_kernels()) {
    std::vector<std::uint64_t> packed(kPackedWords);
    packed.resize(kernel->pack(work->block, kept, nullptr, packed.data()));
    CHECK(packed == first);
  }
}

TEST_CASE("what a guard reads is kept, what is set anew never", "[packing]") {
  const Kept plain = kept_columns({}), guarded = kept_columns({column_of_confidence(), 10});
  CHECK(!plain.column[column_of_confidence()]);
  CHECK(guarded.column[column_of_confidence()]);
  CHECK(!guarded.column[10]);  // the week of the study
  int kept = 0;
  for (const bool each : plain.column) kept += each;
  const auto dropped = std::size(kRenewed) + std::size(kReported) +
                       2 * (std::size(kRenewedOfAgent) + std::size(kReportedOfAgent));
  CHECK(kept + static_cast<int>(dropped) == kRealColumns);
}
