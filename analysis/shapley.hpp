#pragma once
#include <vector>

namespace hybridcare {

/// What one player adds, over all orders in which the players can enter.
struct Contribution {
  double value = 0;                        ///< Shapley: mean over orders; over players they sum to v(all) - v(none)
  double least_order = 0, most_order = 0;  ///< over orders
};

/// Exact Shapley values of a game of n players.
/// @param worth  v of every coalition, shape (2^n,), index = bit mask of the players present, n <= 16
/// @return shape (n,)
std::vector<Contribution> shapley(const std::vector<double>& worth);

}  // namespace hybridcare
