// Model sections S4, S13: what moves repair in the full model: attunement, fatigue, and what an agent does about it.
#include "agents/repair.hpp"

#include "tests/unit/agents/full.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

double logit(double p) { return std::log(p / (1 - p)); }

/// Probability of repair by lane, of a contact whose attunement as meant is set by hand.
std::vector<double> chances(const Contact& c, double attuned) {
  Bench bench = people();
  for (int i = 0; i < bench.block->size; ++i) bench.r().fatigue[i] = .1 * (i % 9);
  baseline::passes.prepare(c, bench.all(), *bench.block, *bench.scratch);
  baseline::passes.recognise(c, bench.all(), *bench.block, *bench.scratch);
  std::vector<double> found;
  for (int k = 0; k < bench.block->size; ++k) bench.scratch->shown[attunement][k] = attuned;
  const std::vector<double> right(bench.scratch->right_chance, bench.scratch->right_chance + bench.block->size);
  baseline::passes.play_turns(c, bench.all(), *bench.block, *bench.scratch);
  for (int k = 0; k < bench.block->size; ++k) {
    found.push_back(bench.scratch->repair_chance[k]);
    found.push_back(right[static_cast<std::size_t>(k)]);
  }
  return found;
}

}  // namespace

TEST_CASE("attunement that can be expected moves the logit of repair around the reference of its agent's kind",
          "[repair][feature]") {
  FullRoom room;
  room.parameters.therapists.fatigue_repair = 0;
  for (const Partner partner : {Partner::human, Partner::assistant}) {
    const double base = partner == Partner::human ? .55 : .25;
    AgentParameters& agent = partner == Partner::human ? room.parameters.human : room.parameters.assistant;
    agent.reference[attunement] = .4;
    for (const double attuned : {.1, .5, .9})
      for (const double effect : {0.0, 1.0, 3.0}) {
        room.parameters.repair.attunement = effect;
        const std::vector<double> found = chances(room.contact(partner), attuned);
        for (std::size_t k = 0; k < found.size(); k += 2) {
          const double expected = attuned * (.3 + .7 * found[k + 1]);  // the floor of attunement is .3
          CHECK(found[k] == near(sigma(logit(base) + effect * (expected - .4))));
        }
      }
  }
}

TEST_CASE("fatigue lowers a human's repair, in proportion, and no assistant's", "[repair][feature]") {
  FullRoom room;
  room.parameters.therapists.fatigue_repair = .3;
  const std::vector<double> human = chances(room.contact(Partner::human), .5);
  const std::vector<double> assistant = chances(room.contact(Partner::assistant), .5);
  for (std::size_t k = 0; k < human.size() / 2; ++k) {
    CHECK(human[2 * k] == near(.55 * (1 - .3 * .1 * static_cast<double>(k % 9))));
    CHECK(assistant[2 * k] == near(.25));
  }
}

TEST_CASE("an apology adds to repair, up to certainty; other policies leave the probability alone",
          "[repair][feature]") {
  FullRoom room;
  room.parameters.repair.apology = .10;
  for (const int policy : {no_policy, apology, explanation, handover}) {
    room.parameters.assistant.repair_policy = policy;
    CHECK(chances(room.contact(Partner::assistant), .5)[0] == near(policy == apology ? .35 : .25));
  }
  room.parameters.repair.apology = .9;
  room.parameters.assistant.repair_policy = apology;
  CHECK(chances(room.contact(Partner::assistant), .5)[0] == 1);
}

TEST_CASE("what the assistant leaves is handed to a human, whose time it takes", "[repair][feature]") {
  FullRoom room;
  room.parameters.human.repaired = .55;
  room.parameters.repair.handover_minutes = 5;
  const Crowd alone = crowd(room.contact(Partner::assistant));
  room.parameters.assistant.repair_policy = handover;
  const Crowd handed = crowd(room.contact(Partner::assistant));
  const double left = alone.noticed - alone.repaired;
  CHECK(handed.right == alone.right);
  CHECK(handed.noticed == alone.noticed);
  CHECK(handed.minutes - alone.minutes == Approx(5 * left));
  const double by_human = handed.repaired - alone.repaired;
  CHECK(std::abs(by_human - .55 * left) < 5 * std::sqrt(.55 * .45 * left));  // 6e-7 by chance
  room.parameters.human.repaired = 1;
  const Crowd all = crowd(room.contact(Partner::assistant));
  CHECK(all.repaired == all.noticed);
  room.parameters.assistant.repair_policy = no_policy;
  room.parameters.human.repair_policy = handover;  // a human hands nothing over
  CHECK(crowd(room.contact(Partner::human)).minutes == alone.minutes);
}
