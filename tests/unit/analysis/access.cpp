// Access and the calendar of a service, against what the rows of its clients say.
#include "analysis/access.hpp"

#include <cmath>
#include <map>

#include "analysis/results.hpp"
#include "scenarios/service_run.hpp"
#include "sim/fixed.hpp"
#include "tests/unit/scenarios/service_arms.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

const Column& column(const Table& table, const std::string& name) {
  for (const Column& each : table.columns)
    if (each.name == name) return each;
  throw std::runtime_error("no column " + name);
}

std::string word(const Table& table, const std::string& name, std::size_t row) {
  const auto& text = std::get<TextColumn>(column(table, name).values);
  return text.names[static_cast<std::size_t>(text.codes[row])];
}

double real(const Table& table, const std::string& name, std::size_t row) {
  return std::get<std::vector<double>>(column(table, name).values)[row];
}

Experiment busy() {
  Scenario s = with_service(steady(6, 4), 5, 10, 60);
  s.parameters.service.seek = -1;
  s.parameters.service.reneging = .1;
  Experiment x = experiment_of({s, arm_of({1, 0})}, 200, 30);
  x.intake = "trial";
  return x;
}

}  // namespace

TEST_CASE("a quantile of waits is the smallest number that enough clients did not exceed", "[service]") {
  double waited[kMostWaited + 1] = {};
  CHECK(std::isnan(wait_quantile(waited, .5)));
  waited[0] = 3, waited[2] = 4, waited[9] = 3;
  CHECK(wait_quantile(waited, .3) == 0);
  CHECK(wait_quantile(waited, .5) == 2);
  CHECK(wait_quantile(waited, .9) == 9);
}

TEST_CASE("a quantile's noise is that of the replicates' own quantiles", "[service]") {
  // quantiles 1, 3 and 5 of three replicates: SD 2, hence 2 / sqrt(3); a jackknife would say 0
  const SumPool pool(std::vector<SumPool::Row>{{1}, {3}, {5}});
  const Estimate estimate = pool.estimate_jumping([](const SumPool::Row& row) { return row[0] == 9 ? 3.0 : row[0]; });
  CHECK(estimate.value == 3);
  CHECK(standard_error(estimate) == Approx(2 / std::sqrt(3.0)));
  CHECK(std::isnan(standard_error(SumPool(std::vector<SumPool::Row>{{1}}).estimate_jumping(
      [](const SumPool::Row& row) { return row[0]; }))));
}

TEST_CASE("every count of a calendar is in the hash", "[service]") {
  RunReport report;
  report.services = {{0, 0, std::vector<ServiceWeek>(2), 0}};
  const auto hash = [&] {
    Hash all;
    add_calendars(report, all);
    return all.hex();
  };
  const std::string before = hash();
  for (const auto count : kServiceCounts) {
    report.services[0].weeks[1].*count += 1;
    CHECK(hash() != before);
    report.services[0].weeks[1].*count -= 1;
  }
  CHECK(hash() == before);
  report.services[0].contacts = 1;
  CHECK(hash() != before);
}

TEST_CASE("the calendar of a service is part of a study's hash", "[service]") {
  Experiment x = busy();
  x.scenarios[0][0].pathway.steps[3].human.minutes = 50;
  const std::string hash = study(x, {{}, false}).hash;
  // without a budget a price moves nobody: what it commits stands in the calendar alone
  x.scenarios[0][0].parameters.accounts.session_minute += 1;
  CHECK(study(x, {{}, false}).hash != hash);
}

TEST_CASE("the table of access says what the rows say", "[service]") {
  const Experiment x = busy();
  const Results results = study(x, {{}, false});
  const Rows rows = rows_of(x);
  const auto in_need = static_cast<std::uint32_t>(x.scenarios[0][0].coupling->in_need), on_list = in_need + 1;
  double sought = 0, served = 0, gave_up = 0, waiting = 0, waits = 0, first = 0;
  for (const auto& [where, weeks] : rows) {
    if (std::get<1>(where) != 0) continue;
    bool left = false, asked = false;
    std::size_t met = 0;
    for (std::size_t t = 0; t < weeks.size(); ++t) {
      asked = asked || weeks[t].step() != in_need;
      left = left || (t > 0 && weeks[t].step() == in_need && weeks[t - 1].step() == on_list);
      if (met == 0 && weeks[t].of_human(&AgentColumns::contacts) > 0) met = t;
    }
    sought += asked, gave_up += left, waiting += weeks.back().step() == on_list;
    if (met == 0) continue;
    served += 1, waits += weeks[met](&ClientReals::weeks_waited), first += static_cast<double>(met) - 1;
  }
  std::map<std::string, double> found;
  const Table& access = results.table("access");
  for (std::size_t row = 0; row < access.rows(); ++row) {
    CHECK(word(access, "arm", row) == "arm0");
    if (word(access, "culture", row) == "all")
      found[word(access, "metric", row)] = real(access, "estimate", row);
  }
  CHECK(found.at("sought_share") == Approx(sought / 400));
  CHECK(found.at("served_share") == Approx(served / 400));
  CHECK(found.at("gave_up_share") == Approx(gave_up / 400));
  CHECK(found.at("waiting_share") == Approx(waiting / 400));
  CHECK(found.at("weeks_on_list") == Approx(waits / served));
  CHECK(found.at("weeks_to_first_contact") == Approx(first / served));
  CHECK((gave_up > 30 && waiting > 10 && served > 100));
}

TEST_CASE("the table of a service has a row for each week of its calendar", "[service]") {
  const Experiment x = busy();
  const Results results = study(x, {{}, false});
  const Table& service = results.table("service");
  REQUIRE(results.report.services.size() == 2);
  const std::size_t weeks = std::max(results.report.services[0].weeks.size(), results.report.services[1].weeks.size());
  REQUIRE(service.rows() == weeks - 1);
  for (std::size_t row = 0; row < service.rows(); ++row) {
    std::vector<double> on_list;
    for (const ServiceCalendar& calendar : results.report.services)
      if (row + 1 < calendar.weeks.size()) on_list.push_back(static_cast<double>(calendar.weeks[row + 1].on_list));
    const double replicates = static_cast<double>(on_list.size());
    const double sum = on_list.front() + (replicates > 1 ? on_list.back() : 0);
    CHECK(real(service, "on_list", row) == Approx(sum / replicates));
    const double apart = std::abs(on_list.front() - on_list.back()) / 2;  // SD / sqrt(2) of two
    if (replicates > 1) CHECK(real(service, "on_list_noise_se", row) == Approx(apart).margin(1e-9));
    else CHECK(std::isnan(real(service, "on_list_noise_se", row)));
    CHECK(real(service, "slots_used", row) <= 1);
  }
  const Results plain = study(experiment_of({arm_of({1, 0})}, 50, 13), {{}, false});
  CHECK_THROWS(plain.table("access"));
  CHECK_THROWS(plain.table("service"));
}

TEST_CASE("at the end recorders see what clients have heard", "[network]") {
  Experiment x = experiment_of({with_network(restless())}, 300, 20);
  const Rows rows = rows_of(x);
  RunReport report = run(x, factual_cells(x), {}, {});
  for (const ServiceCalendar& calendar : report.services) {
    double heard = 0, stigma = 0;
    for (const auto& [where, weeks] : rows)
      if (std::get<0>(where) == calendar.replicate) {
        heard += weeks.back()(&ClientReals::hearsay_assistant);
        stigma += weeks.back()(&ClientReals::stigma);
      }
    CHECK(heard == Approx(from_fixed(calendar.weeks[20].hearsay_assistant)).margin(1e-6));
    CHECK(stigma == Approx(from_fixed(calendar.weeks[20].stigma)).margin(1e-6));
    CHECK(std::abs(heard) > .01);
  }
}

TEST_CASE("a million coupled clients with a network fit into six tenths of a gibibyte", "[service]") {
  const Scenario s = with_network(with_service(restless(), 20, 0, 1'000'000));
  const Experiment x = experiment_of({s}, 1'000'000, 52);
  const double bytes = coupled_bytes(x, 1, kBlock, replicates_together(x, 4, 8));  // large ones run one by one
  CHECK(bytes < .6 * (1 << 30));
  CHECK(bytes > 493e6);  // measured, the process included
  CHECK(coupled_bytes(experiment_of({restless()}, 1'000'000, 52), 1, kBlock, 1) == 0);
}
