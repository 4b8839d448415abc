// Runs an experiment: replicate by replicate, block by block through all cells, on any number of threads.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "agents/client.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/service.hpp"
#include "sim/recorder.hpp"

namespace hybridcare {

/// One course to be simulated for every client: an arm of a variant, or a twin of it.
struct Cell { int variant = 0; int arm = 0; Twin twin = Twin::factual; };

/// The bundled plan: all arms of all variants; of the first variant also the twins, where they can differ.
std::vector<Cell> plan_cells(const Experiment& experiment, bool twins);

struct RunOptions {
  int threads = 0;                    ///< 0: as many as the machine has
  int block = kBlock;                 ///< lanes in use, 1..kBlock; no result depends on it
  std::string instruction_set;        ///< "", "baseline", "avx2", "avx512"; "" is HYBRIDCARE_ISA or the best there is
  std::uint32_t first_replicate = 0;   ///< with `replicates`: a part of the experiment alone, the same numbers
  int replicates = -1;                ///< -1: as the experiment says
  std::uint32_t first_client = 0;
  int clients = -1;                   ///< -1: as the experiment says
  const std::atomic<bool>* cancel = nullptr;               ///< polled between blocks
  std::function<void(std::size_t, std::size_t)> progress;  ///< (tasks done, tasks in all), from any thread, serialised
};

/// The calendar of a coupled cell in one replicate, everybody included, also those who came after the experiment's
/// clients and are in no other result.
struct ServiceCalendar {
  std::uint32_t replicate = 0;
  int cell = 0;
  std::vector<ServiceWeek> weeks;     ///< [calendar week]; week 0 is empty
  std::uint64_t contacts = 0;         ///< held
};

struct RunReport {
  std::uint64_t client_weeks = 0;     ///< clients x weeks simulated, all cells
  std::uint64_t session_weeks = 0;    ///< contacts held, all cells
  double kernel_seconds = 0;          ///< summed over threads
  double wall_seconds = 0;
  std::string instruction_set;
  int threads = 0;
  std::vector<ServiceCalendar> services;  ///< by replicate, then cell; empty where clients are independent
};

/// How many replicates of a coupled experiment run at the same time: as many as threads while they are small.
int replicates_together(const Experiment& experiment, int replicates, int threads);

/// Cells whose arm has a service or a network are coupled: their population lives through its weeks together first, and
/// then each client's course is lived again, in the same way, for the recorders.
/// @throws UserError for options out of range or an instruction set that this machine lacks; Cancelled
RunReport run(const Experiment& experiment, const std::vector<Cell>& cells,
              const std::vector<Recorder<ClientBlock>*>& recorders, const RunOptions& options);

}  // namespace hybridcare
