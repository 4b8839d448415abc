#include <cmath>
#include <fstream>
#include <iterator>
#include <map>

#include "analysis/names.hpp"
#include "analysis/results.hpp"
#include "sim/error.hpp"
#include "tests/catch.hpp"

using namespace hybridcare;

namespace {

/// The bundled experiment, small, without variants' cells being asked for.
Experiment bundled(double replicates, double clients) {
  const std::string file = "scenarios/library/hybrid_vs_human_vs_ai.json";
  std::ifstream stream(file, std::ios::binary);
  Experiment experiment = read_experiment({std::istreambuf_iterator<char>(stream), {}}, file);
  apply({.replicates = replicates, .clients = clients}, experiment);
  return experiment;
}

template <class Values>
const Values& values(const Table& table, const std::string& name) {
  for (const Column& column : table.columns)
    if (column.name == name) return std::get<Values>(column.values);
  throw std::runtime_error("no column " + name);
}
using Reals = std::vector<double>;
using Wholes = std::vector<std::int64_t>;

std::string word(const Table& table, const std::string& name, std::size_t row) {
  const auto& text = values<TextColumn>(table, name);
  return text.names[static_cast<std::size_t>(text.codes[row])];
}

std::vector<Table> all_chunks(const Experiment& experiment, RowStream::Kind kind, std::uint32_t sample,
                              const RunOptions& options, std::vector<Cell> cells = {}) {
  RowStream stream(experiment, kind, sample, options, std::move(cells));
  std::vector<Table> chunks;
  while (auto chunk = stream.next()) chunks.push_back(std::move(*chunk));
  return chunks;
}

double estimate(const Results& results, const std::string& arm, const std::string& metric, const std::string& reading) {
  const Table& table = results.table("estimates");
  for (std::size_t r = 0; r < table.rows(); ++r)
    if (word(table, "variant", r) == "default" && word(table, "twin", r) == "factual" &&
        word(table, "arm", r) == arm && word(table, "culture", r) == "all" && word(table, "metric", r) == metric &&
        word(table, "reading", r) == reading)
      return values<Reals>(table, "estimate")[r];
  return std::nan("");
}

struct ArmSums { double n = 0, phq9 = 0, dropped = 0, contacts = 0, misread = 0, satisfied = 0, satisfaction = 0; };

std::map<std::string, ArmSums> sums_of(const std::vector<Table>& chunks) {
  std::map<std::string, ArmSums> sums;
  for (const Table& table : chunks)
    for (std::size_t r = 0; r < table.rows(); ++r) {
      ArmSums& arm = sums[word(table, "arm", r)];
      ++arm.n;
      arm.phq9 += static_cast<double>(values<Wholes>(table, "phq9_week_12")[r]);
      arm.dropped += word(table, "exit", r) == "dropped" ? 1 : 0;
      arm.contacts += static_cast<double>(values<Wholes>(table, "assistant_contacts")[r]);
      const double asked = values<Reals>(table, "satisfaction")[r];
      if (!std::isnan(asked)) ++arm.satisfied, arm.satisfaction += asked;
    }
  return sums;
}

}  // namespace

TEST_CASE("rows of clients add up to the estimates of the study", "[analysis]") {
  const Experiment experiment = bundled(2, 300);
  const Results results = study(experiment, {});
  const auto sums = sums_of(all_chunks(experiment, RowStream::Kind::clients, 0, {}));
  REQUIRE(sums.size() == 6);
  for (const auto& [arm, sum] : sums) {
    INFO(arm);
    CHECK(sum.n == 600);
    CHECK(sum.phq9 / sum.n == Approx(estimate(results, arm, "phq9", "week_12")).epsilon(1e-12));
    CHECK(sum.dropped / sum.n == Approx(estimate(results, arm, "dropout", "")).epsilon(1e-12));
    CHECK(sum.contacts / sum.n == Approx(estimate(results, arm, "assistant_contacts", "")).epsilon(1e-12));
    if (sum.satisfied > 0)
      CHECK(sum.satisfaction / sum.satisfied == Approx(estimate(results, arm, "satisfaction", "")).epsilon(1e-8));
  }
}

TEST_CASE("rows come in one order, for any threads and block size", "[analysis]") {
  const Experiment experiment = bundled(2, 300);
  for (const RowStream::Kind kind : {RowStream::Kind::clients, RowStream::Kind::weeks}) {
    RunOptions odd;
    odd.threads = 3;
    odd.block = 7;
    const auto a = all_chunks(experiment, kind, 40, {}), b = all_chunks(experiment, kind, 40, odd);
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      CHECK(values<Wholes>(a[i], "client") == values<Wholes>(b[i], "client"));
      CHECK(values<TextColumn>(a[i], "arm").codes == values<TextColumn>(b[i], "arm").codes);
      const char* score = kind == RowStream::Kind::weeks ? "phq9" : "phq9_end";
      CHECK(values<Wholes>(a[i], score) == values<Wholes>(b[i], score));
    }
  }
}

TEST_CASE("weeks of a sample: every week of every arm, and the scores that the clients' rows have", "[analysis]") {
  const Experiment experiment = bundled(2, 300);
  const auto weeks = all_chunks(experiment, RowStream::Kind::weeks, 25, {});
  const auto clients = all_chunks(experiment, RowStream::Kind::clients, 0, {});
  std::map<std::vector<std::int64_t>, std::int64_t> scores;
  for (const Table& table : clients)
    for (std::size_t r = 0; r < table.rows(); ++r)
      scores[{values<Wholes>(table, "replicate")[r], values<Wholes>(table, "client")[r],
              values<TextColumn>(table, "arm").codes[r]}] = values<Wholes>(table, "phq9_week_12")[r];
  std::size_t rows = 0;
  for (const Table& table : weeks)
    for (std::size_t r = 0; r < table.rows(); ++r, ++rows) {
      REQUIRE(values<Wholes>(table, "client")[r] < 25);
      if (values<Wholes>(table, "week")[r] != 12) continue;
      REQUIRE(values<Wholes>(table, "phq9")[r] ==
              scores.at({values<Wholes>(table, "replicate")[r], values<Wholes>(table, "client")[r],
                         values<TextColumn>(table, "arm").codes[r]}));
    }
  CHECK(rows == 2u * 25u * 6u * 27u);
}

namespace {

/// A blind assistant with reviews and a plan: what most of the full model's state is about.
const char* const kRoles = R"({
  "format": 1, "name": "roles", "clients": 200, "replicates": 1, "weeks": 20, "reading_week": 12,
  "calibration": "none: a test", "driver": "nothing: a test",
  "assistant": {"labelled": false}, "privacy": {"discovery": 0.1, "breach": 0.05},
  "safety": {"onset": 0.3, "false_alarm": 0.1},
  "pathway": {"steps": {"care": {"weeks": 12, "assistant": {"per_week": 2}, "review_every": 3, "plan": true,
                                 "offers": ["mindfulness", "focusing"]}}},
  "arms": {"planned": {}, "plain": {"pathway": {"steps": {"care": {"plan": false}}}}},
  "headline": {"arm": "planned", "against": "plain"}})";

/// What the weeks of one client and arm add up to.
struct Lived {
  double minutes = 0, breached = 0, discovered = 0, alarms = 0, reliability = 0, fit = 0;
  std::int64_t contacts = 0, misread = 0;
};

std::map<std::pair<std::int64_t, std::int32_t>, Lived> lived(const Table& weeks) {
  std::map<std::pair<std::int64_t, std::int32_t>, Lived> all;
  for (std::size_t r = 0; r < weeks.rows(); ++r) {
    Lived& one = all[{values<Wholes>(weeks, "client")[r], values<TextColumn>(weeks, "arm").codes[r]}];
    one.minutes += values<Reals>(weeks, "other_minutes")[r];
    one.breached = static_cast<double>(values<Wholes>(weeks, "breached")[r]);
    one.discovered = static_cast<double>(values<Wholes>(weeks, "oracle_discovered")[r]);
    one.alarms = static_cast<double>(values<Wholes>(weeks, "false_alarms")[r]);
    one.reliability = values<Reals>(weeks, "oracle_reliability_assistant")[r];
    one.fit = values<Reals>(weeks, "plan_fit_focusing")[r];
    const std::int64_t met = values<Wholes>(weeks, "met_assistant")[r];
    one.contacts += met;
    if (met > 0) one.misread += 8 * met - static_cast<std::int64_t>(values<Reals>(weeks, "right_turns_assistant")[r]);
  }
  return all;
}

}  // namespace

TEST_CASE("what rows of clients say of the full model's state is what their weeks come to", "[analysis]") {
  const Experiment experiment = read_experiment(kRoles, "roles.json");
  const auto weeks = all_chunks(experiment, RowStream::Kind::weeks, 200, {});
  const auto clients = all_chunks(experiment, RowStream::Kind::clients, 0, {});
  REQUIRE(weeks.size() == 1);
  const auto histories = lived(weeks.front());
  const Table& table = clients.front();
  double minutes = 0, found = 0;
  for (std::size_t r = 0; r < table.rows(); ++r) {
    const std::int32_t arm = values<TextColumn>(table, "arm").codes[r];
    const Lived& one = histories.at({values<Wholes>(table, "client")[r], arm});
    REQUIRE(values<Reals>(table, "other_minutes")[r] == one.minutes);
    REQUIRE(static_cast<double>(values<Wholes>(table, "breached")[r]) == one.breached);
    REQUIRE(static_cast<double>(values<Wholes>(table, "oracle_discovered")[r]) == one.discovered);
    REQUIRE(static_cast<double>(values<Wholes>(table, "false_alarms")[r]) == one.alarms);
    REQUIRE(values<Reals>(table, "oracle_reliability_assistant")[r] == one.reliability);
    REQUIRE(values<Wholes>(table, "assistant_contacts")[r] == one.contacts);
    REQUIRE(values<Wholes>(table, "misread_turns_assistant")[r] == one.misread);
    REQUIRE(std::isnan(one.fit) == (word(table, "arm", r) == "plain"));
    minutes += one.minutes, found += one.discovered;
  }
  CHECK(found > 40);
  CHECK(minutes > 1000);
}

TEST_CASE("traits in rows of clients are those at entry, also where they move later", "[analysis]") {
  const Experiment experiment = read_experiment(kRoles, "roles.json");
  const auto weeks = all_chunks(experiment, RowStream::Kind::weeks, 200, {});
  const auto clients = all_chunks(experiment, RowStream::Kind::clients, 0, {});
  std::map<std::pair<std::int64_t, std::int32_t>, double> entry, end;
  for (std::size_t r = 0; r < weeks.front().rows(); ++r) {
    const std::pair key{values<Wholes>(weeks.front(), "client")[r], values<TextColumn>(weeks.front(), "arm").codes[r]};
    const std::int64_t week = values<Wholes>(weeks.front(), "week")[r];
    (week == 0 ? entry : end)[key] = values<Reals>(weeks.front(), "oracle_motivation")[r];
  }
  int moved = 0;
  for (std::size_t r = 0; r < clients.front().rows(); ++r) {
    const std::pair key{values<Wholes>(clients.front(), "client")[r],
                        values<TextColumn>(clients.front(), "arm").codes[r]};
    REQUIRE(values<Reals>(clients.front(), "oracle_motivation")[r] == entry.at(key));
    moved += entry.at(key) != end.at(key);
  }
  CHECK(moved > 100);
}

TEST_CASE("a population is never held: chunks are small, whatever the number of clients", "[analysis]") {
  Experiment experiment = bundled(1, 40000);
  experiment.weeks = 13;
  std::size_t largest = 0, rows = 0;
  RowStream stream(experiment, RowStream::Kind::clients, 0, {}, {{0, 0, Twin::factual}, {0, 1, Twin::no_distance}});
  while (const auto chunk = stream.next()) largest = std::max(largest, chunk->rows()), rows += chunk->rows();
  CHECK(rows == 80000);
  CHECK(largest <= 65536);
  CHECK_THROWS_AS(RowStream(experiment, RowStream::Kind::weeks, 0, {}), UserError);
}

TEST_CASE("the study's hash depends on no thread, block or instruction set", "[analysis]") {
  const Experiment experiment = bundled(2, 150);
  StudyOptions options;
  options.twins = false;
  const std::string hash = study(experiment, options).hash;
  for (const char* instructions : {"baseline", ""})
    for (const int block : {1, 7, 64}) {
      options.run.block = block;
      options.run.threads = block % 3 + 1;
      options.run.instruction_set = instructions;
      CHECK(study(experiment, options).hash == hash);
    }
  Experiment other = experiment;
  ++other.seed;
  CHECK(study(other, {}).hash != hash);
}

TEST_CASE("a study larger than the machine is refused before it takes memory", "[analysis]") {
  Experiment experiment = bundled(2, 100);
  experiment.replicates = 2000000000;
  CHECK_THROWS_AS(study(experiment, {}), UserError);
  CHECK_THROWS_WITH(estimate_bytes(experiment, {}), Catch::Matchers::Contains("fewer replicates or arms"));
  CHECK(estimate_bytes(bundled(2, 100), {}) < 1u << 28);
}

TEST_CASE("a table that does not exist is named with those that do", "[analysis]") {
  const Results results = study(bundled(1, 20), {});
  CHECK_THROWS_WITH(results.table("trusts"), Catch::Matchers::Contains("trust, erosion"));
  std::vector<std::string> names;
  for (const Table& table : results.tables) names.push_back(table.name);
  CHECK(names == std::vector<std::string>{
                     "estimates", "contrasts", "split", "headline", "course", "trust", "erosion", "misrecognition",
                     "excess", "leaving", "nnt", "equity", "estimands", "erosion_rules", "trust_loss", "calibration",
                     "recognition", "harm", "echo", "accounts"});
}
