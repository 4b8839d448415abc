// Runs a scenario file from C++ and prints its headline: usage `example FILE`.
#include <fstream>
#include <iostream>
#include <iterator>

#include "analysis/results.hpp"
#include "sim/error.hpp"

int main(int argc, char* argv[]) try {
  const std::string file = argc > 1 ? argv[1] : "";
  std::ifstream stream(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  hybridcare::Experiment experiment = hybridcare::read_experiment(text, file);
  hybridcare::apply({.replicates = 2, .clients = 200}, experiment);
  const hybridcare::Results results = hybridcare::study(experiment, {});
  for (const hybridcare::Column& column : results.table("contrasts").columns)
    std::cout << column.name << (column.unit.empty() ? "" : " [" + column.unit + "]") << '\n';
  std::cout << experiment.headline.arm << " against " << experiment.headline.against << ": " << results.hash << '\n';
} catch (const hybridcare::UserError& error) {
  std::cerr << error.what() << '\n';
  return 2;
}
