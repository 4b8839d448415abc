#include "analysis/memory.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "sim/error.hpp"

namespace hybridcare {
namespace {

constexpr double kMiB = 1024.0 * 1024.0, kGiB = 1024.0 * kMiB;

std::string size_text(double bytes) {
  char text[48];
  std::snprintf(text, sizeof text, bytes < 10 * kGiB ? "%.1f GiB" : "%.0f GiB", bytes / kGiB);
  if (bytes < kGiB) std::snprintf(text, sizeof text, "%.0f MiB", bytes / kMiB);
  return text;
}

}  // namespace

double machine_bytes() {
  double limit = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  for (const char* file : {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    double group = 0;
    if (std::ifstream in(file); in >> group && group > 0) limit = std::min(limit, group);  // "max" is no number
  }
  return limit;
}

void refuse_above(double bytes, double limit, const std::string& where) {
  if (bytes > limit)
    throw UserError(where, "needs about " + size_text(bytes) + ", this machine has " + size_text(limit) +
                               ": fewer replicates or arms");
}

}  // namespace hybridcare
