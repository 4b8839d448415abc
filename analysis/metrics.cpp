#include "analysis/metrics.hpp"

#include <cmath>
#include <limits>
#include <numeric>

namespace hybridcare {
namespace {

struct OutcomeText { Outcome outcome; const char *name, *meaning; };
constexpr OutcomeText kOutcomeTexts[] = {
    {Outcome::reliable_improvement, "reliable_improvement", "share with a fall of at least 6 points since entry"},
    {Outcome::reliable_deterioration, "reliable_deterioration", "share with a rise of at least 6 points since entry"},
    {Outcome::own_improvement, "own_improvement", "share with a fall of at least 1.96 sqrt(2) measurement errors"},
    {Outcome::own_deterioration, "own_deterioration", "share with a rise of at least 1.96 sqrt(2) measurement errors"},
    {Outcome::recovery, "recovery", "of those with 10 or more at entry: share below 10 after a fall of at least 6"},
    {Outcome::response, "response", "share with half the entry score or less"},
    {Outcome::below_cut10, "below_cut10", "share below 10"},
    {Outcome::remission_phq5, "remission_phq5", "share below 5"}};

double place(const CountRow& row, int index) { return row[static_cast<std::size_t>(index)]; }

double ratio(double part, double whole) {
  return whole > 0 ? part / whole : std::numeric_limits<double>::quiet_NaN();
}

double clients(const CountRow& row) { return place(row, Layout::at(Total::clients)); }

double sum_of_weeks(const Layout& layout, const CountRow& row, Weekly series) {
  const auto first = row.begin() + layout.at(series, 0);
  return std::accumulate(first, first + layout.weeks + 1, 0.0);
}

void add_readings(std::vector<Metric>& list, const Experiment& experiment, const Layout& layout) {
  const std::vector<Reading> all = readings(experiment);
  for (int r = 0; r < static_cast<int>(all.size()); ++r) {
    const int week = all[static_cast<std::size_t>(r)].week;
    const std::string& reading = all[static_cast<std::size_t>(r)].name;
    list.push_back({"phq9", reading, "points", "mean measured PHQ-9",
                    [&layout, week](const CountRow& row) { return mean_phq9(layout, row, week); }});
    list.push_back({"phq9_sd", reading, "points", "standard deviation of the measured PHQ-9 over clients",
                    [&layout, week](const CountRow& row) { return sd_phq9(layout, row, week); }});
    for (const OutcomeText& text : kOutcomeTexts) {
      const int part = layout.at(r, text.outcome);
      const int whole = text.outcome == Outcome::recovery ? layout.at(r, Outcome::ill_at_entry)
                                                          : Layout::at(Total::clients);
      list.push_back({text.name, reading, "share", text.meaning,
                      [part, whole](const CountRow& row) { return ratio(place(row, part), place(row, whole)); }});
    }
  }
}

void add_leaving(std::vector<Metric>& list, const Layout& layout) {
  list.push_back({"dropout", "", "share", "share who left before the last planned contact",
                  [&layout](const CountRow& row) {
                    return ratio(sum_of_weeks(layout, row, Weekly::dropped), clients(row));
                  }});
  list.push_back({"left_while_ill", "", "share", "share who left with a PHQ-9 of 10 or more", [](const CountRow& row) {
                    return ratio(place(row, Layout::at(Total::dropped_ill)), clients(row));
                  }});
  list.push_back({"ended_early", "", "share", "share whose care ended early as planned with them",
                  [&layout](const CountRow& row) {
                    return ratio(sum_of_weeks(layout, row, Weekly::ended_early), clients(row));
                  }});
}

void add_erosion(std::vector<Metric>& list, const Layout& layout) {
  for (int agent = 0; agent < kAgents; ++agent)
    list.push_back({std::string("erosion_") + agent_name(agent), "", "share",
                    "cumulative incidence of trust erosion by the end of care, leaving and planned ends competing",
                    [&layout, agent](const CountRow& row) {
                      const Incidence all = aalen_johansen(erosion_counts(layout, row, agent));
                      const bool met = !all.at_risk.empty() && all.at_risk.front() > 0;
                      return met ? all.eroded.back() : std::numeric_limits<double>::quiet_NaN();
                    }});
}

void add_accounts(std::vector<Metric>& list, const Experiment& experiment, const Layout& layout) {
  list.push_back({"satisfaction", "", "share", "mean satisfaction of those who met an agent", [](const CountRow& row) {
                    return ratio(place(row, Layout::at(Total::satisfaction)) / kFixedOne,
                                 place(row, Layout::at(Total::satisfied_clients)));
                  }});
  for (int agent = 0; agent < kAgents; ++agent)
    list.push_back({std::string(agent_name(agent)) + "_contacts", "", "contacts", "contacts held, per client",
                    [agent](const CountRow& row) {
                      return ratio(place(row, Layout::at(agent, Met::contacts)), clients(row));
                    }});
  list.push_back({"human_hours", "", "hours", "hours of the human in contacts held, per client",
                  [](const CountRow& row) {
                    return ratio(place(row, Layout::at(Total::human_minutes)) / 60, clients(row));
                  }});
  const std::vector<Reading> all = readings(experiment);
  for (int r = 0; r < static_cast<int>(all.size()); ++r) {
    if (all[static_cast<std::size_t>(r)].week != asking_week(experiment)) continue;
    const int recovered = layout.at(r, Outcome::recovery);
    list.push_back({"human_hours_per_recovery", all[static_cast<std::size_t>(r)].name, "hours",
                    "hours of the human in contacts held, all clients, per client recovered",
                    [recovered](const CountRow& row) {
                      return ratio(place(row, Layout::at(Total::human_minutes)) / 60, place(row, recovered));
                    }});
    break;
  }
}

}  // namespace

double mean_phq9(const Layout& layout, const CountRow& row, int week) {
  return ratio(place(row, layout.at(Weekly::phq9, week)), clients(row));
}

double sd_phq9(const Layout& layout, const CountRow& row, int week) {
  const double n = clients(row), sum = place(row, layout.at(Weekly::phq9, week));
  if (n < 2) return std::numeric_limits<double>::quiet_NaN();
  return std::sqrt((place(row, layout.at(Weekly::phq9_squares, week)) - sum * sum / n) / (n - 1));
}

double share_in_care(const Layout& layout, const CountRow& row, int week) {
  return ratio(place(row, layout.at(Weekly::in_care, week)), clients(row));
}

std::span<const double> erosion_counts(const Layout& layout, const CountRow& row, int agent) {
  return {row.data() + layout.erosion(agent, 1), static_cast<std::size_t>(layout.contacts) * kErosionEnds};
}

std::vector<Metric> metrics(const Experiment& experiment, const Layout& layout) {
  std::vector<Metric> list;
  add_readings(list, experiment, layout);
  add_leaving(list, layout);
  add_erosion(list, layout);
  add_accounts(list, experiment, layout);
  return list;
}

}  // namespace hybridcare
