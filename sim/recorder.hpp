// Recorders watch a run without taking part in it: a run with or without them is the same.
#pragma once
#include <cstdint>
#include <memory>

namespace hybridcare {

/// Which course a recorder is looking at. `cell` is the place of (variant, arm, twin) in the experiment's list.
struct CourseAt {
  std::uint32_t replicate = 0;
  int cell = 0;
  std::uint32_t first = 0;  ///< entity id of the block's first lane at entry; ids are first .. first + size - 1
};

/// Takes part of a run's records: everything of one (replicate, block), through all cells, on one thread.
template <class Block>
class BlockRecorder {
 public:
  virtual ~BlockRecorder() = default;
  /// Called for week 0 (entry) and after each week's last phase; lanes may have been permuted in between.
  virtual void week(const CourseAt& at, const Block& block, int week) = 0;
};

/// Implemented in analysis/; makes one BlockRecorder per task and takes it back when the task is done.
template <class Block>
class Recorder {
 public:
  virtual ~Recorder() = default;
  /// Thread-safe. May return null: nothing to record for this block.
  virtual std::unique_ptr<BlockRecorder<Block>> start(std::uint32_t replicate, std::uint32_t first, int size) = 0;
  /// Thread-safe. Adds exact (integer) accumulators; tasks arrive in any order.
  virtual void finish(std::unique_ptr<BlockRecorder<Block>> part) = 0;
};

}  // namespace hybridcare
