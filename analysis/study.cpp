#include <algorithm>

#include "analysis/access.hpp"
#include "analysis/estimates.hpp"
#include "analysis/hash.hpp"
#include "analysis/measures.hpp"
#include "analysis/memory.hpp"
#include "analysis/results.hpp"
#include "analysis/theme.hpp"
#include "scenarios/service_run.hpp"
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
  double in_flight = tally.per_thread + 4.0 * sizeof(ClientBlock), sums = tally.counts;
  for (const ThemeKind& kind : themes()) {
    const ThemeBytes bytes = kind.bytes(experiment, plan);
    in_flight += bytes.per_thread;
    sums += 4 * bytes.sums;  // tables hold a few groups' sums at a time, as real numbers
  }
  const ThemeBytes own = measures_bytes(parse_watch(options.watch, experiment), experiment, plan);
  in_flight += own.per_thread;
  sums += 4 * own.sums;
  constexpr double kTaskBytes = 16;
  const int together = replicates_together(experiment, experiment.replicates, threads);
  const double coupled = coupled_bytes(experiment, cells, options.run.block, together);
  return sums + threads * in_flight + blocks * kTaskBytes + table_bytes(experiment, cells) + coupled;
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
                                          trust_table, erosion_table, misrecognition_table, excess_table,
                                          leaving_table, nnt_table, equity_table})
    tables.push_back(make(all));
  return tables;
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
  std::vector<std::unique_ptr<Theme>> beside;
  std::vector<Recorder<ClientBlock>*> recorders = {&tally};
  for (const ThemeKind& kind : themes()) {
    beside.push_back(kind.make(experiment, cells, options.run.first_replicate));
    recorders.push_back(&beside.back()->recorder());
  }
  const Watch watch = parse_watch(options.watch, experiment);
  if (!watch.measures.empty()) {
    beside.push_back(make_measures(watch, experiment, cells, options.run.first_replicate));
    recorders.push_back(&beside.back()->recorder());
  }
  results.report = run(experiment, cells, recorders, options.run);
  const Counts counts = tally.take();
  Hash hash;
  for (const char digit : counts.hash()) hash.add(digit);
  for (const auto& theme : beside) theme->close(hash);
  add_calendars(results.report, hash);
  results.hash = hash.hex();
  const Estimates all(experiment, cells, counts);
  results.tables = all_tables(all);
  if (options.by_replicate) results.tables.push_back(replicates_table(all));
  for (const auto& theme : beside) theme->write(all, results.tables);
  if (!results.report.services.empty()) results.tables.push_back(service_table(experiment, cells, results.report));
  results.reads_oracle = reads_oracle(experiment);  // measures may read what no service could: they steer nothing
  return results;
}

}  // namespace hybridcare
