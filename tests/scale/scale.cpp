// A whole study, all recorders and tables, of a service with as many clients as asked for, a waiting list, steps and a
// network, 52 weeks: seconds and peak memory. Fails if the peak is above the limit.
// Usage: scale CLIENTS LIMIT_MIB [twins], from the root. A million clients: scale 1000000 2048
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>

#include "analysis/results.hpp"
#include "sim/error.hpp"

namespace {

using namespace hybridcare;

/// Everybody is in need at the opening: an assistant sees a fifth of them at a time, and humans a tenth, one slot each.
Experiment service_of(int clients) {
  const std::string file = "tests/scale/service.json";
  std::ifstream stream(file, std::ios::binary);
  Experiment experiment = read_experiment({std::istreambuf_iterator<char>(stream), {}}, file);
  apply({.clients = static_cast<double>(clients)}, experiment);
  Parameters& p = experiment.scenarios[0][0].parameters;
  p.service.in_need = clients;
  p.service.assistant_contacts = clients / 5.0;
  p.therapists.count = std::max(1, std::min(clients / 200, 5000));
  return experiment;
}

double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace

int main(int argc, char* argv[]) try {
  if (argc < 3) {
    std::cerr << "usage: scale CLIENTS LIMIT_MIB [twins]\n";
    return 2;
  }
  const int clients = std::atoi(argv[1]);
  const double limit = std::atof(argv[2]);
  const Experiment experiment = service_of(clients);
  const Results results = study(experiment, {{}, argc > 3 && std::strcmp(argv[3], "twins") == 0});
  const double peak = peak_mib();
  std::printf("%d clients, 52 weeks, %zu cells in all: %.1f s on %d threads (%s), %llu contacts, peak %.0f MiB, "
              "estimated %.0f MiB\n",
              clients, plan_cells(experiment, argc > 3).size(), results.report.wall_seconds, results.report.threads,
              results.report.instruction_set.c_str(), static_cast<unsigned long long>(results.report.session_weeks),
              peak, static_cast<double>(results.peak_bytes) / 1048576);
  if (peak > limit) std::printf("more than %.0f MiB\n", limit);
  return peak > limit ? 1 : 0;
} catch (const UserError& error) {
  std::cerr << error.what() << '\n';
  return 2;
}
