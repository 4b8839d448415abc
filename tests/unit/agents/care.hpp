// What the full model adds between contacts, switched on with the values of the model document; and made-up clients in
// whom every column that it reads has a value.
#pragma once
#include <set>

#include "agents/description.hpp"
#include "tests/unit/agents/recipes.hpp"

namespace hybridcare::test {

inline constexpr double kShares[kPathways] = {.55, .15, .05, .25};  ///< in the order of PathwayKind
inline constexpr double kWeekly = .443;  ///< gain of all pathways together, points a week

inline void set_roles(Parameters& p) {
  p.roles.insight_gain = .10;
  p.roles.insight_fade = .02;
  p.roles.insight_rest = .2;
  p.roles.insight_effect = .3;
  p.roles.motivation_rate = .10;
  p.roles.stigma = .02;
  p.roles.stigma_reference = .55;
  for (int q = 0; q < kQualities; ++q) p.roles.elasticity[q] = 0;
  p.course.autonomy_decay = 1.2 / .88;
  p.course.autonomy_reference = .6;
  p.course.writing_cost = .3;
  for (int q = 0; q < kQualities; ++q) p.human.reference[q] = .40 + .05 * q, p.assistant.reference[q] = .30 + .05 * q;
}

inline void set_practice(Parameters& p) {
  for (int m = 0; m < kPathways; ++m) p.practice.share[m] = kShares[m];
  p.practice.compassion = .6;
  p.practice.focusing_slope = 10;
  p.practice.focusing_curiosity = .45;
  p.practice.focusing_base = .5;
  p.practice.plan_prior_sd = .3;
  p.practice.plan_noise_sd = 2;
}

inline void set_people(Parameters& p) {
  p.intake.expressivity_good = 6, p.intake.expressivity_bad = 3;
  p.intake.privacy_good = 3, p.intake.privacy_bad = 4;
  p.intake.stigma_good = 4, p.intake.stigma_bad = 5;
  p.intake.insight_start = .2;
  p.intake.preference_sd = 1;
  p.intake.fit_sd = .3;
  p.intake.triage_sd = 1.48;
  p.intake.match_sd = .06;
  p.intake.oscillating = .20, p.intake.disbelieving = .10;
  p.trust.disbelieving_start = .4;
}

inline void set_service(Parameters& p) {
  p.leaving.per_turn = true;
  p.leaving.turns_reference = 8;
  p.leaving.waited = .02, p.leaving.waited_most = 26;
  p.leaving.privacy = .3;
  p.privacy = {.8, 0, 1, .5, .5, .001, 3, .01, 4};
  p.safety = {20, .01, .80, .70, .01, 30};
  p.therapists.fatigue_start = .15, p.therapists.fatigue_keep = .95, p.therapists.fatigue_load = .06;
  p.therapists.fatigue_severity = .02, p.therapists.fatigue_coaching = .005;
  p.therapists.load = p.therapists.load_free = .8;
  p.therapists.caseload_severity = 13;
  p.coaching.reliance_rate = .05;
}

inline Parameters full_care() {
  Parameters p = default_parameters();
  set_roles(p);
  set_practice(p);
  set_people(p);
  set_service(p);
  return p;
}

/// Made-up clients (see `people`), with what the full model reads between contacts.
inline Bench cared(int size = 61, unsigned seed = 1) {
  Bench bench = people(size, seed);
  std::mt19937_64 chance(seed + 7000);
  const auto any = [&](double lo, double hi) { return lo + (hi - lo) * (chance() >> 11) * 0x1p-53; };
  ClientBlock& b = *bench.block;
  for (int i = 0; i < size; ++i) {
    b.r.insight[i] = any(.05, .9);
    b.r.insight_before[i] = any(.05, .9);
    b.r.autonomy[i] = any(.2, .9);
    b.r.contacts[i] = b.human.contacts[i] + b.assistant.contacts[i];
    b.r.privacy[i] = any(0, 1);
    b.r.stigma[i] = any(.2, .8);
    b.r.weeks_waited[i] = static_cast<double>(chance() % 40);
    b.r.week_turns[i] = chance() % 5 == 0 ? 0.0 : 8.0 + 8.0 * static_cast<double>(chance() % 3);
    b.r.fatigue[i] = any(0, 1);
    b.r.reliance[i] = any(0, 1);
    b.r.phq9_before[i] = std::floor(any(0, 28));
    for (int m = 0; m < kPathways; ++m) {
      b.r.fit[m][i] = any(.2, 1.8);
      b.r.plan_weight[m][i] = any(8, 30);
      b.r.plan_sum[m][i] = b.r.plan_weight[m][i] * any(.5, 1.5);
    }
    for (AgentColumns* a : {&b.human, &b.assistant}) {
      a->compassion[i] = any(0, 1);
      a->curiosity[i] = any(.1, .9);
      a->met[i] = static_cast<double>(chance() % 3);
    }
  }
  return bench;
}

/// Many new clients who differ in their draws alone: numbers from `first` on, every column zero but what `fill` sets.
template <class Fill>
Bench newcomers(std::uint32_t first, Fill fill) {
  Bench bench;
  std::memset(static_cast<void*>(bench.block.get()), 0, sizeof(ClientBlock));
  bench.block->size = kBlock;
  for (int i = 0; i < kBlock; ++i) {
    bench.block->w.id[i] = first + static_cast<std::uint32_t>(i);
    bench.block->human.trust_good[i] = bench.block->assistant.trust_good[i] = 5;
    bench.block->human.trust_bad[i] = bench.block->assistant.trust_bad[i] = 5;
    bench.block->r.responsiveness[i] = 1;
    for (int m = 0; m < kPathways; ++m) bench.block->r.fit[m][i] = 1;
    fill(*bench.block, i);
  }
  return bench;
}
inline Bench newcomers(std::uint32_t first) {
  return newcomers(first, [](ClientBlock&, int) {});
}

/// Names of the columns in which two blocks of the same clients differ.
inline std::set<std::string> changed(const Bench& before, const Bench& after) {
  std::set<std::string> found;
  const auto compare = [&](const auto& rows, const std::string& prefix, const void* a, const void* b, int size) {
    const std::size_t cell = prefix == "w." ? sizeof(std::uint32_t) : sizeof(double);
    for (const StateVariable& row : rows)
      for (std::size_t column = 0; column < row.bytes / (cell * kColumn); ++column) {
        const std::size_t at = row.offset + column * cell * kColumn, bytes = cell * static_cast<std::size_t>(size);
        if (std::memcmp(static_cast<const char*>(a) + at, static_cast<const char*>(b) + at, bytes) != 0)
          found.insert(prefix + row.name);
      }
  };
  const ClientBlock &a = *before.block, &b = *after.block;
  compare(client_reals(), "", &a.r, &b.r, a.size);
  compare(bond_reals(), "human.", &a.human, &b.human, a.size);
  compare(bond_reals(), "assistant.", &a.assistant, &b.assistant, a.size);
  compare(client_words(), "w.", &a.w, &b.w, a.size);
  return found;
}
using Names = std::set<std::string>;

/// Share of n draws with probability p: 5.5 standard errors around it are left by chance with probability 4e-8.
inline bool plausible(double count, double n, double p) {
  return std::abs(count - n * p) < 5.5 * std::sqrt(n * p * (1 - p));
}

}  // namespace hybridcare::test
