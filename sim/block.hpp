// Blocks of columns. A block holds up to kBlock entities ("lanes") as plain arrays. Lane order is free: each lane
// carries its entity's id, which keys every draw, and what is summed over lanes is an integer.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace hybridcare {

inline constexpr int kBlock = 256;  ///< most lanes in a block; results do not depend on the lanes in use

using Real = double[kBlock];         ///< one real column
using Word = std::uint32_t[kBlock];  ///< one column of 32-bit words

/// Swaps lanes i and j in every column of `columns`, a struct made of nothing but arrays [kBlock] of `Cell`.
template <class Cell, class Columns>
inline __attribute__((always_inline)) void swap_lanes(Columns& columns, int i, int j) {
  static_assert(sizeof(Columns) % (sizeof(Cell) * kBlock) == 0, "only whole columns of this cell type");
  auto* cells = reinterpret_cast<Cell*>(&columns);
  for (std::size_t c = 0; c < sizeof(Columns) / (sizeof(Cell) * kBlock); ++c) {
    Cell* column = cells + c * kBlock;
    const Cell held = column[i];
    column[i] = column[j];
    column[j] = held;
  }
}

}  // namespace hybridcare
