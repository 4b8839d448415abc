// Prints one line per way of running a shortened bundled experiment: "<how> <hash>". All hashes must be equal, within
// one build and between builds by different compilers. Clients leave in it, so lanes move. Usage: print_hash [FILE]
#include <fstream>
#include <iostream>
#include <iterator>

#include "analysis/results.hpp"
#include "sim/error.hpp"

namespace {

struct Way { const char* instruction_set; int threads; int block; };

// Every instruction set once with everything ordinary, then the best one with odd numbers of threads and lanes.
constexpr Way kWays[] = {{"baseline", 1, 256}, {"avx2", 1, 256}, {"avx512", 1, 256},
                         {"", 2, 64},          {"", 3, 7},       {"", 7, 1}};

hybridcare::Experiment load(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  hybridcare::Experiment experiment =
      hybridcare::read_experiment({std::istreambuf_iterator<char>(stream), {}}, file);
  hybridcare::apply({.replicates = 2, .clients = 300}, experiment);
  return experiment;
}

}  // namespace

int main(int argc, char* argv[]) try {
  const hybridcare::Experiment experiment = load(argc > 1 ? argv[1] : "scenarios/library/hybrid_vs_human_vs_ai.json");
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
