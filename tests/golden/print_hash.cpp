// Prints one line per way of running a shortened bundled experiment: "<how> <hash>". All hashes must be equal, within
// one build and between builds by different compilers. Clients leave in it, so lanes move.
// Usage: print_hash [FILE [CLIENTS [BUNDLED]]]: clients a replicate, 300 if not said; folder of bundled profiles
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

#include "analysis/results.hpp"
#include "sim/error.hpp"

namespace {

struct Way { const char* instruction_set; int threads; int block; };

// Every instruction set, number of threads and size of blocks once: whichever of them matters, the hashes differ.
constexpr Way kWays[] = {{"baseline", 1, 256}, {"avx2", 2, 64}, {"avx512", 3, 7}, {"", 7, 1}};

hybridcare::Experiment load(const std::string& file, double clients, const std::string& bundled) {
  std::ifstream stream(file, std::ios::binary);
  hybridcare::Experiment experiment =
      hybridcare::read_experiment({std::istreambuf_iterator<char>(stream), {}}, file, bundled);
  hybridcare::apply({.replicates = 2, .clients = clients}, experiment);
  for (auto& arms : experiment.scenarios)  // no more people in a service than are looked at, for each has a block once
    for (hybridcare::Scenario& scenario : arms) {
      hybridcare::ServiceParameters& service = scenario.parameters.service;
      service.in_need = std::min(service.in_need, experiment.clients / 2);
      service.arrivals = std::min(service.arrivals, clients / 20);
      service.slots = std::min(service.slots, clients / 20);
    }
  return experiment;
}

}  // namespace

int main(int argc, char* argv[]) try {
  const hybridcare::Experiment experiment =
      load(argc > 1 ? argv[1] : "scenarios/library/hybrid_vs_human_vs_ai.json", argc > 2 ? std::atof(argv[2]) : 300,
           argc > 3 ? argv[3] : "scenarios/profiles");
  for (const Way& way : kWays) {
    hybridcare::StudyOptions options;
    options.run.instruction_set = way.instruction_set;
    options.run.threads = way.threads;
    options.run.block = way.block;
    const std::string name = *way.instruction_set ? way.instruction_set : "best";
    try {
      const std::string hash = hybridcare::study(experiment, options).hash;
      std::cout << name << "/threads=" << way.threads << "/block=" << way.block << ' ' << hash << '\n';
    } catch (const hybridcare::UserError& error) {
      if (!*way.instruction_set) throw;
      std::cerr << "left out: " << error.what() << '\n';  // this machine lacks the instruction set
    }
  }
} catch (const hybridcare::UserError& error) {
  std::cerr << error.what() << '\n';
  return 2;
}
