#include "analysis/accounts.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <thread>

#include "analysis/accounts_table.hpp"
#include "scenarios/fields.hpp"
#include "tests/catch.hpp"

using namespace hybridcare;

namespace {

constexpr int kWeeks = 8;
constexpr std::uint32_t kDropped = 2, kHumanStep = 3, kGuided = 4;

/// One client's week.
struct Week {
  int phq9 = 15, human = 0, assistant = 0;  ///< contacts
  double minutes = 0;                       ///< of a human, outside contacts
  bool alarm = false;
  std::uint32_t step = kHumanStep;          ///< at the end of the week
  int weeks_in_step = 0;                    ///< at the end of the week
};

struct Person {
  std::uint32_t culture = 0;
  double waited = 0;
  std::vector<Week> weeks = std::vector<Week>(kWeeks + 1);
};

/// Two arms: sessions of 50 minutes; or a coached human's guidance of 15 minutes beside an assistant whose care is
/// reviewed every two weeks for 10 minutes.
Experiment experiment(int replicates, int clients) {
  Experiment e;
  e.file = "fake";
  e.replicates = replicates;
  e.clients = clients;
  e.weeks = kWeeks;
  e.reading_week = 6;
  e.arms = {{"human", "", false}, {"guided", "", false}};
  e.variants = {{"default", "", false}};
  Scenario scenario;
  scenario.parameters = default_parameters();
  scenario.parameters.safety.minutes = 30;
  scenario.parameters.culture.count = 2;
  scenario.parameters.culture.position[0] = 0;
  scenario.parameters.culture.position[1] = .5;
  scenario.cultures = {"reference", "far"};
  Step out, human, guided;
  out.exit = Exit::dropped;
  human.human = {1, 8, 1, 50};
  guided.human = {1, 8, .3, 15};
  guided.coached = true;
  guided.assistant = {1, 8, 1, 0};
  guided.review_every = 2;
  guided.review_minutes = 10;
  scenario.pathway.steps = {out, out, out, human, guided};
  scenario.pathway.start = static_cast<int>(kHumanStep);
  e.scenarios = {{scenario, scenario}};
  e.scenarios[0][1].pathway.start = static_cast<int>(kGuided);
  e.headline.arm = "guided";
  e.headline.against = "human";
  return e;
}

const std::vector<Cell> kCells = {{0, 0, Twin::factual}, {0, 1, Twin::factual}};

Person anybody(std::uint32_t replicate, int cell, std::uint32_t id) {
  std::mt19937 chance(replicate * 7919u + id * 31u + static_cast<std::uint32_t>(cell) * 104729u + 1u);
  const auto draw = [&](std::uint32_t n) { return static_cast<int>(chance() % n); };
  Person person;
  person.culture = id % 2;
  person.waited = draw(9);
  std::uint32_t step = cell == 0 ? kHumanStep : kGuided;
  int weeks_in_step = 0;
  for (std::size_t w = 0; w <= kWeeks; ++w) {
    Week& week = person.weeks[w];
    week.phq9 = draw(28);
    if (w == 0) {
      week.step = step;
      continue;
    }
    const bool care = step != kDropped;
    week.human = care && draw(4) > 0 ? 1 : 0;
    week.assistant = step == kGuided ? draw(4) : 0;
    week.alarm = step == kGuided && draw(5) == 0;
    const bool review = step == kGuided && (weeks_in_step + 1) % 2 == 0;
    week.minutes = (review ? 10 : 0) + (week.alarm ? 30 : 0) + (step == kGuided ? 5 * draw(3) : 0);
    ++weeks_in_step;
    if (care && draw(8) == 0) step = step == kHumanStep ? kGuided : kDropped, weeks_in_step = 0;
    week.step = step;
    week.weeks_in_step = weeks_in_step;
  }
  return person;
}

void put(ClientBlock& block, int lane, std::uint32_t id, const Person& person, std::size_t w) {
  const Week& week = person.weeks[w];
  block.w.id[lane] = id;
  block.w.culture[lane] = person.culture;
  block.w.step[lane] = week.step;
  block.r.weeks_in_step[lane] = week.weeks_in_step;
  block.r.phq9[lane] = week.phq9;
  block.r.phq9_start[lane] = person.weeks[0].phq9;
  block.r.week_minutes[lane] = week.minutes;
  block.r.risk_flag[lane] = week.alarm ? 1 : 0;
  block.r.weeks_waited[lane] = person.waited;
  block.human.met[lane] = week.human;
  block.assistant.met[lane] = week.assistant;
}

void perform(Accounts& accounts, std::uint32_t replicate, std::uint32_t first, int size, std::mt19937& chance) {
  auto part = accounts.start(replicate, first, size);
  auto block = std::make_unique<ClientBlock>();
  block->size = size;
  for (int cell = 0; cell < 2; ++cell) {
    std::vector<std::uint32_t> ids;
    for (int i = 0; i < size; ++i) ids.push_back(first + static_cast<std::uint32_t>(i));
    for (std::size_t w = 0; w <= kWeeks; ++w) {
      std::shuffle(ids.begin(), ids.end(), chance);
      for (int i = 0; i < size; ++i) {
        const std::uint32_t id = ids[static_cast<std::size_t>(i)];
        put(*block, i, id, anybody(replicate, cell, id), w);
      }
      part->week({replicate, cell, first}, *block, static_cast<int>(w));
    }
  }
  accounts.finish(std::move(part));
}

Sums sums_of(const Experiment& e, int block = 256, unsigned seed = 1) {
  std::mt19937 chance(seed);
  Accounts accounts(e, kCells, 0);
  struct Task { std::uint32_t replicate, first; };
  std::vector<Task> tasks;
  for (int r = 0; r < e.replicates; ++r)
    for (int first = 0; first < e.clients; first += block)
      tasks.push_back({static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(first)});
  std::shuffle(tasks.begin(), tasks.end(), chance);
  for (const Task& task : tasks)
    perform(accounts, task.replicate, task.first, std::min(block, e.clients - static_cast<int>(task.first)), chance);
  return accounts.take();
}

/// The accounts of one (replicate, cell, culture), from the histories with no running state.
struct ByHand {
  double clients = 0, sessions = 0, guidance = 0, reviews = 0, handovers = 0, safety = 0, served = 0, waited = 0;
  double human = 0, assistant = 0, coached = 0, recovered = 0, utility = 0;

  ByHand(const Experiment& e, std::uint32_t replicate, int cell, std::uint32_t culture) {
    for (std::uint32_t id = 0; id < static_cast<std::uint32_t>(e.clients); ++id) {
      const Person person = anybody(replicate, cell, id);
      if (person.culture == culture) add(person);
    }
  }
  void add(const Person& person) {
    bool met = false;
    for (std::size_t w = 1; w <= kWeeks; ++w) {
      const Week& week = person.weeks[w];
      const bool guided = person.weeks[w - 1].step == kGuided;
      const bool review = guided && (person.weeks[w - 1].weeks_in_step + 1) % 2 == 0;
      (guided ? guidance : sessions) += week.human * (guided ? 15 : 50);
      reviews += review ? 10 : 0;
      safety += week.alarm ? 30 : 0;
      handovers += week.minutes - (review ? 10 : 0) - (week.alarm ? 30 : 0);
      human += week.human;
      assistant += week.assistant;
      coached += guided ? week.human : 0;
      met = met || week.human > 0 || week.assistant > 0;
      const std::map<int, double> worth = {{5, .70}, {10, .62}, {15, .57}, {20, .52}, {28, .39}};
      utility += worth.upper_bound(week.phq9)->second;
    }
    const int start = person.weeks[0].phq9, now = person.weeks[7].phq9;  // the week after the reading week
    clients += 1;
    served += met ? 1 : 0;
    waited += person.waited;
    recovered += start >= 10 && start - now >= 6 && now < 10 ? 1 : 0;
  }
};

}  // namespace

TEST_CASE("the accounts are what one adds up by hand from the clients' histories", "[analysis][accounts]") {
  const Experiment e = experiment(2, 120);
  const Sums sums = sums_of(e, 32);
  for (int cell = 0; cell < 2; ++cell)
    for (int culture = 0; culture < 2; ++culture) {
      const ByHand hand(e, 1, cell, static_cast<std::uint32_t>(culture));
      const std::int64_t* from = sums.values.data() + sums.at(1, cell, culture);
      const AccountRow row(from, from + sums.size);
      CHECK(row[AccountsLayout::at(Account::clients)] == hand.clients);
      CHECK(minutes_of(row, Minutes::sessions) == hand.sessions / hand.clients);
      CHECK(minutes_of(row, Minutes::guidance) == hand.guidance / hand.clients);
      CHECK(minutes_of(row, Minutes::reviews) == hand.reviews / hand.clients);
      CHECK(minutes_of(row, Minutes::handovers) == hand.handovers / hand.clients);
      CHECK(minutes_of(row, Minutes::safety) == hand.safety / hand.clients);
      CHECK(row[AccountsLayout::at(Account::human_contacts)] == hand.human);
      CHECK(row[AccountsLayout::at(Account::assistant_contacts)] == hand.assistant);
      CHECK(row[AccountsLayout::at(Account::coached_contacts)] == hand.coached);
      CHECK(row[AccountsLayout::at(Account::served)] == hand.served);
      CHECK(row[AccountsLayout::at(Account::waited_weeks)] == hand.waited);
      CHECK(row[AccountsLayout::at(Account::recovered)] == hand.recovered);
      CHECK(qaly(row, e.scenarios[0][0].parameters.accounts) == Approx(hand.utility / hand.clients / 52.18));
    }
}

TEST_CASE("a year at one score is worth the utility of its band", "[analysis][accounts]") {
  const AccountParameters worth = default_parameters().accounts;
  const int scores[] = {0, 4, 5, 9, 10, 14, 15, 19, 20, 27};
  const double utilities[] = {.70, .70, .62, .62, .57, .57, .52, .52, .39, .39};
  for (std::size_t i = 0; i < std::size(scores); ++i) {
    AccountRow row(AccountsLayout::kSize);
    row[AccountsLayout::at(Account::clients)] = 3;
    row[static_cast<std::size_t>(AccountsLayout::band(severity_band(scores[i])))] = 3 * 52;
    CHECK(qaly(row, worth) == Approx(utilities[i] * 52 / 52.18));
  }
}

TEST_CASE("cost and net benefit follow their prices", "[analysis][accounts]") {
  AccountParameters p = default_parameters().accounts;
  p.session_minute = 2;
  p.guidance_minute = 3;
  p.other_minute = 5;
  p.assistant_contact = .25;
  AccountRow row(AccountsLayout::kSize);
  row[AccountsLayout::at(Account::clients)] = 2;
  for (int kind = 0; kind < kMinutes; ++kind)
    row[static_cast<std::size_t>(AccountsLayout::at(static_cast<Minutes>(kind)))] = 10 * (kind + 1) * kAccountMinute;
  row[AccountsLayout::at(Account::assistant_contacts)] = 7;
  row[AccountsLayout::at(Account::coached_contacts)] = 1;
  CHECK(human_minutes(row) == 75);
  CHECK(human_cost(row, p) == (2 * 10 + 3 * 20 + 5 * (30 + 40 + 50)) / 2);
  CHECK(assistant_cost(row, p) == 1);
  row[static_cast<std::size_t>(AccountsLayout::band(remission))] = 2 * 26;
  CHECK(net_benefit(row, p, 20000) == Approx(20000 * .70 * 26 / 52.18 - 341));
  CHECK(std::isnan(cost(AccountRow(AccountsLayout::kSize), p)));
}

TEST_CASE("no order of lanes, blocks or tasks, no block size and no thread changes the accounts",
          "[analysis][accounts]") {
  const Experiment e = experiment(3, 70);
  const Sums whole = sums_of(e);
  for (const int block : {1, 7, 64})
    for (const unsigned seed : {2u, 3u}) CHECK(sums_of(e, block, seed).values == whole.values);
  Accounts accounts(e, kCells, 0);
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < 3; ++t)
    threads.emplace_back([&, t] {
      std::mt19937 chance(t);
      for (unsigned task = t; task < 3 * 7; task += 3) perform(accounts, task % 3, task / 3 * 10, 10, chance);
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(accounts.take().values == whole.values);
}

TEST_CASE("equity is the slope over cultures, weighted by clients", "[analysis][accounts]") {
  CHECK(equity_slope({0, .5, 1}, {10, 20, 30}, {.9, .8, .7}) == Approx(-.2));
  CHECK(equity_slope({0, 1, 1}, {1, 1, 3}, {0, 4, 0}) == Approx(1));  // at 1 the mean is 1
  CHECK(std::isnan(equity_slope({.5}, {10}, {3})));
}

TEST_CASE("the grade of what is priced is the weakest of what it leans on", "[analysis][accounts]") {
  Parameters parameters = default_parameters();
  CHECK(grade_of("/accounts/utility/", parameters) == "assumed");
  CHECK(grade_of("/accounts/threshold", parameters) == "measured");
  for (double& utility : parameters.accounts.utility) utility -= .01;
  CHECK(grade_of("/accounts/utility/", parameters) == "design");  // all of them are the user's
  CHECK(currency_name(gbp) == "GBP");
  CHECK(currency_name(chf) == "CHF");
  CHECK(currency_name(other_money) == "units of money");
}

TEST_CASE("the table of accounts has levels, contrasts and slopes, with price year and grade", "[analysis][accounts]") {
  const Experiment e = experiment(3, 100);
  const Table table = accounts_table(e, kCells, sums_of(e));
  const auto names = [&](const char* column) {
    for (const Column& c : table.columns)
      if (c.name == column) return std::get<TextColumn>(c.values);
    FAIL(column);
    return TextColumn{};
  };
  const TextColumn metric = names("metric"), arm = names("arm"), against = names("against"), unit = names("unit");
  const TextColumn culture = names("culture"), grade = names("grade");
  const auto at = [](const TextColumn& column, std::size_t i) {
    return column.names[static_cast<std::size_t>(column.codes[i])];
  };
  std::map<std::string, int> found;
  std::map<std::string, double> value;
  const auto& estimates = std::get<std::vector<double>>(table.columns[7].values);
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const std::string key = at(metric, i) + "/" + at(arm, i) + "/" + at(against, i);
    ++found[key];
    if (at(culture, i) == "all") value[key] = estimates[i];
    if (at(metric, i) == "cost") CHECK(at(unit, i) == "GBP 2010 per client");
    CHECK((at(grade, i) == "assumed") ==
          (at(metric, i).find("cost") < 8 || at(metric, i).find("qaly") < 8 || at(metric, i).find("net_benefit") == 0));
  }
  CHECK(found["qaly/guided/"] == 3);
  CHECK(found["cost/guided/human"] == 3);
  CHECK(found["cost/human/human"] == 0);
  CHECK(found["equity_served_share/human/"] == 1);
  CHECK(found["net_benefit_at_20000/guided/human"] == 3);
  CHECK(value["cost/guided/human"] == Approx(value["cost/guided/"] - value["cost/human/"]));
  CHECK(value["net_benefit_at_30000/human/"] - value["net_benefit_at_20000/human/"] ==
        Approx(10000 * value["qaly/human/"]));
}
