// Columns at rest. A population that waits for its next week is read once and written once in each, so what its columns
// take counts more than how fast a lane is found. Nothing is lost: what is unpacked has the same bits.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "sim/block.hpp"
#include "sim/kernel.hpp"

namespace hybridcare {

/// How a column is kept. A column of one value takes a cell; whole numbers take a byte or two each; and where many
/// lanes hold the same value, a bit for each lane says which, and only the others are written down.
enum class ColumnForm : std::uint8_t {
  zero, constant, as_before, bytes, halves, whole, few_bytes, few_halves, few_whole
};

inline constexpr std::size_t kColumnWords = sizeof(Real) / 8 + kBlock / 64 + 4;  ///< most 8-byte words of one column

/// Pieces of memory of one size. What is packed grows and shrinks a little every week; a heap that gave each its own
/// length had a quarter of itself in gaps. Its functions may be called by several threads.
class PiecePool {
 public:
  static constexpr std::size_t kWords = 256;  ///< of 8 bytes, in a piece
  std::uint64_t* take();
  void give(std::uint64_t* piece);

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<std::uint64_t[]>> slabs_;
  std::vector<std::uint64_t*> free_;
};

/// Some 8-byte words, kept in pieces. The pool must outlive what is kept in it.
class PackedWords {
 public:
  std::size_t size() const { return size_; }
  void keep(const std::uint64_t* from, std::size_t count, PiecePool& pool);
  void copy(std::uint64_t* to) const;
  void clear(PiecePool& pool) { keep(nullptr, 0, pool); }

 private:
  std::vector<std::uint64_t*> pieces_;
  std::size_t size_ = 0;
};

namespace HYBRIDCARE_KERNEL {

/// Writes the lanes [0, size) of a column, size >= 1, to `out`, which has room for kColumnWords.
/// @param before  another column of the same kind, which is unpacked earlier; null: none
/// @param form    in: `whole` if the column may be written so without a look at it; out: as it was written
/// @return behind the last word written
std::uint64_t* pack_column(const double* column, const double* before, int size, ColumnForm& form, std::uint64_t* out);
std::uint64_t* pack_column(const std::uint32_t* column, const std::uint32_t* before, int size, ColumnForm& form,
                           std::uint64_t* out);

/// The reverse. Lanes beyond `size` are left as they are.
const std::uint64_t* unpack_column(ColumnForm form, const std::uint64_t* in, const double* before, int size,
                                   double* column);
const std::uint64_t* unpack_column(ColumnForm form, const std::uint64_t* in, const std::uint32_t* before, int size,
                                   std::uint32_t* column);

}  // namespace HYBRIDCARE_KERNEL
}  // namespace hybridcare
