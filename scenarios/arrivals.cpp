#include "scenarios/arrivals.hpp"

#include <limits>
#include <string>

#include "agents/purposes.hpp"
#include "sim/draws.hpp"
#include "sim/error.hpp"
#include "sim/math.hpp"

namespace hybridcare {
namespace {

namespace k = HYBRIDCARE_KERNEL;

constexpr double kPiece = 64;  ///< means are cut into pieces whose distribution can be summed up without underflow
constexpr int kFarthest = 1000;  ///< of a piece: beyond this a word of 32 bits has nothing left to tell

int invert(double mean, double u) {
  double chance = k::exp(-mean), below = chance;
  int count = 0;
  while (u > below && count < kFarthest) {
    ++count;
    chance *= mean / count;
    below += chance;
  }
  return count;
}

}  // namespace

int poisson(Key key, std::uint32_t week, double mean) {
  int count = 0;
  k::Words words{};
  for (std::uint32_t piece = 0; piece * kPiece < mean; ++piece) {
    if (piece % 4 == 0) words = k::philox(key, week, 0, 0, k::tag(Purpose::arrivals, piece / 4));
    count += invert(k::min(mean - piece * kPiece, kPiece), k::uniform(words.w[piece % 4]));
  }
  return count;
}

Arrivals draw_arrivals(Key key, const std::vector<double>& means, int in_need, int wanted, int followed) {
  Arrivals arrivals;
  arrivals.by_week.push_back(0);
  const auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max());
  std::uint64_t clients = 0;
  int last = 0;  // week in which the last of the wanted clients arrives
  for (int week = 1; last == 0 || week < last + followed; ++week) {
    if (week > kMostServiceWeeks)
      throw UserError("service", "after " + std::to_string(kMostServiceWeeks) + " weeks " + std::to_string(clients) +
                                     " of " + std::to_string(wanted) + " clients have arrived or been followed to " +
                                     "the end; raise arrivals or in_need, or lower clients");
    const double mean = means[static_cast<std::size_t>(week - 1) % means.size()];
    const int came = poisson(key, static_cast<std::uint32_t>(week), mean) + (week == 1 ? in_need : 0);
    clients += static_cast<std::uint64_t>(came);
    if (clients > most) throw UserError("service", "more than " + std::to_string(most) + " clients arrive");
    arrivals.by_week.push_back(static_cast<std::uint32_t>(came));
    if (last == 0 && clients >= static_cast<std::uint64_t>(wanted)) last = week;
  }
  arrivals.clients = static_cast<std::uint32_t>(clients);
  return arrivals;
}

}  // namespace hybridcare
