// Running an experiment: parts of it, options, onlookers.
#include "scenarios/run.hpp"

#include <atomic>

#include "sim/error.hpp"
#include "tests/unit/scenarios/week_arms.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

/// Declines to record.
struct Absent : Recorder<ClientBlock> {
  int finished = 0;
  std::unique_ptr<BlockRecorder<ClientBlock>> start(std::uint32_t, std::uint32_t, int) override { return nullptr; }
  void finish(std::unique_ptr<BlockRecorder<ClientBlock>>) override { ++finished; }
};

Experiment small() { return experiment_of({restless(), arm_of({1, 0})}, 100); }

}  // namespace

TEST_CASE("replicates and clients can be run in parts, with the same numbers", "[run]") {
  const Experiment x = small();
  const Rows all = rows_of(x);
  Rows parts;
  for (const std::uint32_t replicate : {0u, 1u})
    for (const std::uint32_t first : {0u, 33u, 66u}) {
      RunOptions options;
      options.first_replicate = replicate;
      options.replicates = 1;
      options.first_client = first;
      options.clients = first == 66 ? 34 : 33;
      options.block = 10;
      parts.merge(rows_of(x, factual_cells(x), options));
    }
  CHECK(parts == all);
}

TEST_CASE("a recorder changes nobody, and may decline", "[run]") {
  const Experiment x = small();
  const Rows expected = rows_of(x);
  Journal one, two;
  Absent absent;
  run(x, factual_cells(x), {&one, &absent, &two}, {});
  CHECK(one.rows == expected);
  CHECK(two.rows == expected);
  CHECK(absent.finished == 0);
}

TEST_CASE("the report counts client-weeks and contacts held", "[run]") {
  const Experiment x = small();
  RunReport report;
  const Rows rows = rows_of(x, factual_cells(x), {}, &report);
  CHECK(report.client_weeks == 2u * 2u * 100u * 16u);
  std::uint64_t contacts = 0;
  for (const auto& [where, weeks] : rows)
    for (const Row& row : weeks)
      contacts += static_cast<std::uint64_t>(row.of_human(&AgentColumns::met) + row.of_assistant(&AgentColumns::met));
  CHECK(report.session_weeks == contacts);
  CHECK(report.kernel_seconds > 0);
  CHECK(!report.instruction_set.empty());
}

TEST_CASE("progress rises by one to the number of tasks", "[run]") {
  const Experiment x = small();
  std::vector<std::pair<std::size_t, std::size_t>> seen;
  RunOptions options;
  options.threads = 3;
  options.block = 30;
  options.progress = [&](std::size_t done, std::size_t count) { seen.emplace_back(done, count); };
  run(x, factual_cells(x), {}, options);
  REQUIRE(seen.size() == 8);  // 2 replicates x 4 blocks
  for (std::size_t i = 0; i < seen.size(); ++i) CHECK(seen[i] == std::make_pair(i + 1, std::size_t{8}));
}

TEST_CASE("options out of range are refused; a set flag cancels", "[run]") {
  const Experiment x = small();
  const auto with = [&](const RunOptions& options) { run(x, factual_cells(x), {}, options); };
  CHECK_THROWS_AS(with(options_of(1, 0)), UserError);
  CHECK_THROWS_AS(with(options_of(1, kBlock + 1)), UserError);
  CHECK_THROWS_AS(with(options_of(-1, 7)), UserError);
  CHECK_THROWS_AS(with(options_of(1, 7, "none_such")), UserError);
  const std::atomic<bool> cancel{true};
  RunOptions cancelled;
  cancelled.cancel = &cancel;
  CHECK_THROWS_AS(with(cancelled), Cancelled);
}
