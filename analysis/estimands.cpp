#include "analysis/estimands.hpp"

#include "agents/purposes.hpp"
#include "analysis/tally_plan.hpp"
#include "sim/draws.hpp"

namespace hybridcare {
namespace {

/// Adds one measurement that was seen.
void add(std::int64_t* sums, int start, int now) {
  const auto place = [](SeenSum sum) { return static_cast<int>(sum); };
  ++sums[place(SeenSum::clients)];
  sums[place(SeenSum::phq9)] += now;
  sums[place(SeenSum::phq9_squares)] += now * now;
  sums[place(SeenSum::response)] += start > 0 && 2 * now <= start ? 1 : 0;
  sums[place(SeenSum::ill)] += start >= kIll ? 1 : 0;
  sums[place(SeenSum::recovery)] += start >= kIll && start - now >= kReliablePoints && now < kIll ? 1 : 0;
}

class EstimandTheme final : public SumTheme {
 public:
  EstimandTheme(std::unique_ptr<EstimandPlan> plan, int replicates, std::uint32_t first_replicate)
      : SumTheme(plan->empty(replicates), first_replicate,
                 [&plan = *plan](std::uint32_t replicate) { return std::make_unique<EstimandPart>(plan, replicate); }),
        plan_(std::move(plan)) {}
  void write(const Estimates& all, std::vector<Table>& tables) const override {
    tables.push_back(estimands_table(all, *plan_, sums()));
  }

 private:
  std::unique_ptr<EstimandPlan> plan_;
};

}  // namespace

EstimandPlan::EstimandPlan(const Experiment& experiment, const std::vector<Cell>& cells)
    : looked(close_cells(experiment, cells, [](Twin twin) { return twin == Twin::factual; })),
      reading_of_week(static_cast<std::size_t>(experiment.weeks) + 1, 0),
      seed(experiment.seed),
      cultures(static_cast<int>(culture_names(experiment).size())),
      readings(static_cast<int>(hybridcare::readings(experiment).size())) {
  int bit = 1;
  for (const Reading& reading : hybridcare::readings(experiment)) {
    reading_of_week[static_cast<std::size_t>(reading.week)] |= bit;
    bit *= 2;
  }
  for (const int cell : looked.cells) {
    const auto arm = static_cast<std::size_t>(cells[static_cast<std::size_t>(cell)].arm);
    rules.emplace_back(experiment.scenarios.front()[arm].parameters.observation);
  }
}

Sums EstimandPlan::empty(int replicates) const {
  return {replicates, static_cast<int>(looked.cells.size()), cultures, readings * EstimandLayout::kReading};
}

EstimandPart::EstimandPart(const EstimandPlan& plan, std::uint32_t replicate)
    : SumPart(replicate, plan.empty(1).of_replicate()), plan_(plan) {}

void EstimandPart::week(const CourseAt& at, const ClientBlock& block, int week) {
  const int place = plan_.looked.place[static_cast<std::size_t>(at.cell)];
  const int due = plan_.reading_of_week[static_cast<std::size_t>(week)];
  if (place < 0 || due == 0) return;
  alignas(64) Word word[4];
  baseline::philox_lanes({plan_.seed, at.replicate}, block.w.id, block.size, 0u,
                         baseline::when(static_cast<std::uint32_t>(week)), baseline::tag(Purpose::observation), word[0],
                         word[1], word[2], word[3]);
  for (int reading = 0; reading < plan_.readings; ++reading)
    if (due >> reading & 1) read(at, block, reading, place, word[0]);
}

void EstimandPart::read(const CourseAt&, const ClientBlock& block, int reading, int place, const Word& missing) {
  const MissingRule& rule = plan_.rules[static_cast<std::size_t>(place)];
  const int size = plan_.readings * EstimandLayout::kReading;
  for (int i = 0; i < block.size; ++i) {
    const auto group = static_cast<std::size_t>(place * plan_.cultures) + block.w.culture[i];
    std::int64_t* row = sums.data() + group * static_cast<std::size_t>(size);
    const int start = static_cast<int>(block.r.phq9_start[i]), now = static_cast<int>(block.r.phq9[i]);
    const auto exit = static_cast<Exit>(block.w.exit[i]);
    const auto seen = [&](Seen which) { return row + EstimandLayout::at(reading, which, SeenSum::clients); };
    ++row[EstimandLayout::clients(reading)];
    row[EstimandLayout::symptom(reading)] += to_fixed(block.r.symptom[i]);
    if (missing[i] >= rule.at_random(exit)) add(seen(Seen::observed), start, now);
    if (missing[i] >= rule.not_at_random(exit, now - start)) add(seen(Seen::not_at_random), start, now);
    if (exit != Exit::dropped) add(seen(Seen::completers), start, now);
  }
}

ThemeBytes estimands_bytes(const Experiment& experiment, const std::vector<Cell>& cells) {
  const double row = 8.0 * static_cast<double>(EstimandPlan(experiment, cells).empty(1).of_replicate());
  return {experiment.replicates * row, row};
}

std::unique_ptr<Theme> make_estimands(const Experiment& experiment, const std::vector<Cell>& cells,
                                      std::uint32_t first_replicate) {
  return std::make_unique<EstimandTheme>(std::make_unique<EstimandPlan>(experiment, cells), experiment.replicates,
                                         first_replicate);
}

}  // namespace hybridcare
