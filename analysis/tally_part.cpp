#include "analysis/tally_part.hpp"

#include <algorithm>
#include <cassert>

#include "analysis/satisfaction.hpp"

namespace hybridcare {
namespace {

void bump(std::int64_t* row, int place, std::int64_t by = 1) { row[place] += by; }

std::int64_t whole(double value) { return static_cast<std::int64_t>(value); }

double trust_of(const AgentColumns& agent, int lane) {
  return agent.trust_good[lane] / (agent.trust_good[lane] + agent.trust_bad[lane]);
}

const AgentColumns& columns_of(const ClientBlock& block, int agent) {
  return agent == kHuman ? block.human : block.assistant;
}

}  // namespace

TallyPart::TallyPart(const TallyPlan& plan, std::uint32_t replicate) : plan_(plan), replicate_(replicate) {
  const std::size_t groups = plan.cells.size() * static_cast<std::size_t>(plan.cultures);
  rows.resize(groups * static_cast<std::size_t>(plan.layout.size));
  histogram.resize(groups * static_cast<std::size_t>(plan.layout.weeks + 1) * kScores);
}

void TallyPart::reset(std::uint32_t replicate) {
  replicate_ = replicate;
  std::fill(rows.begin(), rows.end(), 0);
  std::fill(histogram.begin(), histogram.end(), 0);
}

void TallyPart::week(const CourseAt& at, const ClientBlock& block, int week) {
  if (week == 0) begin(at, block);
  assert(at.cell == cell_index_ && "a course is recorded from entry to end before the next one begins");
  for (int agent = 0; week > 0 && agent < kAgents; ++agent)
    if (cell_->has_agent[agent]) meet(block, agent);
  count_week(block, week);
  carry_trust(week);
  const int due = plan_.reading_of_week[static_cast<std::size_t>(week)];
  for (int reading = 0; reading < plan_.layout.readings; ++reading)
    if (due >> reading & 1) read(block, reading);
  if (week == plan_.asking_week) ask(block);
  if (week == plan_.layout.weeks) close(block);
}

void TallyPart::begin(const CourseAt& at, const ClientBlock& block) {
  const auto cell = static_cast<std::size_t>(at.cell);
  cell_index_ = at.cell;
  cell_ = &plan_.cells[cell];
  rows_here_ = rows.data() + cell * static_cast<std::size_t>(plan_.cultures * plan_.layout.size);
  first_ = at.first;
  for (int i = 0; i < block.size; ++i) step_[block.w.id[i] - first_] = block.w.step[i];
  for (int agent = 0; agent < kAgents; ++agent) {
    memory_[agent] = Memory{};
    std::fill_n(memory_[agent].with_agent, kBlock, true);
    std::fill_n(met_[agent], kMostCultures, 0);
    std::fill_n(trust_sum_[agent], kMostCultures, 0);
  }
}

void TallyPart::meet(const ClientBlock& block, int agent) {
  const AgentColumns& columns = columns_of(block, agent);
  int lanes[kBlock];
  int n = 0;
  for (int i = 0; i < block.size; ++i) {
    lanes[n] = i;
    n += columns.met[i] > 0 ? 1 : 0;
  }
  if (n == 0) return;
  alignas(64) Real trust;
  for (int i = 0; i < block.size; ++i) trust[i] = trust_of(columns, i);
  for (int j = 0; j < n; ++j) contact(columns, block, agent, lanes[j], trust[lanes[j]]);
}

void TallyPart::contact(const AgentColumns& columns, const ClientBlock& block, int agent, int lane, double trust) {
  const std::uint32_t culture = block.w.culture[lane], k = block.w.id[lane] - first_;
  Memory& memory = memory_[agent];
  std::int64_t* counts = row(culture);
  const std::int64_t turns = cell_->turns[agent][step_[k]];  // of the step in which the contact was held
  const std::int64_t misread = turns - whole(columns.right_turns[lane]);
  const int number = ++memory.contacts[k];
  const std::int64_t fixed = to_fixed(trust);
  bump(counts, Layout::at(agent, Met::contacts));
  bump(counts, Layout::at(agent, Met::turns), turns);
  bump(counts, Layout::at(agent, Met::misread), misread);
  bump(counts, Layout::at(agent, Met::noticed), whole(columns.noticed_turns[lane]));
  bump(counts, Layout::at(agent, Met::repaired), whole(columns.repaired_turns[lane]));
  bump(counts, Layout::at(agent, Met::confidence), (to_fixed(columns.confidence[lane]) >> kConfidenceShift) * turns);
  if (agent == kHuman) bump(counts, Layout::at(Total::human_minutes), cell_->minutes[step_[k]]);
  if (number == 1) {
    bump(counts, Layout::at(agent, Met::first_turns), turns);
    bump(counts, Layout::at(agent, Met::first_misread), misread);
    ++met_[agent][culture];
  }
  trust_sum_[agent][culture] += fixed - memory.trust[k];
  memory.trust[k] = fixed;
  memory.empathy[k] += columns.empathy[lane];
  memory.turns[k] += static_cast<std::int32_t>(turns);
  memory.misread[k] += static_cast<std::int32_t>(misread);
  if (number <= plan_.layout.contacts)
    observe(memory.erosion[k], plan_.rule, trust, columns.trust_start[lane], number);
}

void TallyPart::count_week(const ClientBlock& block, int week) {
  const std::size_t groups = static_cast<std::size_t>(plan_.cultures);
  const std::size_t weeks = static_cast<std::size_t>(plan_.layout.weeks) + 1;
  const std::size_t place = static_cast<std::size_t>(cell_index_) * weeks + static_cast<std::size_t>(week);
  std::int64_t* scores = histogram.data() + place * groups * kScores;
  std::int64_t care[kMostCultures] = {};
  for (int i = 0; i < block.size; ++i) {
    const std::uint32_t culture = block.w.culture[i], k = block.w.id[i] - first_;
    ++scores[culture * kScores + static_cast<std::uint32_t>(static_cast<int>(block.r.phq9[i]))];
    care[culture] += cell_->offers_care[step_[k]] ? 1 : 0;
    if (block.w.step[i] != step_[k]) move(block, i, week);
  }
  for (std::uint32_t c = 0; c < groups; ++c) bump(row(c), plan_.layout.at(Weekly::in_care, week), care[c]);
}

void TallyPart::move(const ClientBlock& block, int lane, int week) {
  const std::uint32_t k = block.w.id[lane] - first_;
  std::int64_t* counts = row(block.w.culture[lane]);
  const auto exit = static_cast<Exit>(block.w.exit[lane]);
  if (exit != Exit::none) {
    const int series = static_cast<int>(Weekly::completed) + static_cast<int>(exit) - static_cast<int>(Exit::completed);
    bump(counts, plan_.layout.at(static_cast<Weekly>(series), week));
    if (exit == Exit::dropped && block.r.phq9[lane] >= 10) bump(counts, Layout::at(Total::dropped_ill));
    for (int agent = 0; agent < kAgents; ++agent)
      memory_[agent].with_agent[k] = cell_->turns[agent][step_[k]] > 0;
  }
  step_[k] = block.w.step[lane];
}

void TallyPart::carry_trust(int week) {
  for (int agent = 0; agent < kAgents; ++agent) {
    if (!cell_->has_agent[agent]) continue;
    for (std::uint32_t c = 0; c < static_cast<std::uint32_t>(plan_.cultures); ++c) {
      bump(row(c), plan_.layout.at(met_series(agent), week), met_[agent][c]);
      bump(row(c), plan_.layout.at(trust_series(agent), week), trust_sum_[agent][c]);
    }
  }
}

void TallyPart::read(const ClientBlock& block, int reading) {
  std::uint16_t counts[kMostCultures][kFlags] = {};  // a block has at most 256 clients
  for (int i = 0; i < block.size; ++i) {
    const int pair = static_cast<int>(block.r.phq9_start[i]) * kScores + static_cast<int>(block.r.phq9[i]);
    const auto& flags = cell_->flags[static_cast<std::size_t>(pair)];
    std::uint16_t* here = counts[block.w.culture[i]];
    for (int o = 0; o < kFlags; ++o) here[o] = static_cast<std::uint16_t>(here[o] + flags[static_cast<std::size_t>(o)]);
  }
  for (std::uint32_t c = 0; c < static_cast<std::uint32_t>(plan_.cultures); ++c)
    for (int o = 0; o < kOutcomes; ++o) bump(row(c), plan_.layout.at(reading, static_cast<Outcome>(o)), counts[c][o]);
}

void TallyPart::ask(const ClientBlock& block) {
  for (int i = 0; i < block.size; ++i) {
    const std::uint32_t k = block.w.id[i] - first_;
    const Memory &human = memory_[kHuman], &assistant = memory_[kAssistant];
    const int contacts = human.contacts[k] + assistant.contacts[k];
    if (contacts == 0) continue;
    const double trust =
        trust_in_care(cell_->human_share, human.contacts[k] > 0, from_fixed(human.trust[k]),
                      assistant.contacts[k] > 0, from_fixed(assistant.trust[k]));
    const double empathy = (human.empathy[k] + assistant.empathy[k]) / contacts;
    std::int64_t* counts = row(block.w.culture[i]);
    bump(counts, Layout::at(Total::satisfaction),
         to_fixed(satisfaction(cell_->satisfaction, trust, empathy, block.r.phq9_start[i] - block.r.phq9[i])));
    bump(counts, Layout::at(Total::satisfied_clients));
  }
}

void TallyPart::close(const ClientBlock& block) {
  for (int i = 0; i < block.size; ++i) {
    bump(row(block.w.culture[i]), Layout::at(Total::clients));
    for (int agent = 0; agent < kAgents; ++agent)
      if (memory_[agent].contacts[block.w.id[i] - first_] > 0) close_agent(block, agent, i);
  }
}

void TallyPart::close_agent(const ClientBlock& block, int agent, int lane) {
  const std::uint32_t k = block.w.id[lane] - first_;
  const Memory& memory = memory_[agent];
  std::int64_t* counts = row(block.w.culture[lane]);
  bump(counts, Layout::at(agent, Met::person_rate),
       to_fixed(static_cast<double>(memory.misread[k]) / static_cast<double>(memory.turns[k])));
  const auto exit = static_cast<Exit>(block.w.exit[lane]);
  int contact = std::min(memory.contacts[k], plan_.layout.contacts);
  ErosionEnd end = ErosionEnd::censored;
  if (memory.erosion[k].eroded_at > 0) {
    contact = memory.erosion[k].eroded_at;
    end = ErosionEnd::eroded;
  } else if (memory.with_agent[k] && memory.contacts[k] <= plan_.layout.contacts) {
    if (exit == Exit::dropped) end = ErosionEnd::dropped;
    if (exit == Exit::ended_early) end = ErosionEnd::ended;
  }
  bump(counts, plan_.layout.erosion(agent, contact) + static_cast<int>(end));
}

}  // namespace hybridcare
