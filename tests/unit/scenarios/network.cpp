// The network of clients against what its recipe promises.
#include "scenarios/network.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/catch.hpp"

using namespace hybridcare;

namespace {

constexpr double kShare[] = {.55, .20, .15, .10};

std::vector<std::uint8_t> cultures(std::uint32_t clients) {
  std::vector<std::uint8_t> culture;
  for (std::uint32_t i = 0; i < clients; ++i) {
    const double u = (baseline::philox(Key{77, 0}, i, 0, 0, 1).w[0] + .5) / 4294967296.0;
    culture.push_back(u < .55 ? 0 : u < .75 ? 1 : u < .90 ? 2 : 3);
  }
  return culture;
}

NetworkParameters parameters(int neighbours, double rewiring, double homophily) {
  NetworkParameters p{};
  p.neighbours = neighbours, p.rewiring = rewiring, p.homophily = homophily;
  return p;
}

/// Share of closed triangles among pairs of neighbours.
double clustering(const Network& n) {
  double closed = 0, pairs = 0;
  for (std::uint32_t i = 0; i < n.clients(); ++i) {
    const auto *begin = n.neighbour.data() + n.first[i], *end = n.neighbour.data() + n.first[i + 1];
    for (const auto* a = begin; a < end; ++a)
      for (const auto* b = a + 1; b < end; ++b) {
        pairs += 1;
        closed += std::binary_search(n.neighbour.data() + n.first[*a], n.neighbour.data() + n.first[*a + 1], *b);
      }
  }
  return closed / pairs;
}

}  // namespace

TEST_CASE("without rewiring and homophily it is the ring lattice", "[network]") {
  const auto culture = cultures(500);
  const Network n = make_network(small_world(parameters(6, 0, 0), Key{1, 1}, culture), 500);
  for (std::uint32_t i = 0; i < 500; ++i) {
    REQUIRE(n.first[i + 1] - n.first[i] == 6);
    for (std::uint64_t e = n.first[i]; e < n.first[i + 1]; ++e) {
      const std::uint32_t apart = (n.neighbour[e] + 500 - i) % 500;
      CHECK((apart <= 3 || apart >= 497));
    }
  }
  CHECK(clustering(n) == Approx(.6));  // 3 (k - 2) / (4 (k - 1))
  CHECK(parts_of(n) == 1);
}

TEST_CASE("ties are mutual, without loops and repetitions", "[network]") {
  const Network n = make_network(small_world(parameters(6, .3, .7), Key{1, 2}, cultures(2000)), 2000);
  for (std::uint32_t i = 0; i < 2000; ++i)
    for (std::uint64_t e = n.first[i]; e < n.first[i + 1]; ++e) {
      const std::uint32_t j = n.neighbour[e];
      CHECK(j != i);
      if (e > n.first[i]) CHECK(n.neighbour[e - 1] < j);
      CHECK(std::binary_search(n.neighbour.data() + n.first[j], n.neighbour.data() + n.first[j + 1], i));
    }
  const Network hand = make_network({{0, 1}, {1, 0}, {2, 2}, {1, 0}, {3, 1}}, 5);
  CHECK(hand.first == std::vector<std::uint32_t>{0, 1, 3, 3, 4, 4});
  CHECK(hand.neighbour == std::vector<std::uint32_t>{1, 0, 3, 1});
  CHECK(parts_of(hand) == 3);
}

TEST_CASE("degree, homophily and clustering are those of the recipe", "[network]") {
  // Each share is of about 40,000 ties or more; at 5 SD the false alarm is 6e-7, and 1.5 points off are caught.
  constexpr std::uint32_t clients = 40000;
  const auto culture = cultures(clients);
  const double homophily = .7;
  const std::vector<Edge> edges = small_world(parameters(6, .1, homophily), Key{4, 2}, culture);
  double ties[4] = {}, within[4] = {};
  for (const auto& [from, to] : edges) {
    ties[culture[from]] += 1;
    within[culture[from]] += culture[from] == culture[to];
  }
  for (int c = 0; c < 4; ++c) {
    const double p = homophily + (1 - homophily) * kShare[c];
    CHECK(std::abs(within[c] / ties[c] - p) < 5 * std::sqrt(p * (1 - p) / ties[c]) + .003);  // shares are drawn, too
  }
  const Network n = make_network(edges, clients);
  const double degree = static_cast<double>(n.neighbour.size()) / clients;
  CHECK(degree <= 6);
  CHECK(degree > 5.6);  // a tie along both rings may be the same one
  CHECK(clustering(n) > .15);
  const Network random = make_network(small_world(parameters(6, 1, 0), Key{4, 2}, culture), clients);
  CHECK(clustering(random) < .005);
  const Network lattice = make_network(small_world(parameters(6, .1, 0), Key{4, 2}, culture), clients);
  CHECK(clustering(lattice) == Approx(.6 * .9 * .9 * .9).epsilon(.05));  // Barrat & Weigt 2000: C (1 - p)^3
}

TEST_CASE("whether a tie leads far away has nothing to do with whom it is sought among", "[network]") {
  // About 21,000 ties between cultures; at 5 SD the false alarm is 6e-7, and a share of .11 instead of .10 is caught
  // nine times in ten. None of them can come from a culture's own ring, so those that lead far were rewired.
  constexpr std::uint32_t clients = 40000;
  const auto culture = cultures(clients);
  double between = 0, far = 0;
  for (const auto& [from, to] : small_world(parameters(6, .1, .7), Key{4, 3}, culture)) {
    if (culture[from] == culture[to]) continue;
    between += 1;
    far += (to + clients - from) % clients > 3;
  }
  CHECK(between > 20000);
  CHECK(std::abs(far / between - .1) < 5 * std::sqrt(.1 * .9 / between));
}

TEST_CASE("the same key makes the same network, another key another", "[network]") {
  const auto culture = cultures(300);
  const NetworkParameters p = parameters(6, .1, .7);
  CHECK(small_world(p, Key{1, 1}, culture) == small_world(p, Key{1, 1}, culture));
  CHECK(small_world(p, Key{1, 1}, culture) != small_world(p, Key{1, 2}, culture));
  CHECK(make_network(small_world(p, Key{1, 1}, {0}), 1).neighbour.empty());
  CHECK(make_network({}, 0).clients() == 0);
}

TEST_CASE("rows hold the ties and nothing else, and a network that is drawn needs no list of them", "[network]") {
  CHECK(rc::check("like a set", [] {
    const auto clients = *rc::gen::inRange(0u, 30u);
    std::vector<Edge> edges;
    std::set<Edge> expected;
    for (int n = *rc::gen::inRange(0, 80); n > 0; --n) {
      const Edge e{*rc::gen::inRange(0u, 33u), *rc::gen::inRange(0u, 33u)};  // some are of nobody
      edges.push_back(e);
      if (e.first == e.second || e.first >= clients || e.second >= clients) continue;
      expected.insert(e);
      expected.insert({e.second, e.first});
    }
    const Network n = make_network(edges, clients);
    std::vector<Edge> found;
    for (std::uint32_t i = 0; i < n.clients(); ++i)
      for (std::uint32_t e = n.first[i]; e < n.first[i + 1]; ++e) found.emplace_back(i, n.neighbour[e]);
    RC_ASSERT(n.clients() == clients);
    RC_ASSERT(found == std::vector<Edge>(expected.begin(), expected.end()));
  }));
  const auto culture = cultures(700);
  const NetworkParameters p = parameters(8, .2, .6);
  const Network drawn = small_world_network(p, Key{3, 1}, culture);
  const Network listed = make_network(small_world(p, Key{3, 1}, culture), 700);
  CHECK(drawn.first == listed.first);
  CHECK(drawn.neighbour == listed.neighbour);
}
