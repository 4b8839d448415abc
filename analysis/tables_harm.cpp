// The table of harm: how many clients are worse off than their exact twin, and by how much.
#include <cmath>
#include <string>

#include "analysis/columns.hpp"
#include "analysis/harm.hpp"

namespace hybridcare {
namespace {

using Row = SumPool::Row;

struct Line { std::string outcome, reading; std::int64_t points; int worse, better; };

/// Nobody's trust in an agent that is not in the arm is eroded: no row.
bool has_outcome(const Estimates& all, int cell, const std::string& outcome) {
  const int metric = all.find(outcome, "");
  return metric < 0 || !std::isnan(all.of(cell, 0, metric).value);
}

std::vector<Line> lines(const Experiment& experiment) {
  std::vector<Line> list;
  const std::string names[kHarmReadings] = {readings(experiment).front().name, "end"};
  for (int reading = 0; reading < kHarmReadings; ++reading)
    for (int points = 1; points <= kHarmPoints && !(reading > 0 && names[0] == "end"); ++points)
      list.push_back({"symptom", names[reading], points, HarmLayout::worse(reading, points),
                      HarmLayout::better(reading, points)});
  const char* const events[kHarmEvents] = {"dropout", "erosion_human", "erosion_assistant"};
  for (int e = 0; e < kHarmEvents; ++e)
    list.push_back({events[e], "", 0, HarmLayout::factual(static_cast<HarmEvent>(e)),
                    HarmLayout::twin(static_cast<HarmEvent>(e))});
  return list;
}

void add_rows(TableWriter& writer, const Estimates& all, const SumPool& pool, int cell, int group) {
  const auto at = [](const Row& row, int place) { return row[static_cast<std::size_t>(place)]; };
  const double clients = at(pool.total(), HarmLayout::kClients);
  if (clients == 0) return;
  const auto share = [&](int place) {
    return pool.estimate([&](const Row& row) { return at(row, place) / at(row, HarmLayout::kClients); });
  };
  for (const Line& line : lines(all.experiment())) {
    if (!has_outcome(all, cell, line.outcome)) continue;
    const Estimate worse = share(line.worse), better = share(line.better), net = worse - better;
    const Noise error = all.noise(worse);
    writer.row({all.arm(cell), all.group(group), all.twin(cell), line.outcome, line.reading, line.points, worse.value,
                error.se, error.low, error.high, better.value, net.value, standard_error(net),
                static_cast<std::int64_t>(clients)});
  }
}

}  // namespace

Table harm_table(const Estimates& all, const HarmPlan& plan, const Sums& sums) {
  TableWriter writer(
      "harm", {arm_column(), culture_column(),
               text("against_twin", "no_distance: cultural part; perfect_recognition: all misreading"),
               text("outcome", "symptom: latent level X; else an event, by the end"), reading_column(),
               whole("points", "points", "worse by at least; 0: an event, which happens or not"),
               real("share_worse", "share", "clients worse than their twin: a quantity of the model, no person's"),
               se_column("share"), low_column("share"), high_column("share"),
               real("share_better", "share", "clients better than their twin: what chance does, and what helps"),
               real("net", "share", "share_worse - share_better"),
               real("net_noise_se", "share", "simulation noise of net: jackknife over replicates"),
               whole("clients", "clients", "replicates pooled")});
  for (std::size_t p = 0; p < plan.looked.cells.size(); ++p)
    for (int group = 0; plan.is_twin[p] && group < all.groups(); ++group)
      add_rows(writer, all, pool_of(sums, static_cast<int>(p), group), plan.looked.cells[p], group);
  return writer.take();
}

}  // namespace hybridcare
