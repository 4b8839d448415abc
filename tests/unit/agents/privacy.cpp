// Model section S16: data leaked, and an unlabelled assistant found out.
#include "agents/privacy.hpp"

#include "tests/unit/agents/care.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

void live(const Parameters& p, Bench& bench, int weeks, int first = 1) {
  for (int week = first; week < first + weeks; ++week)
    baseline::passes.lose_privacy(p, kKey, week, bench.all(), *bench.block, *bench.scratch);
}

/// Clients with an event after some weeks, among `blocks` times 256.
int marked(const Parameters& p, std::uint32_t event, int weeks, int blocks) {
  int count = 0;
  for (int number = 0; number < blocks; ++number) {
    Bench bench = newcomers(static_cast<std::uint32_t>(number * kBlock));
    live(p, bench, weeks);
    for (int i = 0; i < kBlock; ++i) count += (bench.block->w.events[i] & event) != 0;
  }
  return count;
}

double trust(const AgentColumns& a, int i) { return a.trust_good[i] / (a.trust_good[i] + a.trust_bad[i]); }

}  // namespace

TEST_CASE("a leak is drawn by client and week, marks its client and costs three failures of trust in the assistant",
          "[privacy]") {
  Parameters p = full_care();
  p.privacy.breach = .3;
  Bench bench = cared(256);
  const Bench before(bench);
  live(p, bench, 1, 9);
  int leaks = 0;
  for (int i = 0; i < 256; ++i) {
    const bool leaked = happens(word(bench.block->w.id[i], Purpose::privacy, 0, 0, 9), .3);
    leaks += leaked;
    CHECK(bench.block->w.events[i] == (leaked ? static_cast<std::uint32_t>(kBreached) : 0u));
    const double bad = before.block->assistant.trust_bad[i] + (leaked ? 3 * p.trust.failure : 0);
    CHECK(bench.block->assistant.trust_bad[i] == near(bad));
  }
  CHECK((leaks > 40 && leaks < 120));
  CHECK(changed(before, bench) == Names{"assistant.trust_bad", "w.events"});  // a labelled one has nothing to hide
}

TEST_CASE("an unlabelled assistant is found out once, and that costs four failures; a labelled one never is",
          "[privacy]") {
  Parameters p = full_care();
  p.privacy.breach = 0;
  p.privacy.discovery = .2;
  p.assistant.labelled = false;
  Bench bench = cared(256);
  const Bench before(bench);
  live(p, bench, 60);
  for (int i = 0; i < 256; ++i) {
    CHECK(bench.block->w.events[i] == static_cast<std::uint32_t>(kDiscovered));  // 1.5e-6 not to be in 60 weeks
    CHECK(bench.block->assistant.trust_bad[i] == near(before.block->assistant.trust_bad[i] + 4 * p.trust.failure));
  }
  p.assistant.labelled = true;
  Bench open(before);
  live(p, open, 60);
  CHECK(changed(before, open).empty());
}

TEST_CASE("by the other form of trust an event takes its share of it", "[privacy]") {
  Parameters p = full_care();
  p.trust.form = rescorla_wagner;
  p.trust.loss_rate = .25;
  p.privacy.breach = 1;
  p.privacy.discovery = 1;
  p.assistant.labelled = false;
  Bench bench = cared(64);
  for (int i = 0; i < 64; ++i) {
    const double t = trust(bench.block->assistant, i);
    bench.block->assistant.trust_good[i] = t;
    bench.block->assistant.trust_bad[i] = 1 - t;
  }
  const Bench before(bench);
  live(p, bench, 1);
  for (int i = 0; i < 64; ++i) {
    const double t = before.block->assistant.trust_good[i] * (1 - .25 * 3 / 8) * (1 - .25 * 4 / 8);
    CHECK(trust(bench.block->assistant, i) == near(t));
  }
}

// False alarms: 5.5 standard errors each, 4e-8; four comparisons. Caught in 99.9 % of cases: a rate off by 8.6 standard
// errors, for leaks 1.17e-3 or .84e-3 a week instead of 1e-3.
TEST_CASE("who has been leaked or has found out after n weeks: 1 - (1 - h)^n", "[privacy][statistical]") {
  Parameters p = full_care();
  p.assistant.labelled = false;
  constexpr int kBlocks = 200, kClients = kBlocks * kBlock;
  for (const int weeks : {12, 52}) {
    CHECK(plausible(marked(p, kBreached, weeks, kBlocks), kClients, 1 - std::pow(1 - .001, weeks)));
    CHECK(plausible(marked(p, kDiscovered, weeks, kBlocks), kClients, 1 - std::pow(1 - .01, weeks)));
  }
}

TEST_CASE("more leaks cost more trust in the assistant, client by client, and nothing else", "[privacy][feature]") {
  Parameters p = full_care();
  const Bench start = cared(256);
  Bench rare(start), frequent(start), never(start);
  live(p, rare, 200);
  p.privacy.breach = .01;
  live(p, frequent, 200);
  p.privacy.breach = 0;
  live(p, never, 200);
  double lost = 0, fewer = 0;
  for (int i = 0; i < 256; ++i) {
    CHECK(frequent.block->assistant.trust_bad[i] >= rare.block->assistant.trust_bad[i]);  // the same draws: coupled
    lost += frequent.block->assistant.trust_bad[i] - start.block->assistant.trust_bad[i];
    fewer += rare.block->assistant.trust_bad[i] - start.block->assistant.trust_bad[i];
  }
  CHECK(lost > 4 * fewer);
  CHECK(changed(start, frequent) == Names{"assistant.trust_bad", "w.events"});
  CHECK(changed(start, never).empty());
}

TEST_CASE("privacy depends on no neighbour and on no instruction set", "[privacy]") {
  Parameters q = full_care();
  q.assistant.labelled = false;
  q.privacy.breach = q.privacy.discovery = .3;
  for (const int form : {static_cast<int>(beta_trust), static_cast<int>(rescorla_wagner)}) {
    q.trust.form = form;
    check_lanes_and_sets(cared(200), [&](const Passes& p, Lanes lanes, ClientBlock& b, Scratch& s) {
      p.lose_privacy(q, kKey, 6, lanes, b, s);
    });
  }
}
