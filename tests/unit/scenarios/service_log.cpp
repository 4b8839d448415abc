// The log of a coupled run: what is written down is read again, in order, in few bytes.
#include "scenarios/service_log.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <tuple>

#include "tests/catch.hpp"

using namespace hybridcare;

namespace {

auto all_of(const Happening& h) {
  return std::tie(h.id, h.week, h.deed, h.agents, h.step, h.therapist, h.hearsay_human, h.hearsay_assistant);
}

/// What may happen to a client of this group.
Happening something(std::uint32_t first, int size, std::uint16_t week) {
  Happening h;
  h.id = first + *rc::gen::inRange(0u, static_cast<std::uint32_t>(size));
  h.week = week;
  h.deed = static_cast<Deed>(*rc::gen::inRange(0, 4));
  if (h.deed == Deed::admitted) {
    h.step = *rc::gen::inRange(0u, 100000u);
    h.therapist = *rc::gen::arbitrary<std::uint32_t>();
  }
  if (h.deed != Deed::greets) return h;
  h.agents = static_cast<std::uint8_t>(*rc::gen::inRange(1, 4));
  if (h.agents & 1) h.hearsay_human = *rc::gen::inRange(-2, 3) / 3.0;
  if (h.agents & 2) h.hearsay_assistant = *rc::gen::inRange(-2, 3) / 7.0;
  return h;
}

}  // namespace

TEST_CASE("what happened is read again by week, and of the clients who are asked for", "[service]") {
  CHECK(rc::check("there and back", [] {
    const int size = *rc::gen::inRange(1, kBlock + 1), groups = 3;
    ServiceLog log;
    std::vector<Happening> all;
    for (std::uint32_t g = 0; g < groups; ++g) {
      GroupLog& group = log.groups.emplace_back(g * static_cast<std::uint32_t>(size));
      for (std::uint16_t week = 1; week <= kMostServiceWeeks; week = static_cast<std::uint16_t>(week + 103))
        for (int n = *rc::gen::inRange(0, 6); n > 0; --n) {
          all.push_back(something(group.first(), size, week));
          group.add(all.back());
        }
    }
    const auto people = static_cast<std::uint32_t>(groups * size);
    const auto begin = *rc::gen::inRange(0u, people);
    const auto end = *rc::gen::inRange(begin, people + 1);
    std::erase_if(all, [&](const Happening& h) { return h.id < begin || h.id >= end; });
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.week < b.week; });
    const std::vector<Happening> found = log.happenings(begin, end);
    RC_ASSERT(found.size() == all.size());
    for (std::size_t n = 0; n < all.size(); ++n) RC_ASSERT(all_of(found[n]) == all_of(all[n]));
  }));
}

TEST_CASE("a client who joins, is admitted and is greeted takes few bytes of the log", "[service]") {
  GroupLog log(256);
  for (std::uint32_t id = 256; id < 512; ++id) {
    log.add({id, 3, Deed::joins, 0, 0, 0, 0, 0});
    log.add({id, 9, Deed::admitted, 0, 4, id, 0, 0});
    log.add({id, 9, Deed::greets, 1, 0, 0, .25, .5});  // what was heard of whom one does not meet is not written down
  }
  CHECK(log.bytes() <= 256 * (4 + 12 + 12) * 5 / 4);
  std::vector<Happening> found;
  log.read(300, 301, found);
  REQUIRE(found.size() == 3);
  CHECK(found[2].hearsay_human == .25);
  CHECK(found[2].hearsay_assistant == 0);
}
