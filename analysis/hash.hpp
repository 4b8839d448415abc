#pragma once
#include <cstdint>
#include <span>
#include <string>

namespace hybridcare {

/// FNV-1a, 64 bits, over whole numbers as eight bytes each, least significant first, on any machine.
class Hash {
 public:
  void add(std::int64_t number);
  void add(std::span<const std::int64_t> numbers) { for (const std::int64_t number : numbers) add(number); }
  /// Sixteen hexadecimal digits.
  std::string hex() const;

 private:
  std::uint64_t state_ = 0xcbf29ce484222325ULL;
};

}  // namespace hybridcare
