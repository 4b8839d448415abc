#include "analysis/echo_part.hpp"

#include <algorithm>
#include <array>

namespace hybridcare {
namespace {

const AgentColumns& columns_of(const ClientBlock& block, int agent) {
  return agent == kHuman ? block.human : block.assistant;
}

constexpr std::uint32_t kEveryPanelWeek = ((1u << kPanelWeeks) - 1) << 1;  // bits 1..kPanelWeeks

/// Adds the products of all pairs of columns, in the order of `moment` and `panel_product`.
template <std::size_t n>
void add_products(const std::array<std::int64_t, n>& value, std::int64_t* to) {
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i; j < n; ++j) *to++ += value[i] * value[j];
}

}  // namespace

EchoPlan::EchoPlan(const Experiment& experiment, const std::vector<Cell>& list)
    : cultures(static_cast<int>(culture_names(experiment).size())),
      reading_week(std::min(experiment.reading_week, experiment.weeks)),
      weeks(experiment.weeks) {
  for (const Cell& cell : list) {
    const Scenario& scenario =
        experiment.scenarios[static_cast<std::size_t>(cell.variant)][static_cast<std::size_t>(cell.arm)];
    therapists = std::max(therapists, scenario.parameters.therapists.count);
    Arm arm;
    const std::vector<Step>& steps = scenario.pathway.steps;
    for (std::size_t s = 0; s < steps.size() && cell.twin != Twin::noise_only; ++s) {
      if (steps[s].human.every_weeks > 0) arm.turns[kHuman][s] = steps[s].human.turns;
      if (steps[s].assistant.every_weeks > 0) arm.turns[kAssistant][s] = steps[s].assistant.turns;
    }
    cells.push_back(arm);
  }
}

EchoPart::EchoPart(const EchoPlan& plan, std::uint32_t replicate)
    : SumPart(replicate, client_sums(plan) + therapist_sums(plan)), plan_(plan) {}

void EchoPart::week(const CourseAt& at, const ClientBlock& block, int week) {
  if (week == 0) begin(at, block);
  if (week > 0 && week <= std::max(plan_.reading_week, kPanelWeeks))
    for (int agent = 0; agent < kAgents; ++agent) meet(block, agent, week);
  if (week <= kPanelWeeks + 1)
    for (int i = 0; i < block.size; ++i)
      phq9_[week][block.w.id[i] - first_] = static_cast<std::uint8_t>(block.r.phq9[i]);
  if (week == kPanelWeeks + 1)
    for (int agent = 0; agent < kAgents; ++agent) add_panel(block, agent);
  if (week == plan_.reading_week) add_readings(block);
  for (int i = 0; i < block.size; ++i) step_[block.w.id[i] - first_] = block.w.step[i];
  if (week != plan_.weeks) return;
  for (int i = 0; i < block.size; ++i)
    row(block.w.culture[i])[EchoLayout::at(Everybody::dropped)] += static_cast<Exit>(block.w.exit[i]) == Exit::dropped;
}

void EchoPart::begin(const CourseAt& at, const ClientBlock& block) {
  const auto cell = static_cast<std::size_t>(at.cell);
  arm_ = &plan_.cells[cell];
  rows_here_ = sums.data() + cell * static_cast<std::size_t>(plan_.cultures) * EchoLayout::kSize;
  therapists_here_ =
      sums.data() + client_sums(plan_) + cell * static_cast<std::size_t>(plan_.therapists) * kOfTherapist;
  first_ = at.first;
  for (int i = 0; i < block.size; ++i) step_[block.w.id[i] - first_] = block.w.step[i];
  for (Memory& memory : memory_) memory = Memory{};
}

/// In a week with several contacts the ratings are those of the last, and the week weighs once.
void EchoPart::meet(const ClientBlock& block, int agent, int week) {
  const AgentColumns& columns = columns_of(block, agent);
  Memory& memory = memory_[agent];
  for (int i = 0; i < block.size; ++i) {
    if (!(columns.met[i] > 0)) continue;
    const std::uint32_t k = block.w.id[i] - first_;
    const int turns = arm_->turns[agent][step_[k]];
    if (turns == 0) continue;
    if (week <= kPanelWeeks) {
      memory.rating[week][k] = static_cast<std::int32_t>(to_rating(columns.alliance_rating[i]));
      memory.rated[k] |= 1u << week;
    }
    if (week > plan_.reading_week) continue;
    memory.empathy[k] += columns.empathy_rating[i];
    memory.alliance[k] += columns.alliance_rating[i];
    memory.accuracy[k] += columns.right_turns[i] / (columns.met[i] * turns);
    memory.quality[k] += columns.empathy[i];
    memory.contacts[k] += static_cast<std::int32_t>(columns.met[i]);
    ++memory.weeks[k];
  }
}

void EchoPart::add_panel(const ClientBlock& block, int agent) {
  const Memory& memory = memory_[agent];
  for (int i = 0; i < block.size; ++i) {
    const std::uint32_t k = block.w.id[i] - first_;
    const bool stayed = block.w.left_week[i] == 0 || block.w.left_week[i] > std::uint32_t{kPanelWeeks};
    if (!stayed || memory.rated[k] != kEveryPanelWeek) continue;
    std::int64_t* const to = row(block.w.culture[i]);
    std::array<std::int64_t, kPanelColumns> own{};
    ++to[EchoLayout::persons(agent)];
    for (int week = 1; week <= kPanelWeeks; ++week) {
      const std::array<std::int64_t, kPanelColumns> here{memory.rating[week][k], phq9_[week][k], phq9_[week + 1][k]};
      add_products(here, to + EchoLayout::products(agent));
      for (std::size_t c = 0; c < kPanelColumns; ++c) {
        own[c] += here[c];
        to[EchoLayout::week_sums(agent) + static_cast<int>(c) * kPanelWeeks + week - 1] += here[c];
      }
    }
    add_products(own, to + EchoLayout::person_products(agent));
  }
}

void EchoPart::add_readings(const ClientBlock& block) {
  for (int i = 0; i < block.size; ++i) {
    std::int64_t* const to = row(block.w.culture[i]);
    const auto y = static_cast<std::int64_t>(block.r.phq9[i]);
    ++to[EchoLayout::at(Everybody::clients)];
    to[EchoLayout::at(Everybody::reading)] += y;
    to[EchoLayout::at(Everybody::reading_squares)] += y * y;
    for (int agent = 0; agent < kAgents; ++agent)
      if (memory_[agent].contacts[block.w.id[i] - first_] >= 2) add_moments(block, agent, i);
  }
}

void EchoPart::add_moments(const ClientBlock& block, int agent, int lane) {
  const std::uint32_t k = block.w.id[lane] - first_;
  const Memory& memory = memory_[agent];
  const auto mean = [&](const double* sum) { return to_rating(sum[k] / memory.weeks[k]); };
  const auto start = static_cast<std::int64_t>(block.r.phq9_start[lane]);
  const auto reading = static_cast<std::int64_t>(block.r.phq9[lane]);
  const std::array<std::int64_t, kVariables> value{1, start, reading, mean(memory.empathy), mean(memory.alliance),
                                                   mean(memory.accuracy), mean(memory.quality)};
  std::int64_t* const to = row(block.w.culture[lane]);
  add_products(value, to + EchoLayout::moments(agent, Sample::all));
  if (static_cast<Exit>(block.w.exit[lane]) != Exit::dropped)
    add_products(value, to + EchoLayout::moments(agent, Sample::completers));
  if (agent != kHuman) return;
  std::int64_t* const own = therapists_here_ + block.w.therapist[lane] * std::size_t{kOfTherapist};
  own[static_cast<int>(OfTherapist::clients)] += 1;
  own[static_cast<int>(OfTherapist::start)] += start;
  own[static_cast<int>(OfTherapist::reading)] += reading;
}

}  // namespace hybridcare
