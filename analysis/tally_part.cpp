#include "analysis/tally_part.hpp"

#include <algorithm>
#include <cassert>

namespace hybridcare {
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
  fate_ = Fate{};
  std::fill_n(fate_.relapse_at, kBlock, kNever);
  for (int i = 0; i < block.size; ++i) fate_.step[block.w.id[i] - first_] = block.w.step[i];
  for (int agent = 0; agent < kAgents; ++agent) {
    memory_[agent] = Memory{};
    std::fill_n(memory_[agent].with_agent, kBlock, true);
    std::fill_n(met_[agent], kMostCultures, 0);
    std::fill_n(trust_sum_[agent], kMostCultures, 0);
  }
}

void TallyPart::count_week(const ClientBlock& block, int week) {
  const std::size_t groups = static_cast<std::size_t>(plan_.cultures);
  const std::size_t weeks = static_cast<std::size_t>(plan_.layout.weeks) + 1;
  const std::size_t place = static_cast<std::size_t>(cell_index_) * weeks + static_cast<std::size_t>(week);
  std::int64_t* scores = histogram.data() + place * groups * kScores;
  std::int64_t care[kMostCultures] = {};
  for (int i = 0; i < block.size; ++i) {
    const std::uint32_t culture = block.w.culture[i], k = block.w.id[i] - first_;
    const int phq9 = static_cast<int>(block.r.phq9[i]);
    ++scores[culture * kScores + static_cast<std::uint32_t>(phq9)];
    care[culture] += cell_->cares(fate_.step[k], block, i) ? 1 : 0;
    if (phq9 >= fate_.relapse_at[k]) relapse(block, i);
    if (block.w.step[i] != fate_.step[k]) move(block, i, week);
  }
  for (std::uint32_t c = 0; c < groups; ++c) bump(row(c), plan_.layout.at(Weekly::in_care, week), care[c]);
  for (int i = 0; week == plan_.asking_week && i < block.size; ++i) find_well(block, i);
  if (week > 0) count_minutes(block);
}

void TallyPart::count_minutes(const ClientBlock& block) {
  double most = 0;
  for (int i = 0; i < block.size; ++i) most = most < block.r.week_minutes[i] ? block.r.week_minutes[i] : most;
  for (int i = 0; most > 0 && i < block.size; ++i)
    bump(row(block.w.culture[i]), Layout::at(Total::other_minutes), whole(block.r.week_minutes[i] * kMinuteOne));
}

void TallyPart::move(const ClientBlock& block, int lane, int week) {
  const std::uint32_t k = block.w.id[lane] - first_;
  std::int64_t* counts = row(block.w.culture[lane]);
  const auto exit = static_cast<Exit>(block.w.exit[lane]);
  if (exit != Exit::none && !fate_.left[k]) {
    const int series = static_cast<int>(Weekly::completed) + static_cast<int>(exit) - static_cast<int>(Exit::completed);
    bump(counts, plan_.layout.at(static_cast<Weekly>(series), week));
    if (exit == Exit::dropped && block.r.phq9[lane] >= 10) bump(counts, plan_.layout.at(Weekly::dropped_ill, week));
    fate_.dropped[k] = exit == Exit::dropped;
    fate_.left[k] = true;
  }
  if (exit != Exit::none) {
    find_well(block, lane);
    for (int agent = 0; agent < kAgents; ++agent)
      memory_[agent].with_agent[k] = cell_->turns[agent][fate_.step[k]] > 0;
  }
  fate_.step[k] = block.w.step[lane];
}

void TallyPart::find_well(const ClientBlock& block, int lane) {
  const std::uint32_t k = block.w.id[lane] - first_;
  const int phq9 = static_cast<int>(block.r.phq9[lane]);
  const std::size_t pair = static_cast<std::size_t>(static_cast<int>(block.r.phq9_start[lane]) * kScores + phq9);
  if (fate_.well[k] || (*cell_->flags)[pair][static_cast<std::size_t>(Outcome::recovery)] == 0) return;
  fate_.well[k] = true;
  fate_.relapse_at[k] = static_cast<std::uint8_t>(std::max(kIll, phq9 + kReliablePoints));
  bump(row(block.w.culture[lane]), Layout::at(Total::well));
}

void TallyPart::relapse(const ClientBlock& block, int lane) {
  fate_.relapse_at[block.w.id[lane] - first_] = kNever;
  bump(row(block.w.culture[lane]), Layout::at(Total::relapsed));
}

void TallyPart::read(const ClientBlock& block, int reading) {
  std::uint16_t counts[kMostCultures][kFlags] = {};  // a block has at most 256 clients
  for (int i = 0; i < block.size; ++i) {
    const int pair = static_cast<int>(block.r.phq9_start[i]) * kScores + static_cast<int>(block.r.phq9[i]);
    const auto& flags = (*cell_->flags)[static_cast<std::size_t>(pair)];
    std::uint16_t* here = counts[block.w.culture[i]];
    for (int o = 0; o < kFlags; ++o) here[o] = static_cast<std::uint16_t>(here[o] + flags[static_cast<std::size_t>(o)]);
  }
  for (std::uint32_t c = 0; c < static_cast<std::uint32_t>(plan_.cultures); ++c)
    for (int o = 0; o < kOutcomes; ++o) bump(row(c), plan_.layout.at(reading, static_cast<Outcome>(o)), counts[c][o]);
  for (int i = 0; i < block.size; ++i) {
    std::int64_t* here = row(block.w.culture[i]);
    bump(here, plan_.layout.at(reading, Latent::symptom), to_fixed(block.r.symptom[i]));
    bump(here, plan_.layout.at(reading, Latent::gain), to_fixed(block.r.gain[i]));
  }
  for (int i = 0; i < block.size; ++i) add_distance(block, i, reading, whole(block.r.phq9[i]));
}

void TallyPart::add_distance(const ClientBlock& block, int lane, int reading, std::int64_t outcome) {
  std::int64_t* counts = row(block.w.culture[lane]);
  for (int agent = 0; agent < kAgents; ++agent) {
    if (!cell_->has_agent[agent]) continue;
    const std::int64_t chi = whole(columns_of(block, agent).distance[lane] * kDistanceOne);
    bump(counts, plan_.layout.at(agent, Distance::sum, reading), chi);
    bump(counts, plan_.layout.at(agent, Distance::squares, reading), chi * chi);
    bump(counts, plan_.layout.at(agent, Distance::outcome, reading), chi * outcome);
  }
}

void TallyPart::close(const ClientBlock& block) {
  for (int i = 0; i < block.size; ++i) {
    close_client(block, i);
    for (int agent = 0; agent < kAgents; ++agent)
      if (memory_[agent].contacts[block.w.id[i] - first_] > 0) close_agent(block, agent, i);
  }
}

void TallyPart::close_client(const ClientBlock& block, int lane) {
  std::int64_t* counts = row(block.w.culture[lane]);
  bump(counts, Layout::at(Total::clients));
  const std::int64_t missed = whole(block.r.missed_risk[lane]);
  bump(counts, Layout::at(Total::missed_risk), missed);
  bump(counts, Layout::at(Total::missed_clients), missed > 0 ? 1 : 0);
  bump(counts, Layout::at(Total::risk_found), whole(block.r.risk_found[lane]));
  bump(counts, Layout::at(Total::risk_waits), whole(block.r.risk_waits[lane]));
  bump(counts, Layout::at(Total::human_reached), whole(block.r.human_reached[lane]));
  bump(counts, Layout::at(Total::human_waits), whole(block.r.human_waits[lane]));
  bump(counts, Layout::at(Total::alarms), whole(block.r.alarms[lane]));
  for (int agent = 0; agent < kAgents; ++agent)
    bump(counts, Layout::at(agent, Met::missed), whole(columns_of(block, agent).missed[lane]));
  add_distance(block, lane, -1, fate_.dropped[block.w.id[lane] - first_] ? 1 : 0);
}

}  // namespace hybridcare
