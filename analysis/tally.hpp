// The standard recorder: exact counts of everything that the bundled tables are made from.
#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "analysis/tally_plan.hpp"
#include "sim/recorder.hpp"

namespace hybridcare {


/// What a run leaves behind: integers only, so that no order of blocks, threads or replicates can change them.
struct Counts {
  Layout layout;
  int replicates = 0, cells = 0, cultures = 0;
  std::vector<std::int64_t> rows;       ///< shape (replicates, cells, cultures, layout.size)
  std::vector<std::int64_t> histogram;  ///< by score, replicates pooled, shape (cells, cultures, weeks + 1, kScores)

  std::size_t row_at(int replicate, int cell, int culture) const;
  std::size_t histogram_at(int cell, int culture, int week) const;
  /// FNV-1a 64 over shape, rows and histogram, in that order.
  std::string hash() const;
};

/// Bytes of `Counts`, and of the part that each thread fills.
struct TallyBytes { double counts = 0, per_thread = 0; };
TallyBytes tally_bytes(const Experiment& experiment, std::size_t cells);

class TallyPart;

/// Counts the courses of a run. Thread-safe. One use: hand it to `run`, then take the counts.
class Tally final : public Recorder<ClientBlock> {
 public:
  /// @param first_replicate  number of the replicate that goes to place 0
  Tally(const Experiment& experiment, const std::vector<Cell>& cells, std::uint32_t first_replicate,
        ErosionRule rule = {});
  ~Tally() override;

  std::unique_ptr<BlockRecorder<ClientBlock>> start(std::uint32_t replicate, std::uint32_t first, int size) override;
  void finish(std::unique_ptr<BlockRecorder<ClientBlock>> part) override;

  /// All counts, once the run is over. The tally is empty afterwards.
  Counts take();

 private:
  void merge(TallyPart& part);

  const std::uint32_t first_replicate_;
  const TallyPlan plan_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<TallyPart>> idle_;  ///< not yet merged: the next block of the replicate goes on with one
  Counts counts_;
};

}  // namespace hybridcare
