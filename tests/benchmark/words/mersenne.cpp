// The generator that many simulations use, one for each thread. Compiled once per instruction set, like the kernel; it
// is flattened, so that no template of std leaves a function here that the linker could hand to another processor.
#include <random>

#include "sim/kernel.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

void mersenne(std::uint32_t* w0, std::uint32_t* w1, std::uint32_t* w2, std::uint32_t* w3, int n);

__attribute__((flatten)) void mersenne(std::uint32_t* w0, std::uint32_t* w1, std::uint32_t* w2, std::uint32_t* w3,
                                       int n) {
  static thread_local std::mt19937_64 generator(20250101);
  for (int i = 0; i < n; ++i) {
    const std::uint64_t first = generator(), second = generator();
    w0[i] = static_cast<std::uint32_t>(first);
    w1[i] = static_cast<std::uint32_t>(first >> 32);
    w2[i] = static_cast<std::uint32_t>(second);
    w3[i] = static_cast<std::uint32_t>(second >> 32);
  }
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
