// One scenario, one result, with every mechanism of the full model at work; and no plan takes from another what it must
// draw for itself.
#include <functional>
#include <set>

#include "sim/isa.hpp"
#include "tests/unit/scenarios/full_arms.hpp"
#include "tests/unit/scenarios/service_arms.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

int changed_in(const Rows& some, const Rows& all) {
  int changed = 0;
  for (const auto& [where, weeks] : some) changed += !(all.at(where) == weeks);
  return changed;
}

double last(const Rows& rows, double (*of)(const Row&)) {
  double sum = 0;
  for (const auto& [where, weeks] : rows) sum += of(weeks.back());
  return sum;
}

/// The same with its arms in a service and a network.
Experiment coupled(Experiment x) {
  for (std::vector<Scenario>& arms : x.scenarios)
    for (Scenario& arm : arms) {
      const ServiceParameters service = arm.parameters.service;
      arm = with_network(with_service(arm, 2, 12, 40));
      arm.parameters.service = service;
      arm.parameters.service.slots = 2, arm.parameters.service.arrivals = 12, arm.parameters.service.in_need = 40;
      arm.parameters.service.seek = -1;
      arm.parameters.therapists.count = 10;
      for (NamedAssistant& each : arm.assistants) {
        const AgentParameters agent = each.parameters.assistant;
        each.parameters = arm.parameters;
        each.parameters.assistant = agent;
      }
    }
  return x;
}

void check_ways(const Experiment& x, const std::vector<Cell>& cells) {
  const Rows expected = rows_of(x, cells, options_of(1, kBlock, "baseline"));
  REQUIRE(expected.size() == static_cast<std::size_t>(x.clients) * 2 * cells.size());
  for (const std::string& set : instruction_sets())
    for (const int block : {1, 7, 64, 256})
      for (const int threads : {1, 2, 3, 7}) {
        if (threads != 2 && (set != "baseline" || block != 7)) continue;
        INFO(set << ", block " << block << ", threads " << threads);
        CHECK(rows_of(x, cells, options_of(threads, block, set)) == expected);
      }
}

/// A change of what stands in no field, in one variant.
struct Change {
  const char* name;
  std::function<void(Scenario&)> make;
};

/// On the arm's parameters and on those of each of its assistants.
Change everywhere(const char* name, std::function<void(Parameters&)> make) {
  return {name, [make](Scenario& s) {
            make(s.parameters);
            for (NamedAssistant& each : s.assistants) make(each.parameters);
          }};
}

std::vector<Change> changes() {
  return {everywhere("position of a culture", [](Parameters& p) { p.culture.position[1] = .5; }),
          everywhere("shares of cultures", [](Parameters& p) { p.culture.share[0] -= .1, p.culture.share[2] += .1; }),
          everywhere("base of an emotion", [](Parameters& p) { p.recognition.base[2] += 1; }),
          everywhere("valence of an emotion", [](Parameters& p) { p.recognition.positive[3] = true; }),
          everywhere("a counted intake",
                     [](Parameters& p) {
                       p.histogram.scores = 2;
                       p.histogram.below[0] = .5, p.histogram.below[1] = 1;
                       p.histogram.episode[0] = 12, p.histogram.episode[1] = 16;
                       p.histogram.spread = 2;
                     }),
          everywhere("attributes",
                     [](Parameters& p) {
                       p.attributes.count = 1, p.attributes.cells = p.attributes.levels[0] = 2;
                       p.attributes.below[0] = .5, p.attributes.below[1] = 1;
                       p.attributes.effect[on_trust_human][0][1] = 2;
                       p.attributes.effect[on_motivation][0][0] = .2;
                       p.attributes.without_assistant[0][1] = true;
                     }),
          {"culture of the second assistant",
           [](Scenario& s) { s.assistants[1].parameters.assistant.culture = 1; }},
          {"trust in the second assistant",
           [](Scenario& s) { s.assistants[1].parameters.assistant.trust_mean = 9; }},
          {"d of the second assistant",
           [](Scenario& s) { s.assistants[1].parameters.assistant.discriminability[by_face] = 2; }},
          {"culture of the first assistant",
           [](Scenario& s) {
             s.parameters.assistant.culture = 1;
             for (NamedAssistant& each : s.assistants)
               if (each.name == "plain") each.parameters.assistant.culture = 1;
           }},
          {"trust in the first assistant", [](Scenario& s) {
             s.parameters.assistant.trust_mean = s.assistants[0].parameters.assistant.trust_mean = 9;
           }}};
}

/// Another value of the field within its range.
double other_value(const Field& field, const Parameters& p) {
  const double value = value_of(field, p);
  const std::string path = field.path;
  const bool shape =
      path.rfind("/intake/", 0) == 0 && (path.find("_good") != path.npos || path.find("_bad") != path.npos);
  if (field.flag) return 1 - value;
  if (field.whole || shape || path == "/recognition/emotions") return value + 1 <= field.most ? value + 1 : value - 1;
  const double up = value + .2 * (field.most < 30 ? field.most - value : 30);
  return up > value ? up : value - .2 * (value - field.least);
}

}  // namespace

TEST_CASE("in the full scenario everything happens", "[full][invariance]") {
  const Experiment x = full_experiment();
  const Rows rows = rows_of(x);
  using A = AgentColumns;
  using C = ClientReals;
  CHECK(last(rows, [](const Row& r) { return r(&C::alarms); }) > 50);
  CHECK(last(rows, [](const Row& r) { return r(&C::human_reached); }) > 50);
  CHECK(last(rows, [](const Row& r) { return r.of_human(&A::missed) + r.of_assistant(&A::missed); }) > 100);
  CHECK(last(rows, [](const Row& r) { return r.of_human(&A::ruptures) + r.of_assistant(&A::ruptures); }) > 100);
  const std::size_t events = offsetof(ClientWords, events), number = offsetof(ClientWords, assistant);
  std::set<std::uint32_t> seen, types, exits;
  int second = 0, minutes = 0, returned = 0, masked = 0, asked = 0, planned = 0;
  for (const auto& [where, weeks] : rows)
    for (std::size_t w = 1; w < weeks.size(); ++w) {
      const Row& row = weeks[w];
      for (std::uint32_t bit = 1; bit < 16; bit *= 2)
        if (row.word(events) & bit) seen.insert(bit);
      types.insert(row.word(offsetof(ClientWords, type)));
      exits.insert(row.word(offsetof(ClientWords, exit)));
      second += row.word(number) == 1;
      minutes += row(&C::week_minutes) > 0;
      returned += weeks[w - 1].exit() != Exit::none && row.exit() == Exit::none;
      masked += row.of_human(&A::masked_turns) + row.of_assistant(&A::masked_turns) > 0;
      asked += row.of_human(&A::asked_turns) + row.of_assistant(&A::asked_turns) > 0;
      planned += row.r[column_of(&C::practised)] > 0 && row.step() == 4;
    }
  CHECK(seen.size() >= 3);
  CHECK(types.size() == 3);
  CHECK(exits.size() == 4);
  for (const int times : {second, minutes, masked, asked, planned}) CHECK(times > 200);
  CHECK(returned > 10);
}

TEST_CASE("blocks, threads and instruction sets change nothing in the full model", "[full][invariance]") {
  Experiment x = full_experiment();
  x.clients = 90;
  check_ways(x, plan_cells(x, true));
}

TEST_CASE("nor where a service and a network couple it", "[full][service][invariance]") {
  Experiment x = coupled(full_experiment());
  x.clients = 90;
  check_ways(x, factual_cells(x));
}

TEST_CASE("in the full model a course lived again is the one that was lived with the others", "[full][service]") {
  Experiment x = coupled(full_experiment());
  for (Scenario& s : x.scenarios[0]) s.parameters.service.arrivals = 0, s.parameters.service.in_need = x.clients;
  Journal journal;
  const RunReport report = run(x, factual_cells(x), {&journal}, {});
  std::uint64_t together = 0;
  for (const ServiceCalendar& calendar : report.services) {
    together += calendar.contacts;
    for (std::size_t w = 1; w < static_cast<std::size_t>(x.weeks); ++w) {
      std::int64_t on_list = 0;
      for (const auto& [where, weeks] : journal.rows) {
        if (std::get<0>(where) != calendar.replicate || std::get<1>(where) != calendar.cell) continue;
        on_list += weeks[w].step() == 7 ? 1 : 0;  // rows hold the step that the next week begins in
      }
      CHECK(calendar.weeks[w + 1].on_list == on_list);
    }
  }
  CHECK(together == report.session_weeks);
  CHECK(together > 1000);
}

TEST_CASE("in the full model one more client changes nobody else", "[full][invariance]") {
  Experiment x = full_experiment();
  const Rows few = rows_of(x);
  x.clients = 157;
  const Rows more = rows_of(x);
  CHECK(more.size() == few.size() + 4 * 7);
  CHECK(changed_in(few, more) == 0);
}

TEST_CASE("in the full model an added arm, variant or twin changes nobody", "[full][invariance]") {
  Experiment x = full_experiment();
  const Rows before = rows_of(x);
  x.arms.push_back({"third", "", false});
  x.scenarios[0].push_back(arm_of({2, 1, true}));
  x.variants.push_back({"other", "", false});
  x.scenarios.push_back(x.scenarios[0]);
  for (Scenario& s : x.scenarios[1]) s.parameters.leaving.missed = .3, s.parameters.intake.stigma_good += 1;
  const Rows after = rows_of(x, plan_cells(x, true));
  CHECK(changed_in(before, after) == 0);
}

TEST_CASE("in the full model a rule that never fires changes nobody", "[full][invariance]") {
  Experiment x = full_experiment();
  const Rows before = rows_of(x);
  const Transition never =
      transition(3, 5, comparison(column_of(&ClientReals::phq9), GuardOp::greater, 27), 9);
  for (Scenario& s : x.scenarios[0]) s.pathway.transitions.insert(s.pathway.transitions.begin(), never);
  CHECK(changed_in(before, rows_of(x)) == 0);
}

TEST_CASE("in the full model every variant gives what it gives alone, whichever field it changes", "[full][assemble]") {
  Experiment both = full_experiment();
  both.clients = 12, both.replicates = 1, both.weeks = 4;
  both.variants.push_back({"other", "", false});
  both.scenarios.push_back(both.scenarios[0]);
  const auto check = [&] {
    Experiment alone = both;
    alone.variants.pop_back();
    alone.scenarios = {both.scenarios[1]};
    CHECK(changed_in(rows_of(alone), [&] {
            Rows second = only(rows_of(both), 2);
            for (auto& [where, weeks] : only(rows_of(both), 3))
              second[{std::get<0>(where), 1, std::get<2>(where)}] = weeks;
            return second;
          }()) == 0);
  };
  for (const Field& field : fields()) {
    INFO(field.path);
    both.scenarios[1] = both.scenarios[0];
    for (Scenario& s : both.scenarios[1]) {
      const double value = other_value(field, s.parameters);
      set_value(field, s.parameters, value);
      for (NamedAssistant& each : s.assistants) set_value(field, each.parameters, value);
    }
    check();
  }
  for (const Change& change : changes()) {
    INFO(change.name);
    both.scenarios[1] = both.scenarios[0];
    for (Scenario& s : both.scenarios[1]) change.make(s);
    check();
  }
}

TEST_CASE("what stands in no field and differs between variants has an effect of its own", "[full][assemble]") {
  Experiment both = full_experiment();
  both.clients = 40, both.replicates = 1, both.weeks = 12;
  both.variants.push_back({"other", "", false});
  both.scenarios.push_back(both.scenarios[0]);
  const Rows plain = only(rows_of(both), 0);
  for (const Change& change : changes()) {
    INFO(change.name);
    both.scenarios[1] = both.scenarios[0];
    change.make(both.scenarios[1][0]);
    CHECK(changed_in(plain, only(rows_of(both), 2)) > 0);
  }
}

TEST_CASE("in the full model the twin without distance is exact for pairs of one culture", "[full][twins]") {
  const Experiment x = full_experiment();
  const Rows rows = rows_of(x, {{0, 0, Twin::factual}, {0, 0, Twin::no_distance}});
  int same = 0, apart = 0;
  for (const auto& [where, weeks] : rows) {
    if (std::get<1>(where) != 0) continue;
    const auto& twin = rows.at({std::get<0>(where), 1, std::get<2>(where)});
    bool met_apart = false;  // in a coached contact the assistant reads the client, too
    for (const Row& row : weeks) {
      const double human = row.of_human(&AgentColumns::contacts), assistant = row.of_assistant(&AgentColumns::contacts);
      met_apart = met_apart || (human > 0 && row.of_human(&AgentColumns::distance) > 0) ||
                  (human + assistant > 0 && row.of_assistant(&AgentColumns::distance) > 0);
    }
    if (met_apart) {
      apart += !(weeks == twin);
      continue;
    }
    ++same;
    CHECK(weeks == twin);
  }
  CHECK((same > 20 && apart > 50));
}
