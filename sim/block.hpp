// Blocks of columns. A block holds up to kBlock entities ("lanes") as plain arrays. Lane order is free: each lane
// carries its entity's id, which keys every draw, and what is summed over lanes is an integer.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace hybridcare {

inline constexpr int kBlock = 256;  ///< most lanes in a block; results do not depend on the lanes in use

/// Cells from one column to the next. The last 16, one vector at its widest, hold nothing: a pass may compute whole
/// vectors and leave what lies beyond its run in scratch. And columns that lie a power of two apart share a few sets of
/// the cache and drive each other out of it, which took a quarter of the time.
inline constexpr int kColumn = kBlock + 16;

using Real = double[kColumn];         ///< one real column
using Word = std::uint32_t[kColumn];  ///< one column of 32-bit words

/// Lanes to be swapped, pair by pair.
struct Swaps {
  int count = 0;
  int from[kBlock], to[kBlock];
};

/// Does the swaps, in their order, in every column of `columns`, a struct made of nothing but columns of `Cell`. One
/// column after the other, since a column fits into the first cache and a block does not.
template <class Cell, class Columns>
inline __attribute__((always_inline)) void swap_lanes(Columns& columns, const Swaps& swaps) {
  static_assert(sizeof(Columns) % (sizeof(Cell) * kColumn) == 0, "only whole columns of this cell type");
  auto* cells = reinterpret_cast<Cell*>(&columns);
  for (std::size_t c = 0; c < sizeof(Columns) / (sizeof(Cell) * kColumn); ++c) {
    Cell* column = cells + c * kColumn;
    for (int n = 0; n < swaps.count; ++n) {
      const Cell held = column[swaps.from[n]];
      column[swaps.from[n]] = column[swaps.to[n]];
      column[swaps.to[n]] = held;
    }
  }
}

}  // namespace hybridcare
