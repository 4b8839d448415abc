#include "analysis/access.hpp"

#include <algorithm>
#include <limits>

#include "analysis/columns.hpp"
#include "analysis/names.hpp"

namespace hybridcare {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

constexpr int at(Access field) { return static_cast<int>(field); }

/// Which cells are looked at, and the steps before care in each of them.
struct AccessPlan {
  std::vector<int> place;                         ///< by cell: among those looked at, or -1
  std::vector<std::uint32_t> in_need, on_list;    ///< by place
  int cultures = 0, weeks = 0;

  AccessPlan(const Experiment& experiment, const std::vector<Cell>& cells)
      : cultures(static_cast<int>(culture_names(experiment).size())), weeks(experiment.weeks) {
    const CloseCells close = close_cells(experiment, cells, [](Twin twin) { return twin == Twin::factual; });
    for (std::size_t c = 0; c < cells.size(); ++c) {
      place.push_back(-1);
      if (close.place[c] < 0) continue;
      const auto& coupling = experiment.scenarios.front()[static_cast<std::size_t>(cells[c].arm)].coupling;
      if (!coupling || !coupling->service) continue;
      place.back() = static_cast<int>(in_need.size());
      in_need.push_back(static_cast<std::uint32_t>(coupling->in_need));
      on_list.push_back(static_cast<std::uint32_t>(coupling->on_list));
    }
  }
  Sums empty(int replicates) const {
    return {replicates, static_cast<int>(in_need.size()), cultures, kAccessSize};
  }
};

class AccessPart final : public SumPart {
 public:
  AccessPart(const AccessPlan& plan, std::uint32_t replicate)
      : SumPart(replicate, plan.empty(1).of_replicate()), plan_(plan) {}

  void week(const CourseAt& at, const ClientBlock& block, int week) override {
    const int place = plan_.place[static_cast<std::size_t>(at.cell)];
    if (place < 0) return;
    if (week == 0)
      for (Past& past : past_) past = {};
    for (int i = 0; i < block.size; ++i) look(block, i, week, place, past_[block.w.id[i] - at.first]);
    if (week == plan_.weeks)
      for (int i = 0; i < block.size; ++i) close(block, i, place, past_[block.w.id[i] - at.first]);
  }

 private:
  struct Past {
    bool listed = false, sought = false, gave_up = false;
    int served = 0, waited = 0;  ///< week of the first contact, 0: none; weeks on the list before it
  };

  void look(const ClientBlock& b, int i, int week, int place, Past& past) const {
    const auto p = static_cast<std::size_t>(place);
    const bool needs = b.w.step[i] == plan_.in_need[p], listed = b.w.step[i] == plan_.on_list[p];
    past.gave_up = past.gave_up || (past.listed && needs);
    past.sought = past.sought || !needs;
    past.listed = listed;
    if (past.served > 0 || b.human.contacts[i] + b.assistant.contacts[i] == 0) return;
    past.served = week;
    past.waited = static_cast<int>(b.r.weeks_waited[i]);
  }

  void close(const ClientBlock& b, int i, int place, const Past& past) {
    const auto row = (static_cast<std::size_t>(place) * static_cast<std::size_t>(plan_.cultures) + b.w.culture[i]) *
                     std::size_t{kAccessSize};
    std::int64_t* to = sums.data() + row;
    to[at(Access::clients)] += 1;
    to[at(Access::sought)] += past.sought ? 1 : 0;
    to[at(Access::gave_up)] += past.gave_up ? 1 : 0;
    to[at(Access::waiting)] += past.listed ? 1 : 0;
    if (past.served == 0) return;
    to[at(Access::served)] += 1;
    to[at(Access::until_served)] += past.served - 1;
    to[at(Access::waited) + std::min(past.waited, kMostWaited)] += 1;
  }

  const AccessPlan& plan_;
  Past past_[kBlock];  ///< by id - first: lanes change places
};

using Row = SumPool::Row;
double of(const Row& row, Access field) { return row[static_cast<std::size_t>(at(field))]; }

struct Item {
  const char* metric;
  const char* unit;
  double (*value)(const Row&);
  bool jumps = false;  ///< a quantile
};

double share(const Row& row, Access field) {
  const double clients = of(row, Access::clients);
  return clients > 0 ? of(row, field) / clients : kNone;
}

double mean_wait(const Row& row) {
  double sum = 0;
  for (int w = 0; w <= kMostWaited; ++w) sum += w * row[static_cast<std::size_t>(at(Access::waited) + w)];
  return of(row, Access::served) > 0 ? sum / of(row, Access::served) : kNone;
}

double quantile(const Row& row, double share) { return wait_quantile(row.data() + at(Access::waited), share); }

constexpr Item kItems[] = {
    {"sought_share", "share", [](const Row& row) { return share(row, Access::sought); }},
    {"served_share", "share", [](const Row& row) { return share(row, Access::served); }},
    {"gave_up_share", "share", [](const Row& row) { return share(row, Access::gave_up); }},
    {"waiting_share", "share", [](const Row& row) { return share(row, Access::waiting); }},
    {"weeks_on_list", "weeks", mean_wait},
    {"weeks_on_list_p50", "weeks", [](const Row& row) { return quantile(row, .5); }, true},
    {"weeks_on_list_p90", "weeks", [](const Row& row) { return quantile(row, .9); }, true},
    {"weeks_to_first_contact", "weeks", [](const Row& row) {
       return of(row, Access::served) > 0 ? of(row, Access::until_served) / of(row, Access::served) : kNone;
     }}};

class AccessTheme final : public SumTheme {
 public:
  AccessTheme(std::unique_ptr<AccessPlan> plan, int replicates, std::uint32_t first_replicate)
      : SumTheme(plan->empty(replicates), first_replicate,
                 [&plan = *plan](std::uint32_t replicate) { return std::make_unique<AccessPart>(plan, replicate); }),
        plan_(std::move(plan)) {}

  void write(const Estimates& all, std::vector<Table>& tables) const override {
    if (plan_->in_need.empty()) return;
    TableWriter writer("access", {arm_column(), culture_column(), metric_column(), unit_column(),
                                  real("estimate", "", "over the weeks followed; waits are of those served"),
                                  se_column(), low_column(), high_column(),
                                  whole("clients", "clients", "replicates pooled, served or not")});
    for (std::size_t cell = 0; cell < plan_->place.size(); ++cell)
      for (int group = 0; plan_->place[cell] >= 0 && group <= plan_->cultures; ++group)
        add(writer, all, static_cast<int>(cell), group);
    tables.push_back(writer.take());
  }

 private:
  void add(TableWriter& writer, const Estimates& all, int cell, int group) const {
    const SumPool pool = pool_of(sums(), plan_->place[static_cast<std::size_t>(cell)], group);
    for (const Item& item : kItems) {
      const Estimate estimate = item.jumps ? pool.estimate_jumping(item.value) : pool.estimate(item.value);
      const Noise error = all.noise(estimate);
      writer.row({all.arm(cell), all.group(group), std::string(item.metric), std::string(item.unit), estimate.value,
                  error.se, error.low, error.high,
                  static_cast<std::int64_t>(of(pool.total(), Access::clients))});
    }
  }

  std::unique_ptr<AccessPlan> plan_;
};

}  // namespace

bool has_service(const Experiment& experiment) {
  for (const Scenario& scenario : experiment.scenarios.front())
    if (scenario.coupling && scenario.coupling->service) return true;
  return false;
}

double wait_quantile(const double* waited, double share) {
  double all = 0, below = 0;
  for (int w = 0; w <= kMostWaited; ++w) all += waited[w];
  for (int w = 0; w <= kMostWaited; ++w) {
    below += waited[w];
    if (all > 0 && below >= share * all) return w;
  }
  return kNone;
}

void add_calendars(const RunReport& report, Hash& hash) {
  for (const ServiceCalendar& calendar : report.services) {
    hash.add(calendar.replicate);
    hash.add(calendar.cell);
    hash.add(static_cast<std::int64_t>(calendar.contacts));
    for (const ServiceWeek& week : calendar.weeks)
      for (const auto count : kServiceCounts) hash.add(week.*count);
  }
}

ThemeBytes access_bytes(const Experiment& experiment, const std::vector<Cell>& cells) {
  const double sums = 8.0 * static_cast<double>(AccessPlan(experiment, cells).empty(1).of_replicate());
  return {experiment.replicates * sums, sums + static_cast<double>(sizeof(AccessPart))};
}

std::unique_ptr<Theme> make_access(const Experiment& experiment, const std::vector<Cell>& cells,
                                   std::uint32_t first_replicate) {
  return std::make_unique<AccessTheme>(std::make_unique<AccessPlan>(experiment, cells), experiment.replicates,
                                       first_replicate);
}

}  // namespace hybridcare
