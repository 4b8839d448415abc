// Runs session-weeks for callgrind to count, and prints how many it held and what compiled it.
// `tests/benchmark/instructions` compares two lengths, so that reading, assembling and entry cancel out.
// Usage: instructions SCENARIO WEEKS, from the root of the checkout
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <vector>

#include "analysis/tally.hpp"
#include "analysis/theme.hpp"
#include "scenarios/run.hpp"
#include "sim/error.hpp"
#include "sim/version.hpp"

int main(int argc, char* argv[]) try {
  using namespace hybridcare;
  if (argc < 3) {
    std::cerr << "usage: instructions SCENARIO WEEKS\n";
    return 2;
  }
  std::ifstream stream(argv[1], std::ios::binary);
  Experiment experiment = read_experiment({std::istreambuf_iterator<char>(stream), {}}, argv[1]);
  experiment.clients = kBlock;
  const std::vector<Cell> cells = {{0, 0, Twin::factual}};
  Tally tally(experiment, cells, 0);  // sized for all weeks of the file, however many are run
  std::vector<std::unique_ptr<Theme>> beside;
  std::vector<Recorder<ClientBlock>*> recorders = {&tally};
  for (const ThemeKind& kind : themes()) {
    beside.push_back(kind.make(experiment, cells, 0));
    recorders.push_back(&beside.back()->recorder());
  }
  experiment.weeks = std::atoi(argv[2]);
  RunOptions options;
  options.threads = 1;
  std::cout << run(experiment, cells, recorders, options).session_weeks << ' ' << compiler() << '\n';
} catch (const hybridcare::UserError& error) {
  std::cerr << error.what() << '\n';
  return 2;
}
