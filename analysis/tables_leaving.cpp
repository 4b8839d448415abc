// The table of leaving, week by week: dropout, with planned ends and completed care competing.
#include <cmath>
#include <limits>

#include "analysis/columns.hpp"
#include "analysis/estimates.hpp"

namespace hybridcare {
namespace {

double at(const CountRow& row, int place) { return row[static_cast<std::size_t>(place)]; }

double sum_until(const CountRow& row, const Layout& layout, Weekly series, int week) {
  double sum = 0;
  for (int w = 0; w <= week; ++w) sum += at(row, layout.at(series, w));
  return sum;
}

/// Everybody is followed to the end and completed care competes, so that nobody is censored: what Aalen and Johansen
/// would estimate is the share of all clients.
double incidence(const CountRow& row, const Layout& layout, Weekly series, int week) {
  return sum_until(row, layout, series, week) / at(row, Layout::at(Total::clients));
}

/// Clients who had not left the pathway before the week.
double at_risk(const CountRow& row, const Layout& layout, int week) {
  double left = at(row, Layout::at(Total::clients));
  for (const Weekly series : {Weekly::completed, Weekly::ended_early, Weekly::dropped})
    left -= sum_until(row, layout, series, week - 1);
  return left;
}

/// Of those at risk, the share who dropped out in this week; NaN where nobody was.
double hazard_of(const CountRow& row, const Layout& layout, int week) {
  const double staying = at_risk(row, layout, week);
  return staying > 0 ? at(row, layout.at(Weekly::dropped, week)) / staying : std::numeric_limits<double>::quiet_NaN();
}

void add_weeks(TableWriter& writer, const Estimates& all, int cell, int group) {
  const Layout& layout = all.counts().layout;
  const Pool pool(all.counts(), cell, group - 1);
  for (int week = 1; week <= layout.weeks; ++week) {
    const double staying = at_risk(pool.total(), layout, week);
    const auto share = [&](Weekly series) {
      return pool.estimate([&, series](const CountRow& row) { return incidence(row, layout, series, week); });
    };
    const Estimate dropped = share(Weekly::dropped), ended = share(Weekly::ended_early);
    const Estimate ill = share(Weekly::dropped_ill), completed = share(Weekly::completed);
    const Noise error = all.noise(dropped);
    const Estimate hazard = pool.estimate([&](const CountRow& row) { return hazard_of(row, layout, week); });
    writer.row({all.variant(cell), all.twin(cell), all.arm(cell), all.group(group), std::int64_t{week},
                static_cast<std::int64_t>(staying), hazard.value, standard_error(hazard), dropped.value, error.se,
                error.low, error.high, ill.value, standard_error(ill), ended.value, standard_error(ended),
                completed.value, standard_error(completed)});
  }
}

}  // namespace

Table leaving_table(const Estimates& all) {
  TableWriter writer(
      "leaving", {variant_column(), twin_column(), arm_column(), culture_column(), whole("week", "weeks", "of leaving"),
                  whole("at_risk", "clients", "had not left the pathway before, replicates pooled"),
                  real("hazard", "share", "of those at risk: dropped out in this week"),
                  real("hazard_noise_se", "share", "its simulation noise"),
                  real("dropped", "share", "dropped out by this week; planned ends and completed care compete"),
                  se_column("share"), low_column("share"), high_column("share"),
                  real("dropped_ill", "share", "dropped out by this week with a PHQ-9 of 10 or more when leaving"),
                  real("dropped_ill_noise_se", "share", "its simulation noise"),
                  real("ended", "share", "care ended early as planned by this week"),
                  real("ended_noise_se", "share", "its simulation noise"),
                  real("completed", "share", "completed care by this week"),
                  real("completed_noise_se", "share", "its simulation noise")});
  for (int cell = 0; cell < all.counts().cells; ++cell) {
    const Cell& of = all.cells()[static_cast<std::size_t>(cell)];
    if (of.variant > 0 || all.experiment().arms[static_cast<std::size_t>(of.arm)].component) continue;
    for (int group = 0; group < all.groups(); ++group)
      if (all.clients(cell, group) > 0) add_weeks(writer, all, cell, group);
  }
  return writer.take();
}

}  // namespace hybridcare
