// The calendar of a service: how many wait, how busy it is, what is said of it.
#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

#include "analysis/access.hpp"
#include "analysis/columns.hpp"
#include "scenarios/allocation.hpp"
#include "sim/fixed.hpp"

namespace hybridcare {
namespace {

using Row = SumPool::Row;
using Member = std::int64_t ServiceWeek::*;

/// What is summed over the replicates that reached a week, behind their number.
constexpr Member kMembers[] = {
    &ServiceWeek::arrived, &ServiceWeek::in_need, &ServiceWeek::on_list, &ServiceWeek::stepping, &ServiceWeek::joined,
    &ServiceWeek::gave_up, &ServiceWeek::admitted, &ServiceWeek::moved_on, &ServiceWeek::in_care,
    &ServiceWeek::slots_taken, &ServiceWeek::slots, &ServiceWeek::assistant_taken, &ServiceWeek::money,
    &ServiceWeek::fatigue, &ServiceWeek::people, &ServiceWeek::hearsay_human, &ServiceWeek::hearsay_assistant,
    &ServiceWeek::stigma};

double sum(const Row& row, Member member) {
  const auto at = std::find(std::begin(kMembers), std::end(kMembers), member) - std::begin(kMembers);
  return row[static_cast<std::size_t>(at) + 1];
}

double ratio(double part, double whole) {
  return whole > 0 ? part / whole : std::numeric_limits<double>::quiet_NaN();
}

struct Measure {
  const char *name, *unit, *meaning;
  std::function<double(const Row&)> of;
};

std::function<double(const Row&)> mean(Member member, double one = 1) {
  return [=](const Row& row) { return ratio(sum(row, member) / one, row[0]); };
}

std::function<double(const Row&)> per_person(Member member) {
  return [=](const Row& row) { return ratio(sum(row, member) / kFixedOne, sum(row, &ServiceWeek::people)); };
}

/// Fatigue where there is a service; a network alone has no therapists' load.
double fatigue(const Row& row, int therapists) {
  const double busy = sum(row, &ServiceWeek::in_need) + sum(row, &ServiceWeek::on_list) +
                      sum(row, &ServiceWeek::slots) + sum(row, &ServiceWeek::admitted);
  return busy > 0 ? ratio(sum(row, &ServiceWeek::fatigue) / kFixedOne, row[0] * therapists)
                  : std::numeric_limits<double>::quiet_NaN();
}

std::vector<Measure> measures(int therapists) {
  return {{"arrived", "clients", "who have arrived so far", mean(&ServiceWeek::arrived)},
          {"in_need", "clients", "who have not sought help, or have given up waiting", mean(&ServiceWeek::in_need)},
          {"on_list", "clients", "on the waiting list for a first contact", mean(&ServiceWeek::on_list)},
          {"stepping", "clients", "in care, waiting for another step", mean(&ServiceWeek::stepping)},
          {"in_care", "clients", "in a step with contacts", mean(&ServiceWeek::in_care)},
          {"joined", "clients", "who sought help this week", mean(&ServiceWeek::joined)},
          {"admitted", "clients", "whose care began this week", mean(&ServiceWeek::admitted)},
          {"moved_on", "clients", "who came to the step that they had waited for", mean(&ServiceWeek::moved_on)},
          {"gave_up", "clients", "who left the waiting list this week", mean(&ServiceWeek::gave_up)},
          {"slots_used", "share", "of the therapists' slots",
           [](const Row& row) { return ratio(sum(row, &ServiceWeek::slots_taken), sum(row, &ServiceWeek::slots)); }},
          {"assistant_contacts", "contacts", "with assistants, committed for the week",
           mean(&ServiceWeek::assistant_taken, kSlot)},
          {"money", "money", "committed for contacts this week, at the prices of the accounts",
           mean(&ServiceWeek::money, 1e6)},
          {"fatigue", "", "of therapists, mean", [=](const Row& row) { return fatigue(row, therapists); }},
          {"hearsay_human", "", "opinion of therapists from others, mean over all who have arrived",
           per_person(&ServiceWeek::hearsay_human)},
          {"hearsay_assistant", "", "the same of assistants", per_person(&ServiceWeek::hearsay_assistant)},
          {"stigma", "", "mean over all who have arrived", per_person(&ServiceWeek::stigma)}};
}

std::vector<ColumnSpec> columns() {
  std::vector<ColumnSpec> list = {variant_column(), arm_column(),
                                  whole("week", "weeks", "of the calendar; the service opens in week 1")};
  for (const Measure& measure : measures(1)) {
    list.push_back(real(measure.name, measure.unit, measure.meaning));
    list.push_back(real(std::string(measure.name) + "_noise_se", measure.unit, "its simulation noise"));
  }
  list.push_back(whole("replicates", "replicates", "that reached this week, over which the row is a mean"));
  return list;
}

/// Rows of the replicates that reached each week.
std::vector<std::vector<Row>> weeks_of(const RunReport& report, int cell) {
  std::vector<std::vector<Row>> weeks;
  for (const ServiceCalendar& calendar : report.services) {
    if (calendar.cell != cell) continue;
    weeks.resize(std::max(weeks.size(), calendar.weeks.size()));
    for (std::size_t w = 1; w < calendar.weeks.size(); ++w) {
      Row row = {1};
      for (const Member member : kMembers) row.push_back(static_cast<double>(calendar.weeks[w].*member));
      weeks[w].push_back(std::move(row));
    }
  }
  return weeks;
}

}  // namespace

Table service_table(const Experiment& experiment, const std::vector<Cell>& cells, const RunReport& report) {
  TableWriter writer("service", columns());
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const ArmInfo& arm = experiment.arms[static_cast<std::size_t>(cells[c].arm)];
    if (cells[c].twin != Twin::factual || arm.component) continue;
    const auto variant = static_cast<std::size_t>(cells[c].variant);
    const Scenario& scenario = experiment.scenarios[variant][static_cast<std::size_t>(cells[c].arm)];
    const std::vector<Measure> list = measures(scenario.parameters.therapists.count);
    std::vector<std::vector<Row>> weeks = weeks_of(report, static_cast<int>(c));
    for (std::size_t w = 1; w < weeks.size(); ++w) {
      const auto replicates = static_cast<std::int64_t>(weeks[w].size());
      const SumPool pool(std::move(weeks[w]));
      std::vector<TableWriter::Value> row = {experiment.variants[variant].name, arm.name,
                                             static_cast<std::int64_t>(w)};
      for (const Measure& measure : list) {
        const Estimate estimate = pool.estimate(measure.of);
        row.insert(row.end(), {estimate.value, standard_error(estimate)});
      }
      row.push_back(replicates);
      writer.row(row);
    }
  }
  return writer.take();
}

}  // namespace hybridcare
