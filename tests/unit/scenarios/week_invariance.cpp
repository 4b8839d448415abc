// One scenario, one result: nothing depends on threads, blocks, instruction sets, neighbours or onlookers.
#include "sim/fixed.hpp"
#include "sim/isa.hpp"
#include "tests/unit/scenarios/week_arms.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

const Care kNone{}, kHuman{1, 0}, kAssistant{0, 1, true}, kHybrid{2, 1, true};

Experiment busy(int clients = 300) {
  return experiment_of({restless(), arm_of(kHuman), arm_of(kHybrid), arm_of(kNone)}, clients);
}

/// What analysis may sum: whole numbers by cell and week.
std::map<std::pair<int, int>, std::vector<std::int64_t>> tally(const Rows& rows) {
  std::map<std::pair<int, int>, std::vector<std::int64_t>> sums;
  for (const auto& [where, weeks] : rows)
    for (int t = 0; t < static_cast<int>(weeks.size()); ++t) {
      auto& sum = sums[{std::get<1>(where), t}];
      sum.resize(6);
      const Row& row = weeks[static_cast<std::size_t>(t)];
      const auto y = static_cast<std::int64_t>(row(&ClientReals::phq9));
      sum[0] += y;
      sum[1] += y * y;
      sum[2] += row.exit() == Exit::dropped;
      sum[3] += to_fixed(row.of_human(&AgentColumns::trust_before));
      sum[4] += to_fixed(row.of_assistant(&AgentColumns::alliance));
      sum[5] += static_cast<std::int64_t>(row.of_assistant(&AgentColumns::missed));
    }
  return sums;
}

}  // namespace

TEST_CASE("the restless scenario is restless", "[invariance]") {
  const Rows rows = only(rows_of(busy()), 0);
  int by_step[7] = {}, missed = 0, dropped = 0, ended = 0;
  for (const auto& [where, weeks] : rows) {
    for (const Row& row : weeks) ++by_step[row.step()];
    missed += weeks.back().of_assistant(&AgentColumns::missed) > 0;
    dropped += weeks.back().exit() == Exit::dropped;
    ended += weeks.back().exit() == Exit::ended_early;
  }
  for (const int weeks : by_step) CHECK(weeks > 50);
  CHECK((missed > 100 && dropped > 100 && ended > 30));
}

TEST_CASE("blocks, threads and instruction sets change no row and no sum", "[invariance]") {
  const Experiment x = busy();
  const auto cells = plan_cells(x, true);
  const Rows expected = rows_of(x, cells, options_of(1, kBlock, "baseline"));
  const auto sums = tally(expected);
  REQUIRE(expected.size() == 600 * cells.size());
  for (const std::string& set : instruction_sets())
    for (const int block : {1, 7, 64, 256})
      for (const int threads : {1, 2, 3, 7}) {
        if (set != "baseline" && threads != 2) continue;  // every set with every block, every block with all threads
        const Rows found = rows_of(x, cells, options_of(threads, block, set));
        INFO(set << ", block " << block << ", threads " << threads);
        CHECK(tally(found) == sums);
        CHECK(found == expected);
      }
}

TEST_CASE("one more client leaves the others unchanged bit for bit", "[invariance]") {
  const Rows few = rows_of(busy(255));
  for (const int clients : {256, 257, 300}) {
    const Rows more = rows_of(busy(clients));
    CHECK(more.size() > few.size());
    int changed = 0;
    for (const auto& [where, weeks] : few) changed += !(more.at(where) == weeks);
    CHECK(changed == 0);
  }
}

TEST_CASE("an added arm, variant or twin changes nobody", "[invariance]") {
  const Rows alone = rows_of(experiment_of({restless()}));
  Experiment x = experiment_of({arm_of(kHuman), restless(), arm_of(kAssistant)});
  CHECK(only(rows_of(x), 1) == alone);
  x.variants.push_back({"other", "", false});
  x.scenarios.push_back(x.scenarios[0]);
  x.scenarios[1][0].parameters.intake.episode_mean = 20;
  x.scenarios[1][1].parameters.human.trust_mean = 9;
  CHECK(only(rows_of(x, plan_cells(x, true)), 1) == alone);
}

TEST_CASE("a guard that never fires changes nobody", "[invariance]") {
  Scenario guarded = restless();
  guarded.pathway.transitions.push_back(
      transition(5, 3, comparison(column_of(&ClientReals::phq9), GuardOp::greater, 99)));
  CHECK(rows_of(experiment_of({guarded})) == rows_of(experiment_of({restless()})));
}

TEST_CASE("a client's story alone is the same as in the crowd", "[invariance]") {
  const Experiment x = busy();
  const Rows crowd = rows_of(x);
  RunOptions options;
  options.first_client = 203;
  options.clients = 1;
  options.first_replicate = 1;
  options.replicates = 1;
  const Rows alone = rows_of(x, factual_cells(x), options);
  REQUIRE(alone.size() == 4);
  for (const auto& [where, weeks] : alone) CHECK(crowd.at(where) == weeks);
}

TEST_CASE("arms share their luck: the same clients enter, and the episode takes the same course", "[invariance]") {
  const Rows rows = rows_of(busy());
  for (std::uint32_t id = 0; id < 300; ++id)
    for (int cell = 1; cell < 4; ++cell) {
      const auto &a = rows.at({1, 0, id}), &b = rows.at({1, cell, id});
      CHECK(a[0] == b[0]);
      for (std::size_t t = 1; t < a.size(); ++t)
        CHECK(a[t](&ClientReals::episode) == b[t](&ClientReals::episode));
    }
}

TEST_CASE("the arm without care reacts to no treatment parameter", "[invariance]") {
  const auto configuration = GENERATE(Configuration::core, Configuration::full);
  Scenario untreated = arm_of(kNone);
  untreated.parameters = default_parameters(configuration);
  const Rows expected = rows_of(experiment_of({untreated}, 40));
  const std::string natural[] = {"/intake/",          "/culture/",           "/course/episode",
                                 "/course/symptom",   "/course/measurement", "/therapists/"};
  int tried = 0;
  for (const Field& field : fields()) {
    const std::string path = field.path;
    bool is_natural = false;
    for (const std::string& prefix : natural) is_natural = is_natural || path.rfind(prefix, 0) == 0;
    if (is_natural) continue;
    Experiment x = experiment_of({untreated}, 40);
    Parameters& p = x.scenarios[0][0].parameters;
    const double most = field.most < 30 ? field.most : 30, value = value_of(field, p);
    set_value(field, p, value == most ? field.least : most);
    ++tried;
    int changed = 0;
    for (const auto& [where, weeks] : rows_of(x))
      for (std::size_t t = 0; t < weeks.size(); ++t) {
        const Row &now = weeks[t], &was = expected.at(where)[t];
        changed += now(&ClientReals::phq9) != was(&ClientReals::phq9) || now.exit() != was.exit();
        changed += now(&ClientReals::symptom) != was(&ClientReals::symptom) || now(&ClientReals::gain) != 0;
      }
    INFO(path);
    CHECK(changed == 0);
  }
  CHECK(tried > 100);
}
