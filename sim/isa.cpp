#include "sim/isa.hpp"

#include <algorithm>
#include <cstdlib>

#include "sim/error.hpp"

namespace hybridcare {

namespace {

std::string checked(const std::string& where, const std::string& wanted, const std::vector<std::string>& available) {
  if (std::find(available.begin(), available.end(), wanted) != available.end()) return wanted;
  std::string list;
  for (const std::string& name : available) list += (list.empty() ? "" : ", ") + name;
  throw UserError(where, "'" + wanted + "' is not available here; available: " + list);
}

}  // namespace

std::vector<std::string> instruction_sets() {
  std::vector<std::string> sets = {"baseline"};
#ifdef HYBRIDCARE_HAS_AVX2
  if (__builtin_cpu_supports("avx2")) sets.push_back("avx2");
#endif
#ifdef HYBRIDCARE_HAS_AVX512
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512bw"))
    sets.push_back("avx512");
#endif
  return sets;
}

std::string choose_instruction_set(const std::string& wanted) {
  const std::vector<std::string> available = instruction_sets();
  if (!wanted.empty()) return checked("instruction set", wanted, available);
  const char* environment = std::getenv("HYBRIDCARE_ISA");
  if (environment && *environment) return checked("HYBRIDCARE_ISA", environment, available);
  return available.back();
}

}  // namespace hybridcare
