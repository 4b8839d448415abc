// Coupled runs: invariance, conservation, waits against exact chains, and what a service must not change.
#include <cmath>
#include <set>

#include "scenarios/allocation.hpp"
#include "scenarios/service_run.hpp"
#include "sim/isa.hpp"
#include "tests/unit/scenarios/queue_chain.hpp"
#include "tests/unit/scenarios/service_arms.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

/// A service under pressure in every way: too few slots, steps to and from humans, wishes, reneging, a network.
Scenario busy_service(double slots = 1) {
  Scenario s = with_network(with_service(restless(), slots, 12, 60));
  ServiceParameters& p = s.parameters.service;
  p.seek = -1.5, p.seek_severity = .35, p.severity_reference = 10, p.seek_stigma = 2, p.stigma_reference = .44;
  p.seek_hearsay = .5, p.seek_preference = .4, p.seek_privacy = .1, p.reneging = .05, p.meeting_hearsay = 2;
  p.unmet_preference = .5, p.matching = match_by_culture, p.assistant_contacts = 60;
  s.parameters.therapists.count = 20;
  TherapistParameters& t = s.parameters.therapists;
  t.fatigue_start = .15, t.fatigue_keep = .95, t.fatigue_load = .06, t.load_free = .8, t.fatigue_severity = .02;
  t.fatigue_quality = .25, t.fatigue_repair = .3;
  s.parameters.intake.preference_sd = 1;
  return s;
}

Experiment busy_experiment() { return experiment_of({busy_service(), arm_of({1, 0}), busy_service(3)}, 300, 20); }

double mean_of(const std::vector<ServiceCalendar>& calendars, std::int64_t ServiceWeek::*what, int weeks, double* se) {
  double sum = 0, squares = 0;
  for (const ServiceCalendar& calendar : calendars) {
    double one = 0;
    for (int w = 1; w <= weeks; ++w) one += static_cast<double>(calendar.weeks[static_cast<std::size_t>(w)].*what);
    one /= weeks;
    sum += one;
    squares += one * one;
  }
  const auto n = static_cast<double>(calendars.size());
  *se = std::sqrt((squares / n - sum / n * (sum / n)) / n);
  return sum / n;
}

/// Only what a course is made of: not where the client waited before.
bool same_course(const std::vector<Row>& a, const std::vector<Row>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t t = 0; t < a.size(); ++t)
    if (std::memcmp(a[t].r, b[t].r, sizeof a[t].r) != 0 ||
        std::memcmp(a[t].human, b[t].human, sizeof a[t].human) != 0 ||
        std::memcmp(a[t].assistant, b[t].assistant, sizeof a[t].assistant) != 0 || a[t].exit() != b[t].exit())
      return false;
  return true;
}

}  // namespace

TEST_CASE("threads, blocks and instruction sets change nothing in a coupled run", "[service][invariance]") {
  const Experiment x = busy_experiment();
  const auto cells = factual_cells(x);
  RunReport first;
  const Rows expected = rows_of(x, cells, options_of(1, kBlock, "baseline"), &first);
  REQUIRE(expected.size() == 300 * 2 * 3);
  REQUIRE(first.services.size() == 4);
  const auto same_calendars = [&](const RunReport& other) {
    for (std::size_t s = 0; s < first.services.size(); ++s)
      if (std::memcmp(first.services[s].weeks.data(), other.services[s].weeks.data(),
                      first.services[s].weeks.size() * sizeof(ServiceWeek)) != 0)
        return false;
    return true;
  };
  for (const std::string& set : instruction_sets())
    for (const int block : {1, 7, 64, 256})
      for (const int threads : {1, 2, 3}) {
        if (set != "baseline" && threads != 2) continue;
        INFO(set << ", block " << block << ", threads " << threads);
        RunReport report;
        CHECK(rows_of(x, cells, options_of(threads, block, set), &report) == expected);
        CHECK(same_calendars(report));
      }
}

TEST_CASE("an independent arm beside coupled ones is what it is alone", "[service][invariance]") {
  const Rows together = only(rows_of(busy_experiment()), 1);
  CHECK(together == rows_of(experiment_of({arm_of({1, 0})}, 300, 20)));
}

TEST_CASE("a part of the clients or one replicate alone gives the same numbers", "[service][invariance]") {
  const Experiment x = experiment_of({busy_service()}, 300, 20);
  const Rows all = rows_of(x);
  RunOptions part;
  part.first_client = 100, part.clients = 50, part.first_replicate = 1, part.replicates = 1;
  const Rows some = rows_of(x, factual_cells(x), part);
  REQUIRE(some.size() == 50);
  for (const auto& [where, weeks] : some) CHECK(all.at(where) == weeks);
}

TEST_CASE("everybody is somewhere, and the second life is the first one", "[service]") {
  Scenario s = busy_service();
  s.parameters.service.arrivals = 0;
  s.parameters.service.in_need = 400;  // nobody else comes: the recorders see the whole calendar
  const Experiment x = experiment_of({s}, 400, 30);
  RunReport report;
  const Rows rows = rows_of(x, factual_cells(x), {}, &report);
  const auto in_need = static_cast<std::uint32_t>(s.coupling->in_need), on_list = in_need + 1;
  std::uint64_t contacts = 0;
  std::int64_t gave_up = 0, admitted = 0, queue = 0;
  for (const ServiceCalendar& calendar : report.services) {
    contacts += calendar.contacts;
    for (std::size_t week = 1; week <= 30; ++week) {
      const ServiceWeek &now = calendar.weeks[week], &before = calendar.weeks[week - 1];
      std::int64_t counted[3] = {}, elsewhere = 0;
      for (const auto& [where, weeks] : rows) {
        if (std::get<0>(where) != calendar.replicate) continue;
        const Row& row = weeks[week - 1];  // at the end of a week clients stand where they live the next one
        if (row.step() == in_need) ++counted[0];
        else if (row.step() == on_list) ++counted[1];
        else if (row.exit() == Exit::none) ++counted[2];
        else ++elsewhere;
      }
      CHECK(counted[0] == now.in_need);
      CHECK(counted[1] == now.on_list);
      CHECK(counted[0] + counted[1] + counted[2] + elsewhere == now.arrived);
      CHECK(now.on_list == before.on_list + now.joined - now.admitted - now.gave_up);
      CHECK(now.slots_taken <= now.slots);
      gave_up += now.gave_up, admitted += now.admitted, queue += now.on_list;
    }
  }
  CHECK(contacts == report.session_weeks);
  INFO(gave_up << " " << admitted << " " << queue);
  CHECK((gave_up > 50 && admitted > 200 && queue > 500));
}

TEST_CASE("a service with room for all, which all seek at once, changes no course", "[service]") {
  const Scenario plain = restless();
  const Rows expected = rows_of(experiment_of({plain}, 300, 24));
  const Rows served = rows_of(experiment_of({with_service(plain, 1000, 0, 300)}, 300, 24));
  int differ = 0;
  for (const auto& [where, weeks] : expected) differ += !same_course(weeks, served.at(where));
  CHECK(differ == 0);
  const Rows late = rows_of(experiment_of({with_service(plain, 1000, 17)}, 300, 24));  // whenever they come
  for (const auto& [where, weeks] : expected) differ += !same_course(weeks, late.at(where));
  CHECK(differ == 0);
}

TEST_CASE("with free capacity one more client changes nobody else; without it, others wait", "[service]") {
  const auto changed = [](double slots) {
    const Rows few = rows_of(experiment_of({with_service(restless(), slots, 0, 200)}, 200, 20));
    const Rows more = rows_of(experiment_of({with_service(restless(), slots, 0, 201)}, 201, 20));
    int count = 0;
    for (const auto& [where, weeks] : few) count += more.at(where) != weeks;
    return count;
  };
  CHECK(changed(1000) == 0);
  CHECK(changed(1) > 0);
}

TEST_CASE("waits of two weeks of service are those of the exact chain", "[service][statistical]") {
  // 300 replicates of 60 weeks; false alarm 4e-8 for each case. The standard error is below 6 % of the mean (checked):
  // one slot more, or service of three weeks, moves the mean by more than half.
  struct Case { double arrivals; int slots; };
  for (const Case c : {Case{1.7, 4}, Case{2.5, 6}}) {
    Experiment x = experiment_of({with_service(steady(2, 1), c.slots, c.arrivals)}, 1, 60);
    x.replicates = 300;
    const RunReport report = run(x, factual_cells(x), {}, {});
    double se = 0;
    const double queue = mean_of(report.services, &ServiceWeek::on_list, 60, &se);
    const double exact = chain_two_weeks(c.arrivals, c.slots, 60).queue;
    CHECK(std::abs(queue - exact) < 5.5 * se);
    CHECK(se < .08 * exact);
  }
}

TEST_CASE("waits of a service from which clients drop out are those of the exact chain", "[service][statistical]") {
  // As above. Dropout is the same every week: service without memory.
  Scenario s = steady(0, 1);
  s.pathway.steps[3].weeks = 0;
  LeavingParameters& leaving = s.parameters.leaving;
  leaving = {};
  const double hazard = .25;
  leaving.intercept = std::log(hazard / (1 - hazard));
  leaving.early_weeks = 3;
  leaving.turns_reference = 8;
  Experiment x = experiment_of({with_service(s, 4, .9)}, 1, 80);
  x.replicates = 300;
  const RunReport report = run(x, factual_cells(x), {}, {});
  double se = 0;
  const double queue = mean_of(report.services, &ServiceWeek::on_list, 80, &se);
  const double exact = chain_without_memory(.9, 4, hazard, 80).queue;
  CHECK(std::abs(queue - exact) < 5.5 * se);
  CHECK(se < .08 * exact);
}

TEST_CASE("who seeks with the same probability every week comes in geometrically", "[service][statistical]") {
  // 4,000 clients; at 5.5 SD the false alarm is 4e-8 a week, and a probability off by 12 % is caught.
  Scenario s = with_service(steady(4, 60), 1000, 0, 2000);
  s.parameters.service.seek = -2;
  const double p = 1 / (1 + std::exp(2.0));
  const RunReport report = run(experiment_of({s}, 2000, 20), factual_cells(experiment_of({s}, 2000, 20)), {}, {});
  for (std::size_t week = 1; week <= 20; ++week) {
    double left = 0;
    for (const ServiceCalendar& calendar : report.services) left += static_cast<double>(calendar.weeks[week].in_need);
    const double expected = std::pow(1 - p, static_cast<double>(week));
    CHECK(std::abs(left / 4000 - expected) < 5.5 * std::sqrt(expected * (1 - expected) / 4000));
  }
}

TEST_CASE("a list that nobody serves is left and joined as its two-state chain says", "[service][statistical]") {
  // As above, with 4,000 clients: joins with .27 a week, gives up with .1 a week, no slots.
  Scenario s = with_service(steady(4, 60), 0, 0, 2000);
  s.parameters.service.seek = -1;
  s.parameters.service.reneging = .1;
  const double p = 1 / (1 + std::exp(1.0));
  const Experiment x = experiment_of({s}, 2000, 20);
  const RunReport report = run(x, factual_cells(x), {}, {});
  double expected = 0;
  for (std::size_t week = 1; week <= 20; ++week) {
    expected = expected * .9 + (1 - expected) * p;
    double on_list = 0;
    for (const ServiceCalendar& calendar : report.services)
      on_list += static_cast<double>(calendar.weeks[week].on_list);
    CHECK(std::abs(on_list / 4000 - expected) < 5.5 * std::sqrt(expected * (1 - expected) / 4000));
  }
}

TEST_CASE("weeks on the list are counted, and the more severe wait less", "[service]") {
  Scenario s = with_service(steady(6, 4), 5, 0, 400);
  s.parameters.service.ageing = .01;
  const Rows rows = rows_of(experiment_of({s}, 400, 40));
  const auto on_list = static_cast<std::uint32_t>(s.coupling->on_list);
  double waited[2] = {}, count[2] = {};
  for (const auto& [where, weeks] : rows) {
    int listed = 0;
    for (std::size_t t = 0; t + 1 < weeks.size(); ++t) listed += weeks[t].step() == on_list;
    CHECK(weeks.back()(&ClientReals::weeks_waited) == listed);
    const bool severe = weeks.front()(&ClientReals::phq9) >= 15;
    waited[severe] += listed;
    count[severe] += 1;
  }
  CHECK(waited[1] / count[1] + 3 < waited[0] / count[0]);
}

TEST_CASE("without slots nobody is stepped up, with slots as many as in an independent run", "[service]") {
  Scenario plain = restless();
  const auto with_human = [&](const Rows& rows) {
    int met = 0;
    for (const auto& [where, weeks] : rows) met += weeks.back().of_human(&AgentColumns::contacts) > 0;
    return met;
  };
  const int independent = with_human(rows_of(experiment_of({plain}, 300, 24)));
  const Scenario none = with_service(plain, 0, 0, 300);
  const Rows rows = rows_of(experiment_of({none}, 300, 24));
  CHECK(independent > 100);
  CHECK(with_human(rows) == 0);
  CHECK(with_human(rows_of(experiment_of({with_service(plain, 1000, 0, 300)}, 300, 24))) == independent);
  int wanting = 0, contacts = 0;
  for (const auto& [where, weeks] : rows) {
    wanting += weeks.back().word(offsetof(ClientWords, wanted)) > 0;
    contacts += weeks.back().of_assistant(&AgentColumns::contacts) > 8;  // longer than its step was planned
  }
  CHECK(wanting > 50);
  CHECK(contacts > 50);
}

TEST_CASE("matching by culture brings clients to therapists of their own", "[service]") {
  const auto alike = [](Matching matching) {
    Scenario s = with_service(steady(6, 40), 20, 0, 300);
    s.parameters.service.matching = matching;
    int count = 0;
    for (const auto& [where, weeks] : rows_of(experiment_of({s}, 300, 8)))
      count += weeks.back().of_human(&AgentColumns::distance) == 0;
    return count;
  };
  const int drawn = alike(match_as_drawn), culture = alike(match_by_culture), wish = alike(match_by_preference);
  CHECK(culture > 560);  // of 600; 40 therapists have every culture but in rare draws
  CHECK(drawn < 400);
  CHECK(wish < 400);
}

TEST_CASE("money is a limit of its own", "[service]") {
  Scenario s = with_service(steady(6, 60), 1000, 0, 300);
  s.pathway.steps[3].human.minutes = 50;
  s.parameters.accounts.session_minute = 2;
  s.parameters.service.budget = 2500;  // 25 sessions of 100
  const Experiment x = experiment_of({s}, 300, 12);
  const RunReport report = run(x, factual_cells(x), {}, {});
  for (const ServiceCalendar& calendar : report.services)
    for (std::size_t week = 1; week <= 12; ++week) {
      CHECK(calendar.weeks[week].in_care == 25);
      CHECK(calendar.weeks[week].money == 2'500'000'000);
    }
}

TEST_CASE("a contact takes the money that the accounts count for it", "[service]") {
  Scenario s = arm_of({2, 1});
  s.parameters.accounts.session_minute = 2, s.parameters.accounts.guidance_minute = 1;
  s.parameters.accounts.assistant_contact = .5;
  Step& step = s.pathway.steps[3];
  step.human.minutes = 40;
  const auto money = [&] {
    const Experiment x = experiment_of({s});
    return needs_of(assemble(x, {{0, 0}})[0], s.pathway)[3].money;
  };
  CHECK(money() == millionths(40 * 2 / 2. + .5));
  step.human.dose = .3;  // guidance has a price of its own
  CHECK(money() == millionths(40 * 1 / 2. + .5));
  step.coached = true;  // the coach is paid for, too
  CHECK(money() == millionths((40 * 1 + .5) / 2. + .5));
}

TEST_CASE("each detection and each false alarm takes a slot in the week after", "[service]") {
  Scenario s = with_service(steady(12, 4), 1000, 0, 60);
  s.parameters.safety = {5, .2, .5, .5, 0, 30};
  const Experiment x = experiment_of({s}, 60, 10);
  Journal journal;
  const RunReport report = run(x, factual_cells(x), {&journal}, {});
  std::int64_t flags = 0;
  for (const ServiceCalendar& calendar : report.services)
    for (std::size_t week = 1; week < 10; ++week) {
      std::int64_t taken = 0;
      for (const auto& [where, weeks] : journal.rows)
        if (std::get<0>(where) == calendar.replicate) {  // rows hold the step that the next week begins in
          const bool flag = weeks[week](&ClientReals::risk_flag) > 0;
          taken += (weeks[week].step() == 3 ? 1 : 0) + (flag ? 1 : 0);
          flags += flag;
        }
      CHECK(calendar.weeks[week + 1].slots_taken == taken * kSlot);
    }
  CHECK(flags > 50);
}

TEST_CASE("what was heard and an unmet wish enter the bond with the assistant that is met", "[service]") {
  const auto starts = [](double unmet, int number) {
    Scenario s = with_service(arm_of({0, 1}), 0, 0, 200);
    s.assistants = {{"one", s.parameters, {}}, {"two", s.parameters, {}}};
    s.assistants[1].parameters.assistant.trust_mean += 1;
    s.pathway.steps[3].assistant_number = number;
    s.parameters.intake.preference_sd = 1;
    s.parameters.service.unmet_preference = unmet;
    for (NamedAssistant& each : s.assistants) {
      each.parameters.intake.preference_sd = 1;
      each.parameters.service = s.parameters.service;
    }
    return rows_of(experiment_of({s}, 200, 4));
  };
  for (const int number : {0, 1}) {
    const Rows met = starts(0, number), unmet = starts(.5, number);
    int wished = 0;
    for (const auto& [where, weeks] : met) {
      const double before = weeks.back().of_assistant(&AgentColumns::trust_start);
      const double after = unmet.at(where).back().of_assistant(&AgentColumns::trust_start);
      const bool human = weeks.back()(&ClientReals::preference) < 0;
      const double bad = default_parameters().assistant.trust_bad;
      wished += human;
      CHECK(after == Approx(human ? before * bad / (bad + .5 * (1 - before)) : before).epsilon(1e-12));
    }
    CHECK(wished > 150);
  }
}

TEST_CASE("assistants hold no more contacts than they can", "[service]") {
  Scenario s = with_service(arm_of({0, 1, true, false, Comparator::none, 30}), 0, 0, 300);
  s.parameters.leaving.intercept = -700;
  s.parameters.leaving.ending = 0;
  s.parameters.service.assistant_contacts = 40;
  const Experiment x = experiment_of({s}, 300, 12);
  const RunReport report = run(x, factual_cells(x), {}, {});
  for (const ServiceCalendar& calendar : report.services)
    for (std::size_t week = 1; week <= 12; ++week) CHECK(calendar.weeks[week].in_care == 40);
}

TEST_CASE("a busy therapist tires, and only where fatigue is switched on", "[service]") {
  const auto fatigue = [](double slots, double load_effect) {
    Scenario s = with_service(steady(30, 2), slots, 0, 40);
    TherapistParameters& t = s.parameters.therapists;
    t.fatigue_keep = .95, t.fatigue_load = load_effect, t.load_free = .8;
    const Rows rows = rows_of(experiment_of({s}, 40, 12));
    return rows.begin()->second.back()(&ClientReals::fatigue);
  };
  CHECK(fatigue(20, 0) == 0);
  CHECK(fatigue(100, .06) == 0);
  const double full = fatigue(20, .06);  // load 1 of .8: F' = .95 F + .012, read after eleven updates
  CHECK(full == Approx(.012 * (1 - std::pow(.95, 11)) / .05).epsilon(1e-9));
}
