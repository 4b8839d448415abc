// Model section 2.1: what the full model draws of each client at entry; bonds with further agents.
#include "agents/intake.hpp"

#include "tests/unit/agents/care.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

constexpr std::uint32_t kFirst = 9000;

Bench entered(const Parameters& parameters, int size = 256, std::uint32_t first = kFirst,
              const Passes& passes = baseline::passes) {
  static const Team team;
  Bench bench;
  passes.enter(parameters, view(team.table), kKey, first, size, 3, *bench.block, *bench.scratch);
  return bench;
}

/// P(Beta(a, b) < x) for whole a and b: P(Binomial(a + b - 1, x) >= a).
double beta_below(double x, int a, int b) {
  double sum = 0;
  for (int j = a; j < a + b; ++j)
    sum += std::exp(std::lgamma(a + b) - std::lgamma(j + 1) - std::lgamma(a + b - j)) * std::pow(x, j) *
           std::pow(1 - x, a + b - 1 - j);
  return sum;
}

/// Of the columns with these names and none other: what switches on when `set` is applied to the core.
template <class Set>
Names adds(Set set) {
  Parameters plain = full_care();
  plain.intake.expressivity_good = plain.intake.privacy_good = plain.intake.stigma_good = 0;
  plain.intake.preference_sd = plain.intake.fit_sd = plain.intake.triage_sd = plain.intake.match_sd = 0;
  plain.intake.oscillating = plain.intake.disbelieving = 0;
  Parameters other = plain;
  set(other);
  return changed(entered(plain), entered(other));
}

struct Score { double value; bool high; };

/// Area under the curve of a score against `high`, by ranks.
double area(std::vector<Score> scores) {
  std::sort(scores.begin(), scores.end(), [](const Score& a, const Score& b) { return a.value < b.value; });
  double ranks = 0, high = 0;
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (scores[i].high) ranks += static_cast<double>(i + 1), ++high;
  return (ranks - high * (high + 1) / 2) / (high * (static_cast<double>(scores.size()) - high));
}

}  // namespace

TEST_CASE("manner, type, fit, triage and match follow the document", "[intake][people]") {
  const Parameters p = full_care();
  const Bench bench = entered(p);
  const ClientReals& r = bench.block->r;
  const double spread = std::sqrt(4.2 * 4.2 + 1.4 * 1.4 / (1 - .7 * .7));
  for (int i = 0; i < 256; ++i) {
    const std::uint32_t id = bench.block->w.id[i];
    const auto w = [&](std::uint32_t block, int which) { return word(id, Purpose::people, block, which, 0); };
    CHECK(beta_below(r.expressivity[i], 6, 3) == Approx(uniform_of(w(0, 0))).epsilon(1e-11));
    CHECK(beta_below(r.privacy[i], 3, 4) == Approx(uniform_of(w(0, 1))).epsilon(1e-11));
    CHECK(beta_below(r.stigma[i], 4, 5) == Approx(uniform_of(w(0, 2))).epsilon(1e-11));
    CHECK(r.preference[i] == near(normal_of(w(0, 3))));
    const double u = uniform_of(w(1, 0));
    CHECK(bench.block->w.type[i] == (u < .7 ? 0u : u < .9 ? 1u : 2u));
    CHECK(r.triage[i] == near((r.symptom[i] - 14) / spread + 1.48 * normal_of(w(1, 1))));
    for (int m = 0; m < kPathways; ++m) {
      CHECK(r.fit[m][i] == near(std::max(0.0, 1 + .3 * normal_of(w(2, m)))));
      CHECK(r.plan_weight[m][i] == near(1 / .09));
      CHECK(r.plan_sum[m][i] == near(1 / .09));
    }
    const auto second = [&](std::uint32_t entity) {
      const auto tag = static_cast<std::uint32_t>(Purpose::match) << 16;
      return .06 * normal_of(baseline::philox(kKey, id, entity, 0, tag).w[0]);
    };
    CHECK(bench.block->human.match[i] == near(second(bench.block->w.therapist[i] + 1)));
    CHECK(bench.block->assistant.match[i] == near(second(0x80000000u)));
    CHECK((r.insight[i] == .2 && r.insight_before[i] == .2 && r.autonomy[i] == .6 && r.fatigue[i] == .15));
    CHECK((r.reliance[i] == 0 && r.hearsay_human[i] == 0 && r.hearsay_assistant[i] == 0 && r.contacts[i] == 0));
  }
}

TEST_CASE("each group of draws is switched on by its own parameters and moves its own columns", "[intake][feature]") {
  CHECK(adds([](Parameters&) {}).empty());
  CHECK(adds([](Parameters& p) { p.intake.expressivity_good = 6; }) == Names{"expressivity"});
  CHECK(adds([](Parameters& p) { p.intake.privacy_good = 3; }) == Names{"privacy"});
  CHECK(adds([](Parameters& p) { p.intake.stigma_good = 4; }) == Names{"stigma"});
  CHECK(adds([](Parameters& p) { p.intake.preference_sd = 1; }) == Names{"preference"});
  CHECK(adds([](Parameters& p) { p.intake.fit_sd = .3; }) == Names{"fit"});
  CHECK(adds([](Parameters& p) { p.intake.triage_sd = 1.48; }) == Names{"triage"});
  CHECK(adds([](Parameters& p) { p.intake.match_sd = .06; }) == Names{"human.match", "assistant.match"});
  CHECK(adds([](Parameters& p) { p.intake.oscillating = .2; }) == Names{"w.type"});
  CHECK(adds([](Parameters& p) { p.intake.insight_start = .4; }) == Names{"insight", "insight_before"});
  CHECK(adds([](Parameters& p) { p.therapists.fatigue_start = .5; }) == Names{"fatigue"});
  CHECK(adds([](Parameters& p) { p.practice.plan_prior_sd = .5; }) == Names{"plan_sum", "plan_weight"});
  const Names doubting = adds([](Parameters& p) { p.intake.disbelieving = .1; });
  for (const char* side : {"human.", "assistant."})
    for (const char* name : {"trust_good", "trust_start", "trust_before"})
      CHECK(doubting.count(std::string(side) + name) == 1);
  CHECK(doubting.size() == 7);  // and type
}

TEST_CASE("a triage score without noise is severity at entry, whatever the types of trust", "[intake][feature]") {
  Parameters p = full_care();
  p.intake.triage_sd = p.intake.oscillating = p.intake.disbelieving = 0;
  Bench bench = entered(p);
  const double spread = std::sqrt(4.2 * 4.2 + 1.4 * 1.4 / (1 - .7 * .7));
  for (int i = 0; i < 256; ++i) CHECK(bench.r().triage[i] == near((bench.r().symptom[i] - 14) / spread));
}

TEST_CASE("who disbelieves starts with .4 of the good evidence, towards both agents; no other type differs",
          "[intake][feature]") {
  Parameters p = full_care(), none = p;
  none.intake.oscillating = none.intake.disbelieving = 0;
  const Bench typed = entered(p), plain = entered(none);
  for (const auto side : {&ClientBlock::human, &ClientBlock::assistant})
    for (int i = 0; i < 256; ++i) {
      const AgentColumns &a = typed.block.get()->*side, &b = plain.block.get()->*side;
      const double factor = typed.block->w.type[i] == 2 ? .4 : 1;
      CHECK(a.trust_good[i] == near(factor * b.trust_good[i]));
      CHECK(a.trust_start[i] == near(a.trust_good[i] / (a.trust_good[i] + a.trust_bad[i])));
    }
}

TEST_CASE("under the other form of trust, trust itself is kept", "[intake]") {
  Parameters p = full_care(), other = p;
  other.trust.form = rescorla_wagner;
  const Bench beta = entered(p), direct = entered(other);
  for (const auto side : {&ClientBlock::human, &ClientBlock::assistant})
    for (int i = 0; i < 256; ++i) {
      const AgentColumns &a = beta.block.get()->*side, &b = direct.block.get()->*side;
      CHECK(b.trust_good[i] == near(a.trust_start[i]));
      CHECK(b.trust_bad[i] == near(1 - a.trust_start[i]));
      CHECK(b.trust_start[i] == a.trust_start[i]);
    }
}

// False alarms: 5.5 standard errors, 4e-8 each. Shares of 51,200 clients: a type's share off by 1.5 points is caught in
// 99.9 % of cases. The area under the curve has a standard error below sqrt(.76 x .24 / (n / 2)) = .0027; of a score of
// two normals with this noise it is .759 where nobody is selected, and lower in a trial, whose clients differ less.
TEST_CASE("types come in their shares, and the triage score tells high from low with an area of .76",
          "[intake][people][statistical]") {
  for (const bool selected : {false, true}) {
    Parameters p = full_care();
    p.intake.selected = selected;
    p.intake.episode_mean = 13.5;  // the middle of the scale: clipping cuts both ends alike
    std::vector<double> symptoms, triage;
    double oscillating = 0, disbelieving = 0;
    constexpr int kBlocks = 200, kClients = kBlocks * kBlock;
    for (int number = 0; number < kBlocks; ++number) {
      const Bench bench = entered(p, kBlock, static_cast<std::uint32_t>(number * kBlock));
      for (int i = 0; i < kBlock; ++i) {
        symptoms.push_back(bench.block->r.symptom[i]);
        triage.push_back(bench.block->r.triage[i]);
        oscillating += bench.block->w.type[i] == 1;
        disbelieving += bench.block->w.type[i] == 2;
      }
    }
    CHECK(plausible(oscillating, kClients, .20));
    CHECK(plausible(disbelieving, kClients, .10));
    std::vector<double> sorted = symptoms;
    std::nth_element(sorted.begin(), sorted.begin() + kClients / 2, sorted.end());
    std::vector<Score> scores;
    for (std::size_t i = 0; i < symptoms.size(); ++i) scores.push_back({triage[i], symptoms[i] > sorted[kClients / 2]});
    const double found = area(scores);
    if (!selected) CHECK(std::abs(found - .759) < 5.5 * .0027);
    else CHECK((found > .68 && found < .75));
  }
}

TEST_CASE("more noise makes triage worse, down to a coin; none makes it perfect", "[intake][feature]") {
  const auto auc = [](double noise) {
    Parameters p = full_care();
    p.intake.triage_sd = noise;
    std::vector<Score> scores;
    for (std::uint32_t number = 0; number < 20; ++number) {
      const Bench bench = entered(p, kBlock, number * kBlock);
      for (int i = 0; i < kBlock; ++i) scores.push_back({bench.block->r.triage[i], bench.block->r.symptom[i] > 15});
    }
    return area(scores);
  };
  CHECK(auc(.001) > .999);
  CHECK((auc(.5) > auc(1.48) + .05 && auc(1.48) > auc(5) + .05));
  CHECK(std::abs(auc(1000) - .5) < .05);
}

TEST_CASE("a bond with another assistant begins anew, with draws of its own; the first one's come back",
          "[intake][bond]") {
  Parameters p = full_care();
  const Bench start = entered(p);
  Bench bench(start);
  std::mt19937_64 chance(5);
  for (int i = 0; i < 256; ++i) fill_agent(bench.block->assistant, i, chance);
  for (int i = 0; i < 256; ++i) bench.block->assistant.memory[i] = .5, bench.block->assistant.missed[i] = 2;
  p.assistant.culture = 2;
  const Lanes some{40, 100};
  baseline::passes.start_bond(p, kKey, 3, some, *bench.block, *bench.scratch);
  const double position[] = {0, .35, .60, .90};
  for (int i = 0; i < 256; ++i) {
    const bool moved = i >= 40 && i < 140;
    const AgentColumns& a = bench.block->assistant;
    const std::uint32_t id = bench.block->w.id[i], culture = bench.block->w.culture[i];
    CHECK(bench.block->w.assistant[i] == (moved ? 3u : 0u));
    CHECK(a.memory[i] == (moved ? 0 : .5));
    if (!moved) continue;
    const auto draw = [&](Purpose purpose, std::uint32_t second) {
      return baseline::philox(kKey, id, second, 0, static_cast<std::uint32_t>(purpose) << 16).w[0];
    };
    const double drawn = std::max(1.0, 5 + normal_of(draw(Purpose::bond, 3)));
    CHECK(a.trust_good[i] == near(drawn * (bench.block->w.type[i] == 2 ? .4 : 1)));
    CHECK(a.trust_start[i] == near(a.trust_good[i] / (a.trust_good[i] + 4.5)));
    const double jitter = .16 * (uniform_of(draw(Purpose::distance, 0x80000003u)) - .5);
    const double apart = std::abs(position[culture] - .60) * (culture == 0 ? .6 : 1);
    CHECK(a.distance[i] == near(culture == 2 ? 0 : clamp(apart + jitter, 0, 1.3)));
    CHECK(a.match[i] == near(.06 * normal_of(draw(Purpose::match, 0x80000003u))));
    CHECK(a.alliance[i] == near(clamp(.55 + bench.block->r.halo[i], 0, 1.2)));
    CHECK((a.contacts[i] == 0 && a.weeks_since[i] == 0 && a.missed[i] == 0));
  }
  p.assistant.culture = 0;
  baseline::passes.start_bond(p, kKey, 0, {0, 256}, *bench.block, *bench.scratch);
  CHECK(changed(start, bench).empty());
}

TEST_CASE("another therapist brings another match and another distance, by the same luck", "[intake][bond]") {
  const Parameters p = full_care();
  static const Team team;
  const Bench start = entered(p);
  Bench bench(start);
  for (int i = 0; i < 256; ++i) bench.block->w.therapist[i] = (bench.block->w.therapist[i] + 1) % kTherapists;
  baseline::passes.meet_therapist(p, view(team.table), kKey, bench.all(), *bench.block, *bench.scratch);
  CHECK(changed(start, bench) == Names{"human.distance", "human.match", "w.therapist"});
  for (int i = 0; i < 256; ++i) bench.block->w.therapist[i] = start.block->w.therapist[i];
  baseline::passes.meet_therapist(p, view(team.table), kKey, bench.all(), *bench.block, *bench.scratch);
  CHECK(changed(start, bench).empty());
}

TEST_CASE("entry in full and new bonds depend on no neighbour and on no instruction set", "[intake][people]") {
  Parameters p = full_care();
  static const Team team;
  for (const Passes* passes : all_passes()) {
    INFO(passes->name);
    CHECK(changed(entered(p), entered(p, 256, kFirst, *passes)).empty());
  }
  const Bench alone = entered(p, 1, kFirst + 100), block = entered(p);
  CHECK(alone.block->r.expressivity[0] == block.block->r.expressivity[100]);
  CHECK(alone.block->r.fit[3][0] == block.block->r.fit[3][100]);
  CHECK(alone.block->human.match[0] == block.block->human.match[100]);
  check_lanes_and_sets(cared(200), [&](const Passes& q, Lanes lanes, ClientBlock& b, Scratch& s) {
    q.start_bond(p, kKey, 2, lanes, b, s);
    q.meet_therapist(p, view(team.table), kKey, lanes, b, s);
  });
}
