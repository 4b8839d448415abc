// S14: who has room, found without looking at everybody.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace hybridcare {

/// A number for each of some places, and the largest of each pair, of each pair of pairs, and so on up to all: a
/// tournament. Setting one and finding one take as many steps as the tournament has rounds.
class Gaps {
 public:
  explicit Gaps(std::size_t count);
  std::size_t size() const { return count_; }
  std::int64_t at(std::size_t place) const { return best_[leaves_ + place]; }
  void set(std::size_t place, std::int64_t gap);
  /// All at once: gap(place) for each.
  template <class Gap>
  void set_all(const Gap& gap) {
    for (std::size_t place = 0; place < count_; ++place) best_[leaves_ + place] = gap(place);
    play();
  }
  /// The largest of all; the least of its type where there are no places.
  std::int64_t largest() const { return best_[1]; }
  /// The first place from `from` on that has at least `need`; size() if none has.
  std::size_t next(std::size_t from, std::int64_t need) const;

 private:
  void play();

  std::size_t count_, leaves_;
  std::vector<std::int64_t> best_;  ///< [1] of all, [2 n] and [2 n + 1] of the halves of [n]; places from leaves_ on
};

}  // namespace hybridcare
