// No memory is asked for inside the weeks. Every way of asking goes through malloc, which is counted here, so this is a
// program of its own. Weeks are taken from one call of the recorders to the next: what lies between is a week of the
// kernel and what all real recorders do with it.
// Mutants seen to fail: a vector made in a phase of the week; a vector made in a recorder's week.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "analysis/tally.hpp"
#include "analysis/theme.hpp"
#include "scenarios/run.hpp"
#include "sim/error.hpp"

namespace {
thread_local std::uint64_t asked = 0;  // times that this thread asked for memory
}

// The names under which glibc keeps its own functions when a program has others of their name.
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void* malloc(std::size_t size) { return ++asked, __libc_malloc(size); }
void* calloc(std::size_t count, std::size_t size) { return ++asked, __libc_calloc(count, size); }
void* realloc(void* old, std::size_t size) { return ++asked, __libc_realloc(old, size); }
void* memalign(std::size_t align, std::size_t size) { return ++asked, __libc_memalign(align, size); }
void* aligned_alloc(std::size_t align, std::size_t size) { return ++asked, __libc_memalign(align, size); }
int posix_memalign(void** out, std::size_t align, std::size_t size) {
  *out = (++asked, __libc_memalign(align, size));
  return *out ? 0 : 12;
}
}

namespace {

using namespace hybridcare;

/// Counts what was asked for from week to week of each course. Stands last among the recorders.
class Counter final : public Recorder<ClientBlock> {
 public:
  std::uint64_t in_weeks = 0, weeks = 0;

  std::unique_ptr<BlockRecorder<ClientBlock>> start(std::uint32_t, std::uint32_t, int) override {
    return std::make_unique<Part>();
  }
  void finish(std::unique_ptr<BlockRecorder<ClientBlock>> part) override {
    const std::lock_guard lock(mutex_);
    in_weeks += static_cast<Part&>(*part).in_weeks;
    weeks += static_cast<Part&>(*part).weeks;
  }

 private:
  struct Part final : BlockRecorder<ClientBlock> {
    std::uint64_t last = 0, in_weeks = 0, weeks = 0;
    void week(const CourseAt&, const ClientBlock&, int week) override {
      if (week > 0) in_weeks += asked - last, ++weeks;
      last = asked;
    }
  };
  std::mutex mutex_;
};

Experiment load(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  return read_experiment({std::istreambuf_iterator<char>(stream), {}}, file, "scenarios/profiles");
}

struct Found { std::uint64_t in_weeks = 0, weeks = 0, in_run = 0; };

/// A run under all recorders of a study, on one thread, so that the calling thread's count is the run's.
Found count(Experiment experiment, int clients, int replicates, bool recorded) {
  experiment.clients = clients;
  experiment.replicates = replicates;
  const std::vector<Cell> cells = plan_cells(experiment, false);
  Tally tally(experiment, cells, 0);
  Counter counter;
  std::vector<std::unique_ptr<Theme>> beside;
  std::vector<Recorder<ClientBlock>*> recorders;
  if (recorded) {
    recorders.push_back(&tally);
    for (const ThemeKind& kind : themes()) {
      beside.push_back(kind.make(experiment, cells, 0));
      recorders.push_back(&beside.back()->recorder());
    }
    recorders.push_back(&counter);
  }
  RunOptions options;
  options.threads = 1;
  const std::uint64_t before = asked;
  run(experiment, cells, recorders, options);
  return {counter.in_weeks, counter.weeks, asked - before};
}

/// True if no week of any block asked for memory.
bool independent(const std::string& name) {
  const Found found = count(load("scenarios/library/" + name + ".json"), 300, 2, true);
  std::printf("%-24s %8llu weeks of a block, %llu allocations in them\n", name.c_str(),
              static_cast<unsigned long long>(found.weeks), static_cast<unsigned long long>(found.in_weeks));
  return found.weeks > 0 && found.in_weeks == 0;
}

/// True if the weeks that a population lives together ask for memory as a barrier does (lists of who waits and who is
/// let in), and not as clients do. Two lengths, so that set-up cancels out.
bool coupled(const std::string& name) {
  constexpr int kClients = 1400, kShort = 26, kLong = 52;
  constexpr double kMost = kClients / 40.0;  // a week that asks once for each client is far above
  Experiment shorter = load("scenarios/library/" + name + ".json");
  Experiment longer = shorter;
  shorter.weeks = kShort;
  longer.weeks = kLong;
  const std::uint64_t few = count(shorter, kClients, 1, false).in_run, many = count(longer, kClients, 1, false).in_run;
  const double weeks = static_cast<double>(kLong - kShort) * static_cast<double>(plan_cells(longer, false).size());
  const double each = (static_cast<double>(many) - static_cast<double>(few)) / weeks;
  std::printf("%-24s %8.1f allocations in a coupled week of %d clients, at most %.0f\n", name.c_str(), each, kClients,
              kMost);
  return each <= kMost;
}

}  // namespace

int main() try {
  bool good = true;
  for (const char* name : {"hybrid_vs_human_vs_ai", "core_reference", "stepped_care", "measured_assistant",
                           "assistants_by_culture", "personalised_plan", "triage", "front_door"})
    good = independent(name) && good;
  for (const char* name : {"front_door", "service_capacity"}) good = coupled(name) && good;
  if (!good) std::printf("a week asks for memory: keep it in the workspace, the block or the part\n");
  return good ? 0 : 1;
} catch (const UserError& error) {
  std::cerr << error.what() << '\n';
  return 2;
}
