// The table of equity: how outcomes change with cultural distance.
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "analysis/columns.hpp"
#include "analysis/estimates.hpp"

namespace hybridcare {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double at(const CountRow& row, int place) { return row[static_cast<std::size_t>(place)]; }

/// Sums of a straight line y = a + b x over clients.
struct Line { double n = 0, x = 0, xx = 0, y = 0, xy = 0; };

double slope(const Line& line) {
  const double spread = line.xx * line.n - line.x * line.x;
  return spread > 0 ? (line.xy * line.n - line.x * line.y) / spread : kNone;
}

/// Of an outcome over chi to an agent, client by client. @param reading  -1: dropout
double over_distance(const Layout& layout, const CountRow& row, int agent, int reading, int week) {
  const auto sum = [&](Distance field) { return at(row, layout.at(agent, field, reading)) / kDistanceOne; };
  Line line{at(row, Layout::at(Total::clients)), sum(Distance::sum), sum(Distance::squares) / kDistanceOne, 0,
            sum(Distance::outcome)};
  if (reading >= 0) line.y = at(row, layout.at(Weekly::phq9, week));
  for (int w = 0; reading < 0 && w <= layout.weeks; ++w) line.y += at(row, layout.at(Weekly::dropped, w));
  return slope(line);
}

/// Of a metric over the position of the clients' culture: least squares over cultures, weighted by their clients.
Estimate over_position(const Estimates& all, int cell, int metric) {
  const Cell& of = all.cells()[static_cast<std::size_t>(cell)];
  const CultureParameters& culture =
      all.experiment().scenarios[static_cast<std::size_t>(of.variant)][static_cast<std::size_t>(of.arm)]
          .parameters.culture;
  Line weights;
  for (int c = 0; c < all.groups() - 1; ++c) {
    const double n = all.clients(cell, 1 + c), x = culture.position[c];
    weights.n += n;
    weights.x += n * x;
    weights.xx += n * x * x;
  }
  const double spread = weights.xx * weights.n - weights.x * weights.x;
  Estimate sum{spread > 0 ? 0 : kNone, std::vector<double>(all.of(cell, 0, metric).without.size(), 0)};
  for (int c = 0; c < all.groups() - 1; ++c) {
    const double n = all.clients(cell, 1 + c);
    const double share = n * (culture.position[c] * weights.n - weights.x) / spread;
    if (n == 0) continue;
    sum = combine(sum, all.of(cell, 1 + c, metric), [share](double so_far, double value) {
      return so_far + share * value;
    });
  }
  return sum;
}

class Writer {
 public:
  Writer(TableWriter& writer, const Estimates& all) : writer_(writer), all_(all) {}
  void row(int cell, int against, const std::string& over, const std::string& metric, const std::string& reading,
           const std::string& unit, const Estimate& estimate) {
    if (std::isnan(estimate.value)) return;
    const Noise error = all_.noise(estimate);
    writer_.row({all_.variant(cell), all_.arm(cell), against < 0 ? std::string() : all_.arm(against), over, metric,
                 reading, unit, estimate.value, error.se, error.low, error.high});
  }

 private:
  TableWriter& writer_;
  const Estimates& all_;
};

void add_distances(Writer& writer, const Estimates& all, int cell) {
  const Layout& layout = all.counts().layout;
  const Pool pool(all.counts(), cell, kAllCultures);
  const std::vector<Reading> read = readings(all.experiment());
  for (int agent = 0; agent < kAgents; ++agent)
    for (int r = -1; r < static_cast<int>(read.size()); ++r) {
      const bool dropout = r < 0;
      const Reading reading = dropout ? Reading{} : read[static_cast<std::size_t>(r)];
      const Estimate estimate = pool.estimate(
          [&](const CountRow& row) { return over_distance(layout, row, agent, r, reading.week); });
      writer.row(cell, -1, std::string("distance_") + agent_name(agent), dropout ? "dropout" : "phq9", reading.name,
                 dropout ? "share" : "points", estimate);
    }
}

void add_positions(Writer& writer, const Estimates& all, int cell, int against) {
  for (std::size_t m = 0; m < all.list().size(); ++m) {
    const Metric& metric = all.list()[m];
    const auto is = [&](const char* name) { return metric.name == name; };
    if (!is("phq9") && !is("recovery") && !is("response") && !is("dropout") && !is("satisfaction") &&
        !is("erosion_human") && !is("erosion_assistant"))
      continue;
    const Estimate here = over_position(all, cell, static_cast<int>(m));
    writer.row(cell, -1, "position", metric.name, metric.reading, metric.unit, here);
    if (against >= 0 && against != cell)
      writer.row(cell, against, "position", metric.name, metric.reading, metric.unit,
                 here - over_position(all, against, static_cast<int>(m)));
  }
}

/// The headline's reference arm in the same variant, or -1.
int reference_cell(const Estimates& all, int variant) {
  const Experiment& experiment = all.experiment();
  for (std::size_t arm = 0; arm < experiment.arms.size(); ++arm)
    if (experiment.arms[arm].name == experiment.headline.against)
      return all.find(variant, static_cast<int>(arm), Twin::factual);
  return -1;
}

}  // namespace

Table equity_table(const Estimates& all) {
  TableWriter table(
      "equity", {variant_column(), arm_column(), text("against", "arm whose slope is subtracted; empty: none"),
                 text("over", "position: of the clients' culture; distance_*: chi between client and agent"),
                 metric_column(), reading_column(), unit_column(),
                 real("slope", "per 1", "of the outcome, per whole unit of position or distance; 0: no disparity"),
                 se_column("per 1"), low_column("per 1"), high_column("per 1")});
  Writer writer(table, all);
  for (int cell = 0; cell < all.counts().cells; ++cell) {
    const Cell& of = all.cells()[static_cast<std::size_t>(cell)];
    if (of.twin != Twin::factual || all.experiment().arms[static_cast<std::size_t>(of.arm)].component) continue;
    add_distances(writer, all, cell);
    add_positions(writer, all, cell, reference_cell(all, of.variant));
  }
  return table.take();
}

}  // namespace hybridcare
