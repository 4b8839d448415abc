// S15: who knows whom. Made once per replicate, then read as compressed rows.
#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "agents/service_parameters.hpp"
#include "sim/philox.hpp"

namespace hybridcare {

using Edge = std::pair<std::uint32_t, std::uint32_t>;

/// Undirected graph; the neighbours of client i are neighbour[first[i]] .. neighbour[first[i + 1] - 1], ascending.
struct Network {
  std::vector<std::uint32_t> first = {0};  ///< shape (clients + 1,)
  std::vector<std::uint32_t> neighbour;    ///< each tie twice
  std::uint32_t clients() const { return static_cast<std::uint32_t>(first.size() - 1); }
};

/// Ties of a small world (Watts & Strogatz 1998, doi 10.1038/30918) with homophily. Clients stand on a ring in the
/// order of their ids. Each has k / 2 ties forwards; each tie is sought, with probability `homophily`, within the own
/// culture, that is on the ring of that culture's clients alone, else on the ring of all; and with probability
/// `rewiring` it leads to anybody of that ring instead of the next ones. All by keyed draws (purpose `edges`).
/// The expected share of ties within culture c is homophily + (1 - homophily) x share of c.
/// @param culture  of each client, below kMostCultures
std::vector<Edge> small_world(const NetworkParameters& parameters, Key key, const std::vector<std::uint8_t>& culture);

/// The graph of these ties; loops, repetitions, and ties of those who are not among the clients are dropped.
/// @throws UserError above 2^32 - 1 ends of ties
Network make_network(const std::vector<Edge>& edges, std::uint32_t clients);

/// make_network(small_world(…)) without a list of ties in between: they are drawn twice, to count and to write down.
Network small_world_network(const NetworkParameters& parameters, Key key, const std::vector<std::uint8_t>& culture);

/// How well a network is connected: number of separate parts. For checks and reports.
std::uint32_t parts_of(const Network& network);

}  // namespace hybridcare
