// The exact chains of small services, written from scratch: Poisson arrivals join the list at the beginning of a week,
// free slots are given out, the week is held, and then some of those served go.
#pragma once
#include <algorithm>
#include <cmath>
#include <vector>

namespace hybridcare::test {

inline std::vector<double> poisson_shares(double mean, std::size_t most) {
  std::vector<double> share(most + 1);
  for (std::size_t n = 0; n <= most; ++n) {
    const double x = static_cast<double>(n);
    share[n] = mean > 0 ? std::exp(x * std::log(mean) - mean - std::lgamma(x + 1)) : n == 0;
  }
  return share;
}

struct ChainMeans {
  double queue = 0;  ///< clients on the list during a week, mean over the weeks
  double waits = 0;  ///< share of clients who find no free slot in their first week
};

/// Shares of `n` served of whom each goes with probability `leaving`.
inline std::vector<double> leavers(std::size_t n, double leaving) {
  std::vector<double> share(n + 1, 0.0);
  share[0] = 1;
  for (std::size_t i = 1; i <= n; ++i)
    for (std::size_t k = i + 1; k-- > 0;) share[k] = share[k] * (1 - leaving) + (k > 0 ? share[k - 1] * leaving : 0);
  return share;
}

/// State: clients in the system after the leavers have gone. From empty, over `weeks`; 0 weeks: stationary.
inline ChainMeans chain_without_memory(double mean, int slots, double leaving, int weeks) {
  constexpr std::size_t most = 300, most_arrivals = 40;
  const auto c = static_cast<std::size_t>(slots);
  const std::vector<double> come = poisson_shares(mean, most_arrivals);
  std::vector<std::vector<double>> go;
  for (std::size_t n = 0; n <= c; ++n) go.push_back(leavers(n, leaving));
  std::vector<double> now(most + 1, 0.0), present(most + 1);
  now[0] = 1;
  ChainMeans means;
  const int steps = weeks > 0 ? weeks : static_cast<int>(60 / leaving) + 400;
  for (int week = 1; week <= steps; ++week) {
    double queue = 0, waits = 0;
    std::fill(present.begin(), present.end(), 0.0);
    for (std::size_t n = 0; n <= most; ++n)
      for (std::size_t k = 0; now[n] > 1e-18 && k <= most_arrivals; ++k) {
        present[std::min(most, n + k)] += now[n] * come[k];
        const double over = std::max(0.0, static_cast<double>(n + k) - std::max<double>(slots, static_cast<double>(n)));
        waits += now[n] * come[k] * over;
      }
    std::fill(now.begin(), now.end(), 0.0);
    for (std::size_t n = 0; n <= most; ++n) {
      if (present[n] <= 1e-18) continue;
      const std::size_t served = std::min(n, c);
      queue += present[n] * static_cast<double>(n - served);
      for (std::size_t k = 0; k <= served; ++k) now[n - k] += present[n] * go[served][k];
    }
    means.queue = weeks > 0 ? means.queue + queue / weeks : queue;
    means.waits = waits / mean;
  }
  return means;
}

/// State: (admitted last week, on the list). Service takes two weeks. From empty, over `weeks`.
inline ChainMeans chain_two_weeks(double mean, int slots, int weeks) {
  constexpr std::size_t most = 400, most_arrivals = 40;
  const auto c = static_cast<std::size_t>(slots);
  const std::vector<double> come = poisson_shares(mean, most_arrivals);
  std::vector<std::vector<double>> now(c + 1, std::vector<double>(most + 1, 0.0));
  now[0][0] = 1;
  ChainMeans means;
  for (int week = 1; week <= weeks; ++week) {
    std::vector<std::vector<double>> next(c + 1, std::vector<double>(most + 1, 0.0));
    for (std::size_t a = 0; a <= c; ++a)
      for (std::size_t q = 0; q <= most; ++q)
        for (std::size_t k = 0; now[a][q] > 1e-18 && k <= most_arrivals; ++k) {
          const std::size_t wanting = std::min(most, q + k), admitted = std::min(wanting, c - a);
          next[admitted][wanting - admitted] += now[a][q] * come[k];
          means.queue += now[a][q] * come[k] * static_cast<double>(wanting - admitted) / weeks;
        }
    now = std::move(next);
  }
  return means;
}

/// Probability of waiting with Poisson arrivals, exponential service, `slots` servers and `offered` load.
inline double erlang_c(int slots, double offered) {
  double blocked = 1;  // Erlang B by its recursion
  for (int n = 1; n <= slots; ++n) blocked = offered * blocked / (n + offered * blocked);
  return blocked / (1 - offered / slots * (1 - blocked));
}

}  // namespace hybridcare::test
