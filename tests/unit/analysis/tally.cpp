#include "analysis/tally.hpp"

#include <thread>

#include "analysis/satisfaction.hpp"
#include "tests/catch.hpp"
#include "tests/unit/analysis/fake.hpp"

using namespace hybridcare;

namespace {

using Row = std::vector<std::int64_t>;

/// The history of one client and one agent, counted week by week with no running state.
struct ByHand {
  const Experiment& e;
  const Layout layout{e};
  int cell;
  const fake::Client& client;

  const fake::Week& at(int w) const { return client.weeks[static_cast<std::size_t>(w)]; }
  const Step& lived(int w) const {
    const auto& steps = e.scenarios[0][static_cast<std::size_t>(cell)].pathway.steps;
    return steps[at(w == 0 ? 0 : w - 1).step];
  }
  /// Of the week's contacts together.
  int turns(int a, int w) const {
    return at(w).agents[a].met * (a == kHuman ? lived(w).human.turns : lived(w).assistant.turns);
  }
  static double trust(const fake::AgentWeek& week) { return week.good / (week.good + week.bad); }
  std::vector<int> contact_weeks(int a, int until) const {
    std::vector<int> found;
    for (int w = 1; w <= until; ++w)
      if (at(w).agents[a].met > 0) found.push_back(w);
    return found;
  }
  int exit_week() const {
    for (int w = 1; w <= e.weeks; ++w)
      if (at(w).exit != 0) return w;
    return 0;
  }

  void weeks(Row& row) const;
  void relapse(Row& row) const;
  void safety(Row& row) const;
  void distance(Row& row, int a) const;
  void outcomes(Row& row) const;
  void agent(Row& row, int a) const;
  void erosion(Row& row, int a) const;
  void asked(Row& row) const;
};

std::int64_t& in(Row& row, int place) { return row[static_cast<std::size_t>(place)]; }

void ByHand::weeks(Row& row) const {
  ++in(row, Layout::at(Total::clients));
  for (int w = 0; w <= e.weeks; ++w) {
    in(row, layout.at(Weekly::phq9, w)) += at(w).phq9;
    in(row, layout.at(Weekly::phq9_squares, w)) += at(w).phq9 * at(w).phq9;
    in(row, layout.at(Weekly::in_care, w)) += lived(w).exit == Exit::none ? 1 : 0;
    for (int a = 0; a < kAgents; ++a) {
      const auto met = contact_weeks(a, w);
      if (met.empty()) continue;
      ++in(row, layout.at(met_series(a), w));
      in(row, layout.at(trust_series(a), w)) += to_fixed(trust(at(met.back()).agents[a]));
    }
  }
  const int left = exit_week();
  if (left == 0) return;
  const Weekly series[] = {Weekly::completed, Weekly::ended_early, Weekly::dropped};
  ++in(row, layout.at(series[at(left).exit - 1], left));
  if (at(left).exit == 3 && at(left).phq9 >= 10) ++in(row, layout.at(Weekly::dropped_ill, left));
}

/// Well at `post` or in the week of leaving, whichever comes first; then 10 or more and 6 points above that.
void ByHand::relapse(Row& row) const {
  const auto recovered = [&](int w) { return at(0).phq9 >= 10 && at(0).phq9 - at(w).phq9 >= 6 && at(w).phq9 < 10; };
  std::vector<int> looks = {asking_week(e)};
  if (exit_week() > 0) looks.push_back(exit_week());
  std::sort(looks.begin(), looks.end());
  const auto well = std::find_if(looks.begin(), looks.end(), recovered);
  if (well == looks.end()) return;
  ++in(row, Layout::at(Total::well));
  for (int w = *well + 1; w <= e.weeks; ++w)
    if (at(w).phq9 >= 10 && at(w).phq9 >= at(*well).phq9 + 6) return void(++in(row, Layout::at(Total::relapsed)));
}

void ByHand::safety(Row& row) const {
  const fake::Week& last = at(e.weeks);
  in(row, Layout::at(Total::missed_risk)) += last.missed_risk;
  in(row, Layout::at(Total::missed_clients)) += last.missed_risk > 0 ? 1 : 0;
  in(row, Layout::at(Total::risk_found)) += last.risk_found;
  in(row, Layout::at(Total::risk_waits)) += last.risk_waits;
  in(row, Layout::at(Total::human_reached)) += last.human_reached;
  in(row, Layout::at(Total::human_waits)) += last.human_waits;
  in(row, Layout::at(Total::alarms)) += last.alarms;
  for (int w = 1; w <= e.weeks; ++w)
    in(row, Layout::at(Total::other_minutes)) += static_cast<std::int64_t>(at(w).minutes * kMinuteOne);
  for (const int w : contact_weeks(kHuman, e.weeks)) {
    ++in(row, Layout::at(Total::fatigue_weeks));
    in(row, Layout::at(Total::fatigue)) += to_fixed(at(w).fatigue);
  }
}

void ByHand::distance(Row& row, int a) const {
  const Pathway& pathway = e.scenarios[0][static_cast<std::size_t>(cell)].pathway;
  const bool in_arm = std::any_of(pathway.steps.begin(), pathway.steps.end(), [a](const Step& step) {
    return (a == kHuman ? step.human : step.assistant).every_weeks > 0;
  });
  if (!in_arm) return;
  const auto add = [&](int reading, int week, std::int64_t outcome) {
    const auto chi = static_cast<std::int64_t>(client.distance_in(a, week) * kDistanceOne);
    in(row, layout.at(a, Distance::sum, reading)) += chi;
    in(row, layout.at(a, Distance::squares, reading)) += chi * chi;
    in(row, layout.at(a, Distance::outcome, reading)) += chi * outcome;
  };
  add(-1, e.weeks, at(e.weeks).exit == 3 ? 1 : 0);
  const auto all = readings(e);
  for (int r = 0; r < static_cast<int>(all.size()); ++r) {
    const int week = all[static_cast<std::size_t>(r)].week;
    add(r, week, at(week).phq9);
  }
}

void ByHand::outcomes(Row& row) const {
  const auto all = readings(e);
  for (int r = 0; r < static_cast<int>(all.size()); ++r) {
    const fake::Week& week = at(all[static_cast<std::size_t>(r)].week);
    const int start = at(0).phq9, now = week.phq9;
    in(row, layout.at(r, Latent::symptom)) += to_fixed(week.symptom);
    in(row, layout.at(r, Latent::gain)) += to_fixed(week.gain);
    const auto count = [&](Outcome outcome, bool holds) { in(row, layout.at(r, outcome)) += holds ? 1 : 0; };
    count(Outcome::reliable_improvement, start - now >= 6);
    count(Outcome::reliable_deterioration, now - start >= 6);
    count(Outcome::own_improvement, start - now >= 5);  // 1.96 sqrt(2) 1.5 = 4.16
    count(Outcome::own_deterioration, now - start >= 5);
    count(Outcome::recovery, start >= 10 && start - now >= 6 && now < 10);
    count(Outcome::response, start > 0 && now <= start / 2.0);
    count(Outcome::below_cut10, now < 10);
    count(Outcome::remission_phq5, now < 5);
    count(Outcome::ill_at_entry, start >= 10);
  }
}

void ByHand::agent(Row& row, int a) const {
  const auto add = [&](Met field, std::int64_t by) { in(row, Layout::at(a, field)) += by; };
  std::int64_t all = 0, wrong = 0;
  for (const int w : contact_weeks(a, e.weeks)) {
    const fake::AgentWeek& week = at(w).agents[a];
    const int misread = turns(a, w) - week.right;
    if (all == 0) add(Met::first_turns, turns(a, w)), add(Met::first_misread, misread);
    all += turns(a, w);
    wrong += misread;
    add(Met::contacts, week.met);
    add(Met::masked, week.masked);
    add(Met::asked, week.asked);
    add(Met::noticed, week.noticed);
    add(Met::repaired, week.repaired);
    add(Met::confidence, (to_fixed(week.confidence) >> kConfidenceShift) * turns(a, w));
    if (a == kHuman) in(row, Layout::at(Total::human_minutes)) += 50 * week.met;
  }
  add(Met::missed, at(e.weeks).agents[a].missed);
  if (all == 0) return;
  add(Met::ruptures, at(e.weeks).agents[a].ruptures);
  add(Met::turns, all);
  add(Met::misread, wrong);
  add(Met::person_rate, to_fixed(static_cast<double>(wrong) / static_cast<double>(all)));
}

void ByHand::erosion(Row& row, int a) const {
  std::vector<bool> low;  // by contact: all contacts of a week are as trust is after the last
  for (const int w : contact_weeks(a, e.weeks))
    for (int k = 0; k < at(w).agents[a].met; ++k)
      low.push_back(trust(at(w).agents[a]) < client.trust_start[a] - .10);
  if (low.empty()) return;
  const auto place = [&](std::size_t contact, ErosionEnd end) -> std::int64_t& {
    return in(row, layout.erosion(a, static_cast<int>(contact)) + static_cast<int>(end));
  };
  const auto limit = static_cast<std::size_t>(layout.contacts);
  for (std::size_t k = 2; k < std::min(low.size(), limit); ++k)
    if (low[k] && low[k - 1] && low[k - 2]) return void(++place(k + 1, ErosionEnd::eroded));
  const int left = exit_week();
  const std::uint32_t exit = left == 0 ? 0 : at(left).exit;
  const bool has = left > 0 && (a == kHuman ? lived(left).human.every_weeks : lived(left).assistant.every_weeks) > 0;
  if (low.size() > limit) ++place(limit, ErosionEnd::censored);
  else if (has && exit == 3) ++place(low.size(), ErosionEnd::dropped);
  else if (has && exit == 2) ++place(low.size(), ErosionEnd::ended);
  else ++place(low.size(), ErosionEnd::censored);
}

void ByHand::asked(Row& row) const {
  const int w = asking_week(e);
  const auto human = contact_weeks(kHuman, w), assistant = contact_weeks(kAssistant, w);
  if (human.empty() && assistant.empty()) return;
  double empathy = 0, other = 0;
  int contacts = 0;
  const auto add = [&](const fake::AgentWeek& week, double& sum) {
    sum += week.empathy * week.met;
    contacts += week.met;
  };
  for (const int k : human) add(at(k).agents[kHuman], empathy);
  for (const int k : assistant) add(at(k).agents[kAssistant], other);
  empathy = (empathy + other) / contacts;
  const double h = human.empty() ? 0 : from_fixed(to_fixed(trust(at(human.back()).agents[kHuman])));
  const double m = assistant.empty() ? 0 : from_fixed(to_fixed(trust(at(assistant.back()).agents[kAssistant])));
  const double mean = human.empty() ? m : assistant.empty() ? h : .7 * h + (1 - .7) * m;
  ++in(row, Layout::at(Total::satisfied_clients));
  in(row, Layout::at(Total::satisfaction)) +=
      to_fixed(satisfaction({-2, 2.5, 2, .12, .03}, mean, empathy, at(0).phq9 - at(w).phq9, client.waited));
}

Row by_hand(const Experiment& e, int replicate, int cell, int culture) {
  Row row(static_cast<std::size_t>(Layout(e).size));
  for (int id = 0; id < e.clients; ++id) {
    const fake::Client client =
        fake::course(e, static_cast<std::uint32_t>(replicate), cell, static_cast<std::uint32_t>(id));
    if (static_cast<int>(client.culture) != culture) continue;
    const ByHand hand{e, Layout(e), cell, client};
    hand.weeks(row);
    hand.relapse(row);
    hand.safety(row);
    hand.outcomes(row);
    for (int a = 0; a < kAgents; ++a) hand.agent(row, a), hand.distance(row, a), hand.erosion(row, a);
    hand.asked(row);
  }
  return row;
}

}  // namespace

TEST_CASE("the tally is what one counts by hand from the clients' histories", "[analysis]") {
  const Experiment e = fake::experiment(3, 90, 14);
  const Counts counts = fake::counts(e, 32, 1);
  std::int64_t eroded = 0, handed_on = 0;
  for (int r = 0; r < 3; ++r)
    for (int cell = 0; cell < 2; ++cell)
      for (int c = 0; c < 3; ++c) {
        const auto from = counts.rows.begin() + static_cast<std::ptrdiff_t>(counts.row_at(r, cell, c));
        const Row counted(from, from + counts.layout.size);
        REQUIRE(counted == by_hand(e, r, cell, c));
        for (int k = 1; k <= counts.layout.contacts; ++k) {
          const int place = counts.layout.erosion(kHuman, k);
          eroded += counted[static_cast<std::size_t>(place)];
          handed_on += counted[static_cast<std::size_t>(place) + 3];
        }
      }
  CHECK(eroded > 10);  // the histories do hold what is to be counted
  CHECK(handed_on > 10);
}

TEST_CASE("no order of lanes, blocks or tasks and no block size changes a count", "[analysis]") {
  const Experiment e = fake::experiment(3, 70, 10);
  const Counts whole = fake::counts(e, 256, 1);
  for (const int block : {1, 7, 64, 256})
    for (const unsigned seed : {2u, 3u}) {
      const Counts other = fake::counts(e, block, seed);
      CHECK(other.rows == whole.rows);
      CHECK(other.histogram == whole.histogram);
      CHECK(other.hash() == whole.hash());
    }
}

TEST_CASE("threads that share a tally count the same", "[analysis]") {
  const Experiment e = fake::experiment(4, 60, 8);
  Tally tally(e, fake::cells(), 0);
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < 3; ++t)
    threads.emplace_back([&, t] {
      std::mt19937 chance(t);
      for (unsigned task = t; task < 4 * 6; task += 3) fake::perform(tally, e, task % 4, task / 4 * 10, 10, chance);
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(tally.take().hash() == fake::counts(e, 256, 1).hash());
}

TEST_CASE("the noise-only twin is in no care, whatever its arm offers", "[analysis]") {
  const Experiment e = fake::experiment(1, 10, 6);
  const TallyPlan plan(e, {{0, 0, Twin::factual}, {0, 0, Twin::noise_only}}, {});
  CHECK((plan.cells[0].offers_care[3] && plan.cells[0].offers_care[4]));
  CHECK_FALSE((plan.cells[1].offers_care[3] || plan.cells[1].offers_care[4]));
}

TEST_CASE("a single pathway is care, and so is an assistant for those who have access to one", "[analysis]") {
  Experiment e = fake::experiment(1, 10, 6);
  std::vector<Step>& steps = e.scenarios[0][0].pathway.steps;
  steps[3] = steps[4] = Step{};
  steps[3].offers[focusing] = true;
  steps[4].assistant.every_weeks = 1;
  const TallyPlan plan(e, {{0, 0, Twin::factual}}, {});
  const auto block = std::make_unique<ClientBlock>();
  block->w.events[0] = 0;
  block->w.events[1] = kWithoutAssistant;
  for (const int lane : {0, 1}) CHECK(plan.cells[0].cares(3, *block, lane));
  CHECK(plan.cells[0].cares(4, *block, 0));
  CHECK_FALSE(plan.cells[0].cares(4, *block, 1));
}

TEST_CASE("the hash notices a single count, wherever it stands", "[analysis]") {
  Counts counts = fake::counts(fake::experiment(2, 20, 6), 256, 1);
  const std::string hash = counts.hash();
  CHECK(hash.size() == 16);
  for (std::size_t i = 0; i < counts.rows.size(); ++i) {
    ++counts.rows[i];
    REQUIRE(counts.hash() != hash);
    --counts.rows[i];
  }
  ++counts.histogram.back();
  CHECK(counts.hash() != hash);
  --counts.histogram.back();
  CHECK(counts.hash() == hash);
}

TEST_CASE("the histogram pools replicates and agrees with the weekly sums", "[analysis]") {
  const Counts counts = fake::counts(fake::experiment(3, 40, 6), 16, 5);
  for (int cell = 0; cell < 2; ++cell)
    for (int c = 0; c < 3; ++c)
      for (int w = 0; w <= 6; ++w) {
        std::int64_t points = 0, sums = 0;
        for (int y = 0; y < kScores; ++y)
          points += y * counts.histogram[counts.histogram_at(cell, c, w) + static_cast<std::size_t>(y)];
        for (int r = 0; r < 3; ++r)
          sums += counts.rows[counts.row_at(r, cell, c) + static_cast<std::size_t>(counts.layout.at(Weekly::phq9, w))];
        CHECK(points == sums);
      }
}
