// The table of a user's own measures.
#include <cmath>
#include <limits>

#include "analysis/columns.hpp"
#include "analysis/measures.hpp"

namespace hybridcare {
namespace {

using Row = SumPool::Row;

constexpr double kValueOne = 65536.0, kSquareOne = 256.0;

struct Group { std::string grouping, name; int index; bool latent; };

std::vector<Group> groups_of(const MeasurePlan& plan) {
  std::vector<Group> list = {{"all", "all", 0, false}};
  for (std::size_t g = 0; g < plan.watch.groupings.size(); ++g) {
    const Grouping& grouping = plan.watch.groupings[g];
    for (std::size_t level = 0; level < grouping.levels.size(); ++level)
      list.push_back({grouping.name, grouping.levels[level], plan.first_group[g] + static_cast<int>(level),
                      grouping.of.reads_oracle});
  }
  return list;
}

/// Sums of one measure in one group, by replicate.
SumPool pool_of(const Sums& sums, int cell, int group, std::size_t measure) {
  std::vector<Row> rows;
  for (int r = 0; r < sums.replicates; ++r) {
    const std::int64_t* from = sums.values.data() + sums.at(r, cell, group) + measure * kMeasureSums;
    rows.emplace_back(from, from + kMeasureSums);
  }
  return SumPool(std::move(rows));
}

double at(const Row& row, MeasureSum sum) { return row[static_cast<std::size_t>(sum)]; }

double ratio(double part, double whole) {
  return whole > 0 ? part / whole : std::numeric_limits<double>::quiet_NaN();
}

double spread(const Row& row, MeasureSum clients, MeasureSum value, MeasureSum squares) {
  const double n = at(row, clients), sum = at(row, value) / kValueOne;
  if (n < 2) return std::numeric_limits<double>::quiet_NaN();
  return std::sqrt(std::max(at(row, squares) / kSquareOne - sum * sum / n, 0.0) / (n - 1));
}

/// One row: a level (reference < 0), or a difference to the reference arm, client by client.
struct Line {
  const Estimates& all;
  int cell, reference;
  const Group& group;
  const Measure& measure;
};

bool is_latent(const Measure& measure, const Group& group) {
  return measure.of.reads_oracle || (measure.given && measure.given->reads_oracle) || group.latent;
}

void add_row(TableWriter& writer, const Line& line, const SumPool& pool) {
  const bool paired = line.reference >= 0;
  const auto count = paired ? MeasureSum::pairs : MeasureSum::clients;
  const auto value = paired ? MeasureSum::difference : MeasureSum::value;
  const auto squares = paired ? MeasureSum::differences_squared : MeasureSum::squares;
  if (at(pool.total(), count) == 0) return;
  const auto mean = [&](MeasureSum sum, double one) {
    return pool.estimate([=](const Row& row) { return ratio(at(row, sum) / one, at(row, count)); });
  };
  const Estimate estimate = mean(value, kValueOne), higher = mean(MeasureSum::higher, 1);
  const Estimate lower = mean(MeasureSum::lower, 1);
  const Noise error = line.all.noise(estimate);
  const double none = std::numeric_limits<double>::quiet_NaN();
  writer.row({line.all.variant(line.cell), line.all.twin(line.cell), line.all.arm(line.cell),
              paired ? line.all.arm(line.reference) : std::string(), line.group.grouping, line.group.name,
              line.measure.name, std::string(is_latent(line.measure, line.group) ? "latent" : "measured"),
              estimate.value, error.se, error.low, error.high, spread(pool.total(), count, value, squares),
              paired ? higher.value : none, paired ? standard_error(higher) : none, paired ? lower.value : none,
              paired ? standard_error(lower) : none, static_cast<std::int64_t>(at(pool.total(), count))});
}

}  // namespace

Estimate measured_level(const Sums& sums, int cell, std::size_t measure) {
  return pool_of(sums, cell, 0, measure).estimate([](const Row& row) {
    return ratio(at(row, MeasureSum::value) / kValueOne, at(row, MeasureSum::clients));
  });
}

Table measures_table(const Estimates& all, const MeasurePlan& plan, const Sums& sums) {
  TableWriter writer(
      "measures",
      {variant_column(), twin_column(), arm_column(),
       text("against", "arm subtracted from this one, client by client; empty: a level"),
       text("grouping", "what groups are made by, at entry; all: everybody"), text("group", "of clients"),
       text("measure", "as it was asked for"),
       text("basis", "measured: what a service could measure; latent: reads `oracle.` state"),
       real("estimate", "", "mean over clients; of a condition: share"),
       se_column(), low_column(), high_column(),
       real("sd", "", "standard deviation over clients, of the difference where there is one"),
       real("share_higher", "share", "clients with more here than in `against`, by the measure's least difference"),
       real("share_higher_noise_se", "share", "simulation noise of share_higher"),
       real("share_lower", "share", "clients with less here than in `against`, by the measure's least difference"),
       real("share_lower_noise_se", "share", "simulation noise of share_lower"),
       whole("clients", "clients", "for whom it is defined, replicates pooled")});
  const std::vector<Group> groups = groups_of(plan);
  for (int cell = 0; cell < sums.cells; ++cell)
    for (std::size_t m = 0; m < plan.watch.measures.size(); ++m)
      for (const Group& group : groups) {
        const SumPool pool = pool_of(sums, cell, group.index, m);
        add_row(writer, {all, cell, -1, group, plan.watch.measures[m]}, pool);
        const int reference = plan.reference[static_cast<std::size_t>(cell)];
        if (reference >= 0) add_row(writer, {all, cell, reference, group, plan.watch.measures[m]}, pool);
      }
  return writer.take();
}

}  // namespace hybridcare
