#include "scenarios/allocation.hpp"

#include <algorithm>
#include <numeric>

#include "agents/purposes.hpp"
#include "sim/draws.hpp"
#include "sim/math.hpp"

namespace hybridcare {
namespace {
namespace k = HYBRIDCARE_KERNEL;
}

std::int64_t units_of(int every_weeks, int per_week) {
  return every_weeks > 0 ? (kSlot * per_week + every_weeks - 1) / every_weeks : 0;
}

std::int64_t millionths(double money) { return static_cast<std::int64_t>(k::round_half_up(money * 1e6)); }

void Taken::clear() {
  std::fill(human.begin(), human.end(), 0);
  assistant = money = 0;
}

Resources::Resources(const std::vector<double>& slots, double assistant_contacts, double budget)
    : gaps_(slots.size()),
      assistant_capacity_(assistant_contacts > 0 ? static_cast<std::int64_t>(assistant_contacts * kSlot) : kUnlimited),
      budget_(budget > 0 ? millionths(budget) : kUnlimited) {
  for (const double each : slots) capacity_.push_back(static_cast<std::int64_t>(each * kSlot));
  taken_.human.assign(slots.size(), 0);
  clear();
}

void Resources::clear() {
  taken_.clear();
  gaps_.set_all([&](std::size_t j) { return gap(j); });
}

void Resources::hold(std::uint32_t therapist, const Need& need) {
  taken_.add(therapist, need);
  if (need.human != 0) gaps_.set(therapist, gap(therapist));
}

void Resources::hold(const Taken& part) {
  for (std::size_t j = 0; j < part.human.size(); ++j) taken_.human[j] += part.human[j];
  taken_.assistant += part.assistant;
  taken_.money += part.money;
  gaps_.set_all([&](std::size_t j) { return gap(j); });
}

int Resources::find(const Wish& wish, const Need& need, Matching matching, const TherapistView& therapists,
                    Key key) const {
  if (need.assistant > 0 && taken_.assistant + need.assistant > assistant_capacity_) return -1;
  if (need.money > 0 && taken_.money + need.money > budget_) return -1;
  const auto own = static_cast<int>(wish.therapist);
  if (need.human <= 0) return own;
  if (wish.bound) return gap(wish.therapist) >= need.human ? own : -1;
  if (matching != match_as_drawn)
    return find_preferred(wish, need.human, matching == match_by_culture, therapists, key);
  if (gaps_.largest() < need.human) return -1;
  const std::size_t behind = gaps_.next(wish.therapist, need.human);
  return static_cast<int>(behind < gaps_.size() ? behind : gaps_.next(0, need.human));
}

int Resources::find_preferred(const Wish& wish, std::int64_t need, bool by_culture, const TherapistView& therapists,
                              Key key) const {
  int best = -1;
  bool best_alike = false;
  std::uint32_t best_word = 0;
  for (std::size_t j = gaps_.next(0, need); j < gaps_.size(); j = gaps_.next(j + 1, need)) {
    const bool alike = by_culture && therapists.culture[j] == wish.culture;
    if (best_alike && !alike) continue;
    const auto second = static_cast<std::uint32_t>(j) + 1;
    const std::uint32_t word = k::philox(key, wish.id, second, 0, k::tag(Purpose::choice)).w[0];
    if (best >= 0 && alike == best_alike && word >= best_word) continue;
    best = static_cast<int>(j);
    best_alike = alike;
    best_word = word;
  }
  return best;
}

std::int64_t Resources::taken_in_all() const {
  return std::accumulate(taken_.human.begin(), taken_.human.end(), std::int64_t{0});
}
std::int64_t Resources::capacity_in_all() const {
  return std::accumulate(capacity_.begin(), capacity_.end(), std::int64_t{0});
}

double Resources::load(std::uint32_t therapist) const {
  const std::int64_t taken = taken_.human[therapist], capacity = capacity_[therapist];
  if (capacity == 0) return taken == 0 ? 0.0 : 1.0;
  return static_cast<double>(taken) / static_cast<double>(capacity);
}

}  // namespace hybridcare
