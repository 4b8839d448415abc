// What recorders of exact sums have in common: a part for each thread, added up when a replicate is done.
#pragma once
#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "agents/client.hpp"
#include "analysis/noise.hpp"
#include "sim/recorder.hpp"

namespace hybridcare {

/// Integer sums by replicate, cell and group of clients. No order of blocks, threads or shards can change them.
struct Sums {
  int replicates = 0, cells = 0, groups = 0;
  int size = 0;                      ///< sums of one (replicate, cell, group)
  std::vector<std::int64_t> values;  ///< shape (replicates, cells, groups, size)

  Sums() = default;
  Sums(int replicates_, int cells_, int groups_, int size_)
      : replicates(replicates_), cells(cells_), groups(groups_), size(size_), values(at(replicates_, 0, 0)) {}

  std::size_t at(int replicate, int cell, int group) const {
    const auto place = (static_cast<std::size_t>(replicate) * static_cast<std::size_t>(cells) +
                        static_cast<std::size_t>(cell)) * static_cast<std::size_t>(groups);
    return (place + static_cast<std::size_t>(group)) * static_cast<std::size_t>(size);
  }
  std::size_t of_replicate() const { return at(1, 0, 0); }
};

/// Sums of one replicate, filled by one thread at a time, block after block.
class SumPart : public BlockRecorder<ClientBlock> {
 public:
  SumPart(std::uint32_t replicate, std::size_t size) : sums(size), replicate_(replicate) {}
  std::uint32_t replicate() const { return replicate_; }
  /// Forgets all sums and turns to another replicate.
  void reset(std::uint32_t replicate) {
    replicate_ = replicate;
    std::fill(sums.begin(), sums.end(), 0);
  }
  std::vector<std::int64_t> sums;  ///< as in `Sums`, of one replicate

 private:
  std::uint32_t replicate_;
};

/// Adds up the parts of a run. Thread-safe. One use: hand it to `run`, then take the sums.
class SumRecorder : public Recorder<ClientBlock> {
 public:
  using Make = std::function<std::unique_ptr<SumPart>(std::uint32_t replicate)>;
  /// @param first_replicate  number of the replicate that goes to place 0
  SumRecorder(Sums empty, std::uint32_t first_replicate, Make make)
      : first_replicate_(first_replicate), make_(std::move(make)), sums_(std::move(empty)) {}

  std::unique_ptr<BlockRecorder<ClientBlock>> start(std::uint32_t replicate, std::uint32_t, int) override {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return make_(replicate);
    auto chosen = std::find_if(idle_.begin(), idle_.end(),
                               [&](const auto& part) { return part->replicate() == replicate; });
    if (chosen == idle_.end()) {
      chosen = idle_.begin();
      merge(**chosen);
      (*chosen)->reset(replicate);
    }
    std::unique_ptr<SumPart> part = std::move(*chosen);
    idle_.erase(chosen);
    return part;
  }

  void finish(std::unique_ptr<BlockRecorder<ClientBlock>> part) override {
    const std::lock_guard lock(mutex_);
    idle_.emplace_back(static_cast<SumPart*>(part.release()));
  }

  /// All sums, once the run is over. The recorder is empty afterwards.
  Sums take() {
    const std::lock_guard lock(mutex_);
    for (const auto& part : idle_) merge(*part);
    idle_.clear();
    return std::exchange(sums_, Sums{});
  }

 private:
  void merge(const SumPart& part) {
    std::int64_t* to = sums_.values.data() + sums_.at(static_cast<int>(part.replicate() - first_replicate_), 0, 0);
    for (std::size_t i = 0; i < part.sums.size(); ++i) to[i] += part.sums[i];
  }

  const std::uint32_t first_replicate_;
  const Make make_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<SumPart>> idle_;  ///< not yet merged: the next block of the replicate goes on with one
  Sums sums_;
};

/// Sums of one group as real numbers: over all replicates, and over all but one, for each one.
class SumPool {
 public:
  using Row = std::vector<double>;
  /// @param by_replicate  shape (replicates, any)
  explicit SumPool(std::vector<Row> by_replicate) : total_(by_replicate.empty() ? 0 : by_replicate.front().size()) {
    for (const Row& row : by_replicate)
      for (std::size_t i = 0; i < total_.size(); ++i) total_[i] += row[i];
    if (by_replicate.size() < 2) return;
    without_ = std::move(by_replicate);
    for (Row& row : without_)
      for (std::size_t i = 0; i < total_.size(); ++i) row[i] = total_[i] - row[i];
  }

  const Row& total() const { return total_; }
  template <class Statistic>
  Estimate estimate(const Statistic& statistic) const {
    Estimate result{statistic(total_), {}};
    result.without.reserve(without_.size());
    for (const Row& row : without_) result.without.push_back(statistic(row));
    return result;
  }
  /// For what jumps, such as a quantile of whole weeks, of which no jackknife knows the error: pooled value, with such
  /// leave-one-out values that its noise is SD / sqrt(R) over the replicates' own values.
  template <class Statistic>
  Estimate estimate_jumping(const Statistic& statistic) const {
    Estimate result{statistic(total_), {}};
    double sum = 0;
    for (const Row& row : without_) {
      Row own = total_;
      for (std::size_t i = 0; i < own.size(); ++i) own[i] -= row[i];
      sum += result.without.emplace_back(statistic(own));
    }
    const double replicates = static_cast<double>(without_.size());
    for (double& own : result.without) own = result.value - (own - sum / replicates) / (replicates - 1);
    return result;
  }
  /// A function of these sums and of those of the same replicates in another cell: pairs stay pairs.
  template <class Statistic>
  Estimate estimate_with(const SumPool& other, const Statistic& statistic) const {
    Estimate result{statistic(total_, other.total_), {}};
    result.without.reserve(without_.size());
    for (std::size_t r = 0; r < without_.size(); ++r)
      result.without.push_back(statistic(without_[r], other.without_[r]));
    return result;
  }

 private:
  Row total_;
  std::vector<Row> without_;
};

}  // namespace hybridcare
