// Model sections S2 and S4: turns read right or not, noticed or not, repaired or not.
#include "agents/repair.hpp"

#include "tests/unit/agents/recipes.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

struct Turns {
  int right = 0, noticed = 0, repaired = 0;
};

/// Plays a contact in the words of the document, turn by turn. Turn t of a group of four has word t of three blocks.
Turns play(std::uint32_t id, Partner partner, int turns, double right, double noticed, double repaired) {
  Turns counted;
  for (int turn = 0; turn < turns; ++turn) {
    const auto group = static_cast<std::uint32_t>(turn / 4);
    const auto drawn = [&](std::uint32_t part) {
      return word(id, Purpose::turns, 3 * group + part, turn % 4, 3, partner);
    };
    if (happens(drawn(0), right)) {
      ++counted.right;
    } else if (happens(drawn(1), noticed)) {
      ++counted.noticed;
      counted.repaired += happens(drawn(2), repaired);
    }
  }
  return counted;
}

struct Case {
  Partner partner;
  double repaired;
};

}  // namespace

TEST_CASE("turns are played as the document says; feedback adds to repair off track alone", "[repair]") {
  const Room room;
  for (const Case& kind : {Case{Partner::human, .55}, Case{Partner::assistant, .25}})
    for (const bool feedback : {false, true})
      for (const int turns : {1, 3, 8, 21, 32}) {
        Bench bench = people(256);
        const Bench before(bench);
        Contact c = room.contact(kind.partner);
        c.turns = turns;
        c.feedback = feedback;
        hold(c, bench, Until::turns);
        const AgentColumns& a = bench.of(kind.partner);
        int wrong = 0;
        for (int i = 0; i < 256; ++i) {
          const double repaired = kind.repaired + (feedback && bench.r().off_track[i] == 1 ? .10 : 0);
          const double right = bench.scratch->right_chance[i];
          const Turns t = play(bench.block->w.id[i], kind.partner, turns, right, .45, repaired);
          wrong += t.right != a.right_turns[i] || t.noticed != a.noticed_turns[i] || t.repaired != a.repaired_turns[i];
          wrong += bench.r().week_unrepaired[i] != before.block->r.week_unrepaired[i] + t.noticed - t.repaired;
        }
        INFO("turns " << turns << ", feedback " << feedback);
        CHECK(wrong == 0);
      }
}

TEST_CASE("counts are nested and events couple: a better reader is right wherever a worse one is", "[repair]") {
  Room room;
  CHECK(rc::check("nesting, monotonicity", [&] {
    Contact c = room.contact(*rc::gen::element(Partner::human, Partner::assistant));
    AgentParameters& agent = c.partner == Partner::human ? room.parameters.human : room.parameters.assistant;
    agent.discriminability[0] = any(0, 3);
    agent.noticed = any(0, 1);
    agent.repaired = any(0, .9);
    c.turns = whole(1, 32);
    Bench bench = people(16, static_cast<unsigned>(whole(1, 1000)));
    Bench better(bench), mended(bench);
    hold(c, bench, Until::turns);
    agent.discriminability[0] += any(0, 2);
    hold(c, better, Until::turns);
    agent.repaired += .1;
    hold(c, mended, Until::turns);
    for (int i = 0; i < 16; ++i) {
      const Scratch &s = *bench.scratch, &t = *better.scratch, &u = *mended.scratch;
      RC_ASSERT(s.repaired[i] <= s.noticed[i] && s.noticed[i] + s.right[i] <= static_cast<std::uint32_t>(c.turns));
      RC_ASSERT(t.right[i] >= s.right[i] && t.noticed[i] <= s.noticed[i]);
      RC_ASSERT(u.noticed[i] == t.noticed[i] && u.repaired[i] >= t.repaired[i]);
    }
  }));
}

TEST_CASE("the twin of perfect recognition has every turn right", "[repair]") {
  const Room room;
  Bench bench = people();
  Contact c = room.contact(Partner::assistant);
  c.all_right = true;
  hold(c, bench, Until::turns);
  for (int i = 0; i < bench.block->size; ++i)
    CHECK((bench.block->assistant.right_turns[i] == 8 && bench.block->assistant.noticed_turns[i] == 0));
}

TEST_CASE("turns depend on no neighbour and on no instruction set", "[repair]") {
  const Room room;
  for (const Partner partner : {Partner::human, Partner::assistant})
    for (const int turns : {8, 5})
      check_lanes_and_sets(people(), [&](const Passes& p, Lanes lanes, ClientBlock& b, Scratch& s) {
        Contact c = room.contact(partner);
        c.turns = turns;
        c.feedback = true;
        hold(p, c, lanes, b, s, Until::turns);
      });
}
