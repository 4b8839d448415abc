#include "scenarios/queue.hpp"

#include <algorithm>

#include "agents/purposes.hpp"
#include "sim/draws.hpp"
#include "sim/fixed.hpp"
#include "sim/math.hpp"

namespace hybridcare {
namespace {
namespace k = HYBRIDCARE_KERNEL;
constexpr int kScores = 28;
bool after(const Waiting& a, const Waiting& b) { return before(b, a); }
}  // namespace

bool before(const Waiting& a, const Waiting& b) {
  if (a.priority != b.priority) return a.priority > b.priority;
  if (a.arrival != b.arrival) return a.arrival < b.arrival;
  if (a.luck != b.luck) return a.luck < b.luck;
  return a.id < b.id;
}

std::uint32_t luck_of(Key key, std::uint32_t id) { return k::philox(key, id, 0, 0, k::tag(Purpose::precedence)).w[0]; }

std::vector<std::int64_t> severity_quantiles(double mean, double sd) {
  std::vector<std::int64_t> quantiles;
  for (int score = 0; score < kScores; ++score) {
    const double z = sd > 0 ? (score - mean) / sd : score < mean ? -30 : 30;
    quantiles.push_back(to_fixed(k::normal_cdf(k::clip(z, -30, 30))));
  }
  return quantiles;
}

std::int64_t priority_of(const std::vector<std::int64_t>& quantiles, double phq9, double ageing, int weeks_waited) {
  const auto score = static_cast<std::size_t>(k::clip(phq9, 0, kScores - 1));
  return quantiles[score] + weeks_waited * to_fixed(ageing);
}

void WaitingList::order() { std::make_heap(list_.begin(), list_.end(), after); }

Waiting WaitingList::take() {
  std::pop_heap(list_.begin(), list_.end(), after);
  const Waiting first = list_.back();
  list_.pop_back();
  return first;
}

}  // namespace hybridcare
