// Which of the compiled kernels this machine can run. The choice changes the speed of a run and never its results.
#pragma once
#include <string>
#include <vector>

namespace hybridcare {

/// Instruction sets that are both compiled in and supported by this machine, slowest first: "baseline" always, then
/// "avx2" and "avx512" where they exist.
std::vector<std::string> instruction_sets();

/// The instruction set to use: `wanted`; if that is empty, what the environment variable HYBRIDCARE_ISA says; if that
/// is unset or empty too, the fastest.
/// @throws UserError "instruction set: 'avx1024' is not available here; available: baseline, avx2"
std::string choose_instruction_set(const std::string& wanted);

}  // namespace hybridcare
