#include "scenarios/network.hpp"

#include <algorithm>
#include <array>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/connected_components.hpp>

#include "agents/parameters.hpp"
#include "agents/purposes.hpp"
#include "sim/draws.hpp"

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

}  // namespace

std::vector<Edge> small_world(const NetworkParameters& p, Key key, const std::vector<std::uint8_t>& culture) {
  const Rings rings = make_rings(culture);
  const std::uint64_t all = culture.size();
  const std::uint32_t rewired = k::threshold(p.rewiring), alike = k::threshold(p.homophily);
  const auto forwards = static_cast<std::uint32_t>(p.neighbours / 2);
  std::vector<Edge> edges;
  edges.reserve(all * forwards);
  for (std::uint32_t i = 0; i < all; ++i) {
    const Ring& own = rings.of_culture[culture[i]];
    for (std::uint32_t slot = 0; slot < forwards; ++slot) {
      const auto words = k::philox(key, i, slot, 0, k::tag(Purpose::edges));
      const bool within = words.w[2] < alike;
      const std::uint64_t size = within ? own.member.size() : all;
      std::uint64_t to = (within ? rings.place[i] : i) + slot + 1;
      if (words.w[0] < rewired) to = (words.w[1] * size) >> 32;
      edges.emplace_back(i, within ? own.at(to) : static_cast<std::uint32_t>(to % all));
    }
  }
  return edges;
}

Network make_network(std::vector<Edge> edges, std::uint32_t clients) {
  std::erase_if(edges, [](const Edge& edge) { return edge.first == edge.second; });
  for (Edge& edge : edges)
    if (edge.first > edge.second) std::swap(edge.first, edge.second);
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  const std::size_t ties = edges.size();
  edges.reserve(2 * ties);
  for (std::size_t e = 0; e < ties; ++e) edges.emplace_back(edges[e].second, edges[e].first);
  std::sort(edges.begin(), edges.end());
  const Graph graph(boost::edges_are_sorted, edges.begin(), edges.end(), clients);
  Network network;
  network.first.assign(1, 0);
  network.first.reserve(std::size_t{clients} + 1);
  network.neighbour.reserve(edges.size());
  for (std::uint32_t i = 0; i < clients; ++i) {
    const auto [begin, end] = boost::adjacent_vertices(i, graph);
    network.neighbour.insert(network.neighbour.end(), begin, end);
    network.first.push_back(network.neighbour.size());
  }
  return network;
}

std::uint32_t parts_of(const Network& network) {
  std::vector<Edge> edges;
  for (std::uint32_t i = 0; i < network.clients(); ++i)
    for (std::uint64_t e = network.first[i]; e < network.first[i + 1]; ++e) edges.emplace_back(i, network.neighbour[e]);
  const Graph graph(boost::edges_are_sorted, edges.begin(), edges.end(), network.clients());
  std::vector<std::uint32_t> part(network.clients());
  return static_cast<std::uint32_t>(boost::connected_components(graph, part.data()));
}

}  // namespace hybridcare
