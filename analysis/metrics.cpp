#include "analysis/metrics.hpp"

#include <algorithm>
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

double human_minutes(const CountRow& row) {
  return place(row, Layout::at(Total::human_minutes)) + place(row, Layout::at(Total::other_minutes)) / kMinuteOne;
}

double sum_of_weeks(const Layout& layout, const CountRow& row, Weekly series) {
  const auto first = row.begin() + layout.at(series, 0);
  return std::accumulate(first, first + layout.weeks + 1, 0.0);
}

std::function<double(const CountRow&)> latent_mean(int sum) {
  return [sum](const CountRow& row) { return ratio(place(row, sum) / kFixedOne, clients(row)); };
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
    list.push_back({"symptom", reading, "points", "mean latent symptom level X, which no service could measure",
                    latent_mean(layout.at(r, Latent::symptom))});
    list.push_back({"care_gain", reading, "points", "mean accumulated change by care G, latent; it decays after care",
                    latent_mean(layout.at(r, Latent::gain))});
    list.push_back({"phq9_area", reading, "point-weeks", "area under the measured course from entry (trapezoids)",
                    [&layout, week](const CountRow& row) { return phq9_area(layout, row, week); }});
    for (const OutcomeText& text : kOutcomeTexts) {
      const int part = layout.at(r, text.outcome);
      const int whole = text.outcome == Outcome::recovery ? layout.at(r, Outcome::ill_at_entry)
                                                          : Layout::at(Total::clients);
      list.push_back({text.name, reading, "share", text.meaning,
                      [part, whole](const CountRow& row) { return ratio(place(row, part), place(row, whole)); }});
    }
  }
  for (Metric& metric : list) metric.by_then = true;
}

void add_leaving(std::vector<Metric>& list, const Layout& layout) {
  list.push_back({"dropout", "", "share", "share who left before the last planned contact",
                  [&layout](const CountRow& row) {
                    return ratio(sum_of_weeks(layout, row, Weekly::dropped), clients(row));
                  }});
  list.push_back({"left_while_ill", "", "share", "share who left with a PHQ-9 of 10 or more",
                  [&layout](const CountRow& row) {
                    return ratio(sum_of_weeks(layout, row, Weekly::dropped_ill), clients(row));
                  }});
  list.push_back({"ended_early", "", "share", "share whose care ended early as planned with them",
                  [&layout](const CountRow& row) {
                    return ratio(sum_of_weeks(layout, row, Weekly::ended_early), clients(row));
                  }});
}

/// What becomes of gains once care is over.
void add_lasting(std::vector<Metric>& list, const Experiment& experiment, const Layout& layout) {
  list.push_back({"relapse", "", "share",
                  "of those recovered at post or on leaving: later 10 or more, after a rise of at least 6",
                  [](const CountRow& row) {
                    return ratio(place(row, Layout::at(Total::relapsed)), place(row, Layout::at(Total::well)));
                  }});
  const std::vector<Reading> all = readings(experiment);
  const auto post = std::find_if(all.begin(), all.end(), [](const Reading& each) { return each.name == "post"; });
  if (post == all.end() || all.back().week == post->week) return;
  const int before = layout.at(static_cast<int>(post - all.begin()), Latent::gain);
  const int after = layout.at(static_cast<int>(all.size()) - 1, Latent::gain);
  list.push_back({"gain_kept", "end", "share", "change by care at the end over that after treatment, latent",
                  [before, after](const CountRow& row) { return ratio(place(row, after), place(row, before)); }});
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
  list.push_back({"human_hours", "", "hours", "human time in contacts, reviews, alarms, turns handed over, per client",
                  [](const CountRow& row) { return ratio(human_minutes(row) / 60, clients(row)); }});
  const std::vector<Reading> all = readings(experiment);
  for (int r = 0; r < static_cast<int>(all.size()); ++r) {
    if (all[static_cast<std::size_t>(r)].week != asking_week(experiment)) continue;
    const int recovered = layout.at(r, Outcome::recovery);
    list.push_back({"human_hours_per_recovery", all[static_cast<std::size_t>(r)].name, "hours",
                    "human time as in human_hours, all clients, per client recovered",
                    [recovered](const CountRow& row) {
                      return ratio(human_minutes(row) / 60, place(row, recovered));
                    }});
    break;
  }
}

/// Share of one count in another, of the whole course.
Metric share(const char* name, const char* unit, const char* meaning, Total part, Total whole) {
  return {name, "", unit, meaning, [part, whole](const CountRow& row) {
            return ratio(place(row, Layout::at(part)), place(row, Layout::at(whole)));
          }};
}

void add_safety(std::vector<Metric>& list) {
  list.push_back(share("missed_escalations", "weeks", "weeks in care at risk that nobody saw, per client",
                       Total::missed_risk, Total::clients));
  list.push_back(share("ever_missed", "share", "share with at least one week in care at risk that nobody saw",
                       Total::missed_clients, Total::clients));
  list.push_back(share("risk_detected", "states", "risk states detected, per client", Total::risk_found,
                       Total::clients));
  list.push_back(share("time_to_detection", "weeks", "from onset of a risk state to its detection, of those detected",
                       Total::risk_waits, Total::risk_found));
  list.push_back(share("time_to_human", "weeks",
                       "from onset of a risk state until a human met the client or was told, of those that came to it",
                       Total::human_waits, Total::human_reached));
  list.push_back(share("false_alarms", "alarms", "per client", Total::alarms, Total::clients));
}

void add_encounters(std::vector<Metric>& list) {
  list.push_back({"fatigue", "", "share", "fatigue of the therapist, mean over clients' weeks with the human",
                  [](const CountRow& row) {
                    return ratio(place(row, Layout::at(Total::fatigue)) / kFixedOne,
                                 place(row, Layout::at(Total::fatigue_weeks)));
                  }});
  struct Rate { const char *name, *unit, *meaning; Met part, whole; };
  constexpr Rate kRates[] = {
      {"masked_rate_", "share", "turns in which the feeling was masked", Met::masked, Met::turns},
      {"asked_rate_", "share", "turns in which the agent asked again", Met::asked, Met::turns},
      {"ruptures_", "share", "contacts with a rupture", Met::ruptures, Met::contacts}};
  for (const Rate& rate : kRates)
    for (int agent = 0; agent < kAgents; ++agent) {
      const int part = Layout::at(agent, rate.part), whole = Layout::at(agent, rate.whole);
      list.push_back({rate.name + std::string(agent_name(agent)), "", rate.unit, rate.meaning,
                      [part, whole](const CountRow& row) { return ratio(place(row, part), place(row, whole)); }});
    }
}

}  // namespace

double phq9_area(const Layout& layout, const CountRow& row, int week) {
  double area = 0;
  for (int w = 1; w <= week; ++w) area += (mean_phq9(layout, row, w - 1) + mean_phq9(layout, row, w)) / 2;
  return area;
}

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
  add_lasting(list, experiment, layout);
  add_erosion(list, layout);
  add_accounts(list, experiment, layout);
  add_encounters(list);
  add_safety(list);
  return list;
}

}  // namespace hybridcare
