#include "analysis/accounts_part.hpp"

#include <algorithm>
#include <array>

namespace hybridcare {
namespace {

constexpr double kReliableChange = 6, kCaseness = 10;  // points; as in `recovery`

constexpr std::size_t kScores = 28;
constexpr std::array<std::uint8_t, kScores> kBandOf = [] {
  std::array<std::uint8_t, kScores> bands{};
  for (std::size_t y = 0; y < kScores; ++y) bands[y] = static_cast<std::uint8_t>(severity_band(static_cast<int>(y)));
  return bands;
}();

std::int64_t to_minutes(double minutes) { return static_cast<std::int64_t>(minutes * kAccountMinute + .5); }

void add_step(AccountsPlan::Arm& arm, std::size_t index, const Step& step) {
  arm.has[kHuman][index] = step.human.every_weeks > 0;
  arm.has[kAssistant][index] = step.assistant.every_weeks > 0;
  arm.contact_minutes[index] = to_minutes(step.human.minutes);
  arm.guidance[index] = step.human.dose < 1;
  arm.coached[index] = step.coached;
  arm.review_every[index] = step.review_every;
  arm.review_minutes[index] = to_minutes(step.review_minutes);
}

}  // namespace

AccountsPlan::AccountsPlan(const Experiment& experiment, const std::vector<Cell>& list)
    : cultures(static_cast<int>(culture_names(experiment).size())),
      weeks(experiment.weeks),
      asking_week(hybridcare::asking_week(experiment)) {
  for (const Cell& cell : list) {
    const Scenario& scenario =
        experiment.scenarios[static_cast<std::size_t>(cell.variant)][static_cast<std::size_t>(cell.arm)];
    Arm arm;
    if (cell.twin != Twin::noise_only)
      for (std::size_t s = 0; s < scenario.pathway.steps.size(); ++s) add_step(arm, s, scenario.pathway.steps[s]);
    arm.safety_minutes = to_minutes(scenario.parameters.safety.minutes);
    cells.push_back(arm);
  }
}

AccountsPart::AccountsPart(const AccountsPlan& plan, std::uint32_t replicate)
    : SumPart(replicate, size(plan)), plan_(plan) {}

void AccountsPart::week(const CourseAt& at, const ClientBlock& block, int week) {
  if (week == 0) return begin(at, block);
  count_bands(block);
  for (int i = 0; i < block.size; ++i) {
    if (block.human.met[i] > 0 || block.assistant.met[i] > 0) spend(block, i);
    if (block.r.week_minutes[i] > 0) spend_outside(block, i);
    const std::uint32_t k = block.w.id[i] - first_;
    step_[k] = block.w.step[i];
    weeks_in_step_[k] = static_cast<std::int32_t>(block.r.weeks_in_step[i]);
  }
  if (week == plan_.asking_week) ask(block);
  if (week == plan_.weeks) close(block);
}

/// Severity is as good as random from lane to lane: a table, and no branch.
void AccountsPart::count_bands(const ClientBlock& block) {
  std::int32_t clients[kMostCultures][kSeverityBands] = {};
  for (int i = 0; i < block.size; ++i)
    ++clients[block.w.culture[i]][kBandOf[static_cast<std::size_t>(block.r.phq9[i])]];
  for (int c = 0; c < plan_.cultures; ++c)
    for (int band = 0; band < kSeverityBands; ++band)
      row(static_cast<std::uint32_t>(c))[AccountsLayout::band(band)] += clients[c][band];
}

void AccountsPart::begin(const CourseAt& at, const ClientBlock& block) {
  const auto cell = static_cast<std::size_t>(at.cell);
  arm_ = &plan_.cells[cell];
  rows_here_ = sums.data() + cell * static_cast<std::size_t>(plan_.cultures) * AccountsLayout::kSize;
  first_ = at.first;
  for (int i = 0; i < block.size; ++i) {
    const std::uint32_t k = block.w.id[i] - first_;
    step_[k] = block.w.step[i];
    weeks_in_step_[k] = 0;
    met_[k] = false;
  }
}

void AccountsPart::spend(const ClientBlock& block, int lane) {
  const std::uint32_t k = block.w.id[lane] - first_, step = step_[k];
  std::int64_t* const to = row(block.w.culture[lane]);
  const auto human = arm_->has[kHuman][step] ? static_cast<std::int64_t>(block.human.met[lane]) : 0;
  const auto assistant = arm_->has[kAssistant][step] ? static_cast<std::int64_t>(block.assistant.met[lane]) : 0;
  to[AccountsLayout::at(Account::human_contacts)] += human;
  to[AccountsLayout::at(Account::assistant_contacts)] += assistant;
  to[AccountsLayout::at(Account::coached_contacts)] += arm_->coached[step] ? human : 0;
  to[AccountsLayout::at(arm_->guidance[step] ? Minutes::guidance : Minutes::sessions)] +=
      human * arm_->contact_minutes[step];
  met_[k] = met_[k] || human > 0 || assistant > 0;
}

/// A client's week outside planned contacts is the sum of a review if one is due, of an alarm if one was raised, and of
/// turns handed over: what is left.
void AccountsPart::spend_outside(const ClientBlock& block, int lane) {
  const std::uint32_t k = block.w.id[lane] - first_, step = step_[k];
  std::int64_t* const to = row(block.w.culture[lane]);
  const bool reviewed = arm_->review_every[step] > 0 && (block.w.events[lane] & kWithoutAssistant) == 0;
  const bool due = reviewed && (weeks_in_step_[k] + 1) % arm_->review_every[step] == 0;
  std::int64_t left = to_minutes(block.r.week_minutes[lane]);
  const auto take = [&](Minutes kind, std::int64_t minutes) {
    const std::int64_t taken = std::min(left, minutes);
    to[AccountsLayout::at(kind)] += taken;
    left -= taken;
  };
  if (due) take(Minutes::reviews, arm_->review_minutes[step]);
  if (block.r.risk_flag[lane] > 0) take(Minutes::safety, arm_->safety_minutes);
  take(Minutes::handovers, left);
}

void AccountsPart::ask(const ClientBlock& block) {
  for (int i = 0; i < block.size; ++i) {
    const double start = block.r.phq9_start[i], now = block.r.phq9[i];
    std::int64_t* const to = row(block.w.culture[i]);
    const bool ill = start >= kCaseness;
    to[AccountsLayout::at(Account::ill_at_entry)] += ill;
    to[AccountsLayout::at(Account::recovered)] += ill && start - now >= kReliableChange && now < kCaseness;
  }
}

void AccountsPart::close(const ClientBlock& block) {
  for (int i = 0; i < block.size; ++i) {
    std::int64_t* const to = row(block.w.culture[i]);
    to[AccountsLayout::at(Account::clients)] += 1;
    to[AccountsLayout::at(Account::served)] += met_[block.w.id[i] - first_];
    to[AccountsLayout::at(Account::waited_weeks)] += static_cast<std::int64_t>(block.r.weeks_waited[i]);
  }
}

}  // namespace hybridcare
