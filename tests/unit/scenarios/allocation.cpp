// Slots, assistants' contacts and money: who gets them.
#include "scenarios/allocation.hpp"

#include <rapidcheck.h>

#include <algorithm>

#include "agents/purposes.hpp"
#include "sim/draws.hpp"
#include "tests/catch.hpp"

using namespace hybridcare;

namespace {
const std::uint32_t kCulture[] = {0, 1, 0, 2, 1};
const TherapistView kFive{5, nullptr, nullptr, kCulture};
const Key kKey{1, 2};
const Need kWeekly{kSlot, 0, 0};
}  // namespace

TEST_CASE("a contact every n weeks takes one nth of a slot", "[service]") {
  for (int every = 1; every <= 52; ++every) {
    CHECK(units_of(every, 1) * every >= kSlot);
    CHECK((units_of(every, 1) - 1) * every < kSlot);
  }
  for (int every = 1; every <= 16; ++every) CHECK(units_of(every, 1) * every == kSlot);
  CHECK(units_of(2, 3) == kSlot * 3 / 2);
  CHECK(units_of(0, 1) == 0);
}

TEST_CASE("as drawn: the client's own therapist, or the next with room", "[service]") {
  Resources r({1, 2, 0, 1, 1}, 0, 0);
  CHECK(r.find({7, 0, 1, false}, kWeekly, match_as_drawn, kFive, kKey) == 1);
  r.hold(1, kWeekly);
  r.hold(1, kWeekly);
  CHECK(r.find({7, 0, 1, false}, kWeekly, match_as_drawn, kFive, kKey) == 3);  // number 2 has no slots
  CHECK(r.find({7, 0, 4, false}, kWeekly, match_as_drawn, kFive, kKey) == 4);
  CHECK(r.find({7, 0, 1, true}, kWeekly, match_as_drawn, kFive, kKey) == -1);  // waits for the one that was met
  for (const std::uint32_t j : {0u, 3u, 4u}) r.hold(j, kWeekly);
  CHECK(r.find({7, 0, 1, false}, kWeekly, match_as_drawn, kFive, kKey) == -1);
  CHECK(r.taken_in_all() == r.capacity_in_all());
}

TEST_CASE("half of a slot is enough for a contact every second week", "[service]") {
  Resources r({1.5}, 0, 0);
  r.hold(0, kWeekly);
  const TherapistView one{1, nullptr, nullptr, kCulture};
  CHECK(r.find({1, 0, 0, false}, kWeekly, match_as_drawn, one, kKey) == -1);
  CHECK(r.find({1, 0, 0, false}, {units_of(2, 1), 0, 0}, match_as_drawn, one, kKey) == 0);
  CHECK(r.load(0) == Approx(2.0 / 3));
}

TEST_CASE("by culture: one's own first, and the keyed order among equals", "[service]") {
  int first[5] = {};
  for (std::uint32_t id = 0; id < 400; ++id) {
    Resources r({1, 1, 1, 1, 1}, 0, 0);
    const int own = r.find({id, 1, 0, false}, kWeekly, match_by_culture, kFive, kKey);
    CHECK(kCulture[own] == 1);
    ++first[own];
    r.hold(1, kWeekly);
    r.hold(4, kWeekly);
    CHECK(kCulture[r.find({id, 1, 0, false}, kWeekly, match_by_culture, kFive, kKey)] != 1);
  }
  CHECK(first[1] > 130);  // 200 expected, SD 10: false alarm below 1e-11
  CHECK(first[4] > 130);
}

TEST_CASE("by preference: an order of one's own, in which a full therapist is passed over", "[service]") {
  int first[5] = {};
  for (std::uint32_t id = 0; id < 1000; ++id) {
    Resources r({1, 1, 1, 1, 1}, 0, 0);
    std::vector<bool> seen(5, false);
    for (int turn = 0; turn < 5; ++turn) {
      const int best = r.find({id, 0, 0, false}, kWeekly, match_by_preference, kFive, kKey);
      REQUIRE(best >= 0);
      if (turn == 0) ++first[best];
      CHECK(!seen[static_cast<std::size_t>(best)]);
      seen[static_cast<std::size_t>(best)] = true;
      r.hold(static_cast<std::uint32_t>(best), kWeekly);
    }
  }
  for (const int count : first) CHECK(std::abs(count - 200) < 75);  // SD 12.6: false alarm 1e-8
}

TEST_CASE("assistants' contacts and money are limits of their own", "[service]") {
  Resources r({10}, 1.5, 100);
  const TherapistView one{1, nullptr, nullptr, kCulture};
  const Need chat{0, kSlot, 0}, dear{kSlot, 0, millionths(60)};
  CHECK(r.find({1, 0, 0, false}, chat, match_as_drawn, one, kKey) == 0);
  r.hold(0, chat);
  CHECK(r.find({1, 0, 0, false}, chat, match_as_drawn, one, kKey) == -1);
  CHECK(r.find({1, 0, 0, false}, {0, kSlot / 2, 0}, match_as_drawn, one, kKey) == 0);
  CHECK(r.find({1, 0, 0, false}, dear, match_as_drawn, one, kKey) == 0);
  r.hold(0, dear);
  CHECK(r.find({1, 0, 0, false}, dear, match_as_drawn, one, kKey) == -1);
  CHECK(r.find({1, 0, 0, false}, {kSlot, 0, millionths(40)}, match_as_drawn, one, kKey) == 0);
  r.clear();
  CHECK(r.find({1, 0, 0, false}, dear, match_as_drawn, one, kKey) == 0);
}

TEST_CASE("it is known when nobody can be served any more", "[service]") {
  Resources r({1, 1}, 0, 0);
  CHECK(!r.exhausted(kSlot));
  r.hold(0, {units_of(2, 1), 0, 0});
  r.hold(1, kWeekly);
  CHECK(r.exhausted(kSlot));
  CHECK(!r.exhausted(units_of(2, 1)));
}

TEST_CASE("the next place with room is the one that looking at all of them finds", "[service]") {
  CHECK(rc::check("like a walk", [] {
    const auto count = *rc::gen::inRange<std::size_t>(0, 70);
    std::vector<std::int64_t> walk(count);
    Gaps gaps(count);
    for (auto& each : walk) each = *rc::gen::inRange(-3, 6);
    gaps.set_all([&](std::size_t place) { return walk[place]; });
    for (int turn = 0; turn < 20; ++turn) {
      if (count > 0) {
        const auto place = *rc::gen::inRange<std::size_t>(0, count);
        gaps.set(place, walk[place] = *rc::gen::inRange(-3, 6));
        RC_ASSERT(gaps.at(place) == walk[place]);
        RC_ASSERT(gaps.largest() == *std::max_element(walk.begin(), walk.end()));
      }
      const auto from = *rc::gen::inRange<std::size_t>(0, count + 2);
      const std::int64_t need = *rc::gen::inRange(-4, 7);
      std::size_t expected = from;
      while (expected < count && walk[expected] < need) ++expected;
      RC_ASSERT(gaps.next(from, need) == std::min(expected, count));
    }
  }));
}

namespace {

/// Who is found by looking at all therapists in the way that the matching says.
int found_by_walk(const Resources& r, const Wish& wish, std::int64_t need, Matching matching,
                  const std::vector<std::uint32_t>& culture) {
  const auto count = static_cast<std::uint32_t>(culture.size());
  int best = -1;
  std::pair<int, std::uint32_t> best_rank;
  for (std::uint32_t step = 0; step < count; ++step) {
    const std::uint32_t j = matching == match_as_drawn ? (wish.therapist + step) % count : step;
    if (r.capacity(j) - r.taken(j) < need) continue;
    const std::uint32_t word = baseline::philox(kKey, wish.id, j + 1, 0, baseline::tag(Purpose::choice)).w[0];
    const int other = matching == match_by_culture && culture[j] != wish.culture ? 1 : 0;
    const std::pair<int, std::uint32_t> rank = matching == match_as_drawn ? std::pair{0, step} : std::pair{other, word};
    if (best >= 0 && rank >= best_rank) continue;
    best = static_cast<int>(j);
    best_rank = rank;
  }
  return best;
}

}  // namespace

TEST_CASE("therapists are found as by looking at all of them", "[service]") {
  CHECK(rc::check("like a walk", [] {
    const auto count = *rc::gen::inRange<std::size_t>(1, 40);
    std::vector<double> slots;
    std::vector<std::uint32_t> culture;
    for (std::size_t j = 0; j < count; ++j) {
      slots.push_back(*rc::gen::inRange(0, 4) / 2.0);
      culture.push_back(*rc::gen::inRange(0u, 3u));
    }
    const TherapistView view{static_cast<int>(count), nullptr, nullptr, culture.data()};
    Resources r(slots, 0, 0);
    for (std::uint32_t id = 0; id < 60; ++id) {
      const Need need{units_of(*rc::gen::inRange(1, 4), 1), 0, 0};
      const Wish wish{id, *rc::gen::inRange(0u, 3u), *rc::gen::inRange(0u, static_cast<std::uint32_t>(count)), false};
      const auto matching = static_cast<Matching>(*rc::gen::inRange(0, 3));
      const int found = r.find(wish, need, matching, view, kKey);
      RC_ASSERT(found == found_by_walk(r, wish, need.human, matching, culture));
      if (found >= 0) r.hold(static_cast<std::uint32_t>(found), need);
      if (id == 30) {
        Taken part;
        part.human.assign(count, 0);
        part.human[0] = -kSlot;  // somebody has left
        r.hold(part);
      }
    }
  }));
}
