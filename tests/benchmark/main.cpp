// Google Benchmark with what a reader of its figures has to know: which kernel ran, and what compiled it. A main
// function of our own, because not every system has the library's.
#include <benchmark/benchmark.h>

#include <iostream>

#include "sim/error.hpp"
#include "sim/isa.hpp"
#include "sim/version.hpp"

int main(int argc, char* argv[]) try {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::AddCustomContext("instruction_set", hybridcare::choose_instruction_set(""));
  benchmark::AddCustomContext("compiler", hybridcare::compiler());
  benchmark::AddCustomContext("version", hybridcare::version());
  benchmark::AddCustomContext("commit", hybridcare::commit());
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
} catch (const hybridcare::UserError& error) {
  std::cerr << error.what() << '\n';
  return 2;
}
