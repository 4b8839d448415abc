#include "sim/packing.hpp"

#include <algorithm>

namespace hybridcare {

constexpr std::size_t kSlab = 512;  ///< pieces that are asked for at a time: a mebibyte

std::uint64_t* PiecePool::take() {
  const std::scoped_lock lock(mutex_);
  if (free_.empty()) {
    slabs_.push_back(std::make_unique_for_overwrite<std::uint64_t[]>(kSlab * kWords));
    for (std::size_t n = kSlab; n > 0; --n) free_.push_back(slabs_.back().get() + (n - 1) * kWords);
  }
  std::uint64_t* const piece = free_.back();
  free_.pop_back();
  return piece;
}

void PiecePool::give(std::uint64_t* piece) {
  const std::scoped_lock lock(mutex_);
  free_.push_back(piece);
}

void PackedWords::keep(const std::uint64_t* from, std::size_t count, PiecePool& pool) {
  const std::size_t needed = (count + PiecePool::kWords - 1) / PiecePool::kWords;
  pieces_.reserve(needed);
  while (pieces_.size() < needed) pieces_.push_back(pool.take());
  for (; pieces_.size() > needed; pieces_.pop_back()) pool.give(pieces_.back());
  size_ = count;
  for (std::size_t p = 0; p < needed; ++p)
    std::copy_n(from + p * PiecePool::kWords, std::min(PiecePool::kWords, count - p * PiecePool::kWords), pieces_[p]);
}

void PackedWords::copy(std::uint64_t* to) const {
  for (std::size_t p = 0; p < pieces_.size(); ++p)
    std::copy_n(pieces_[p], std::min(PiecePool::kWords, size_ - p * PiecePool::kWords), to + p * PiecePool::kWords);
}

}  // namespace hybridcare
