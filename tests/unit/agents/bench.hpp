// Blocks of made-up clients, random words by name, and the two checks that every pass must survive: the same value for
// a client wherever the lane lies, and the same bits with every instruction set.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

#include "scenarios/fields.hpp"
#include "tests/catch.hpp"
#include "tests/unit/agents/passes.hpp"

namespace hybridcare::test {

inline constexpr Key kKey{20240601, 5};
inline constexpr int kTherapists = 7;
inline constexpr double kExact = 1e-12;  ///< relative: our own exp and quantile are good to a few ulp

inline double sigma(double x) { return 1 / (1 + std::exp(-x)); }
inline double clamp(double x, double lo, double hi) { return x < lo ? lo : x > hi ? hi : x; }
inline Approx near(double x) { return Approx(x).epsilon(kExact).margin(1e-13); }

/// Word of a decision, straight from the draw table.
inline std::uint32_t word(std::uint32_t client, Purpose purpose, std::uint32_t block, int which, std::uint32_t week,
                          Partner second = Partner::none) {
  const auto tag = static_cast<std::uint32_t>(purpose) << 16 | block;
  return baseline::philox(kKey, client, static_cast<std::uint32_t>(second), week << 3, tag).w[which];
}
inline double uniform_of(std::uint32_t word) { return (word + 0.5) / 4294967296.0; }
inline double normal_of(std::uint32_t word) { return baseline::normal(word); }
inline bool happens(std::uint32_t word, double p) { return word + 0.5 < p * 4294967296.0; }

/// Everything that a pass works on.
struct Bench {
  std::unique_ptr<ClientBlock> block = std::make_unique<ClientBlock>();
  std::unique_ptr<Scratch> scratch = std::make_unique<Scratch>();
  Bench() { wipe(); }
  Bench(const Bench& other) : Bench() { std::memcpy(block.get(), other.block.get(), sizeof(ClientBlock)); }
  Bench& operator=(const Bench&) = delete;
  void wipe() { std::memset(static_cast<void*>(scratch.get()), 0, sizeof(Scratch)); }
  Lanes all() const { return {0, block->size}; }
  ClientReals& r() { return block->r; }
  AgentColumns& of(Partner partner) { return columns_of(partner, *block); }
};

/// Seven therapists of known quality and effectiveness.
struct Team {
  TherapistTable table;
  Team() {
    table.count = kTherapists;
    for (int q = 0; q < kQualities; ++q)
      for (int j = 0; j < kTherapists; ++j) table.quality.push_back(0.3 + 0.09 * ((3 * q + 5 * j) % 7));
    for (int j = 0; j < kTherapists; ++j) {
      table.effectiveness.push_back(0.7 + 0.1 * j);
      table.culture.push_back(static_cast<std::uint32_t>(j % 4));
    }
  }
};

inline void fill_agent(AgentColumns& a, int i, std::mt19937_64& chance) {
  const auto any = [&](double lo, double hi) { return lo + (hi - lo) * (chance() >> 11) * 0x1p-53; };
  a.trust_good[i] = any(1, 9);
  a.trust_bad[i] = any(1, 9);
  a.trust_start[i] = any(.2, .8);
  a.trust_before[i] = any(.2, .8);  // deliberately not alpha / (alpha + beta): shows which of the two is read
  a.alliance[i] = any(.1, 1.1);
  a.alliance_mean[i] = any(.1, 1.1);
  a.distance[i] = chance() % 3 == 0 ? 0.0 : any(0, 1.3);
  a.contacts[i] = static_cast<double>(chance() % 12);
  a.weeks_since[i] = a.contacts[i] + static_cast<double>(chance() % 3);
}

/// Clients in care, made up: no column has a value that hides a mistake.
inline Bench people(int size = 61, unsigned seed = 1) {
  std::mt19937_64 chance(seed);
  const auto any = [&](double lo, double hi) { return lo + (hi - lo) * (chance() >> 11) * 0x1p-53; };
  Bench bench;
  ClientBlock& b = *bench.block;
  b.size = size;
  for (int i = 0; i < size; ++i) {
    b.r.episode[i] = any(3, 26);
    b.r.symptom[i] = any(0, 27);
    b.r.phq9[i] = std::floor(any(0, 28));
    b.r.phq9_start[i] = std::floor(any(10, 28));
    b.r.baseline[i] = any(0, 22);
    b.r.gain[i] = any(-3, 8);
    b.r.gain_cap[i] = b.r.gain[i] > 0 ? b.r.gain[i] + any(.1, 6) : any(2, 9);
    b.r.responsiveness[i] = std::exp(any(-1.5, 1.5));
    b.r.halo[i] = any(-.2, .2);
    b.r.motivation[i] = any(0, 1);
    b.r.weeks_in_care[i] = 1 + static_cast<double>(chance() % 15);
    b.r.weeks_in_step[i] = b.r.weeks_in_care[i];
    b.r.off_track[i] = static_cast<double>(chance() % 2);
    b.r.week_gain[i] = any(0, 1);
    b.r.week_jump[i] = chance() % 4 == 0 ? any(1, 3) : 0.0;
    b.r.week_unrepaired[i] = static_cast<double>(chance() % 5);
    b.r.week_harm[i] = .9 * b.r.week_unrepaired[i];
    b.w.id[i] = static_cast<std::uint32_t>(1000 + 37 * i);
    b.w.culture[i] = static_cast<std::uint32_t>(chance() % 4);
    b.w.therapist[i] = static_cast<std::uint32_t>(chance() % kTherapists);
    fill_agent(b.human, i, chance);
    fill_agent(b.assistant, i, chance);
  }
  for (int i = size; i < kBlock; ++i) b.w.id[i] = static_cast<std::uint32_t>(90000 + i);
  return bench;
}

/// A contact as the week would announce it. Parameters, team and series must outlive it.
struct Room {
  Parameters parameters = default_parameters();
  Team team;
  Psychometric series = make_psychometric(6);
  mutable ReadingTable reading[2];  ///< human, assistant: as the parameters say when a contact is announced
  Contact contact(Partner partner) const {
    Contact c;
    reading[0] = make_reading(parameters, parameters.human);
    reading[1] = make_reading(parameters, parameters.assistant);
    c.reading = partner == Partner::human ? &reading[0] : &reading[1];
    c.second_reader = &reading[1];
    c.parameters = &parameters;
    c.agent = partner == Partner::human ? &parameters.human : &parameters.assistant;
    c.psychometric = series.term;
    c.therapists = view(team.table);
    c.key = kKey;
    c.partner = partner;
    c.week = 3;
    return c;
  }
};

using Pass = std::function<void(const Passes&, Lanes, ClientBlock&, Scratch&)>;
using Outcome = std::map<std::uint32_t, std::vector<double>>;

/// All columns of every client of a run of lanes, and what the pass left in scratch.
inline void note(const Lanes lanes, const ClientBlock& b, const Scratch& s, Outcome& outcome) {
  for (int k = 0; k < lanes.count; ++k) {
    const int i = lanes.begin + k;
    std::vector<double>& row = outcome[b.w.id[i]];
    const auto add = [&](const auto& columns) {
      const auto* cells = reinterpret_cast<const double*>(&columns);
      for (std::size_t c = 0; c < sizeof(columns) / sizeof(Real); ++c) row.push_back(cells[c * kColumn + i]);
    };
    add(b.r);
    add(b.human);
    add(b.assistant);
    const auto* words = reinterpret_cast<const std::uint32_t*>(&b.w);
    for (std::size_t c = 0; c < sizeof(b.w) / sizeof(Word); ++c) row.push_back(words[c * kColumn + i]);
    for (const auto& quality : s.quality) row.push_back(quality[k]);
    for (const double v : {s.empathy[k], s.overall[k], s.novelty[k], s.right_chance[k], s.logit[k]}) row.push_back(v);
    for (const std::uint32_t v : {s.right[k], s.noticed[k], s.repaired[k]}) row.push_back(v);
  }
}

inline Outcome outcome_of(const Passes& passes, const Pass& pass, Bench& bench, const std::vector<int>& cuts) {
  Outcome outcome;
  for (std::size_t c = 0; c + 1 < cuts.size(); ++c) {
    const Lanes lanes{cuts[c], cuts[c + 1] - cuts[c]};
    bench.wipe();
    pass(passes, lanes, *bench.block, *bench.scratch);
    note(lanes, *bench.block, *bench.scratch, outcome);
  }
  return outcome;
}

inline bool same_bits(const Outcome& a, const Outcome& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.first == y.first && x.second.size() == y.second.size() &&
           std::memcmp(x.second.data(), y.second.data(), x.second.size() * sizeof(double)) == 0;
  });
}

/// Runs `pass` over `start` in one piece with the baseline; then shuffled and in pieces, and with each instruction set.
inline void check_lanes_and_sets(const Bench& start, const Pass& pass) {
  const int size = start.block->size;
  Bench first(start);
  const Outcome expected = outcome_of(baseline::passes, pass, first, {0, size});
  REQUIRE(expected.size() == static_cast<std::size_t>(size));
  for (const Passes* passes : all_passes()) {
    INFO("instruction set " << passes->name);
    Bench whole(start);
    CHECK(same_bits(outcome_of(*passes, pass, whole, {0, size}), expected));
    Bench shuffled(start);
    std::mt19937_64 chance(7);
    Swaps swaps;
    for (int i = size - 1; i > 0; --i) {
      swaps.from[swaps.count] = i;
      swaps.to[swaps.count++] = static_cast<int>(chance() % static_cast<std::uint64_t>(i + 1));
    }
    baseline::swap_clients(*shuffled.block, swaps);
    CHECK(same_bits(outcome_of(*passes, pass, shuffled, {0, 1, 8, size / 2, size - 3, size}), expected));
  }
}

}  // namespace hybridcare::test
