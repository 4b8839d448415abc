// The table of accounts.
#include "analysis/accounts_table.hpp"

#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "analysis/columns.hpp"
#include "analysis/names.hpp"
#include "scenarios/fields.hpp"

namespace hybridcare {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr const char* kPrices = "/accounts/price/";
constexpr const char* kUtilities = "/accounts/utility/";

using Statistic = std::function<double(const AccountRow&)>;

struct Item {
  std::string metric, unit;
  std::string basis;  ///< fields that it leans on; "": counted
  Statistic of;
  bool equity = false;  ///< its slope over cultures is reported
};

double field(const AccountRow& row, Account account) { return row[AccountsLayout::at(account)]; }

Statistic per_client(Account account) {
  return [=](const AccountRow& row) { return field(row, account) / field(row, Account::clients); };
}

Statistic per_recovery(const Statistic& per_client) {
  return [=](const AccountRow& row) {
    const double recovered = field(row, Account::recovered);
    return recovered > 0 ? per_client(row) * field(row, Account::clients) / recovered : kNone;
  };
}

void add_time(std::vector<Item>& list) {
  struct Named { Minutes kind; const char* name; };
  for (const Named& each : {Named{Minutes::sessions, "minutes_sessions"}, Named{Minutes::guidance, "minutes_guidance"},
                            Named{Minutes::reviews, "minutes_reviews"}, Named{Minutes::handovers, "minutes_handovers"},
                            Named{Minutes::safety, "minutes_safety"}})
    list.push_back({each.name, "minutes per client", "",
                    [=](const AccountRow& row) { return minutes_of(row, each.kind); }});
  list.push_back({"minutes_human", "minutes per client", "", human_minutes, true});
  list.push_back({"contacts_human", "contacts per client", "", per_client(Account::human_contacts)});
  list.push_back({"contacts_assistant", "contacts per client", "", per_client(Account::assistant_contacts)});
  list.push_back({"contacts_coached", "contacts per client", "", per_client(Account::coached_contacts)});
  list.push_back({"human_hours_per_recovery", "hours", "",
                  per_recovery([](const AccountRow& row) { return human_minutes(row) / 60; })});
}

void add_access(std::vector<Item>& list) {
  list.push_back({"served_share", "share", "", per_client(Account::served), true});
  list.push_back({"weeks_waited", "weeks", "", per_client(Account::waited_weeks), true});
}

/// "net_benefit_at_20000".
std::string at_threshold(double threshold) {
  return "net_benefit_at_" + std::to_string(static_cast<long long>(threshold + .5));
}

void add_worth(std::vector<Item>& list, const AccountParameters& p) {
  const std::string money = currency_name(p.currency) + " " + std::to_string(p.price_year);
  const auto cost_of = [p](const AccountRow& row) { return cost(row, p); };
  list.push_back({"cost_human", money + " per client", kPrices,
                  [p](const AccountRow& row) { return human_cost(row, p); }});
  list.push_back({"cost_assistant", money + " per client", kPrices,
                  [p](const AccountRow& row) { return assistant_cost(row, p); }});
  list.push_back({"cost", money + " per client", kPrices, cost_of, true});
  list.push_back({"cost_per_recovery", money, kPrices, per_recovery(cost_of)});
  list.push_back({"qaly", "QALY per client", kUtilities, [p](const AccountRow& row) { return qaly(row, p); }, true});
  for (const double threshold : {p.threshold_low, p.threshold_high})
    list.push_back({at_threshold(threshold), money + " per client", "/accounts/",
                    [=](const AccountRow& row) { return net_benefit(row, p, threshold); }});
}

std::vector<Item> items(const AccountParameters& parameters) {
  std::vector<Item> list;
  add_time(list);
  add_access(list);
  add_worth(list, parameters);
  return list;
}

/// Rows of all cultures, one after another, so that a slope over them is one statistic.
SumPool cultures_pool(const Sums& sums, int cell) {
  std::vector<AccountRow> rows;
  for (int r = 0; r < sums.replicates; ++r) {
    const std::int64_t* from = sums.values.data() + sums.at(r, cell, 0);
    rows.emplace_back(from, from + sums.groups * sums.size);
  }
  return SumPool(std::move(rows));
}

Statistic slope_of(const Statistic& value, const CultureParameters& cultures) {
  return [=](const AccountRow& all) {
    std::vector<double> position, clients, values;
    for (int c = 0; c < cultures.count; ++c) {
      const auto first = all.begin() + c * AccountsLayout::kSize;
      const AccountRow row(first, first + AccountsLayout::kSize);
      if (field(row, Account::clients) == 0) continue;
      position.push_back(cultures.position[c]);
      clients.push_back(field(row, Account::clients));
      values.push_back(value(row));
    }
    return equity_slope(position, clients, values);
  };
}

/// Everything that the rows of the table are made from.
class Maker {
 public:
  Maker(const Experiment& experiment, const std::vector<Cell>& cells, const Sums& sums, TableWriter& writer)
      : experiment_(experiment), cells_(cells), sums_(sums), writer_(writer),
        t_(t_quantile(static_cast<std::size_t>(sums.replicates))) {}

  void levels(int cell);
  void contrasts(int cell, int against);
  void equity(int cell);
  const Scenario& scenario(int cell) const {
    const Cell& at = cells_[static_cast<std::size_t>(cell)];
    return experiment_.scenarios[static_cast<std::size_t>(at.variant)][static_cast<std::size_t>(at.arm)];
  }

 private:
  struct Place { int cell; std::string against; int culture; };
  void row(const Place& place, const Item& item, const Estimate& estimate, double clients);
  const std::string& grade(const std::string& basis, const Parameters& parameters);
  std::string arm(int cell) const {
    return experiment_.arms[static_cast<std::size_t>(cells_[static_cast<std::size_t>(cell)].arm)].name;
  }

  const Experiment& experiment_;
  const std::vector<Cell>& cells_;
  const Sums& sums_;
  TableWriter& writer_;
  double t_;
  std::map<std::pair<const Parameters*, std::string>, std::string> grades_;  ///< found so far: few, for many rows
};

const std::string& Maker::grade(const std::string& basis, const Parameters& parameters) {
  const auto [place, fresh] = grades_.try_emplace({&parameters, basis});
  if (fresh && !basis.empty()) place->second = grade_of(basis, parameters);
  return place->second;
}

void Maker::row(const Place& place, const Item& item, const Estimate& estimate, double clients) {
  if (!std::isfinite(estimate.value)) return;
  const Cell& cell = cells_[static_cast<std::size_t>(place.cell)];
  const Noise error = noise(estimate, t_);
  const std::string culture =
      place.culture < 0 ? "all" : culture_names(experiment_)[static_cast<std::size_t>(place.culture)];
  writer_.row({experiment_.variants[static_cast<std::size_t>(cell.variant)].name, std::string(twin_name(cell.twin)),
               arm(place.cell), place.against, culture, item.metric, item.unit, estimate.value, error.se, error.low,
               error.high, grade(item.basis, scenario(place.cell).parameters), item.basis,
               static_cast<std::int64_t>(clients), std::int64_t{sums_.replicates}});
}

void Maker::levels(int cell) {
  for (int culture = -1; culture < sums_.groups; ++culture) {
    const SumPool pool = accounts_pool(sums_, cell, culture);
    for (const Item& item : items(scenario(cell).parameters.accounts))
      row({cell, "", culture}, item, pool.estimate(item.of), field(pool.total(), Account::clients));
  }
}

/// Prices may differ between variants, not between what is subtracted: both sides are priced as this cell is.
void Maker::contrasts(int cell, int against) {
  for (int culture = -1; culture < sums_.groups; ++culture) {
    const SumPool here = accounts_pool(sums_, cell, culture), there = accounts_pool(sums_, against, culture);
    for (const Item& item : items(scenario(cell).parameters.accounts))
      row({cell, arm(against), culture}, item, here.estimate(item.of) - there.estimate(item.of),
          field(here.total(), Account::clients));
  }
}

void Maker::equity(int cell) {
  const Parameters& parameters = scenario(cell).parameters;
  const SumPool pool = cultures_pool(sums_, cell);
  const double clients = field(accounts_pool(sums_, cell, -1).total(), Account::clients);
  for (Item item : items(parameters.accounts)) {
    if (!item.equity) continue;
    const Estimate slope = pool.estimate(slope_of(item.of, parameters.culture));
    item.metric = "equity_" + item.metric;
    item.unit += " per unit of distance";
    row({cell, "", -1}, item, slope, clients);
  }
}

}  // namespace

std::string currency_name(int currency) {
  return currency == other_money ? "units of money"
                                 : find_field("/accounts/currency")->names.at(static_cast<std::size_t>(currency));
}

std::string grade_of(const std::string& path, const Parameters& parameters) {
  const auto strength = [](Grade grade) {  // from the weakest
    return grade == Grade::assumed ? 0 : grade == Grade::calibrated ? 1 : grade == Grade::measured ? 2 : 3;
  };
  Grade weakest = Grade::design;
  for (const Field& field : fields())
    if (std::string(field.path).rfind(path, 0) == 0 && value_of(field, parameters) == field.fallback &&
        strength(field.grade) < strength(weakest))
      weakest = field.grade;
  return to_string(weakest);
}

double equity_slope(const std::vector<double>& position, const std::vector<double>& clients,
                    const std::vector<double>& value) {
  double n = 0, x = 0, y = 0, xx = 0, xy = 0;
  for (std::size_t c = 0; c < position.size(); ++c) {
    n += clients[c];
    x += clients[c] * position[c];
    y += clients[c] * value[c];
  }
  for (std::size_t c = 0; c < position.size(); ++c) {
    const double apart = position[c] - x / n;
    xx += clients[c] * apart * apart;
    xy += clients[c] * apart * (value[c] - y / n);
  }
  return xx > 0 ? xy / xx : kNone;
}

Table accounts_table(const Experiment& experiment, const std::vector<Cell>& cells, const Sums& sums) {
  TableWriter writer(
      "accounts",
      {variant_column(), twin_column(), arm_column(),
       text("against", "arm subtracted from this one; empty: this arm by itself"), culture_column(), metric_column(),
       unit_column(), real("estimate", "", "over all weeks followed; recoveries are counted at the asking week"),
       se_column(), low_column(), high_column(),
       text("grade", "weakest grade of the prices and utilities that it leans on; empty: counted"),
       text("basis", "fields that it leans on; empty: counted"),
       whole("clients", "clients", "replicates pooled"), replicates_column()});
  Maker maker(experiment, cells, sums, writer);
  for (int c = 0; c < static_cast<int>(cells.size()); ++c) {
    const Cell& cell = cells[static_cast<std::size_t>(c)];
    if (cell.twin != Twin::factual) continue;
    maker.levels(c);
    maker.equity(c);
    for (int other = 0; other < static_cast<int>(cells.size()); ++other) {
      const Cell& reference = cells[static_cast<std::size_t>(other)];
      const bool named = experiment.arms[static_cast<std::size_t>(reference.arm)].name == experiment.headline.against;
      if (named && reference.variant == cell.variant && reference.twin == Twin::factual && reference.arm != cell.arm)
        maker.contrasts(c, other);
    }
  }
  return writer.take();
}

}  // namespace hybridcare
