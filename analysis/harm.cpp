#include "analysis/harm.hpp"

#include "analysis/tally_part.hpp"

namespace hybridcare {
namespace {

bool looked_at(Twin twin) {
  return twin == Twin::factual || twin == Twin::no_distance || twin == Twin::perfect_recognition;
}

class HarmTheme final : public SumTheme {
 public:
  HarmTheme(std::unique_ptr<HarmPlan> plan, int replicates, std::uint32_t first_replicate)
      : SumTheme(plan->empty(replicates), first_replicate,
                 [&plan = *plan](std::uint32_t replicate) { return std::make_unique<HarmPart>(plan, replicate); }),
        plan_(std::move(plan)) {}
  void write(const Estimates& all, std::vector<Table>& tables) const override {
    tables.push_back(harm_table(all, *plan_, sums()));
  }

 private:
  std::unique_ptr<HarmPlan> plan_;
};

}  // namespace

HarmPlan::HarmPlan(const Experiment& experiment, const std::vector<Cell>& cells)
    : looked(close_cells(experiment, cells, looked_at)),
      arms(static_cast<int>(experiment.arms.size())),
      cultures(static_cast<int>(culture_names(experiment).size())),
      weeks(experiment.weeks),
      reading_weeks{readings(experiment).front().week, experiment.weeks} {
  for (const int cell : looked.cells) {
    arm.push_back(cells[static_cast<std::size_t>(cell)].arm);
    is_twin.push_back(cells[static_cast<std::size_t>(cell)].twin != Twin::factual);
  }
}

Sums HarmPlan::empty(int replicates) const {
  return {replicates, static_cast<int>(looked.cells.size()), cultures, HarmLayout::kSize};
}

HarmPart::HarmPart(const HarmPlan& plan, std::uint32_t replicate)
    : SumPart(replicate, plan.empty(1).of_replicate()), plan_(plan), factual_(static_cast<std::size_t>(plan.arms)) {}

void HarmPart::week(const CourseAt& at, const ClientBlock& block, int week) {
  const int place = plan_.looked.place[static_cast<std::size_t>(at.cell)];
  if (place < 0) return;
  first_ = at.first;
  if (week == 0) begin();
  for (int agent = 0; week > 0 && agent < kAgents; ++agent) meet(block, agent);
  for (int reading = 0; reading < kHarmReadings; ++reading)
    for (int i = 0; week == plan_.reading_weeks[reading] && i < block.size; ++i)
      here_.symptom[reading][block.w.id[i] - first_] = block.r.symptom[i];
  if (week < plan_.weeks) return;
  for (int i = 0; i < block.size; ++i) {
    const std::uint32_t k = block.w.id[i] - first_;
    here_.happened[static_cast<int>(HarmEvent::dropout)][k] =
        block.w.exit[i] == static_cast<std::uint32_t>(Exit::dropped);
    for (int agent = 0; agent < kAgents; ++agent)
      here_.happened[static_cast<int>(HarmEvent::erosion_human) + agent][k] = erosion_[agent][k].eroded_at > 0;
  }
  Course& factual = factual_[static_cast<std::size_t>(plan_.arm[static_cast<std::size_t>(place)])];
  if (!plan_.is_twin[static_cast<std::size_t>(place)]) factual = here_;
  else compare(block, factual, sums.data() + place * plan_.cultures * HarmLayout::kSize);
}

void HarmPart::begin() {
  for (int agent = 0; agent < kAgents; ++agent) {
    std::fill_n(erosion_[agent], kBlock, ErosionTrack{});
    std::fill_n(contacts_[agent], kBlock, 0);
    std::fill_n(switched_[agent], kBlock, false);
  }
}

void HarmPart::meet(const ClientBlock& block, int agent) {
  const AgentColumns& columns = columns_of(block, agent);
  for (int i = 0; i < block.size; ++i) {
    if (!(columns.met[i] > 0)) continue;
    const std::uint32_t k = block.w.id[i] - first_;
    const std::uint32_t with = agent == kAssistant ? block.w.assistant[i] : 0;
    if (contacts_[agent][k] == 0) with_[agent][k] = with;
    switched_[agent][k] = switched_[agent][k] || with_[agent][k] != with;
    if (switched_[agent][k]) continue;  // trust at entry was in another assistant, as in the tally
    const int held = static_cast<int>(columns.met[i]);
    contacts_[agent][k] = static_cast<std::uint16_t>(contacts_[agent][k] + held);
    observe(erosion_[agent][k], {}, trust_of(columns, i), columns.trust_start[i], contacts_[agent][k], held);
  }
}

void HarmPart::compare(const ClientBlock& block, const Course& factual, std::int64_t* rows) const {
  for (int i = 0; i < block.size; ++i) {
    const std::uint32_t k = block.w.id[i] - first_;
    std::int64_t* row = rows + block.w.culture[i] * std::size_t{HarmLayout::kSize};
    ++row[HarmLayout::kClients];
    for (int reading = 0; reading < kHarmReadings; ++reading) {
      const double worse = factual.symptom[reading][k] - here_.symptom[reading][k];
      for (int points = 1; points <= kHarmPoints; ++points) {
        row[HarmLayout::worse(reading, points)] += worse >= points ? 1 : 0;
        row[HarmLayout::better(reading, points)] += -worse >= points ? 1 : 0;
      }
    }
    for (int e = 0; e < kHarmEvents; ++e) {
      const bool in_factual = factual.happened[e][k], in_twin = here_.happened[e][k];
      row[HarmLayout::factual(static_cast<HarmEvent>(e))] += in_factual && !in_twin ? 1 : 0;
      row[HarmLayout::twin(static_cast<HarmEvent>(e))] += in_twin && !in_factual ? 1 : 0;
    }
  }
}

ThemeBytes harm_bytes(const Experiment& experiment, const std::vector<Cell>& cells) {
  const HarmPlan plan(experiment, cells);
  const double sums = 8.0 * static_cast<double>(plan.empty(1).of_replicate());
  const double courses = plan.arms * (8.0 * kHarmReadings + kHarmEvents) * kBlock;
  return {experiment.replicates * sums, sums + courses + static_cast<double>(sizeof(HarmPart))};
}

std::unique_ptr<Theme> make_harm(const Experiment& experiment, const std::vector<Cell>& cells,
                                 std::uint32_t first_replicate) {
  return std::make_unique<HarmTheme>(std::make_unique<HarmPlan>(experiment, cells), experiment.replicates,
                                     first_replicate);
}

}  // namespace hybridcare
