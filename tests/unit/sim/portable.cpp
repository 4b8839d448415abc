// The same bits at every width, and with every compiler and optimisation level.
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "sim/isa.hpp"
#include "tests/catch.hpp"
#include "tests/unit/sim/math_probe.hpp"

namespace {

using namespace hybridcare;

using Probe = void (*)(int, MathProbe&);

Probe probe_of(const std::string& set) {
#ifdef HYBRIDCARE_HAS_AVX512
  if (set == "avx512") return avx512::probe_math;
#endif
#ifdef HYBRIDCARE_HAS_AVX2
  if (set == "avx2") return avx2::probe_math;
#endif
  return baseline::probe_math;
}

/// Inputs of round `round`: x from -1000 to 1000, dense near 0, with ties and signed zeros among them.
void fill(MathProbe& probe, std::uint32_t round) {
  probe = {};
  probe.key = {20240229u + round, round};
  probe.when = round << 3 | 5;
  probe.tag = 7u << 16 | round;
  for (int i = 0; i < kBlock; ++i) {
    const baseline::Words words = baseline::philox({1, round}, i, 0, 0, 0);
    const double u = (words.w[0] - 2147483648.0) / 2147483648.0;
    const double scale[] = {1.0, 30.0, 1000.0, 1e-9};
    probe.x[i] = i % 16 == 0 ? (i - 128) / 32.0 : u * scale[i % 4];
    probe.id[i] = words.w[1];
    probe.second[i] = words.w[2];
  }
  probe.x[1] = -0.0;
}

std::uint64_t fnv(std::uint64_t hash, const void* data, std::size_t bytes) {
  const auto* byte = static_cast<const unsigned char*>(data);
  for (std::size_t i = 0; i < bytes; ++i) hash = (hash ^ byte[i]) * 0x100000001b3ULL;
  return hash;
}

/// Hash of all results of lanes 0 .. n - 1, over many rounds.
std::uint64_t hash_of(Probe probe_math, int rounds, int n) {
  const auto probe = std::make_unique<MathProbe>();
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (int round = 0; round < rounds; ++round) {
    fill(*probe, static_cast<std::uint32_t>(round));
    probe_math(n, *probe);
    for (const Real& real : probe->reals) hash = fnv(hash, real, n * sizeof(double));
    for (const Word& word : probe->words) hash = fnv(hash, word, n * sizeof(std::uint32_t));
    for (const Word& word : probe->pair_words) hash = fnv(hash, word, n * sizeof(std::uint32_t));
    hash = fnv(hash, probe->thresholds, n * sizeof(std::uint32_t));
  }
  return hash;
}

}  // namespace

TEST_CASE("arithmetic and draws have the same bits at every width and with every compiler", "[sim]") {
  // Written down, not computed: another compiler, option or machine has to arrive at it too. Update on purpose only.
  constexpr std::uint64_t kHash = 0xd54afb24f3b96358;
  for (const std::string& set : instruction_sets()) {
    INFO("instruction set " << set);
    CHECK(hash_of(probe_of(set), 400, kBlock) == kHash);
  }
}

TEST_CASE("a part of a block gets the same bits as the whole", "[sim]") {
  for (const int n : {0, 1, 7, 64, 255}) {
    const std::uint64_t plain = hash_of(baseline::probe_math, 3, n);
    for (const std::string& set : instruction_sets()) {
      INFO("instruction set " << set << ", lanes " << n);
      CHECK(hash_of(probe_of(set), 3, n) == plain);
    }
  }
}

namespace {

/// Whether lanes 0 .. n - 1 hold what the plain function gives, in both kinds of call.
bool equals_plain(const MathProbe& probe, int n) {
  bool equal = true;
  for (int i = 0; i < n; ++i) {
    const auto one = baseline::philox(probe.key, probe.id[i], probe.second[0], probe.when, probe.tag);
    const auto pair = baseline::philox(probe.key, probe.id[i], probe.second[i], probe.when, probe.tag);
    for (int w = 0; w < 4; ++w)
      equal = equal && probe.words[w][i] == one.w[w] && probe.pair_words[w][i] == pair.w[w];
  }
  return equal;
}

/// Whether all lanes from `first` on still hold the word `mark`.
bool untouched(const MathProbe& probe, int first, std::uint32_t mark) {
  bool same = true;
  for (const Word& word : probe.words)
    for (int i = first; i < kBlock; ++i) same = same && word[i] == mark;
  return same;
}

}  // namespace

TEST_CASE("lanes of Philox equal single blocks, for every number of lanes, and stay within the next 16", "[sim]") {
  const auto probe = std::make_unique<MathProbe>();
  for (const std::string& set : instruction_sets()) {
    for (int n = 0; n <= kBlock; ++n) {
      fill(*probe, static_cast<std::uint32_t>(n));
      std::memset(probe->words, 0x5a, sizeof probe->words);
      probe_of(set)(n, *probe);
      INFO("instruction set " << set << ", lanes " << n);
      CHECK(equals_plain(*probe, n));
      CHECK(untouched(*probe, (n + 15) / 16 * 16, 0x5a5a5a5au));
    }
  }
}
