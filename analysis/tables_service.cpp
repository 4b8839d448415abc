// The calendar of a service: how many wait, how busy it is, what is said of it.
#include <cmath>
#include <limits>

#include "analysis/access.hpp"
#include "analysis/columns.hpp"
#include "sim/fixed.hpp"

namespace hybridcare {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Sums over the replicates that reached a week.
struct WeekSum {
  std::int64_t replicates = 0;
  ServiceWeek sum;

  void add(const ServiceWeek& week) {
    ++replicates;
    for (const auto member :
         {&ServiceWeek::arrived, &ServiceWeek::in_need, &ServiceWeek::on_list, &ServiceWeek::stepping,
          &ServiceWeek::joined, &ServiceWeek::gave_up, &ServiceWeek::admitted, &ServiceWeek::moved_on,
          &ServiceWeek::in_care, &ServiceWeek::slots_taken, &ServiceWeek::slots, &ServiceWeek::money,
          &ServiceWeek::fatigue, &ServiceWeek::people, &ServiceWeek::hearsay_human, &ServiceWeek::hearsay_assistant,
          &ServiceWeek::stigma})
      sum.*member += week.*member;
  }
  double mean(std::int64_t ServiceWeek::*member) const {
    return static_cast<double>(sum.*member) / static_cast<double>(replicates);
  }
  double per_person(std::int64_t ServiceWeek::*member) const {
    return sum.people > 0 ? from_fixed(sum.*member) / static_cast<double>(sum.people) : kNone;
  }
};

void write_row(TableWriter& writer, const std::string& variant, const std::string& arm, std::int64_t week,
               const WeekSum& at, int therapists) {
  const double slots = static_cast<double>(at.sum.slots);
  const bool service = at.sum.in_need + at.sum.on_list + at.sum.slots + at.sum.admitted > 0;
  writer.row({variant, arm, week, at.mean(&ServiceWeek::arrived), at.mean(&ServiceWeek::in_need),
              at.mean(&ServiceWeek::on_list), at.mean(&ServiceWeek::stepping), at.mean(&ServiceWeek::in_care),
              at.mean(&ServiceWeek::joined), at.mean(&ServiceWeek::admitted), at.mean(&ServiceWeek::moved_on),
              at.mean(&ServiceWeek::gave_up),
              slots > 0 ? static_cast<double>(at.sum.slots_taken) / slots : kNone, at.mean(&ServiceWeek::money) / 1e6,
              service ? from_fixed(at.sum.fatigue) / static_cast<double>(at.replicates * therapists) : kNone,
              at.per_person(&ServiceWeek::hearsay_human), at.per_person(&ServiceWeek::hearsay_assistant),
              at.per_person(&ServiceWeek::stigma), at.replicates});
}

std::vector<ColumnSpec> columns() {
  return {variant_column(), arm_column(), whole("week", "weeks", "of the calendar; the service opens in week 1"),
          real("arrived", "clients", "who have arrived so far"),
          real("in_need", "clients", "who have not sought help, or have given up waiting"),
          real("on_list", "clients", "on the waiting list for a first contact"),
          real("stepping", "clients", "in care, waiting for another step"),
          real("in_care", "clients", "in a step with contacts"),
          real("joined", "clients", "who sought help this week"),
          real("admitted", "clients", "whose care began this week"),
          real("moved_on", "clients", "who came to the step that they had waited for"),
          real("gave_up", "clients", "who left the waiting list this week"),
          real("slots_used", "share", "of the therapists' slots"),
          real("money", "money", "committed for contacts this week, at the prices of the accounts"),
          real("fatigue", "", "of therapists, mean"),
          real("hearsay_human", "", "opinion of therapists from others, mean over all who have arrived"),
          real("hearsay_assistant", "", "the same of assistants"),
          real("stigma", "", "mean over all who have arrived"),
          whole("replicates", "replicates", "that reached this week, over which the row is a mean")};
}

}  // namespace

Table service_table(const Experiment& experiment, const std::vector<Cell>& cells, const RunReport& report) {
  TableWriter writer("service", columns());
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const Cell& cell = cells[c];
    const ArmInfo& arm = experiment.arms[static_cast<std::size_t>(cell.arm)];
    if (cell.twin != Twin::factual || arm.component) continue;
    std::vector<WeekSum> weeks;
    for (const ServiceCalendar& calendar : report.services) {
      if (calendar.cell != static_cast<int>(c)) continue;
      if (weeks.size() < calendar.weeks.size()) weeks.resize(calendar.weeks.size());
      for (std::size_t w = 1; w < calendar.weeks.size(); ++w) weeks[w].add(calendar.weeks[w]);
    }
    const Scenario& scenario =
        experiment.scenarios[static_cast<std::size_t>(cell.variant)][static_cast<std::size_t>(cell.arm)];
    for (std::size_t w = 1; w < weeks.size(); ++w)
      write_row(writer, experiment.variants[static_cast<std::size_t>(cell.variant)].name, arm.name,
                static_cast<std::int64_t>(w), weeks[w], scenario.parameters.therapists.count);
  }
  return writer.take();
}

}  // namespace hybridcare
