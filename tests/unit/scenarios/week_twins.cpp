// Twins: the same clients, the same keys, one thing changed.
#include "agents/therapists.hpp"
#include "tests/unit/scenarios/week_arms.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

/// Factual course and one twin of a single arm.
struct Pair {
  Rows factual, twin;
};
Pair pair_of(const Experiment& x, Twin twin) {
  const Rows rows = rows_of(x, {{0, 0, Twin::factual}, {0, 0, twin}});
  return {only(rows, 0), only(rows, 1)};
}

}  // namespace

TEST_CASE("without distance, who shares the agent's culture has exactly the same course", "[twins]") {
  for (const Care& care : {Care{1, 0}, Care{0, 1, true}, Care{2, 1, true}}) {
    const Experiment x = experiment_of({arm_of(care)}, 400);
    const Pair pair = pair_of(x, Twin::no_distance);
    int same_culture = 0, changed = 0, differ = 0;
    for (const auto& [where, weeks] : pair.factual) {
      const Parameters& p = x.scenarios[0][0].parameters;
      const TherapistTable team = draw_therapists(p, x.seed, std::get<0>(where));
      const Row& entry = weeks[0];
      const bool with_human = care.human == 0 || team.culture[entry.therapist()] == entry.culture();
      const bool with_assistant = care.assistant == 0 || entry.culture() == 0;  // assistants are of the reference
      const bool same = weeks == pair.twin.at(where);
      same_culture += with_human && with_assistant;
      changed += with_human && with_assistant && !same;
      differ += !same;
    }
    CHECK(same_culture > 100);
    CHECK(changed == 0);
    CHECK(differ > 100);  // and the twin does change those at a distance
  }
}

TEST_CASE("with perfect recognition no turn is misread and nobody is harmed", "[twins]") {
  const Pair pair = pair_of(experiment_of({arm_of({1, 1})}, 200), Twin::perfect_recognition);
  for (const auto& [where, weeks] : pair.twin)
    for (const Row& row : weeks) {
      CHECK((row.of_human(&AgentColumns::met) == 0 || row.of_human(&AgentColumns::right_turns) == 8));
      CHECK((row.of_assistant(&AgentColumns::met) == 0 || row.of_assistant(&AgentColumns::right_turns) == 8));
      CHECK(row(&ClientReals::week_unrepaired) == 0);
    }
}

TEST_CASE("where nobody leaves, everybody completes, and until the first would have left nothing differs", "[twins]") {
  const Pair pair = pair_of(experiment_of({arm_of({0, 1, true})}, 200), Twin::nobody_leaves);
  int left = 0;
  for (const auto& [where, weeks] : pair.twin) {
    CHECK(weeks.back().exit() == Exit::completed);
    const auto& factual = pair.factual.at(where);
    for (std::size_t t = 0; t < weeks.size() && factual[t].exit() == Exit::none; ++t) CHECK(factual[t] == weeks[t]);
    left += factual.back().exit() != Exit::completed;
  }
  CHECK(left > 50);
}

TEST_CASE("noise alone: the episode stands still and care gains nothing", "[twins]") {
  const Pair pair = pair_of(experiment_of({arm_of({1, 1, true})}, 200), Twin::noise_only);
  for (const auto& [where, weeks] : pair.twin) {
    CHECK(weeks[0] == pair.factual.at(where)[0]);
    for (const Row& row : weeks) {
      CHECK(row(&ClientReals::episode) == weeks[0](&ClientReals::episode));
      CHECK((row(&ClientReals::gain) == 0 && row.of_human(&AgentColumns::met) == 0 && row.exit() != Exit::dropped));
    }
  }
}
