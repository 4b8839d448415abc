// The echo and the accounts in a whole study, on simulated clients.
#include <algorithm>

#include "analysis/results.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenarios/week_arms.hpp"

using namespace hybridcare;

TEST_CASE("the causal twin expresses more empathy than it is rated for, in every contact", "[analysis][echo]") {
  for (const test::Care& care : {test::Care{1, 0}, test::Care{0, 1}}) {
    Experiment x = test::experiment_of({test::arm_of(care)}, 60, 4);
    const test::Rows rows = test::rows_of(x, {{0, 0, Twin::factual}, {0, 0, Twin::more_empathy}});
    const auto of = [&](const test::Row& row, Real AgentColumns::*column) {
      return care.human > 0 ? row.of_human(column) : row.of_assistant(column);
    };
    for (std::uint32_t id = 0; id < 60; ++id) {
      const test::Row& here = rows.at({0, 0, id})[1];  // one contact: nothing has been fed back yet
      const test::Row& more = rows.at({0, 1, id})[1];
      CHECK(of(more, &AgentColumns::empathy_rating) == Approx(of(here, &AgentColumns::empathy_rating)).margin(1e-12));
      CHECK(more(&ClientReals::week_gain) > here(&ClientReals::week_gain));
      CHECK(of(more, &AgentColumns::right_turns) == of(here, &AgentColumns::right_turns));
    }
  }
}

TEST_CASE("a study has tables of echo and accounts, with causal slopes of arms with contacts", "[analysis][echo]") {
  Experiment x = test::experiment_of({test::arm_of({1, 0}), test::arm_of({})}, 200, 14);
  x.headline.against = "arm1";
  StudyOptions options;
  options.run.threads = 2;
  const Results results = study(x, options);
  CHECK(results.table("accounts").rows() > 0);
  const auto& metric = std::get<TextColumn>(results.table("echo").columns[6].values);
  CHECK(std::count(metric.names.begin(), metric.names.end(), "causal_slope_rating") == 1);
  options.run.block = 7;
  options.run.threads = 1;
  CHECK(study(x, options).hash == results.hash);
}
