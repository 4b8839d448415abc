#include "analysis/bonds.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include "agents/purposes.hpp"
#include "analysis/bonds_part.hpp"
#include "sim/draws.hpp"
#include "tests/catch.hpp"
#include "tests/unit/analysis/fake.hpp"

using namespace hybridcare;

namespace {

using Row = std::vector<std::int64_t>;

const std::vector<Cell> kCells = {{0, 0, Twin::factual}, {0, 1, Twin::factual}, {0, 0, Twin::no_distance}};

Sums recorded(const Experiment& e, const BondPlan& plan, int block, unsigned seed) {
  SumRecorder recorder(plan.empty(e.replicates), 0,
                       [&](std::uint32_t replicate) { return std::make_unique<BondPart>(plan, replicate); });
  fake::perform_all(recorder, e, block, seed, kCells);
  return recorder.take();
}

/// One client's history with one agent, contact by contact.
struct ByHand {
  const Experiment& e;
  const BondPlan& plan;
  int replicate, cell, agent;
  std::uint32_t id;
  const fake::Client client = fake::course(e, static_cast<std::uint32_t>(replicate), cell, id, arm());
  const BondLayout& layout = plan.layout;

  int arm() const { return kCells[static_cast<std::size_t>(cell)].arm; }
  const fake::Week& at(int w) const { return client.weeks[static_cast<std::size_t>(w)]; }
  const Step& lived(int w) const {
    return e.scenarios[0][static_cast<std::size_t>(arm())].pathway.steps[at(w == 0 ? 0 : w - 1).step];
  }
  const ContactPlan& plan_of(const Step& step) const { return agent == kHuman ? step.human : step.assistant; }
  double trust(int w) const { return at(w).agents[agent].good / (at(w).agents[agent].good + at(w).agents[agent].bad); }
  double start() const { return client.trust_start[agent]; }

  /// Error of the questionnaire, from the draw table.
  double error(int w) const {
    const auto words =
        baseline::philox({e.seed, static_cast<std::uint32_t>(replicate)}, id, 0, static_cast<std::uint32_t>(w) << 3,
                         static_cast<std::uint32_t>(Purpose::observation) << 16 | 1);
    return .05 * baseline::normal(words.w[agent]);
  }

  /// For every contact: is trust (as measured) more than `depth` below its start?
  std::vector<bool> low(double depth, bool measured) const {
    std::vector<bool> found;
    for (int w = 1; w <= e.weeks; ++w)
      for (int k = 0; k < at(w).agents[agent].met; ++k)
        found.push_back(measured ? trust(w) + error(w) < start() + error(0) - depth : trust(w) < start() - depth);
    return found;
  }

  static std::size_t first_run(const std::vector<bool>& low, std::size_t span) {
    for (std::size_t k = span; k <= low.size(); ++k)
      if (std::all_of(low.begin() + static_cast<std::ptrdiff_t>(k - span), low.begin() + static_cast<std::ptrdiff_t>(k),
                      [](bool each) { return each; }))
        return k;
    return 0;
  }

  /// Place among ends of shape (contacts, 4).
  int end(std::size_t eroded_at, std::size_t contacts) const {
    const auto limit = static_cast<std::size_t>(layout.contacts);
    if (eroded_at > 0 && eroded_at <= limit) return static_cast<int>(eroded_at - 1) * 4;
    int kind = 3;
    for (int w = 1; w <= e.weeks && contacts <= limit; ++w) {
      if (at(w).exit == 0 || at(w - 1).exit != 0) continue;
      if (plan_of(lived(w)).every_weeks > 0) kind = at(w).exit == 3 ? 1 : at(w).exit == 2 ? 2 : 3;
    }
    return static_cast<int>(std::min(contacts, limit) - 1) * 4 + kind;
  }

  void count(Row& row) const;
  void count_weeks(Row& row) const;
  void count_back(Row& row, std::size_t eroded_at) const;
};

std::int64_t& in(Row& row, int place) { return row[static_cast<std::size_t>(place)]; }

void ByHand::count_weeks(Row& row) const {
  bool met = false;
  double apart = 0, depth = 0;
  for (int w = 0; w <= e.weeks; ++w) {
    const fake::AgentWeek& week = at(w).agents[agent];
    if (week.met > 0) {
      const int turns = week.met * plan_of(lived(w)).turns;
      met = true;
      apart = trust(w) - week.reliability;
      in(row, layout.at(agent, BondWeek::turns, w)) += turns;
      in(row, layout.at(agent, BondWeek::misread, w)) += turns - week.right;
      in(row, layout.at(agent, BondWeek::masked, w)) += week.masked;
      in(row, layout.at(agent, BondTotal::area)) += to_fixed(std::max(start() - trust(w), 0.0)) * week.met;
      depth = std::max(depth, start() - trust(w));
    }
    if (!met) continue;
    ++in(row, layout.at(agent, BondWeek::met, w));
    in(row, layout.at(agent, BondWeek::over, w)) += to_fixed(std::max(apart, 0.0));
    in(row, layout.at(agent, BondWeek::under, w)) += to_fixed(std::max(-apart, 0.0));
  }
  in(row, layout.at(agent, met ? BondTotal::met : BondTotal::never)) += 1;
  in(row, layout.at(agent, BondTotal::depth)) += to_fixed(depth);
}

void ByHand::count_back(Row& row, std::size_t eroded_at) const {
  if (eroded_at == 0) return;
  std::vector<bool> back;
  for (int w = 1; w <= e.weeks; ++w)
    for (int k = 0; k < at(w).agents[agent].met; ++k) back.push_back(trust(w) >= start() - .05);
  const std::size_t after = back.size() - eroded_at;
  if (after == 0) return;
  for (std::size_t k = 1; k <= std::min<std::size_t>(after, 8); ++k)
    if (back[eroded_at + k - 1]) return void(++in(row, layout.back(agent) + static_cast<int>(k - 1) * 4));
  ++in(row, layout.back(agent) + static_cast<int>(std::min<std::size_t>(after, 8) - 1) * 4 + 3);
}

void ByHand::count(Row& row) const {
  count_weeks(row);
  const std::size_t contacts = low(.1, false).size();
  if (contacts == 0) return;
  for (int d = 0; d < 3; ++d)
    for (int w = 0; w < 3; ++w)
      ++in(row, layout.ends(agent, Ends::rule, d * 3 + w) +
                    end(first_run(low(kDepths[d], false), static_cast<std::size_t>(kSpans[w])), contacts));
  const std::size_t eroded_at = first_run(low(.1, false), 3);
  const auto& cuts = plan.cells[static_cast<std::size_t>(plan.looked.place[static_cast<std::size_t>(cell)])]
                         .quartiles[agent].cut;
  const int quartile = static_cast<int>(std::count_if(std::begin(cuts), std::end(cuts),
                                                      [&](double cut) { return start() > cut; }));
  ++in(row, layout.ends(agent, Ends::quartile, quartile) + end(eroded_at, contacts));
  if (kCells[static_cast<std::size_t>(cell)].twin == Twin::factual)
    ++in(row, layout.ends(agent, Ends::measured) + end(first_run(low(.1, true), 3), contacts));
  count_back(row, eroded_at);
}

}  // namespace

TEST_CASE("bonds are what one counts contact by contact from the clients' histories", "[analysis]") {
  Experiment e = fake::experiment(2, 100, 16);
  e.seed = 5;
  const BondPlan plan(e, kCells);
  const Sums sums = recorded(e, plan, 32, 1);
  std::int64_t eroded = 0, measured = 0, back = 0;
  for (int r = 0; r < 2; ++r)
    for (int cell = 0; cell < 3; ++cell)
      for (int c = 0; c < 3; ++c) {
        Row hand(static_cast<std::size_t>(plan.layout.size()));
        for (std::uint32_t id = 0; id < 100; ++id)
          for (int agent = 0; agent < kAgents; ++agent) {
            const ByHand one{e, plan, r, cell, agent, id};
            if (static_cast<int>(one.client.culture) == c) one.count(hand);
          }
        const auto from = sums.values.begin() + static_cast<std::ptrdiff_t>(sums.at(r, cell, c));
        REQUIRE(Row(from, from + sums.size) == hand);
        for (int k = 0; k < plan.layout.contacts; ++k) {
          eroded += in(hand, plan.layout.ends(kHuman, Ends::rule, kDefaultRule) + k * 4);
          measured += in(hand, plan.layout.ends(kHuman, Ends::measured) + k * 4);
        }
        for (int k = 0; k < kBackContacts; ++k) back += in(hand, plan.layout.back(kAssistant) + k * 4);
      }
  CHECK(eroded > 20);  // the histories do hold what is to be counted
  CHECK(measured > 20);
  CHECK(back > 5);
  for (const int block : {1, 7, 256}) CHECK(recorded(e, plan, block, 3).values == sums.values);
}

TEST_CASE("a client who moves to another assistant is followed with the first alone", "[analysis]") {
  Experiment e = fake::experiment(1, 1, 6);
  const std::vector<Cell> cells = {{0, 1, Twin::factual}};
  const BondPlan plan(e, cells);
  BondPart part(plan, 0);
  Tally tally(e, cells, 0);
  auto counted = tally.start(0, 0, 1);
  auto block = std::make_unique<ClientBlock>();
  block->size = 1;
  block->w.step[0] = 4;
  block->assistant.trust_start[0] = .6;
  for (int w = 0; w <= 6; ++w) {
    block->assistant.met[0] = w > 0 ? 1 : 0;
    block->assistant.trust_good[0] = w < 3 ? 5 : 1;  // far below, but in the second assistant
    block->assistant.trust_bad[0] = w < 3 ? 4 : 9;
    block->w.assistant[0] = w < 3 ? 0 : 1;
    part.week({0, 0, 0}, *block, w);
    counted->week({0, 0, 0}, *block, w);
  }
  tally.finish(std::move(counted));
  const Counts counts = tally.take();
  const int censored = static_cast<int>(ErosionEnd::censored);
  CHECK(counts.rows[static_cast<std::size_t>(counts.layout.erosion(kAssistant, 2) + censored)] == 1);
  const int ends = plan.layout.ends(kAssistant, Ends::rule, kDefaultRule);
  CHECK(part.sums[static_cast<std::size_t>(ends + 4 + censored)] == 1);
  CHECK(part.sums[static_cast<std::size_t>(plan.layout.at(kAssistant, BondWeek::met, 6))] == 1);
}

TEST_CASE("quartiles of trust at entry are those of the distribution that it is drawn from", "[analysis]") {
  Parameters p{};
  const AgentParameters agent = fake::trusted(6.5, .8, 3.5);
  const TrustQuartiles plain = trust_quartiles(p, agent);
  const double z = .6744897501960817;
  for (int q = 0; q < 3; ++q) {
    const double alpha = 6.5 + .8 * (q - 1) * z;
    CHECK(plain.cut[q] == Approx(alpha / (alpha + 3.5)).epsilon(1e-12));
  }
  p.intake.disbelieving = .3;
  p.trust.disbelieving_start = .4;
  const TrustQuartiles mixed = trust_quartiles(p, agent);
  // 400,000 draws: a share between two cuts is off by more than .004 (5.8 SE) in fewer than 1e-7 of runs
  std::mt19937 chance(1);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  int below[3] = {};
  constexpr int n = 400'000;
  for (int i = 0; i < n; ++i) {
    const double alpha = std::max(1.0, 6.5 + .8 * normal(chance)) * (uniform(chance) < .3 ? .4 : 1);
    for (int q = 0; q < 3; ++q) below[q] += alpha / (alpha + 3.5) <= mixed.cut[q];
  }
  for (int q = 0; q < 3; ++q) CHECK(std::abs(below[q] / double{n} - (q + 1) / 4.0) < .004);
}

TEST_CASE("tables of bonds: excess is paired, agents outside the arm have no row", "[analysis]") {
  Experiment e = fake::experiment(3, 60, 16);
  const Counts counts = [&] {
    Tally tally(e, kCells, 0);
    fake::perform_all(tally, e, 64, 1, kCells);
    return tally.take();
  }();
  const Estimates all(e, kCells, counts);
  const BondPlan plan(e, kCells);
  const Sums sums = recorded(e, plan, 64, 1);
  const Table rules = erosion_rules_table(all, plan, sums);
  const auto real = [&](const char* name) -> const std::vector<double>& {
    for (const Column& column : rules.columns)
      if (column.name == name) return std::get<std::vector<double>>(column.values);
    throw std::runtime_error(name);
  };
  const int metric = all.find("erosion_human", "");
  // First arm, human, everybody, rule (.10, 3): the same number as in the table of estimates.
  CHECK(real("incidence")[kDefaultRule] == Approx(all.of(0, 0, metric).value));
  CHECK(real("excess_no_distance")[kDefaultRule] ==
        Approx(all.of(0, 0, metric).value - all.of(2, 0, metric).value));
  CHECK(real("excess_no_distance_noise_se")[kDefaultRule] ==
        Approx(standard_error(all.of(0, 0, metric) - all.of(2, 0, metric))));
  CHECK(std::isnan(real("excess_perfect_recognition")[kDefaultRule]));  // that twin was not run
  const auto& agents = std::get<TextColumn>(rules.columns[1].values);
  const auto& arms = std::get<TextColumn>(rules.columns[0].values);
  for (std::size_t row = 0; row < rules.rows(); ++row)
    CHECK_FALSE((arms.names[static_cast<std::size_t>(arms.codes[row])] == "machine" &&
                 agents.names[static_cast<std::size_t>(agents.codes[row])] == "human"));
  const Table losses = trust_loss_table(all, plan, sums);
  const auto& metrics = std::get<TextColumn>(losses.columns[4].values).names;
  CHECK(std::find(metrics.begin(), metrics.end(), "permanence") != metrics.end());
  CHECK(std::find(metrics.begin(), metrics.end(), "spill_over") == metrics.end());  // nobody talks here
  CHECK(calibration_table(all, plan, sums).rows() > 0);
  CHECK(recognition_table(all, plan, sums).rows() > 0);
}
