#include "analysis/hash.hpp"

namespace hybridcare {

void Hash::add(std::int64_t number) {
  auto rest = static_cast<std::uint64_t>(number);
  for (int byte = 0; byte < 8; ++byte, rest >>= 8) state_ = (state_ ^ (rest & 0xff)) * 0x100000001b3ULL;
}

std::string Hash::hex() const {
  std::string digits(16, '0');
  for (int i = 0; i < 16; ++i) digits[static_cast<std::size_t>(i)] = "0123456789abcdef"[(state_ >> (60 - 4 * i)) & 0xf];
  return digits;
}

}  // namespace hybridcare
