// Prints the golden text of a scenario: the hash of a shortened run, and the factual estimates of its first variant
// over all cultures. Usage: print_golden FILE
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>

#include "analysis/results.hpp"
#include "sim/error.hpp"

namespace {

using namespace hybridcare;

const Column& column(const Table& table, const std::string& name) {
  for (const Column& each : table.columns)
    if (each.name == name) return each;
  throw UserError(table.name, "has no column " + name);
}

const std::string& text(const Table& table, const std::string& name, std::size_t row) {
  const auto& cells = std::get<TextColumn>(column(table, name).values);
  return cells.names[static_cast<std::size_t>(cells.codes[row])];
}

void print(const Table& table, const std::string& variant) {
  const auto& estimate = std::get<std::vector<double>>(column(table, "estimate").values);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (text(table, "variant", row) != variant || text(table, "twin", row) != "factual") continue;
    if (text(table, "culture", row) != "all") continue;
    std::printf("%s %s %s %.9g\n", text(table, "arm", row).c_str(), text(table, "metric", row).c_str(),
                text(table, "reading", row).c_str(), estimate[row]);
  }
}

}  // namespace

int main(int argc, char* argv[]) try {
  const std::string file = argc > 1 ? argv[1] : "";
  std::ifstream stream(file, std::ios::binary);
  Experiment experiment = read_experiment({std::istreambuf_iterator<char>(stream), {}}, file);
  apply({.replicates = 2, .clients = 300}, experiment);
  const Results results = study(experiment, {});
  std::printf("hash %s\n", results.hash.c_str());
  print(results.table("estimates"), experiment.variants.at(0).name);
} catch (const hybridcare::UserError& error) {
  std::cerr << error.what() << '\n';
  return 2;
}
