#include "analysis/estimands.hpp"

#include <cmath>

#include "agents/purposes.hpp"
#include "sim/draws.hpp"
#include "tests/catch.hpp"
#include "tests/unit/analysis/fake.hpp"

using namespace hybridcare;

namespace {

using Row = std::vector<std::int64_t>;

Row row_of(const Sums& sums, int replicate, int cell, int culture) {
  const auto from = sums.values.begin() + static_cast<std::ptrdiff_t>(sums.at(replicate, cell, culture));
  return {from, from + sums.size};
}

Sums recorded(const Experiment& e, int block, unsigned seed, const std::vector<Cell>& cells) {
  const EstimandPlan plan(e, cells);
  SumRecorder recorder(plan.empty(e.replicates), 0,
                       [&](std::uint32_t replicate) { return std::make_unique<EstimandPart>(plan, replicate); });
  fake::perform_all(recorder, e, block, seed, cells);
  return recorder.take();
}

/// Missing? The word of the draw table, compared as a real number.
bool is_missing(const Experiment& e, int replicate, std::uint32_t id, int week, double probability) {
  const auto words =
      baseline::philox({e.seed, static_cast<std::uint32_t>(replicate)}, id, 0, static_cast<std::uint32_t>(week) << 3,
                       static_cast<std::uint32_t>(Purpose::observation) << 16);
  return static_cast<double>(words.w[0]) < std::round(probability * 4294967296.0);
}

void count(Row& row, int reading, Seen seen, int start, int now) {
  const auto add = [&](SeenSum sum, int by) {
    row[static_cast<std::size_t>(EstimandLayout::at(reading, seen, sum))] += by;
  };
  add(SeenSum::clients, 1);
  add(SeenSum::phq9, now);
  add(SeenSum::phq9_squares, now * now);
  add(SeenSum::response, start > 0 && now <= start / 2.0);
  add(SeenSum::ill, start >= 10);
  add(SeenSum::recovery, start >= 10 && start - now >= 6 && now < 10);
}

Row by_hand(const Experiment& e, int replicate, int cell, int culture) {
  const auto all = readings(e);
  Row row(all.size() * EstimandLayout::kReading);
  for (std::uint32_t id = 0; id < static_cast<std::uint32_t>(e.clients); ++id) {
    const fake::Client client = fake::course(e, static_cast<std::uint32_t>(replicate), cell, id);
    if (static_cast<int>(client.culture) != culture) continue;
    for (int r = 0; r < static_cast<int>(all.size()); ++r) {
      const int week = all[static_cast<std::size_t>(r)].week;
      const fake::Week& at = client.weeks[static_cast<std::size_t>(week)];
      const int start = client.weeks[0].phq9;
      ++row[static_cast<std::size_t>(EstimandLayout::clients(r))];
      row[static_cast<std::size_t>(EstimandLayout::symptom(r))] += to_fixed(at.symptom);
      const double p = at.exit == 0 ? .08 : at.exit == 3 ? .60 : .15;
      const double worse = 1 / (1 + std::exp(-(std::log(p / (1 - p)) + .1 * (at.phq9 - start))));
      if (!is_missing(e, replicate, id, week, p)) count(row, r, Seen::observed, start, at.phq9);
      if (!is_missing(e, replicate, id, week, worse)) count(row, r, Seen::not_at_random, start, at.phq9);
      if (at.exit != 3) count(row, r, Seen::completers, start, at.phq9);
    }
  }
  return row;
}

}  // namespace

TEST_CASE("estimands are what one counts by hand from histories and from the words of the draw table", "[analysis]") {
  Experiment e = fake::experiment(2, 120, 14);
  e.seed = 77;
  const Sums sums = recorded(e, 32, 1, fake::cells());
  std::int64_t missing = 0;
  for (int r = 0; r < 2; ++r)
    for (int cell = 0; cell < 2; ++cell)
      for (int c = 0; c < 3; ++c) {
        const Row row = row_of(sums, r, cell, c);
        REQUIRE(row == by_hand(e, r, cell, c));
        missing += row[static_cast<std::size_t>(EstimandLayout::clients(1))] -
                   row[static_cast<std::size_t>(EstimandLayout::at(1, Seen::observed, SeenSum::clients))];
      }
  CHECK(missing > 20);
  CHECK(recorded(e, 7, 2, fake::cells()).values == sums.values);
}

TEST_CASE("estimands look at factual courses of the default variant, and not at components", "[analysis]") {
  Experiment e = fake::experiment(1, 4, 6);
  e.arms[1].component = true;
  const CloseCells looked = close_cells(e, {{0, 0, Twin::factual}, {0, 1, Twin::factual}, {1, 0, Twin::factual},
                                            {0, 0, Twin::noise_only}},
                                        [](Twin twin) { return twin == Twin::factual; });
  CHECK(looked.place == std::vector<int>{0, -1, -1, -1});
  CHECK(looked.cells == std::vector<int>{0});
}

TEST_CASE("missing measurements: certain cases stay certain, and the worse go missing more often", "[analysis]") {
  const MissingRule rule({.60, .15, .08, .1, 0});
  CHECK(rule.at_random(Exit::dropped) / 4294967296.0 == Approx(.60));
  CHECK(rule.at_random(Exit::ended_early) == rule.at_random(Exit::completed));
  CHECK(rule.at_random(Exit::none) / 4294967296.0 == Approx(.08));
  CHECK(rule.not_at_random(Exit::none, 0) / 4294967296.0 == Approx(.08).epsilon(1e-9));
  for (int change = -27; change < 27; ++change)
    CHECK(rule.not_at_random(Exit::dropped, change) < rule.not_at_random(Exit::dropped, change + 1));
  const MissingRule sure({1, 0, 0, .5, 0});
  CHECK(sure.not_at_random(Exit::none, 27) == 0);
  CHECK(sure.not_at_random(Exit::dropped, -27) == 0xFFFFFFFFu);
}

TEST_CASE("the table of estimands holds levels and differences to the reference arm", "[analysis]") {
  Experiment e = fake::experiment(3, 60, 14);
  const std::vector<Cell> cells = fake::cells();
  const Counts counts = fake::counts(e, 64, 1);
  const Estimates all(e, cells, counts);
  const EstimandPlan plan(e, cells);
  const Sums sums = recorded(e, 64, 1, cells);
  const Table table = estimands_table(all, plan, sums);
  CHECK(table.rows() == (2 + 1) * 4 * 3 * 13u);  // levels of two arms and one contrast; groups; readings; answers
  const auto& names = std::get<TextColumn>(table.columns[1].values);
  CHECK(names.names.size() == 2);  // "" and the reference arm
}
