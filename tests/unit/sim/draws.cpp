#include "sim/draws.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "tests/catch.hpp"

namespace {

using namespace hybridcare;
namespace k = hybridcare::HYBRIDCARE_KERNEL;

enum class Purpose : std::uint32_t { first = 1, second = 2, largest = 65535 };

constexpr std::uint32_t kOnes = 0xFFFFFFFFu;

bool equal(const k::Words& words, std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return words.w[0] == a && words.w[1] == b && words.w[2] == c && words.w[3] == d;
}

}  // namespace

TEST_CASE("Philox gives the published answers", "[sim]") {
  CHECK(equal(k::philox({0, 0}, 0, 0, 0, 0), 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8));
  CHECK(equal(k::philox({kOnes, kOnes}, kOnes, kOnes, kOnes, kOnes), 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd));
  // digits of pi, from the authors' own list of known answers
  CHECK(equal(k::philox({0xa4093822, 0x299f31d0}, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344), 0xd16cfe09,
              0x94fdcceb, 0x5001e420, 0x24126ea1));
}

TEST_CASE("every word of key and counter matters", "[sim]") {
  CHECK(rc::check("flipping one bit changes the block", [](std::uint32_t a, std::uint32_t b, std::uint32_t c,
                                                           std::uint32_t d, std::uint32_t e, std::uint32_t f) {
    const std::uint32_t in[6] = {a, b, c, d, e, f};
    const int bit = *rc::gen::inRange(0, 6 * 32);
    std::uint32_t changed[6];
    std::copy(in, in + 6, changed);
    changed[bit / 32] ^= 1u << bit % 32;
    const k::Words one = k::philox({in[0], in[1]}, in[2], in[3], in[4], in[5]);
    const k::Words two = k::philox({changed[0], changed[1]}, changed[2], changed[3], changed[4], changed[5]);
    RC_ASSERT(!equal(one, two.w[0], two.w[1], two.w[2], two.w[3]));
  }));
}

TEST_CASE("counter words of different decisions differ", "[sim]") {
  CHECK(k::when(5, 3) == 43);
  CHECK(k::when(0) == 0);
  CHECK(k::tag(Purpose::second, 9) == 2u * 65536 + 9);
  CHECK(k::tag(7u) == 7u << 16);
  CHECK(k::tag(Purpose::largest, 65535) == kOnes);
  CHECK(rc::check("week and contact, purpose and block can be read back", [] {
    const auto week = *rc::gen::inRange<std::uint32_t>(0, 1u << 29);
    const auto contact = *rc::gen::inRange<std::uint32_t>(0, 8);
    const auto purpose = *rc::gen::inRange<std::uint32_t>(0, 65536);
    const auto block = *rc::gen::inRange<std::uint32_t>(0, 65536);
    RC_ASSERT((k::when(week, contact) >> 3) == week);
    RC_ASSERT((k::when(week, contact) & 7) == contact);
    RC_ASSERT((k::tag(purpose, block) >> 16) == purpose);
    RC_ASSERT((k::tag(purpose, block) & 65535) == block);
  }));
}

TEST_CASE("uniforms are exact, inside (0, 1), and symmetric", "[sim]") {
  CHECK(k::uniform(0) == 0x1p-33);
  CHECK(k::uniform(kOnes) == 1 - 0x1p-33);
  CHECK(k::uniform(0x80000000u) == 0.5 + 0x1p-33);
  CHECK(rc::check("(word + 1/2) / 2^32", [](std::uint32_t word) {
    RC_ASSERT(k::uniform(word) == (word + 0.5) / 4294967296.0);
    RC_ASSERT(k::uniform(word) == 1 - k::uniform(~word));
    RC_ASSERT(k::normal(word) == -k::normal(~word));
    RC_ASSERT(std::fabs(k::normal(word)) < 6.35);
  }));
  CHECK(rc::check("normals rise with the word, as far as doubles can tell", [](std::uint32_t a, std::uint32_t b) {
    RC_PRE(a < b);
    RC_ASSERT(k::normal(a) < k::normal(b));
  }));
}

TEST_CASE("thresholds", "[sim]") {
  CHECK(k::threshold(0) == 0);
  CHECK(k::threshold(-0.0) == 0);
  CHECK(k::threshold(-1e300) == 0);
  CHECK(k::threshold(std::nan("")) == 0);
  CHECK(k::threshold(0x1p-32) == 1);
  CHECK(k::threshold(0.5) == 0x80000000u);
  CHECK(k::threshold(1 - 0x1p-32) == kOnes);
  CHECK(k::threshold(1) == kOnes);
  CHECK(k::threshold(1 - 0x1p-53) == kOnes);
  CHECK(k::threshold(std::numeric_limits<double>::infinity()) == kOnes);
  const auto probability = [](std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1p-53; };
  CHECK(rc::check("within 2^-32 of p and monotone", [&](std::uint64_t a, std::uint64_t b) {
    const double p = probability(a), q = probability(b);
    RC_ASSERT(std::fabs(k::threshold(p) * 0x1p-32 - p) <= 0x1p-32);
    RC_ASSERT((p <= q) == (k::threshold(p) <= k::threshold(q)) || k::threshold(p) == k::threshold(q));
  }));
  CHECK(rc::check("neighbouring probabilities keep their order", [&](std::uint64_t a) {
    const double p = probability(a);
    RC_ASSERT(k::threshold(p) <= k::threshold(std::nextafter(p, 2.0)));
  }));
}

TEST_CASE("arrays of draws equal single draws", "[sim]") {
  CHECK(rc::check("for any number of words", [](std::uint32_t seed) {
    const int n = *rc::gen::inRange(0, kBlock + 1);
    alignas(64) Word words, thresholds;
    alignas(64) Real uniforms, normals;
    for (int i = 0; i < kBlock; ++i) words[i] = k::philox({seed, 0}, static_cast<std::uint32_t>(i), 0, 0, 0).w[0];
    k::uniforms(words, n, uniforms);
    k::normals(words, n, normals);
    k::thresholds(uniforms, n, thresholds);
    for (int i = 0; i < n; ++i) {
      RC_ASSERT(uniforms[i] == k::uniform(words[i]));
      RC_ASSERT(normals[i] == k::normal(words[i]));
      RC_ASSERT(thresholds[i] == k::threshold(uniforms[i]));
    }
  }));
}

TEST_CASE("an array of normals equals single ones where one rational function gives way to the other", "[sim]") {
  alignas(64) Word words;
  alignas(64) Real normals;
  for (const std::uint32_t seam : {322122547u, 0xFFFFFFFFu - 322122547u, 0u, 0x80000000u}) {
    for (int i = 0; i < kBlock; ++i) words[i] = seam + static_cast<std::uint32_t>(i) - kBlock / 2;
    k::normals(words, kBlock, normals);
    for (int i = 0; i < kBlock; ++i) CHECK(k::to_bits(normals[i]) == k::to_bits(k::normal(words[i])));
  }
}
