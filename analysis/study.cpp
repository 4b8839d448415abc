#include <algorithm>

#include "analysis/accounts_table.hpp"
#include "analysis/echo_table.hpp"
#include "analysis/estimates.hpp"
#include "analysis/hash.hpp"
#include "analysis/memory.hpp"
#include "analysis/results.hpp"
#include "sim/error.hpp"
#include "sim/tasks.hpp"

namespace hybridcare {
namespace {

/// The experiment as these options run it.
Experiment effective(const Experiment& experiment, const RunOptions& options) {
  Experiment result = experiment;
  if (options.replicates >= 0) result.replicates = options.replicates;
  if (options.clients >= 0) result.clients = options.clients;
  return result;
}

/// Estimates with their leave-one-out values, and the tables made from them.
double table_bytes(const Experiment& experiment, std::size_t cells) {
  const double groups = static_cast<double>(cells) * static_cast<double>(culture_names(experiment).size() + 1);
  const Layout layout(experiment);
  const double listed = static_cast<double>(metrics(experiment, layout).size());
  const double estimates = groups * listed * (8.0 * experiment.replicates + static_cast<double>(sizeof(Estimate)));
  const double rows = groups * (3 * listed + 5.0 * (experiment.weeks + 1));
  return estimates + 100 * rows + 24.0 * experiment.replicates * layout.size;
}

double study_bytes(const Experiment& experiment, const StudyOptions& options) {
  const std::vector<Cell> plan = plan_cells(experiment, options.twins);
  const std::size_t cells = plan.size();
  const double per_replicate = static_cast<double>(experiment.clients) / std::max(options.run.block, 1) + 1;
  const double blocks = experiment.replicates * per_replicate;
  const int threads = threads_to_use(static_cast<std::size_t>(std::min(blocks, 1e6)), options.run.threads);
  const TallyBytes tally = tally_bytes(experiment, cells);
  const EchoBytes echo = echo_bytes(experiment, plan);
  const AccountsBytes accounts = accounts_bytes(experiment, cells);
  const double in_flight = tally.per_thread + echo.per_thread + accounts.per_thread + 4.0 * sizeof(ClientBlock);
  constexpr double kTaskBytes = 16;
  const double sums = tally.counts + echo.sums + accounts.sums;
  return sums + threads * in_flight + blocks * kTaskBytes + table_bytes(experiment, cells);
}

bool reads_oracle(const Experiment& experiment) {
  for (const std::vector<Scenario>& arms : experiment.scenarios)
    for (const Scenario& scenario : arms)
      if (scenario.pathway.reads_oracle) return true;
  return false;
}

std::vector<Table> all_tables(const Estimates& all) {
  std::vector<Table> tables;
  for (Table (*make)(const Estimates&) : {estimates_table, contrasts_table, split_table, headline_table, course_table,
                                          trust_table, erosion_table, misrecognition_table, excess_table})
    tables.push_back(make(all));
  return tables;
}

/// Of every accumulator.
std::string hash_of(const Counts& counts, const EchoSums& studied, const Sums& spent) {
  Hash hash;
  for (const char digit : counts.hash()) hash.add(digit);
  hash.add(studied.clients.values);
  hash.add(studied.therapists.values);
  hash.add(spent.values);
  return hash.hex();
}

}  // namespace

const Table& Results::table(const std::string& name) const {
  std::string known;
  for (const Table& table : tables) {
    if (table.name == name) return table;
    known += (known.empty() ? "" : ", ") + table.name;
  }
  throw UserError("", "unknown table '" + name + "', known: " + known);
}

std::size_t estimate_bytes(const Experiment& experiment, const StudyOptions& options) {
  const double bytes = study_bytes(effective(experiment, options.run), options);
  refuse_above(bytes, machine_bytes(), experiment.file);
  return static_cast<std::size_t>(bytes);
}

Results study(const Experiment& given, const StudyOptions& options) {
  Results results;
  results.peak_bytes = estimate_bytes(given, options);
  const Experiment experiment = effective(given, options.run);
  const std::vector<Cell> cells = plan_cells(experiment, options.twins);
  Tally tally(experiment, cells, options.run.first_replicate);
  Echo echo(experiment, cells, options.run.first_replicate);
  Accounts accounts(experiment, cells, options.run.first_replicate);
  results.report = run(experiment, cells, {&tally, &echo, &accounts}, options.run);
  const Counts counts = tally.take();
  const EchoSums studied = echo.take();
  const Sums spent = accounts.take();
  results.hash = hash_of(counts, studied, spent);
  results.tables = all_tables(Estimates(experiment, cells, counts));
  results.tables.push_back(echo_table(experiment, cells, studied));
  results.tables.push_back(accounts_table(experiment, cells, spent));
  results.reads_oracle = reads_oracle(experiment);
  return results;
}

}  // namespace hybridcare
