// Tables along time: the course of symptoms, of trust, and of erosion by contact number.
#include <cmath>

#include "analysis/columns.hpp"
#include "analysis/estimates.hpp"

namespace hybridcare {
namespace {

double cell_of(const CountRow& row, int place) { return row[static_cast<std::size_t>(place)]; }

void add_course(TableWriter& writer, const Estimates& all, int cell, int group) {
  const Layout& layout = all.counts().layout;
  const Pool pool(all.counts(), cell, group - 1);
  for (int week = 0; week <= layout.weeks; ++week) {
    std::int64_t scores[kScores] = {};
    for (int c = 0; c < all.counts().cultures; ++c)
      for (int y = 0; (group == 0 || c == group - 1) && y < kScores; ++y)
        scores[y] += all.counts().histogram[all.counts().histogram_at(cell, c, week) + static_cast<std::size_t>(y)];
    const Estimate mean = pool.estimate([&](const CountRow& row) { return mean_phq9(layout, row, week); });
    const Noise error = all.noise(mean);
    writer.row({all.variant(cell), all.twin(cell), all.arm(cell), all.group(group), std::int64_t{week}, mean.value,
                error.se, error.low, error.high, sd_phq9(layout, pool.total(), week), percentile(scores, .10),
                percentile(scores, .25), percentile(scores, .50), percentile(scores, .75), percentile(scores, .90),
                share_in_care(layout, pool.total(), week)});
  }
}

void add_trust(TableWriter& writer, const Estimates& all, int cell, int group, int agent) {
  const Layout& layout = all.counts().layout;
  const Pool pool(all.counts(), cell, group - 1);
  for (int week = 0; week <= layout.weeks; ++week) {
    const int sum = layout.at(trust_series(agent), week), met = layout.at(met_series(agent), week);
    const double clients = cell_of(pool.total(), met);
    if (clients == 0) continue;
    const Estimate mean = pool.estimate(
        [&](const CountRow& row) { return cell_of(row, sum) / kFixedOne / cell_of(row, met); });
    const Noise error = all.noise(mean);
    writer.row({all.variant(cell), all.twin(cell), all.arm(cell), std::string(agent_name(agent)), all.group(group),
                std::int64_t{week}, mean.value, error.se, error.low, error.high, static_cast<std::int64_t>(clients)});
  }
}

void add_erosion(TableWriter& writer, const Estimates& all, int cell, int group, int agent) {
  const Layout& layout = all.counts().layout;
  const Pool pool(all.counts(), cell, group - 1);
  const Incidence total = aalen_johansen(erosion_counts(layout, pool.total(), agent));
  std::vector<Incidence> without;
  for (const CountRow& row : pool.without()) without.push_back(aalen_johansen(erosion_counts(layout, row, agent)));
  for (std::size_t k = 0; k < total.at_risk.size() && total.at_risk[k] > 0; ++k) {
    const auto estimate = [&](std::vector<double> Incidence::*which) {
      Estimate found{(total.*which)[k], {}};
      for (const Incidence& each : without) found.without.push_back((each.*which)[k]);
      return found;
    };
    const Estimate eroded = estimate(&Incidence::eroded);
    const Noise error = all.noise(eroded);
    writer.row({all.variant(cell), all.twin(cell), all.arm(cell), std::string(agent_name(agent)), all.group(group),
                static_cast<std::int64_t>(k + 1), static_cast<std::int64_t>(total.at_risk[k]), eroded.value, error.se,
                error.low, error.high, total.dropped[k], standard_error(estimate(&Incidence::dropped)), total.ended[k],
                standard_error(estimate(&Incidence::ended))});
  }
}

}  // namespace

Table course_table(const Estimates& all) {
  TableWriter writer(
      "course", {variant_column(), twin_column(), arm_column(), culture_column(),
                 whole("week", "weeks", "0 is entry; a measurement never contains that week's contact"),
                 real("mean", "points", "mean measured PHQ-9"), se_column("points"), low_column("points"),
                 high_column("points"), real("sd", "points", "standard deviation over clients"),
                 real("p10", "points", "10 % of clients lie below"), real("p25", "points", "25 % of clients lie below"),
                 real("p50", "points", "half of the clients lie below"),
                 real("p75", "points", "75 % of clients lie below"),
                 real("p90", "points", "90 % of clients lie below"),
                 real("share_in_care", "share", "whose step in that week offers contacts, pathways or usual care")});
  for (int cell = 0; cell < all.counts().cells; ++cell)
    for (int group = 0; group < all.groups(); ++group)
      if (all.clients(cell, group) > 0) add_course(writer, all, cell, group);
  return writer.take();
}

Table trust_table(const Estimates& all) {
  TableWriter writer("trust", {variant_column(), twin_column(), arm_column(), agent_column(), culture_column(),
                               whole("week", "weeks", "after that week's contacts"),
                               real("mean", "share", "latest trust of those who have met the agent, and after leaving"),
                               se_column("share"), low_column("share"), high_column("share"),
                               whole("clients", "clients", "who have met the agent, replicates pooled")});
  for (int cell = 0; cell < all.counts().cells; ++cell)
    for (int agent = 0; agent < kAgents; ++agent)
      for (int group = 0; group < all.groups(); ++group) add_trust(writer, all, cell, group, agent);
  return writer.take();
}

Table erosion_table(const Estimates& all) {
  TableWriter writer(
      "erosion",
      {variant_column(), twin_column(), arm_column(), agent_column(), culture_column(),
       whole("contact", "contacts", "number of the contact with this agent"),
       whole("at_risk", "clients", "held this contact with no event before, replicates pooled"),
       real("incidence", "share", "trust eroded by this contact (Aalen-Johansen)"), se_column("share"),
       low_column("share"), high_column("share"),
       real("dropped", "share", "left by this contact with trust not eroded"),
       real("dropped_noise_se", "share", "its simulation noise"),
       real("ended", "share", "planned end by this contact with trust not eroded"),
       real("ended_noise_se", "share", "its simulation noise")});
  for (int cell = 0; cell < all.counts().cells; ++cell)
    for (int agent = 0; agent < kAgents; ++agent)
      for (int group = 0; group < all.groups(); ++group) add_erosion(writer, all, cell, group, agent);
  return writer.take();
}

}  // namespace hybridcare
