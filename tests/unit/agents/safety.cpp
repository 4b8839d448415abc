// Model section S17: risk states, who sees them, false alarms, reviews.
#include "agents/safety.hpp"

#include "tests/unit/agents/care.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

constexpr Watch kInCare{true, false, 0}, kOutOfCare{false, false, 0};

void live(const Parameters& p, const Watch& watch, Bench& bench, int week) {
  for (int i = 0; i < bench.block->size; ++i) bench.r().risk_flag[i] = bench.r().week_minutes[i] = 0;
  baseline::passes.watch_risk(p, watch, kKey, week, bench.all(), *bench.block, *bench.scratch);
}

/// One client's week in the words of the document, scalar and plain.
struct Person {
  double risk = 0, missed = 0, waits = 0, found = 0, alarms = 0, human_waits = 0, reached = 0, minutes = 0, flag = 0;
  bool met_since = false;
  void week(std::uint32_t id, std::uint32_t week, double symptom, bool human, bool assistant, const Watch& watch) {
    const auto draw = [&](int which) { return word(id, Purpose::safety, 0, which, week); };
    if (risk > 0 && symptom > 20) ++risk;
    else risk = symptom > 20 && happens(draw(0), .01 * 10) ? 1 : 0, met_since = false;
    const bool reviewed = watch.review && happens(word(id, Purpose::review, 0, 0, week), .80);
    const bool looked = (human && happens(draw(1), .80)) || (assistant && happens(draw(2), .70)) || reviewed;
    const bool detected = risk > 0 && watch.in_care && looked;
    const bool alarm = risk == 0 && watch.in_care && assistant && happens(draw(3), .01 * 10);
    missed += risk > 0 && watch.in_care && !detected;
    if (risk > 0 && (human || detected) && !met_since) met_since = true, ++reached, human_waits += risk - 1;
    if (detected) ++found, waits += risk - 1;
    alarms += alarm;
    flag = detected || alarm;
    minutes = 30 * flag + (watch.review ? watch.review_minutes : 0);
    if (detected) risk = 0;
  }
};

struct Sum {
  double missed = 0, found = 0, waits = 0, alarms = 0, at_risk = 0, minutes = 0, reached = 0, human_waits = 0;
};

/// Sums over 256 x blocks clients above the level of risk, after `weeks` with a contact of each kind every n weeks.
Sum lived(const Parameters& p, const Watch& watch, int weeks, int human_every, int assistant_every, int blocks,
          double symptom = 24) {
  Sum sum;
  for (int number = 0; number < blocks; ++number) {
    Bench bench = newcomers(static_cast<std::uint32_t>(number * kBlock),
                            [&](ClientBlock& b, int i) { b.r.symptom[i] = symptom; });
    for (int week = 1; week <= weeks; ++week) {
      for (int i = 0; i < kBlock; ++i) {
        bench.block->human.met[i] = human_every > 0 && week % human_every == 0;
        bench.block->assistant.met[i] = assistant_every > 0 && week % assistant_every == 0;
      }
      live(p, watch, bench, week);
      for (int i = 0; i < kBlock; ++i) sum.minutes += bench.r().week_minutes[i];
    }
    const ClientReals& r = bench.block->r;
    for (int i = 0; i < kBlock; ++i) {
      sum.missed += r.missed_risk[i], sum.found += r.risk_found[i], sum.waits += r.risk_waits[i];
      sum.alarms += r.alarms[i], sum.at_risk += r.risk[i] > 0;
      sum.reached += r.human_reached[i], sum.human_waits += r.human_waits[i];
    }
  }
  return sum;
}

}  // namespace

TEST_CASE("risk states, detection, alarms, reviews and waits follow the document week by week", "[safety]") {
  Parameters p = full_care();
  p.safety.onset = p.safety.false_alarm = .01 * 10;
  Bench bench = cared(256);
  for (int i = 0; i < 256; ++i) bench.r().risk[i] = 0;
  std::vector<Person> persons(256);
  double found = 0, alarms = 0;
  for (std::uint32_t week = 1; week <= 60; ++week) {
    const Watch watch{week % 7 != 0, week % 4 == 0, 3};
    for (int i = 0; i < 256; ++i) {
      bench.r().symptom[i] = 18 + (i * 13 + static_cast<int>(week) * 5 / 11) % 8;
      bench.block->human.met[i] = (i + static_cast<int>(week)) % 5 == 0;
      bench.block->assistant.met[i] = (i + static_cast<int>(week)) % 3 == 0 ? 2 : 0;
    }
    live(p, watch, bench, static_cast<int>(week));
    int wrong = 0;
    for (int i = 0; i < 256; ++i) {
      Person& person = persons[static_cast<std::size_t>(i)];
      const ClientReals& r = bench.block->r;
      person.week(bench.block->w.id[i], week, r.symptom[i], bench.block->human.met[i] > 0,
                  bench.block->assistant.met[i] > 0, watch);
      wrong += r.risk[i] != person.risk || r.missed_risk[i] != person.missed || r.risk_waits[i] != person.waits;
      wrong += r.risk_found[i] != person.found || r.alarms[i] != person.alarms || r.risk_flag[i] != person.flag;
      wrong += r.human_waits[i] != person.human_waits || r.human_reached[i] != person.reached;
      wrong += r.week_minutes[i] != person.minutes;
      found += person.flag, alarms += person.alarms;
    }
    INFO("week " << week);
    CHECK(wrong == 0);
  }
  CHECK((found > 100 && alarms > 100));
}

// False alarms: 5.5 standard errors each, 4e-8; found and missed are sums over weeks, so their variance is bounded by
// that of independent weeks times the mean length of a stay. Caught in 99.9 % of cases: a rate off by 8.6 of them.
TEST_CASE("risk states are a chain of two states: its closed form out of care and in care", "[safety][statistical]") {
  const Parameters p = full_care();
  constexpr int kBlocks = 80, kClients = kBlocks * kBlock, kWeeks = 26;
  const Sum out = lived(p, kOutOfCare, kWeeks, 1, 1, kBlocks);
  CHECK(plausible(out.at_risk, kClients, 1 - std::pow(.99, kWeeks)));
  CHECK((out.missed == 0 && out.found == 0 && out.alarms == 0 && out.minutes == 0));  // out of care nobody looks
  for (const bool human : {true, false}) {
    const double s = human ? .80 : .70, o = .01, keep = (1 - o) * (1 - s), level = o * (1 - s) / (1 - keep);
    double missed = 0, found = 0;
    for (int week = 1; week <= kWeeks; ++week) {  // u(t) = level (1 - keep^t): at risk and unseen
      missed += level * (1 - std::pow(keep, week));
      const double before = level * (1 - std::pow(keep, week - 1));
      found += (before + (1 - before) * o) * s;
    }
    const Sum in = lived(p, kInCare, kWeeks, human ? 1 : 0, human ? 0 : 1, kBlocks);
    CHECK(std::abs(in.found - kClients * found) < 5.5 * std::sqrt(kClients * found));
    CHECK(std::abs(in.missed - kClients * missed) < 5.5 * std::sqrt(kClients * missed * (1 + 2 * keep / (1 - keep))));
    const double wait = (1 - s) / s;  // geometric: weeks from onset to detection
    CHECK(std::abs(in.waits / in.found - wait) < 5.5 * std::sqrt((1 - s) / (s * s) / in.found) + .01);
  }
}

TEST_CASE("seeing better leaves fewer weeks at risk unseen; the assistant's false alarms cost a human's time",
          "[safety][feature]") {
  const Parameters usual = full_care();
  const Sum human = lived(usual, kInCare, 26, 1, 0, 20), both = lived(usual, kInCare, 26, 1, 1, 20);
  const Sum seldom = lived(usual, kInCare, 26, 4, 1, 20), alone = lived(usual, kInCare, 26, 0, 1, 20);
  CHECK((both.missed < human.missed && human.missed < alone.missed));
  CHECK((human.alarms == 0 && alone.alarms > 0));
  CHECK(alone.minutes == 30 * (alone.found + alone.alarms));
  CHECK(human.human_waits == 0);                                          // met every week: no time to wait
  CHECK(seldom.human_waits / seldom.reached < alone.human_waits / alone.reached);
  Parameters sharp = usual, noisy = usual, calm = usual;
  sharp.safety.assistant_sensitivity = .95;
  noisy.safety.false_alarm = .05;
  calm.safety.onset = 0;
  const Sum seen = lived(sharp, kInCare, 26, 0, 1, 20), loud = lived(noisy, kInCare, 26, 0, 1, 20);
  CHECK(seen.missed < .5 * alone.missed);
  CHECK((loud.alarms > 3 * alone.alarms && loud.found == alone.found && loud.missed == alone.missed));
  const Watch reviewed{true, true, 5};
  const Sum review = lived(usual, reviewed, 26, 0, 1, 20);
  CHECK(review.missed < alone.missed);
  CHECK(review.minutes == 30 * (review.found + review.alarms) + 5.0 * 26 * 20 * kBlock);
  CHECK(lived(calm, kInCare, 26, 0, 1, 5).found == 0);
  const Sum mild = lived(usual, kInCare, 26, 0, 1, 5, 20);  // not above 20 points
  CHECK((mild.found == 0 && mild.missed == 0 && mild.alarms > 0));
}

TEST_CASE("safety moves its own counts alone, and nothing where risk and alarms are off", "[safety][feature]") {
  Parameters p = full_care();
  p.safety.onset = .5;
  p.safety.false_alarm = .5;
  const Bench start = cared(256);
  Bench bench(start);
  for (int week = 1; week < 9; ++week)
    baseline::passes.watch_risk(p, kInCare, kKey, week, bench.all(), *bench.block, *bench.scratch);
  CHECK(changed(start, bench) == Names{"alarms", "human_reached", "human_waits", "missed_risk", "risk", "risk_flag",
                                       "risk_found", "risk_waits", "w.events", "week_minutes"});
  p.safety.onset = p.safety.false_alarm = 0;
  Bench still(start);
  baseline::passes.watch_risk(p, kInCare, kKey, 3, still.all(), *still.block, *still.scratch);
  CHECK(changed(start, still).empty());
}

TEST_CASE("safety depends on no neighbour and on no instruction set", "[safety]") {
  Parameters q = full_care();
  q.safety.onset = q.safety.false_alarm = .3;
  for (const Watch& watch : {kInCare, kOutOfCare, Watch{true, true, 5}})
    check_lanes_and_sets(cared(200), [&](const Passes& p, Lanes lanes, ClientBlock& b, Scratch& s) {
      for (int i = lanes.begin; i < lanes.begin + lanes.count; ++i) b.r.risk[i] = b.w.id[i] % 3;
      p.watch_risk(q, watch, kKey, 6, lanes, b, s);
    });
}
