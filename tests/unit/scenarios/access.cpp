// Clients who have no access to an assistant: to them a step is what it would be without one.
// Seen to fail: reviews kept; the last week of care taken from the steps of others; places of the assistants taken by
// those who never meet one; nobody marked.
#include "tests/unit/scenarios/support.hpp"
#include "tests/unit/scenarios/week_arms.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

/// @param gate  the member "without_assistant" of the attribute, or nothing
std::string file(const std::string& gate, const std::string& arms, const std::string& more = "") {
  return R"({"format": 1, "name": "small", "clients": 120, "replicates": 1, "weeks": 16, )" + more + R"(
      "attributes": {"access": {"levels": ["full", "none"], "shares": [0.6, 0.4])" + gate + R"(}},
      "pathway": {"steps": {"care": {"weeks": 12}}}, "arms": {)" + arms + "}}";
}

/// @param more  a second step, or nothing
std::string arm(const std::string& name, const std::string& care, const std::string& more = "") {
  const std::string second = more.empty() ? "" : R"(, "more": {"weeks": 5, )" + more + "}";
  return "\"" + name + R"(": {"pathway": {"start": "care", "steps": {"care": {)" + care + "}" + second + "}}}";
}

const std::string kGate = R"(, "without_assistant": ["none"])";
const std::string kOffers = R"("offers": ["mindfulness", "expressive_writing", "focusing"])";

bool has_access(const Row& row) { return row.r[offsetof(ClientReals, attribute) / sizeof(Real)] == 0; }

}  // namespace

TEST_CASE("without access a step is what it would be without its assistant, to the last bit", "[week][people]") {
  const std::string arms =
      arm("hybrid", R"("human": {"every_weeks": 2}, "assistant": {"per_week": 2}, "review_every": 3, )" + kOffers) +
      "," +
      arm("human", R"("human": {"every_weeks": 2}, )" + kOffers) + "," +
      arm("assistant", R"("assistant": {}, "plan": true, )" + kOffers) + "," +
      arm("leaflet", R"("plan": true, )" + kOffers) + "," + arm("talk", R"("assistant": {})") + "," +
      arm("nothing", "") + "," +
      arm("stepped", R"("human": {}, "weeks": 6, "then": "more")", R"("assistant": {})") + "," +
      arm("stopped", R"("human": {}, "weeks": 6, "then": "more")", R"("comparator": "none")");
  const std::string risky = R"("safety": {"onset": 0.5, "risk_symptom": 10}, "leaving": {"intercept": -2},)";
  const Rows gated = rows_of(read_experiment(file(kGate, arms, risky), "f.json"));
  const Rows open = rows_of(read_experiment(file("", arms, risky), "f.json"));
  int without = 0;
  for (std::uint32_t id = 0; id < 120; ++id) {
    const bool access = has_access(gated.at({0, 0, id})[0]);
    without += access ? 0 : 1;
    for (const int cell : {0, 2, 4, 6}) {
      const std::vector<Row>& here = gated.at({0, cell, id});
      if (access) CHECK(here == open.at({0, cell, id}));
      else CHECK(here == gated.at({0, cell + 1, id}));
      for (const Row& week : here) CHECK((access || week.of_assistant(&AgentColumns::contacts) == 0));
    }
  }
  CHECK((without > 25 && without < 75));
}

TEST_CASE("who has access where does not depend on threads and blocks", "[week][people]") {
  const std::string arms = arm("hybrid", R"("human": {"every_weeks": 2}, "assistant": {"per_week": 2}, )" + kOffers);
  const Experiment x = read_experiment(file(kGate, arms), "f.json");
  const Rows expected = rows_of(x, factual_cells(x), options_of(1, 256));
  for (const int block : {1, 7, 64}) CHECK(rows_of(x, factual_cells(x), options_of(2, block)) == expected);
}

TEST_CASE("clients without access take none of a service's assistants", "[service][people]") {
  const std::string more = R"("intake": {"kind": "service"}, "service": {"arrivals": 0, "in_need": 120,
      "assistant_contacts": 3, "seek": {"intercept": 50}},)";
  const Experiment x = read_experiment(file(kGate, arm("door", R"("assistant": {})"), more), "f.json");
  int served = 0, without = 0;
  for (const auto& [where, weeks] : rows_of(x)) {
    const bool inside = weeks[1].step() == 3;  // "care", behind the three exits
    const bool access = has_access(weeks[0]);
    served += access && inside ? 1 : 0;
    without += access ? 0 : 1;
    CHECK((access || inside));
  }
  CHECK(served == 3);
  CHECK(without > 10);
}
