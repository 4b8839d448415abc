#include "analysis/shapley.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <limits>

namespace hybridcare {
namespace {

/// Share of the orders in which exactly a given coalition of `size` has entered before a given player.
double share_of_orders(std::size_t players, std::size_t size) {
  double share = 1 / static_cast<double>(players);
  for (std::size_t i = 1; i <= size; ++i) share *= static_cast<double>(i) / static_cast<double>(players - i);
  return share;  // size! (players - 1 - size)! / players!
}

}  // namespace

std::vector<Contribution> shapley(const std::vector<double>& worth) {
  assert(std::has_single_bit(worth.size()));
  const std::size_t players = static_cast<std::size_t>(std::countr_zero(worth.size()));
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  std::vector<Contribution> result(players, {0, kInfinite, -kInfinite});
  for (std::size_t player = 0; player < players; ++player) {
    const std::size_t bit = std::size_t{1} << player;
    for (std::size_t before = 0; before < worth.size(); ++before) {
      if (before & bit) continue;
      const double added = worth[before | bit] - worth[before];
      result[player].value += share_of_orders(players, static_cast<std::size_t>(std::popcount(before))) * added;
      result[player].least_order = std::min(result[player].least_order, added);
      result[player].most_order = std::max(result[player].most_order, added);
    }
  }
  return result;
}

}  // namespace hybridcare
