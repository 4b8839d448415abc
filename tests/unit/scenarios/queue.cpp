// Order of waiting lists, and waits of a small service against its exact chain.
#include "scenarios/queue.hpp"

#include <algorithm>
#include <cmath>

#include "scenarios/allocation.hpp"
#include "scenarios/arrivals.hpp"
#include "sim/fixed.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenarios/queue_chain.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

TEST_CASE("the list is served by priority, arrival, luck and id, whatever the order of entry", "[service]") {
  std::vector<Waiting> all;
  for (std::uint32_t i = 0; i < 200; ++i)
    all.push_back({to_fixed(static_cast<double>(i * 7 % 5) / 5), i * 3 % 4, i * 11 % 3, i, i});
  std::vector<Waiting> sorted = all;
  std::sort(sorted.begin(), sorted.end(), before);
  for (int shift : {0, 1, 77, 199}) {
    std::rotate(all.begin(), all.begin() + shift, all.end());
    WaitingList list;
    for (const Waiting& each : all) list.add(each);
    list.order();
    for (const Waiting& each : sorted) CHECK(list.take().id == each.id);
    CHECK(list.empty());
  }
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const Waiting &a = sorted[i - 1], &b = sorted[i];
    const bool right = a.priority > b.priority ||
                       (a.priority == b.priority &&
                        (a.arrival < b.arrival ||
                         (a.arrival == b.arrival && (a.luck < b.luck || (a.luck == b.luck && a.id < b.id)))));
    CHECK(right);
  }
}

TEST_CASE("severity counts by quantile and waiting makes up for it", "[service]") {
  const auto quantiles = severity_quantiles(14, 4.5);
  CHECK(from_fixed(quantiles[14]) == Approx(.5).margin(1e-9));
  CHECK(from_fixed(quantiles[23]) == Approx(.97725).margin(1e-5));
  for (std::size_t s = 1; s < quantiles.size(); ++s) CHECK(quantiles[s] > quantiles[s - 1]);
  CHECK(priority_of(quantiles, 14, .05, 0) < priority_of(quantiles, 23, .05, 0));
  CHECK(priority_of(quantiles, 14, .05, 10) > priority_of(quantiles, 23, .05, 0));  // .5 + .5 against .977
  CHECK(priority_of(quantiles, 14, .05, 9) < priority_of(quantiles, 23, .05, 0));
  CHECK(severity_quantiles(14, 0)[13] < severity_quantiles(14, 0)[14]);
}

namespace {

/// Mean number on the list over the weeks, in a service with `slots` from which each client goes with probability
/// `leaving` a week: product code for arrivals, list and slots, a keyed word for leaving.
double simulated_queue(std::uint32_t replicate, double mean, int slots, double leaving, int weeks) {
  const Key key{11, replicate};
  Resources resources({static_cast<double>(slots)}, 0, 0);
  const Need need{kSlot, 0, 0};
  TherapistView nobody;
  std::vector<Waiting> waiting;
  std::vector<std::uint32_t> served;
  std::uint32_t next = 0;
  double sum = 0;
  for (int week = 1; week <= weeks; ++week) {
    const auto w = static_cast<std::uint32_t>(week);
    for (int n = poisson(key, w, mean); n > 0; --n, ++next) waiting.push_back({0, w, luck_of(key, next), next, 0});
    resources.clear();
    for (std::size_t s = 0; s < served.size(); ++s) resources.hold(0, need);
    WaitingList list;
    for (const Waiting& each : waiting) list.add(each);
    list.order();
    waiting.clear();
    while (!list.empty()) {
      const Waiting first = list.take();
      if (resources.find({first.id, 0, 0, false}, need, match_as_drawn, nobody, key) < 0) {
        waiting.push_back(first);
        continue;
      }
      resources.hold(0, need);
      served.push_back(first.id);
    }
    sum += static_cast<double>(waiting.size());
    std::erase_if(served, [&](std::uint32_t id) {
      return (baseline::philox(key, id, 0, w, 999u << 16).w[0] + .5) / 4294967296.0 < leaving;
    });
  }
  return sum / weeks;
}

}  // namespace

TEST_CASE("a list of a service without memory is as long as the exact chain says", "[service][statistical]") {
  // False alarm 4e-8 each. With 400 replicates of 150 weeks the standard error is about 4 % of the mean: a slot too
  // many, or a week of waiting too many for everybody, is caught with near certainty.
  struct Case { double mean; int slots; double leaving; };
  for (const Case c : {Case{1.8, 10, .2}, Case{.9, 4, .25}, Case{2.0, 8, .22}}) {
    double sum = 0, squares = 0;
    constexpr int replicates = 400, weeks = 150;
    for (std::uint32_t r = 0; r < replicates; ++r) {
      const double one = simulated_queue(r, c.mean, c.slots, c.leaving, weeks);
      sum += one;
      squares += one * one;
    }
    const double mean = sum / replicates, se = std::sqrt((squares / replicates - mean * mean) / replicates);
    const double exact = chain_without_memory(c.mean, c.slots, c.leaving, weeks).queue;
    CHECK(std::abs(mean - exact) < 5.5 * se);
    CHECK(se < .08 * exact);
  }
}

TEST_CASE("the exact chain tends to Erlang C as service becomes long", "[service]") {
  double last = 1;
  for (const double leaving : {.1, .02, .004}) {
    const double mean = 4 * .8 * leaving;  // four slots, four fifths of them needed
    const double waits = chain_without_memory(mean, 4, leaving, 0).waits;
    const double off = std::abs(waits - erlang_c(4, 4 * .8));
    CHECK(off < last);
    last = off;
  }
  CHECK(last < .004);
}
