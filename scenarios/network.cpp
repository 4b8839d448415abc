#include "scenarios/network.hpp"

#include <algorithm>
#include <array>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/connected_components.hpp>
#include <limits>
#include <string>

#include "agents/parameters.hpp"
#include "agents/purposes.hpp"
#include "sim/draws.hpp"
#include "sim/error.hpp"

namespace hybridcare {
namespace {

namespace k = HYBRIDCARE_KERNEL;
using Graph = boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, boost::no_property,
                                                 boost::no_property, std::uint32_t, std::uint64_t>;

/// Clients in the order of their ids, and where each of them stands.
struct Ring {
  std::vector<std::uint32_t> member;
  std::uint32_t at(std::uint64_t place) const { return member[static_cast<std::size_t>(place % member.size())]; }
};

struct Rings {
  std::array<Ring, kMostCultures> of_culture;
  std::vector<std::uint32_t> place;  ///< of each client on the ring of the own culture
};

Rings make_rings(const std::vector<std::uint8_t>& culture) {
  Rings rings;
  rings.place.reserve(culture.size());
  for (std::size_t i = 0; i < culture.size(); ++i) {
    Ring& ring = rings.of_culture[culture[i]];
    rings.place.push_back(static_cast<std::uint32_t>(ring.member.size()));
    ring.member.push_back(static_cast<std::uint32_t>(i));
  }
  return rings;
}

/// Calls tie(a, b) for each tie of a small world, every time the same.
template <class Tie>
void for_ties(const NetworkParameters& p, Key key, const std::vector<std::uint8_t>& culture, const Rings& rings,
              const Tie& tie) {
  const std::uint64_t all = culture.size();
  const std::uint32_t rewired = k::threshold(p.rewiring), alike = k::threshold(p.homophily);
  const auto forwards = static_cast<std::uint32_t>(p.neighbours / 2);
  for (std::uint32_t i = 0; i < all; ++i) {
    const Ring& own = rings.of_culture[culture[i]];
    for (std::uint32_t slot = 0; slot < forwards; ++slot) {
      const auto words = k::philox(key, i, slot, 0, k::tag(Purpose::edges));
      const bool within = words.w[2] < alike;
      const std::uint64_t size = within ? own.member.size() : all;
      std::uint64_t to = (within ? rings.place[i] : i) + slot + 1;
      if (words.w[0] < rewired) to = (words.w[1] * size) >> 32;
      tie(i, within ? own.at(to) : static_cast<std::uint32_t>(to % all));
    }
  }
}

/// Rows in order and without repetitions, moved together.
void tidy_rows(Network& n) {
  std::uint32_t end = 0;
  for (std::uint32_t i = 0, begin = 0; i < n.clients(); ++i) {
    const auto row = n.neighbour.begin() + begin, last = n.neighbour.begin() + n.first[i + 1];
    std::sort(row, last);
    begin = n.first[i + 1];
    const auto moved = std::unique_copy(row, last, n.neighbour.begin() + end);
    end = static_cast<std::uint32_t>(moved - n.neighbour.begin());
    n.first[i + 1] = end;
  }
  n.neighbour.resize(end);
}

/// Rows by counting: no list of ties is ever sorted. `visit` calls what it is given for each tie, twice the same.
template <class Visit>
Network rows_of(std::uint32_t clients, const Visit& visit) {
  Network n;
  std::uint64_t ends = 0;
  n.first.assign(std::size_t{clients} + 1, 0);
  const auto known = [clients](std::uint32_t a, std::uint32_t b) { return a != b && a < clients && b < clients; };
  visit([&](std::uint32_t a, std::uint32_t b) {
    if (!known(a, b)) return;
    ++n.first[a];
    ++n.first[b];
    ends += 2;
  });
  if (ends > std::numeric_limits<std::uint32_t>::max())
    throw UserError("network", std::to_string(ends / 2) + " ties; at most 2147483647 are possible");
  std::uint32_t end = 0;
  for (std::uint32_t& place : n.first) place = end += place;  // ends of rows, from which they are filled backwards
  n.neighbour.resize(ends);
  visit([&](std::uint32_t a, std::uint32_t b) {
    if (!known(a, b)) return;
    n.neighbour[--n.first[a]] = b;
    n.neighbour[--n.first[b]] = a;
  });
  tidy_rows(n);
  return n;
}

}  // namespace

std::vector<Edge> small_world(const NetworkParameters& p, Key key, const std::vector<std::uint8_t>& culture) {
  std::vector<Edge> edges;
  for_ties(p, key, culture, make_rings(culture), [&](std::uint32_t a, std::uint32_t b) { edges.emplace_back(a, b); });
  return edges;
}

Network make_network(const std::vector<Edge>& edges, std::uint32_t clients) {
  return rows_of(clients, [&](const auto& tie) {
    for (const auto& [a, b] : edges) tie(a, b);
  });
}

Network small_world_network(const NetworkParameters& p, Key key, const std::vector<std::uint8_t>& culture) {
  const Rings rings = make_rings(culture);
  return rows_of(static_cast<std::uint32_t>(culture.size()),
                 [&](const auto& tie) { for_ties(p, key, culture, rings, tie); });
}

std::uint32_t parts_of(const Network& network) {
  std::vector<Edge> edges;
  for (std::uint32_t i = 0; i < network.clients(); ++i)
    for (std::uint32_t e = network.first[i]; e < network.first[i + 1]; ++e) edges.emplace_back(i, network.neighbour[e]);
  const Graph graph(boost::edges_are_sorted, edges.begin(), edges.end(), network.clients());
  std::vector<std::uint32_t> part(network.clients());
  return static_cast<std::uint32_t>(boost::connected_components(graph, part.data()));
}

}  // namespace hybridcare
