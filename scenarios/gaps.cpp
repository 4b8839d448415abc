#include "scenarios/gaps.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace hybridcare {

Gaps::Gaps(std::size_t count)
    : count_(count), leaves_(std::bit_ceil(std::max<std::size_t>(count, 1))),
      best_(2 * leaves_, std::numeric_limits<std::int64_t>::min()) {}

void Gaps::play() {
  for (std::size_t n = leaves_ - 1; n > 0; --n) best_[n] = std::max(best_[2 * n], best_[2 * n + 1]);
}

void Gaps::set(std::size_t place, std::int64_t gap) {
  std::size_t n = leaves_ + place;
  best_[n] = gap;
  for (n /= 2; n > 0; n /= 2) best_[n] = std::max(best_[2 * n], best_[2 * n + 1]);
}

/// Up to the first part behind `from` that has enough, then down to its first place.
std::size_t Gaps::next(std::size_t from, std::int64_t need) const {
  if (from >= count_) return count_;
  std::size_t n = leaves_ + from;
  while (best_[n] < need) {
    while (n % 2 == 1) n /= 2;  // a right half: what comes after it lies behind the whole
    if (n == 0) return count_;
    ++n;
  }
  while (n < leaves_) n = best_[2 * n] >= need ? 2 * n : 2 * n + 1;
  return n - leaves_;
}

}  // namespace hybridcare
