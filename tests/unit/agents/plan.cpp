// Model section S11: the personalised plan, Thompson sampling with a conjugate normal belief.
#include "agents/plan.hpp"

#include "agents/practice.hpp"
#include "tests/unit/agents/care.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

Offer planned(std::initializer_list<int> pathways) {
  Offer offer;
  for (const int m : pathways) offer.offers[m] = true;
  offer.carrier = Partner::assistant;
  offer.planned = true;
  return offer;
}

int choice(const Parameters& p, const Bench& bench, const Offer& offer, int i, std::uint32_t week) {
  int best = -1;
  double most = -1e300;
  for (int m = 0; m < kPathways; ++m) {
    if (!offer.offers[m]) continue;
    const ClientReals& r = bench.block->r;
    const double mean = r.plan_sum[m][i] / r.plan_weight[m][i], sd = 1 / std::sqrt(r.plan_weight[m][i]);
    const double z = normal_of(word(bench.block->w.id[i], Purpose::plan, 0, m, week));
    const double value = kWeekly * p.practice.share[m] * (mean + sd * z);
    if (value > most) most = value, best = m;
  }
  return best;
}

void set_prior(const Parameters& p, ClientBlock& b, int i) {
  for (int m = 0; m < kPathways; ++m)
    b.r.plan_weight[m][i] = b.r.plan_sum[m][i] = 1 / (p.practice.plan_prior_sd * p.practice.plan_prior_sd);
}

/// Parameters under which the four pathways promise alike.
Parameters alike() {
  Parameters p = full_care();
  for (double& share : p.practice.share) share = .25;
  p.practice.intercept = 50;  // every slot is practised
  return p;
}

/// How often client type `fit` is given each pathway over n weeks of true rewards without noise of measurement but
/// with noise of the weekly change of the stated size.
std::vector<double> given(const Parameters& p, const double (&fit)[kPathways], int weeks) {
  Bench bench = newcomers(0, [&](ClientBlock& b, int i) {
    set_prior(p, b, i);
    for (int m = 0; m < kPathways; ++m) b.r.fit[m][i] = fit[m];
  });
  std::vector<double> count(kPathways);
  std::mt19937_64 chance(3);
  std::normal_distribution<double> noise(0, p.practice.plan_noise_sd);
  for (int week = 1; week <= weeks; ++week) {
    baseline::passes.practise_offer(p, planned({0, 1, 2, 3}), kKey, week, bench.all(), *bench.block, *bench.scratch);
    for (int i = 0; i < kBlock; ++i) {
      double true_gain = 0;
      for (int m = 0; m < kPathways; ++m) {
        count[static_cast<std::size_t>(m)] += bench.r().plan_load[m][i] > 0;
        true_gain += bench.r().plan_load[m][i] * fit[m];
      }
      bench.r().phq9_before[i] = true_gain + noise(chance);
      bench.r().phq9[i] = 0;
    }
    baseline::passes.learn_fit(p, bench.all(), *bench.block);
  }
  for (double& c : count) c /= weeks * kBlock;
  return count;
}

}  // namespace

TEST_CASE("the plan takes the pathway of the largest drawn promise and gives it every slot", "[plan]") {
  const Parameters p = full_care();
  for (const Offer& offer : {planned({0, 1, 2, 3}), planned({1, 3}), planned({2})})
    for (const int week : {2, 3, 4}) {
      Bench bench = cared(256);
      const Bench before(bench);
      baseline::passes.practise_offer(p, offer, kKey, week, bench.all(), *bench.block, *bench.scratch);
      int offered = 0, wrong = 0;
      for (const bool open : offer.offers) offered += open;
      const double dealt = offered == 4 ? 1 : offered == 2 ? 2 : 4;
      for (int i = 0; i < 256; ++i) {
        const int m = choice(p, before, offer, i, static_cast<std::uint32_t>(week));
        const double x = bench.r().practised[i] / dealt;
        for (int other = 0; other < kPathways; ++other) {
          const double f = other == m ? (x <= 1 ? x : std::sqrt(x)) : 0;
          wrong += std::abs(bench.r().plan_load[other][i] - kWeekly * p.practice.share[other] * f) > 1e-14;
        }
      }
      CHECK(wrong == 0);
    }
}

TEST_CASE("what is believed of a fit is the conjugate posterior, and only of what was practised", "[plan]") {
  const Parameters p = full_care();
  Bench bench = cared(256);
  for (int i = 0; i < 256; ++i) bench.r().plan_load[i % 4][i] = .05 + .001 * i;
  const Bench before(bench);
  baseline::passes.learn_fit(p, bench.all(), *bench.block);
  for (int i = 0; i < 256; ++i)
    for (int m = 0; m < kPathways; ++m) {
      const ClientReals &old = before.block->r, &now = bench.block->r;
      const double b = m == i % 4 ? .05 + .001 * i : 0, reward = old.phq9_before[i] - old.phq9[i];
      const double tau = old.plan_weight[m][i], mean = old.plan_sum[m][i] / tau;
      const double precision = tau + b * b / 4, posterior = (tau * mean + b * reward / 4) / precision;  // sigma 2
      CHECK(now.plan_weight[m][i] == near(precision));
      CHECK(now.plan_sum[m][i] / now.plan_weight[m][i] == near(posterior));
      CHECK(now.plan_load[m][i] == 0);
    }
  CHECK(changed(before, bench) == Names{"plan_load", "plan_sum", "plan_weight"});
  Bench again(bench);
  baseline::passes.learn_fit(p, again.all(), *again.block);  // nothing was practised since
  CHECK(changed(bench, again).empty());
}

TEST_CASE("over many rewards the belief comes to the true fit, from wherever it starts", "[plan]") {
  Parameters p = full_care();
  Bench bench = newcomers(0, [&](ClientBlock& b, int i) { set_prior(p, b, i); });
  for (int round = 0; round < 5000; ++round) {
    for (int i = 0; i < kBlock; ++i) {
      bench.r().plan_load[0][i] = .4;
      bench.r().phq9_before[i] = .4 * (.1 + .007 * i);  // fit .1 .. 1.9, without noise
    }
    baseline::passes.learn_fit(p, bench.all(), *bench.block);
  }
  const double weight = 1 / .09, data = 5000 * .16 / 4;
  for (int i = 0; i < kBlock; ++i) {
    const double fit = bench.r().plan_sum[0][i] / bench.r().plan_weight[0][i];
    CHECK(fit == Approx((weight + data * (.1 + .007 * i)) / (weight + data)).epsilon(1e-9));
    CHECK(bench.r().plan_sum[1][i] == bench.r().plan_weight[1][i]);  // the others stay with the prior
  }
}

TEST_CASE("a plan gives more of what fits; with noisier changes it learns less, and it never gives what is not offered",
          "[plan][feature]") {
  Parameters p = alike();
  p.practice.rate = 4;  // a large effect, so that 40 weeks are enough to learn
  const double even[] = {1, 1, 1, 1}, third[] = {.6, .6, 1.6, .6};
  const auto fair = given(p, even, 40), fitting = given(p, third, 40);
  for (const double share : fair) CHECK((share > .2 && share < .3));
  CHECK(fitting[2] > 2 * fair[2]);
  p.practice.plan_noise_sd = 20;
  const auto noisy = given(p, third, 40);
  CHECK((noisy[2] < fitting[2] - .2 && noisy[2] > fair[2] - .02));
  const Parameters usual = full_care();
  Bench bench = cared(256);
  baseline::passes.practise_offer(usual, planned({0, 2}), kKey, 1, bench.all(), *bench.block, *bench.scratch);
  for (int i = 0; i < 256; ++i) CHECK((bench.r().plan_load[1][i] == 0 && bench.r().plan_load[3][i] == 0));
}

TEST_CASE("without a plan nothing is held against a result", "[plan][feature]") {
  const Parameters p = full_care();
  Offer offer = planned({0, 1, 2, 3});
  offer.planned = false;
  Bench bench = cared(256);
  baseline::passes.practise_offer(p, offer, kKey, 1, bench.all(), *bench.block, *bench.scratch);
  for (int m = 0; m < kPathways; ++m)
    for (int i = 0; i < 256; ++i) CHECK(bench.r().plan_load[m][i] == 0);
}

TEST_CASE("the plan depends on no neighbour and on no instruction set", "[plan]") {
  const Parameters q = full_care();
  const Offer offer = planned({0, 1, 3});
  check_lanes_and_sets(cared(200), [&](const Passes& p, Lanes lanes, ClientBlock& b, Scratch& s) {
    Word chosen;
    p.choose_pathway(q, offer.offers, kKey, 6, lanes, b, s, chosen);
    for (int k = 0; k < lanes.count; ++k) b.r.plan_load[chosen[k]][lanes.begin + k] = .3;
    p.learn_fit(q, lanes, b);
  });
}
