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
  int turns(int a, int w) const { return a == kHuman ? lived(w).human.turns : lived(w).assistant.turns; }
  static double trust(const fake::AgentWeek& week) { return week.good / (week.good + week.bad); }
  std::vector<int> contact_weeks(int a, int until) const {
    std::vector<int> found;
    for (int w = 1; w <= until; ++w)
      if (at(w).agents[a].met) found.push_back(w);
    return found;
  }
  int exit_week() const {
    for (int w = 1; w <= e.weeks; ++w)
      if (at(w).exit != 0) return w;
    return 0;
  }

  void weeks(Row& row) const;
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
  if (at(left).exit == 3 && at(left).phq9 >= 10) ++in(row, Layout::at(Total::dropped_ill));
}

void ByHand::outcomes(Row& row) const {
  const auto all = readings(e);
  for (int r = 0; r < static_cast<int>(all.size()); ++r) {
    const int start = at(0).phq9, now = at(all[static_cast<std::size_t>(r)].week).phq9;
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
    add(Met::contacts, 1);
    add(Met::noticed, week.noticed);
    add(Met::repaired, week.repaired);
    add(Met::confidence, (to_fixed(week.confidence) >> kConfidenceShift) * turns(a, w));
    if (a == kHuman) in(row, Layout::at(Total::human_minutes)) += 50;
  }
  if (all == 0) return;
  add(Met::turns, all);
  add(Met::misread, wrong);
  add(Met::person_rate, to_fixed(static_cast<double>(wrong) / static_cast<double>(all)));
}

void ByHand::erosion(Row& row, int a) const {
  const auto met = contact_weeks(a, e.weeks);
  if (met.empty()) return;
  const auto place = [&](std::size_t contact, ErosionEnd end) -> std::int64_t& {
    return in(row, layout.erosion(a, static_cast<int>(contact)) + static_cast<int>(end));
  };
  const auto low = [&](std::size_t k) { return trust(at(met[k]).agents[a]) < client.trust_start[a] - .10; };
  for (std::size_t k = 2; k < met.size(); ++k)
    if (low(k) && low(k - 1) && low(k - 2)) return void(++place(k + 1, ErosionEnd::eroded));
  const int left = exit_week();
  const std::uint32_t exit = left == 0 ? 0 : at(left).exit;
  const bool has = left > 0 && (a == kHuman ? lived(left).human.every_weeks : lived(left).assistant.every_weeks) > 0;
  if (has && exit == 3) ++place(met.size(), ErosionEnd::dropped);
  else if (has && exit == 2) ++place(met.size(), ErosionEnd::ended);
  else ++place(met.size(), ErosionEnd::censored);
}

void ByHand::asked(Row& row) const {
  const int w = asking_week(e);
  const auto human = contact_weeks(kHuman, w), assistant = contact_weeks(kAssistant, w);
  if (human.empty() && assistant.empty()) return;
  double empathy = 0, other = 0;
  for (const int k : human) empathy += at(k).agents[kHuman].empathy;
  for (const int k : assistant) other += at(k).agents[kAssistant].empathy;
  empathy = (empathy + other) / static_cast<double>(human.size() + assistant.size());
  const double h = human.empty() ? 0 : from_fixed(to_fixed(trust(at(human.back()).agents[kHuman])));
  const double m = assistant.empty() ? 0 : from_fixed(to_fixed(trust(at(assistant.back()).agents[kAssistant])));
  const double mean = human.empty() ? m : assistant.empty() ? h : .7 * h + (1 - .7) * m;
  ++in(row, Layout::at(Total::satisfied_clients));
  in(row, Layout::at(Total::satisfaction)) +=
      to_fixed(satisfaction({-2, 2.5, 2, .12}, mean, empathy, at(0).phq9 - at(w).phq9));
}

Row by_hand(const Experiment& e, int replicate, int cell, int culture) {
  Row row(static_cast<std::size_t>(Layout(e).size));
  for (int id = 0; id < e.clients; ++id) {
    const fake::Client client =
        fake::course(e, static_cast<std::uint32_t>(replicate), cell, static_cast<std::uint32_t>(id));
    if (static_cast<int>(client.culture) != culture) continue;
    const ByHand hand{e, Layout(e), cell, client};
    hand.weeks(row);
    hand.outcomes(row);
    for (int a = 0; a < kAgents; ++a) hand.agent(row, a), hand.erosion(row, a);
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
