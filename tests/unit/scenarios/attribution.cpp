// Section 6: a player that an attribution takes away is gone from every equation, and nothing else is.
//
// Each check is of whole courses to the last bit, in arms in which everything happens. Seen to fail when one equation
// was left out: the floor in expression and in repair, asking, affect, what is added to empathy; trust in gain,
// practice, leaving, in what is told and in the week's hold; practice itself.
#include <cstring>
#include <functional>
#include <set>
#include <string>

#include "tests/unit/scenarios/full_arms.hpp"
#include "tests/unit/scenarios/service_arms.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

using Change = std::function<void(Parameters&)>;

/// The arm in which everything happens, with coupled affect, few clients, and its numbers changed for every assistant.
Experiment changed(const Change& change) {
  Experiment x = full_experiment();
  x.clients = 60;
  x.replicates = 1;
  Scenario& s = x.scenarios[0][0];
  const auto apply = [&](Parameters& p) {
    p.affect.effect = .8;
    p.roles.elasticity[validation] = p.roles.elasticity[technique] = .5;
    change(p);
  };
  apply(s.parameters);
  for (NamedAssistant& each : s.assistants) apply(each.parameters);
  x.arms.resize(1);
  x.scenarios[0].resize(1);
  return x;
}

Rows rows_with(const Change& change, Twin twin = Twin::factual) { return rows_of(changed(change), {{0, 0, twin}}); }

/// Every number of an agent that only quality q depends on.
void other_agents(Parameters& p, int q) {
  p.human.quality[q] = .31;
  p.assistant.quality[q] = .93;
  p.quality.floor[q] = .17;
  p.coaching.added[q] = .4;
}

/// Trust as people bring it, win it and lose it: for each kind of agent, none of it in the rows of `untouched`.
void other_trust(Parameters& p) {
  p.human.trust_mean = 2;
  p.assistant.trust_bad = 20;
  p.assistant.trust_sd = 2;
  p.trust.success = 1;
  p.trust.failure = 2;
  p.trust.memory = .8;
  p.assistant.contact_cost = 3;
}

constexpr const char* kTrust[] = {"trust_good", "trust_bad", "trust_start", "ruptures"};
std::size_t trust_column(const char* name) {
  const std::string wanted = name;
  if (wanted == "trust_good") return static_cast<std::size_t>(column_of(&AgentColumns::trust_good));
  if (wanted == "trust_bad") return static_cast<std::size_t>(column_of(&AgentColumns::trust_bad));
  if (wanted == "trust_start") return static_cast<std::size_t>(column_of(&AgentColumns::trust_start));
  return static_cast<std::size_t>(column_of(&AgentColumns::ruptures));
}

/// The rows without what trust itself is made of, and without trust as read at entry, before the first week.
Rows without_trust(Rows rows) {
  for (auto& [where, weeks] : rows) {
    for (Row& row : weeks)
      for (const char* name : kTrust) row.human[trust_column(name)] = row.assistant[trust_column(name)] = 0;
    const auto before = static_cast<std::size_t>(column_of(&AgentColumns::trust_before));
    weeks[0].human[before] = weeks[0].assistant[before] = 0;
  }
  return rows;
}

}  // namespace

TEST_CASE("an absent quality has no effect: another mean, floor or coaching of it moves nothing", "[attribution]") {
  for (int q = 0; q < kQualities; ++q) {
    INFO("quality " << q);
    const Change present = [&](Parameters& p) { p.attribution.level = .35; };
    const Change present_other = [&](Parameters& p) { present(p), other_agents(p, q); };
    const Change absent = [&](Parameters& p) { present(p), p.attribution.absent[q] = true; };
    const Change absent_other = [&](Parameters& p) { absent(p), other_agents(p, q); };
    CHECK(rows_with(absent) == rows_with(absent_other));
    CHECK_FALSE(rows_with(present) == rows_with(present_other));
    CHECK_FALSE(rows_with(absent) == rows_with(present));
  }
}

TEST_CASE("an absent quality knows no label and no day", "[attribution]") {
  const auto with = [](const Change& more) {
    return rows_with([&](Parameters& p) {
      for (const int q : {resonance, compassion, attunement, validation}) p.attribution.absent[q] = true;
      more(p);
    });
  };
  const Rows plain = with([](Parameters&) {});
  CHECK(plain == with([](Parameters& p) { p.assistant.label_discount = .5; }));
  CHECK_FALSE(rows_with([](Parameters&) {}) == rows_with([](Parameters& p) { p.assistant.label_discount = .5; }));
  CHECK(plain == with([](Parameters& p) { p.affect.effect = 0; }));  // nor how close client and agent come
  const Change all = [](Parameters& p) {
    for (bool& each : p.attribution.absent) each = true;
    p.attribution.level = .35;
  };
  const Rows day = rows_with([&](Parameters& p) { all(p), p.human.quality_sd = p.assistant.quality_sd = .3; });
  CHECK(rows_with(all) == day);
}

TEST_CASE("what is added to empathy is added to what is there of it", "[attribution]") {
  const auto absent = [](std::initializer_list<int> qualities) {
    const std::vector<int> all = qualities;
    return [all](Parameters& p) {
      p.attribution.level = .35;
      for (const int q : all) p.attribution.absent[q] = true;
    };
  };
  const Change none = absent({resonance, perspective_taking, compassion});
  CHECK(rows_with(none) == rows_with(none, Twin::more_empathy));
  const Change half = absent({resonance, compassion});
  const Rows without = rows_with(half), more = rows_with(half, Twin::more_empathy);
  int first = 0;
  for (const auto& [where, weeks] : without) {
    const Row &a = weeks[1], &b = more.at(where)[1];  // the first week: no course has parted from its twin yet
    if (a.of_assistant(&AgentColumns::met) == 0) continue;
    ++first;
    const double added = b.of_assistant(&AgentColumns::empathy) - a.of_assistant(&AgentColumns::empathy);
    CHECK(added == Approx(kEmpathyShift * .12 / .30).epsilon(1e-12));  // weights .10, .12, .08
    CHECK(a.of_assistant(&AgentColumns::compassion) == .35);
  }
  CHECK(first > 40);
  for (const auto& [where, weeks] : rows_with(none))
    for (const Row& row : weeks)
      for (const double e : {row.of_human(&AgentColumns::empathy), row.of_assistant(&AgentColumns::empathy)})
        CHECK((e == 0 || e == Approx(.35).epsilon(1e-12)));
}

TEST_CASE("where trust is absent, other trust changes trust alone, in both forms", "[attribution]") {
  for (const int form : {static_cast<int>(beta_trust), static_cast<int>(rescorla_wagner)}) {
    const Change present = [&](Parameters& p) { p.trust.form = form; };
    const Change absent = [&](Parameters& p) {
      present(p);
      p.attribution.trust_absent = true;
      p.attribution.trust_level = .4;
    };
    const Change absent_other = [&](Parameters& p) { absent(p), other_trust(p), p.trust.gain_rate = .5; };
    const Rows plain = rows_with(absent), other = rows_with(absent_other);
    CHECK_FALSE(plain == other);
    CHECK(without_trust(plain) == without_trust(other));
    const Rows lively = rows_with([&](Parameters& p) { present(p), other_trust(p); });
    CHECK_FALSE(without_trust(rows_with(present)) == without_trust(lively));
    for (const auto& [where, weeks] : plain)
      for (std::size_t t = 1; t < weeks.size(); ++t) {
        CHECK(weeks[t].of_human(&AgentColumns::trust_before) == .4);
        CHECK(weeks[t].of_assistant(&AgentColumns::trust_before) == .4);
      }
  }
}

TEST_CASE("where pathways are absent, courses are those of steps that offer none", "[attribution]") {
  const Rows absent = rows_with([](Parameters& p) { p.attribution.pathways_absent = true; });
  Experiment x = changed([](Parameters&) {});
  for (Step& step : x.scenarios[0][0].pathway.steps) {
    for (bool& offer : step.offers) offer = false;
    step.planned = false;
  }
  CHECK_FALSE(absent == rows_of(changed([](Parameters&) {})));
  Rows bare = rows_of(x);
  for (const auto& [where, weeks] : absent)
    for (std::size_t t = 0; t < weeks.size(); ++t) {
      CHECK(weeks[t](&ClientReals::practised) == 0);
      CHECK(weeks[t](&ClientReals::symptom) == bare.at(where)[t](&ClientReals::symptom));
      CHECK(weeks[t](&ClientReals::gain) == bare.at(where)[t](&ClientReals::gain));
      CHECK(weeks[t].exit() == bare.at(where)[t].exit());
    }
  Scenario bundle = arm_of({1, 1, true}), leaflet = arm_of({0, 0, true});
  bundle.parameters.attribution.pathways_absent = leaflet.parameters.attribution.pathways_absent = true;
  CHECK(rows_of(experiment_of({bundle})) == [] {
    Scenario none = arm_of({1, 1, false});
    none.parameters.attribution.pathways_absent = true;
    return rows_of(experiment_of({none}));
  }());
  for (const auto& [where, weeks] : rows_of(experiment_of({leaflet})))
    for (const Row& row : weeks) CHECK((row(&ClientReals::gain) <= 3.2 && row(&ClientReals::practised) == 0));
}

TEST_CASE("nobody tells of a trust that is held", "[attribution][network]") {
  const auto opinions = [](bool trust_absent) {
    Scenario s = with_network(restless());
    s.parameters.attribution.trust_absent = trust_absent;
    s.parameters.attribution.trust_level = .5;
    double sum = 0;
    for (const auto& [where, weeks] : rows_of(experiment_of({s}, 200, 12)))
      for (const auto opinion : {&ClientReals::hearsay_assistant, &ClientReals::hearsay_human})
        sum += std::abs(weeks.back()(opinion));
    return sum;
  };
  CHECK(opinions(false) > .5);
  CHECK(opinions(true) == 0);
}

TEST_CASE("nothing is absent by default, and a level that nobody reads changes nothing", "[attribution]") {
  for (const Configuration configuration : {Configuration::core, Configuration::full}) {
    const AttributionParameters a = default_parameters(configuration).attribution;
    for (const bool absent : a.absent) CHECK_FALSE(absent);
    CHECK_FALSE((a.pathways_absent || a.trust_absent));
    CHECK((a.level == 0 && a.trust_level == .5));
  }
  const Change levels = [](Parameters& p) { p.attribution.level = p.attribution.trust_level = .9; };
  CHECK(rows_with([](Parameters&) {}) == rows_with(levels));
}
