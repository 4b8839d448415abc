#include "analysis/hash.hpp"

#include <array>
#include <cstddef>

namespace hybridcare {

namespace {

constexpr std::uint64_t kPrime = 0x100000001b3ULL;

/// Its powers: what bytes of zero do to the state, however many. Most counts are small, and many are zero.
constexpr std::array<std::uint64_t, 9> kPowers = [] {
  std::array<std::uint64_t, 9> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * kPrime;
  return powers;
}();

}  // namespace

void Hash::add(std::int64_t number) {
  std::size_t left = 8;
  for (auto rest = static_cast<std::uint64_t>(number); rest != 0; rest >>= 8, --left)
    state_ = (state_ ^ (rest & 0xff)) * kPrime;
  state_ *= kPowers[left];
}

std::string Hash::hex() const {
  std::string digits(16, '0');
  for (int i = 0; i < 16; ++i) digits[static_cast<std::size_t>(i)] = "0123456789abcdef"[(state_ >> (60 - 4 * i)) & 0xf];
  return digits;
}

}  // namespace hybridcare
