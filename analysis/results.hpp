// Runs an experiment under the standard recorders and turns exact counts into estimates.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "analysis/table.hpp"
#include "analysis/watch.hpp"
#include "scenarios/run.hpp"

namespace hybridcare {

/// All estimates of one run. Tables (columns: README.md): "estimates", "contrasts", "split", "headline",
/// "course", "trust", "erosion", "misrecognition", "excess", "echo", "accounts"; where clients are coupled also
/// "access" (with a service) and "service"; "measures" if any were asked for.
struct Results {
  std::vector<Table> tables;
  RunReport report;
  std::string hash;             ///< of every accumulator; depends on no thread, block size or instruction set
  std::size_t peak_bytes = 0;   ///< accumulators and blocks in flight, as estimated before the run
  bool reads_oracle = false;    ///< some arm's protocol reads latent state
  const Table& table(const std::string& name) const;  ///< @throws UserError naming the known ones
};

struct StudyOptions {
  RunOptions run;
  bool twins = true;
  bool by_replicate = false;  ///< also the table "replicates"
  WatchRequest watch;  ///< the user's own measures and groups; they change no other result, and not the hash
};

/// Bytes that `study` will take at most. @throws UserError if that is more than the machine has.
std::size_t estimate_bytes(const Experiment& experiment, const StudyOptions& options);

/// @throws UserError, Cancelled
Results study(const Experiment& experiment, const StudyOptions& options);

/// Rows on request, a part of the clients of one replicate at a time: a population is never held in memory. Same
/// draws, same numbers as `study`. The order is fixed: replicate, part of the clients (its size depends on nothing but
/// kind, weeks and number of cells), cell, client, week; no thread, block size or instruction set changes it.
class RowStream {
 public:
  enum class Kind { clients, weeks };
  /// @param sample  weeks: how many clients of every replicate to follow, those with the smallest ids; clients: ignored
  /// @param cells   courses to write; empty: all arms but the components of the split, default variant, factual
  RowStream(Experiment experiment, Kind kind, std::uint32_t sample, RunOptions options, std::vector<Cell> cells = {});
  ~RowStream();
  /// The next chunk, or null at the end. All chunks have the same columns and the same lists of names.
  /// @throws UserError for options out of range; Cancelled
  std::unique_ptr<Table> next();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hybridcare
