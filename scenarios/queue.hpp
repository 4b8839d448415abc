// S14: who is next. A total order, so that nothing depends on who stood first in memory.
#pragma once
#include <cstdint>
#include <vector>

#include "sim/philox.hpp"

namespace hybridcare {

struct Waiting {
  std::int64_t priority = 0;   ///< severity quantile and age on the list, fixed point 2^-32
  std::uint32_t arrival = 0;   ///< calendar week
  std::uint32_t luck = 0;      ///< keyed word (purpose `precedence`), the smaller goes first
  std::uint32_t id = 0;
  std::uint32_t place = 0;     ///< of the client, for whoever made the list
};

/// Whether a is served before b: higher priority, then earlier arrival, then keyed luck, then id.
bool before(const Waiting& a, const Waiting& b);

/// The keyed word that decides between equals.
std::uint32_t luck_of(Key key, std::uint32_t id);

/// Severity of each PHQ-9 score as a quantile of those who come: distribution function of a normal with that mean and
/// spread. Shape (28,), fixed point 2^-32.
std::vector<std::int64_t> severity_quantiles(double mean, double sd);

/// Priority: severity quantile plus `ageing` per week waited. Fixed point 2^-32.
std::int64_t priority_of(const std::vector<std::int64_t>& quantiles, double phq9, double ageing, int weeks_waited);

/// One week's list: fill, then take from the front. Filling is O(n); each client taken costs O(log n).
class WaitingList {
 public:
  /// @param count  how many will be added
  explicit WaitingList(std::size_t count = 0) { list_.reserve(count); }
  void add(const Waiting& waiting) { list_.push_back(waiting); }
  /// Orders what was added; call before `take`.
  void order();
  bool empty() const { return list_.empty(); }
  std::size_t size() const { return list_.size(); }
  /// The first of those left. @pre not empty, ordered
  Waiting take();

 private:
  std::vector<Waiting> list_;  ///< a heap with the first in front
};

}  // namespace hybridcare
