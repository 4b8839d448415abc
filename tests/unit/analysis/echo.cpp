#include "analysis/echo.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <thread>

#include "analysis/echo_table.hpp"
#include "tests/catch.hpp"

using namespace hybridcare;

namespace {

/// One client's course, as a study would have written it down.
struct Person {
  std::uint32_t culture = 0, therapist = 0, left_week = 0;
  Exit exit = Exit::none;
  std::vector<int> phq9;                       ///< by week, from 0
  std::vector<bool> met;                       ///< the human, by week
  std::vector<double> alliance, empathy, quality, right;  ///< by week
};

constexpr int kWeeks = 9, kReadingWeek = 8, kTurns = 8;
using Make = std::function<Person(std::uint32_t replicate, int cell, std::uint32_t id)>;

Experiment experiment(int replicates, int clients, int arms = 1) {
  Experiment e;
  e.file = "fake";
  e.replicates = replicates;
  e.clients = clients;
  e.weeks = kWeeks;
  e.reading_week = kReadingWeek;
  e.variants = {{"default", "", false}};
  Scenario scenario;
  scenario.parameters = {};
  scenario.parameters.therapists.count = 4;
  scenario.cultures = {"reference", "near"};
  Step out, care;
  out.exit = Exit::dropped;
  care.human.every_weeks = 1;
  care.human.turns = kTurns;
  scenario.pathway.steps = {out, out, out, care};
  scenario.pathway.start = 3;
  e.scenarios = {{}};
  for (int arm = 0; arm < arms; ++arm) {
    e.arms.push_back({arm == 0 ? "plain" : "feedback", "", false});
    e.scenarios[0].push_back(scenario);
  }
  if (arms > 1) e.scenarios[0][1].pathway.steps[3].feedback = true;
  return e;
}

void put(ClientBlock& block, int lane, std::uint32_t id, const Person& person, std::size_t week) {
  block.w.id[lane] = id;
  block.w.culture[lane] = person.culture;
  block.w.therapist[lane] = person.therapist;
  const bool left = person.left_week > 0 && week >= person.left_week;
  block.w.left_week[lane] = left ? person.left_week : 0;
  block.w.exit[lane] = left ? static_cast<std::uint32_t>(person.exit) : 0;
  block.w.step[lane] = left ? 2 : 3;
  block.r.phq9[lane] = person.phq9[week];
  block.r.phq9_start[lane] = person.phq9[0];
  block.assistant.met[lane] = 0;
  block.human.met[lane] = person.met[week] ? 1 : 0;
  block.human.alliance_rating[lane] = person.alliance[week];
  block.human.empathy_rating[lane] = person.empathy[week];
  block.human.empathy[lane] = person.quality[week];
  block.human.right_turns[lane] = person.right[week];
}

void perform(Echo& echo, const Make& make, int cells, std::uint32_t replicate, std::uint32_t first, int size,
             std::mt19937& chance) {
  auto part = echo.start(replicate, first, size);
  auto block = std::make_unique<ClientBlock>();
  block->size = size;
  for (int cell = 0; cell < cells; ++cell) {
    std::vector<std::uint32_t> ids;
    std::vector<Person> people;
    for (int i = 0; i < size; ++i) {
      ids.push_back(first + static_cast<std::uint32_t>(i));
      people.push_back(make(replicate, cell, ids.back()));
    }
    for (int week = 0; week <= kWeeks; ++week) {
      std::shuffle(ids.begin(), ids.end(), chance);
      for (int i = 0; i < size; ++i) {
        const std::uint32_t id = ids[static_cast<std::size_t>(i)];
        put(*block, i, id, people[id - first], static_cast<std::size_t>(week));
      }
      part->week({replicate, cell, first}, *block, week);
    }
  }
  echo.finish(std::move(part));
}

std::vector<Cell> cells_of(const Experiment& e) {
  std::vector<Cell> cells;
  for (int arm = 0; arm < static_cast<int>(e.arms.size()); ++arm) cells.push_back({0, arm, Twin::factual});
  cells.push_back({0, 0, Twin::more_empathy});
  return cells;
}

EchoSums sums_of(const Experiment& e, const Make& make, int block = 256, unsigned seed = 1) {
  std::mt19937 chance(seed);
  const std::vector<Cell> cells = cells_of(e);
  Echo echo(e, cells, 0);
  struct Task { std::uint32_t replicate, first; };
  std::vector<Task> tasks;
  for (int r = 0; r < e.replicates; ++r)
    for (int first = 0; first < e.clients; first += block)
      tasks.push_back({static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(first)});
  std::shuffle(tasks.begin(), tasks.end(), chance);
  for (const Task& task : tasks)
    perform(echo, make, static_cast<int>(cells.size()), task.replicate, task.first,
            std::min(block, e.clients - static_cast<int>(task.first)), chance);
  return echo.take();
}

/// Somebody in care throughout, met every week, whose ratings are all the same.
Person steady(int start, int later, double rating) {
  Person person;
  person.phq9.assign(kWeeks + 1, later);
  person.phq9[0] = start;
  person.met.assign(kWeeks + 1, true);
  person.alliance.assign(kWeeks + 1, rating);
  person.empathy = person.quality = person.alliance;
  person.right.assign(kWeeks + 1, 6);
  return person;
}

/// A course with everything in it that may differ, made up from (replicate, cell, id) alone.
Person anybody(std::uint32_t replicate, int cell, std::uint32_t id) {
  std::mt19937 chance(replicate * 7919u + id * 31u + static_cast<std::uint32_t>(cell) * 104729u + 1u);
  const auto draw = [&](std::uint32_t n) { return static_cast<int>(chance() % n); };
  Person person = steady(10 + draw(18), 0, 0);
  person.culture = id % 2;
  person.therapist = id % 4;
  const int kind = draw(100);
  for (std::size_t week = 1; week <= kWeeks; ++week) {
    person.phq9[week] = draw(28);
    person.met[week] = draw(20) > 0;
    person.alliance[week] = (kind + draw(200)) / 256.0;
    person.empathy[week] = (kind + draw(100)) / 128.0 - .25;
    person.quality[week] = draw(128) / 128.0;
    person.right[week] = draw(kTurns + 1);
  }
  if (draw(4) == 0) {
    person.exit = draw(2) == 0 ? Exit::dropped : Exit::ended_early;
    person.left_week = static_cast<std::uint32_t>(1 + draw(kWeeks));
    for (std::size_t week = person.left_week + 1; week <= kWeeks; ++week) person.met[week] = false;
  }
  return person;
}

Make by_id(const std::vector<Person>& people) {
  return [&people](std::uint32_t, int, std::uint32_t id) { return people[id]; };
}

EchoRow row_of(const std::vector<Person>& people) {
  return echo_row(sums_of(experiment(1, static_cast<int>(people.size())), by_id(people)), 0, 0, -1);
}

/// The same readings by the textbook: from every client's numbers, no sums of products.
struct Textbook {
  std::vector<Person> people;

  double mean_of(const Person& p, const std::vector<double>& values) const {
    double sum = 0, n = 0;
    for (std::size_t week = 1; week <= kReadingWeek; ++week)
      if (p.met[week]) sum += values[week], n += 1;
    return sum / n;
  }
  std::vector<const Person*> sample(bool completers) const {
    std::vector<const Person*> in;
    for (const Person& p : people) {
      const auto contacts = std::count(p.met.begin() + 1, p.met.begin() + kReadingWeek + 1, true);
      const bool dropped = p.exit == Exit::dropped && p.left_week <= kReadingWeek;
      if (contacts >= 2 && !(completers && dropped)) in.push_back(&p);
    }
    return in;
  }
  static Eigen::VectorXd residuals(const std::vector<const Person*>& in) {
    Eigen::MatrixX2d design(in.size(), 2);
    Eigen::VectorXd y(in.size());
    for (std::size_t i = 0; i < in.size(); ++i) {
      design.row(static_cast<Eigen::Index>(i)) << 1, in[i]->phq9[0];
      y[static_cast<Eigen::Index>(i)] = in[i]->phq9[kReadingWeek];
    }
    return y - design * design.colPivHouseholderQr().solve(y);
  }
  double correlation(bool completers, std::vector<double> Person::*values) const {
    const auto in = sample(completers);
    const Eigen::VectorXd left = residuals(in);
    Eigen::VectorXd rating(in.size());
    for (std::size_t i = 0; i < in.size(); ++i) rating[static_cast<Eigen::Index>(i)] = mean_of(*in[i], in[i]->*values);
    rating.array() -= rating.mean();
    return -rating.dot(left) / (rating.norm() * left.norm());
  }
  double therapists() const;
  double within(bool controls) const;
};

double Textbook::therapists() const {
  const auto in = sample(false);
  const Eigen::VectorXd left = residuals(in);
  double sum[4] = {}, count[4] = {}, within = 0, between = 0, squares = 0;
  for (std::size_t i = 0; i < in.size(); ++i) {
    sum[in[i]->therapist] += left[static_cast<Eigen::Index>(i)];
    count[in[i]->therapist] += 1;
  }
  for (std::size_t i = 0; i < in.size(); ++i)
    within += std::pow(left[static_cast<Eigen::Index>(i)] - sum[in[i]->therapist] / count[in[i]->therapist], 2);
  for (int j = 0; j < 4; ++j) between += sum[j] * sum[j] / count[j], squares += count[j] * count[j];
  const auto n = static_cast<double>(in.size());
  within /= n - 4;
  const double component = (between / 3 - within) / ((n - squares / n) / 3);
  return component / (component + within);
}

Eigen::VectorXd centred(Eigen::MatrixXd panel) {
  const Eigen::VectorXd own = panel.rowwise().mean();
  panel.colwise() -= own;
  const Eigen::RowVectorXd common = panel.colwise().mean();
  panel.rowwise() -= common;
  return panel.reshaped();
}

double Textbook::within(bool controls) const {
  Eigen::MatrixXd rating(people.size(), 6), now(people.size(), 6), next(people.size(), 6);
  Eigen::Index row = 0;
  for (const Person& p : people) {
    const bool rated = std::count(p.met.begin() + 1, p.met.begin() + 7, true) == 6;
    if (!rated || (p.left_week > 0 && p.left_week <= 6)) continue;
    for (Eigen::Index t = 0; t < 6; ++t) {
      const auto week = static_cast<std::size_t>(t) + 1;
      rating(row, t) = p.alliance[week];
      now(row, t) = p.phq9[week];
      next(row, t) = p.phq9[week + 1];
    }
    ++row;
  }
  Eigen::MatrixXd design(row * 6, controls ? 2 : 1);
  design.col(0) = centred(rating.topRows(row));
  if (controls) design.col(1) = centred(now.topRows(row));
  const Eigen::VectorXd outcome = centred(next.topRows(row));
  const Eigen::VectorXd slope = design.colPivHouseholderQr().solve(outcome);
  return slope[0] * design.col(0).norm() / outcome.norm();
}

}  // namespace

TEST_CASE("readings from sums are those of the textbook from every client's numbers", "[analysis][echo]") {
  Textbook book;
  for (std::uint32_t id = 0; id < 500; ++id) book.people.push_back(anybody(0, 0, id));
  const EchoRow row = row_of(book.people);
  REQUIRE(sample_size(row, kHuman, Sample::all) > sample_size(row, kHuman, Sample::completers));
  REQUIRE(panel_persons(row, kHuman) > 100);
  for (const bool completers : {false, true}) {
    const Sample sample = completers ? Sample::completers : Sample::all;
    const auto found = [&](Variable v) { return rating_correlation(row, kHuman, sample, v); };
    CHECK(found(Variable::empathy) == Approx(book.correlation(completers, &Person::empathy)).margin(1e-5));
    CHECK(found(Variable::alliance) == Approx(book.correlation(completers, &Person::alliance)).margin(1e-5));
    CHECK(found(Variable::accuracy) == Approx(book.correlation(completers, &Person::right)).margin(1e-5));
    CHECK(found(Variable::quality) == Approx(book.correlation(completers, &Person::quality)).margin(1e-5));
  }
  CHECK(therapist_share(row) == Approx(book.therapists()).margin(1e-9));
  CHECK(within_person(row, kHuman, true) == Approx(book.within(true)).margin(1e-9));
  CHECK(within_person(row, kHuman, false) == Approx(book.within(false)).margin(1e-9));
}

TEST_CASE("a balanced design has the correlation of its closed form", "[analysis][echo]") {
  std::vector<Person> people;  // y = y0 - 8 - 2 (rating high) +- 2: of the residual's variance half is the rating's
  for (const int start : {16, 22})
    for (const int high : {-1, 1})
      for (const int noise : {-2, 2}) people.push_back(steady(start, start - 8 - 2 * high + noise, .5 + .25 * high));
  const EchoRow row = row_of(people);
  CHECK(rating_correlation(row, kHuman, Sample::all, Variable::empathy) == Approx(std::sqrt(.5)));
  CHECK(sample_sd(row, kHuman, Sample::all, Variable::empathy) == Approx(.25 * std::sqrt(8.0 / 7)));
  for (Person& person : people) person.empathy.assign(kWeeks + 1, 1 - person.empathy[0]);
  CHECK(rating_correlation(row_of(people), kHuman, Sample::all, Variable::empathy) == Approx(-std::sqrt(.5)));
}

TEST_CASE("the therapist share is the variance component of its closed form", "[analysis][echo]") {
  std::vector<Person> people;  // y0 is the same in every group; therapists' means are -3, -1, 1, 3, and +-2 within each
  for (std::uint32_t j = 0; j < 4; ++j)
    for (int i = 0; i < 4; ++i) {
      people.push_back(steady(i < 2 ? 15 : 21, 10 + static_cast<int>(2 * j) - 3 + (i % 2 == 0 ? -2 : 2), .5));
      people.back().therapist = j;
    }
  const double within = 16 * 4 / 12.0, between = 4 * (9 + 1 + 1 + 9) / 3.0, component = (between - within) / 4;
  CHECK(therapist_share(row_of(people)) == Approx(component / (component + within)));
}

TEST_CASE("within persons, a rating that next week's y follows exactly has effect -1", "[analysis][echo]") {
  std::vector<Person> people;
  for (int shape = 0; shape < 8; ++shape) {
    people.push_back(steady(20, 14, .5));
    for (std::size_t week = 1; week <= 6; ++week) {
      const bool good = (shape >> (week % 3) & 1) != 0;
      people.back().alliance[week] = (good ? .75 : .25) + shape / 16.0;  // a level of one's own: no matter
      people.back().phq9[week + 1] = (good ? 10 : 14) + shape;
    }
  }
  CHECK(within_person(row_of(people), kHuman, false) == Approx(-1));
  people[3].met[4] = false;  // a week without a rating: this person is not in the panel
  CHECK(panel_persons(row_of(people), kHuman) == 7);
  people[4].exit = Exit::dropped;
  people[4].left_week = 6;
  CHECK(panel_persons(row_of(people), kHuman) == 6);
  people[4].left_week = 7;  // after the last measurement of the panel
  CHECK(panel_persons(row_of(people), kHuman) == 7);
}

TEST_CASE("causal slopes scale the effect of the shift", "[analysis][echo]") {
  std::vector<Person> people, shifted;
  for (const int start : {16, 22})
    for (const int high : {-1, 1}) {
      people.push_back(steady(start, start - 4, .5 + .25 * high));
      for (double& quality : people.back().quality) quality = .5 + .125 * high;
      shifted.push_back(steady(start, start - 6, .5));
    }
  const EchoRow row = row_of(people), more = row_of(shifted);
  const double sd = 3 * std::sqrt(4.0 / 3), unit = std::sqrt(4.0 / 3);
  CHECK(causal_slope(row, more, .1, kHuman, Variable::empathy) == Approx(2 / .1 * .25 * unit / sd));
  CHECK(causal_slope(row, more, .1, kHuman, Variable::quality) == Approx(2 / .1 * .125 * unit / sd));
}

TEST_CASE("no order of lanes, blocks or tasks, no block size and no thread changes the echo", "[analysis][echo]") {
  const Experiment e = experiment(3, 70, 2);
  const EchoSums whole = sums_of(e, anybody);
  for (const int block : {1, 7, 64})
    for (const unsigned seed : {2u, 3u}) {
      const EchoSums other = sums_of(e, anybody, block, seed);
      CHECK(other.clients.values == whole.clients.values);
      CHECK(other.therapists.values == whole.therapists.values);
    }
  Echo echo(e, cells_of(e), 0);
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < 3; ++t)
    threads.emplace_back([&, t] {
      std::mt19937 chance(t);
      for (unsigned task = t; task < 3 * 7; task += 3) perform(echo, anybody, 3, task % 3, task / 3 * 10, 10, chance);
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(echo.take().clients.values == whole.clients.values);
}

TEST_CASE("ratings beyond any scale are held at its ends, so that no sum can overflow", "[analysis][echo]") {
  CHECK(to_rating(1e300) == 8 * 16384);
  CHECK(to_rating(-1e300) == -8 * 16384);
  CHECK(to_rating(.5) == 8192);
  CHECK(to_rating(-.5) == -8192);
  const double most = 8 * kRatingOne * kPanelWeeks;
  CHECK(most * most * 1e7 < 9.2e18);  // ten million clients in one arm: the most that a scenario may have
}

TEST_CASE("the table of the echo has the readings of every arm and the causal slopes beside", "[analysis][echo]") {
  Experiment e = experiment(3, 200, 2);
  e.headline.against = "plain";
  const Table table = echo_table(e, cells_of(e), sums_of(e, anybody));
  const auto names = [&](const char* column) {
    for (const Column& c : table.columns)
      if (c.name == column) return std::get<TextColumn>(c.values);
    FAIL(column);
    return TextColumn{};
  };
  const TextColumn metric = names("metric"), arm = names("arm"), against = names("against"), agent = names("agent");
  const auto count = [&](const std::string& name, const std::string& of_arm) {
    int found = 0;
    for (std::size_t i = 0; i < table.rows(); ++i)
      found += metric.names[static_cast<std::size_t>(metric.codes[i])] == name &&
               arm.names[static_cast<std::size_t>(arm.codes[i])] == of_arm;
    return found;
  };
  for (const char* name : {"r_empathy", "r_alliance_completers", "within_person", "within_person_uncontrolled"}) {
    INFO(name);
    CHECK(count(name, "plain") == 3);  // everybody, and both cultures
  }
  CHECK(count("therapist_share", "plain") == 1);
  CHECK(count("causal_slope_rating", "plain") == 3);
  CHECK(count("causal_share_true_empathy", "plain") == 3);
  CHECK(count("causal_slope_rating", "feedback") == 0);  // no twin was run
  CHECK(count("dropout_odds_ratio", "feedback") == 1);
  CHECK(count("dropout_odds_ratio", "plain") == 0);
  for (const std::string& name : agent.names) CHECK(name != "assistant");  // nobody met one
}
