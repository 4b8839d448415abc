#include "analysis/bonds_part.hpp"

#include <algorithm>

#include "agents/purposes.hpp"
#include "analysis/tally_part.hpp"
#include "sim/draws.hpp"

namespace hybridcare {
namespace {

using Count = std::uint16_t[kBlock];

/// Contacts in a row with trust below its mark. @param held  contacts this week; where 0, nothing changes
void count_below(const double* trust, const double* start, double depth, const Count& held, Count& below) {
  alignas(64) Count low;
  for (int k = 0; k < kBlock; ++k) low[k] = trust[k] < start[k] - depth ? 0xFFFF : 0;
  for (int k = 0; k < kBlock; ++k) {
    const auto run = static_cast<std::uint16_t>((below[k] + held[k]) & low[k]);
    below[k] = held[k] > 0 ? run : below[k];
  }
}

/// The contact that completed a row of `span`, where there was none so far.
void mark_eroded(const Count& below, const Count& contacts, int span, Count& eroded) {
  for (int k = 0; k < kBlock; ++k) {
    const auto at = static_cast<std::uint16_t>(contacts[k] - below[k] + span);
    eroded[k] = eroded[k] == 0 && below[k] >= span ? at : eroded[k];
  }
}

}  // namespace

BondPart::BondPart(const BondPlan& plan, std::uint32_t replicate)
    : SumPart(replicate, plan.empty(1).of_replicate()), plan_(plan) {}

void BondPart::week(const CourseAt& at, const ClientBlock& block, int week) {
  const int place = plan_.looked.place[static_cast<std::size_t>(at.cell)];
  if (place < 0) return;
  if (week == 0) {
    cell_ = &plan_.cells[static_cast<std::size_t>(place)];
    rows_here_ = sums.data() + static_cast<std::size_t>(place * plan_.cultures * plan_.layout.size());
    begin(at, block);
  }
  for (int agent = 0; week == 0 && cell_->measured && agent < kAgents; ++agent)
    if (cell_->has_agent[agent]) measure(block, agent, week);
  for (int agent = 0; week > 0 && agent < kAgents; ++agent)
    if (cell_->has_agent[agent]) meet(block, agent, week);
  move(block);
  carry(week);
  if (week == plan_.layout.weeks) close(block);
}

void BondPart::begin(const CourseAt& at, const ClientBlock& block) {
  first_ = at.first;
  replicate_here_ = at.replicate;
  for (int agent = 0; agent < kAgents; ++agent) {
    Bond& bond = bonds_[agent];
    bond = Bond{};
    std::fill_n(bond.left_with, kBlock, true);
    std::fill_n(met_[agent], kMostCultures, 0);
    std::fill_n(over_[agent], kMostCultures, 0);
    std::fill_n(under_[agent], kMostCultures, 0);
    for (int i = 0; i < block.size; ++i) {
      const std::uint32_t k = block.w.id[i] - first_;
      step_[k] = block.w.step[i];
    }
  }
}

/// Errors of this week's questionnaire about an agent; of that at entry alone, until there is a trust that it belongs
/// to.
/// @pre the week is 0, or somebody met the agent in it: the others' answers are not read
void BondPart::measure(const ClientBlock& block, int agent, int week) {
  alignas(64) Word word[4];
  baseline::philox_lanes({plan_.seed, replicate_here_}, block.w.id, block.size, 0u,
                         baseline::when(static_cast<std::uint32_t>(week)), baseline::tag(Purpose::observation, 1),
                         word[0], word[1], word[2], word[3]);
  alignas(64) Real error;
  baseline::normals(word[agent], block.size, error);
  Bond& bond = bonds_[agent];
  for (int i = 0; i < block.size; ++i) {
    const std::uint32_t k = block.w.id[i] - first_;
    const double off = cell_->trust_sd * error[i];
    if (week == 0) bond.start_measured[k] = off;
    else bond.measured[k] = trust_of(columns_of(block, agent), i) + off;
  }
}

void BondPart::meet(const ClientBlock& block, int agent, int week) {
  const AgentColumns& columns = columns_of(block, agent);
  Bond& bond = bonds_[agent];
  int lanes[kBlock];
  int n = 0;
  for (int i = 0; i < block.size; ++i) {
    lanes[n] = i;
    n += columns.met[i] > 0 ? 1 : 0;
  }
  if (n == 0) return;
  if (cell_->measured) measure(block, agent, week);
  std::fill_n(bond.held, kBlock, 0);
  for (int j = 0; j < n; ++j) contact(block, agent, lanes[j], week);
  judge(bond);
}

/// The bond begins with its first contact: what was heard of the agent by then, or who it is, may have changed the
/// trust that a client came with.
void BondPart::open(Bond& bond, int agent, std::uint32_t k, double start) const {
  bond.met[k] = true;
  bond.start[k] = start;
  bond.start_measured[k] += start;
  for (const double cut : cell_->quartiles[agent].cut) bond.quartile[k] += start > cut ? 1 : 0;
}

void BondPart::contact(const ClientBlock& block, int agent, int lane, int week) {
  const AgentColumns& columns = columns_of(block, agent);
  const std::uint32_t k = block.w.id[lane] - first_, culture = block.w.culture[lane];
  const std::uint32_t with = agent == kAssistant ? block.w.assistant[lane] : 0;
  const int held = static_cast<int>(columns.met[lane]);
  const double trust = trust_of(columns, lane), apart = trust - columns.reliability[lane];
  Bond& bond = bonds_[agent];
  std::int64_t* counts = row(culture);
  const std::int64_t turns = held * cell_->turns[agent][step_[k]];
  bump(counts, plan_.layout.at(agent, BondWeek::turns, week), turns);
  bump(counts, plan_.layout.at(agent, BondWeek::misread, week), turns - whole(columns.right_turns[lane]));
  bump(counts, plan_.layout.at(agent, BondWeek::masked, week), whole(columns.masked_turns[lane]));
  const std::int64_t over = to_fixed(apart > 0 ? apart : 0), under = to_fixed(apart < 0 ? -apart : 0);
  over_[agent][culture] += over - bond.over[k];
  under_[agent][culture] += under - bond.under[k];
  bond.over[k] = over;
  bond.under[k] = under;
  if (!bond.met[k]) {
    open(bond, agent, k, columns.trust_start[lane]);
    bond.with[k] = with;
    ++met_[agent][culture];
  }
  if (bond.with[k] != with) bond.switched[k] = true;
  if (bond.switched[k]) return;  // trust at entry was in another assistant
  bond.trust[k] = trust;
  bond.held[k] = static_cast<std::uint16_t>(held);
  bond.contacts[k] = static_cast<std::uint16_t>(bond.contacts[k] + held);
  const double lost = bond.start[k] - trust;
  bump(counts, plan_.layout.at(agent, BondTotal::area), to_fixed(lost > 0 ? lost : 0) * held);
  bond.depth[k] = lost > bond.depth[k] ? lost : bond.depth[k];
}

void BondPart::judge(Bond& bond) const {
  for (int d = 0; d < kDepthCount; ++d) {
    count_below(bond.trust, bond.start, kDepths[d], bond.held, bond.below[d]);
    for (int w = 0; w < kSpanCount; ++w)
      mark_eroded(bond.below[d], bond.contacts, kSpans[w], bond.eroded[d * kSpanCount + w]);
  }
  const Count& eroded = bond.eroded[kDefaultRule];
  for (int k = 0; k < kBlock; ++k) {
    const int since = bond.contacts[k] - eroded[k] - bond.held[k] + 1;  // of this week's first contact
    const bool returns = eroded[k] > 0 && bond.held[k] > 0 && bond.trust[k] >= bond.start[k] - kBack;
    bond.back[k] = bond.back[k] == 0 && returns && since > 0 ? static_cast<std::uint16_t>(since) : bond.back[k];
  }
  if (!cell_->measured) return;
  count_below(bond.measured, bond.start_measured, kDepths[kDefaultDepth], bond.held, bond.below_measured);
  mark_eroded(bond.below_measured, bond.contacts, kSpans[kDefaultSpan], bond.eroded_measured);
}

void BondPart::move(const ClientBlock& block) {
  for (int i = 0; i < block.size; ++i) {
    const std::uint32_t k = block.w.id[i] - first_;
    if (block.w.step[i] == step_[k]) continue;
    for (int agent = 0; agent < kAgents && block.w.exit[i] != static_cast<std::uint32_t>(Exit::none); ++agent)
      bonds_[agent].left_with[k] = cell_->turns[agent][step_[k]] > 0;
    step_[k] = block.w.step[i];
  }
}

void BondPart::carry(int week) {
  for (int agent = 0; agent < kAgents; ++agent)
    for (std::uint32_t c = 0; cell_->has_agent[agent] && c < static_cast<std::uint32_t>(plan_.cultures); ++c) {
      bump(row(c), plan_.layout.at(agent, BondWeek::met, week), met_[agent][c]);
      bump(row(c), plan_.layout.at(agent, BondWeek::over, week), over_[agent][c]);
      bump(row(c), plan_.layout.at(agent, BondWeek::under, week), under_[agent][c]);
    }
}

void BondPart::close(const ClientBlock& block) {
  for (int agent = 0; agent < kAgents; ++agent) {
    const auto& hearsay = agent == kHuman ? block.r.hearsay_human : block.r.hearsay_assistant;
    for (int i = 0; i < block.size; ++i) {
      std::int64_t* counts = row(block.w.culture[i]);
      if (bonds_[agent].met[block.w.id[i] - first_]) {
        close_bond(block, agent, i);
        continue;
      }
      const std::int64_t heard = to_fixed(hearsay[i]);
      bump(counts, plan_.layout.at(agent, BondTotal::never));
      bump(counts, plan_.layout.at(agent, BondTotal::hearsay), heard);
      bump(counts, plan_.layout.at(agent, BondTotal::hearsay_absolute), heard < 0 ? -heard : heard);
    }
  }
}

void BondPart::close_bond(const ClientBlock& block, int agent, int lane) {
  const std::uint32_t k = block.w.id[lane] - first_;
  const Bond& bond = bonds_[agent];
  const BondLayout& layout = plan_.layout;
  std::int64_t* counts = row(block.w.culture[lane]);
  bump(counts, layout.at(agent, BondTotal::met));
  bump(counts, layout.at(agent, BondTotal::depth), to_fixed(bond.depth[k]));
  const auto place = [&](int eroded_at) {
    const bool with_agent = bond.left_with[k] && !bond.switched[k];
    const ErosionCase at{bond.contacts[k], eroded_at, with_agent, static_cast<Exit>(block.w.exit[lane])};
    return erosion_place(at, layout.contacts);
  };
  for (int rule = 0; rule < kRules; ++rule)
    bump(counts, layout.ends(agent, Ends::rule, rule) + place(bond.eroded[rule][k]));
  bump(counts, layout.ends(agent, Ends::quartile, bond.quartile[k]) + place(bond.eroded[kDefaultRule][k]));
  if (cell_->measured) bump(counts, layout.ends(agent, Ends::measured) + place(bond.eroded_measured[k]));
  close_back(bond, counts, agent, k);
}

/// Whoever has no contact after the event is at risk at none.
void BondPart::close_back(const Bond& bond, std::int64_t* counts, int agent, std::uint32_t k) const {
  const int eroded_at = bond.eroded[kDefaultRule][k];
  const int since = bond.contacts[k] - eroded_at;
  if (eroded_at == 0 || since == 0) return;
  const bool back = bond.back[k] > 0 && bond.back[k] <= kBackContacts;
  const int contact = back ? bond.back[k] : std::min(since, kBackContacts);
  const ErosionEnd end = back ? ErosionEnd::eroded : ErosionEnd::censored;
  bump(counts, plan_.layout.back(agent) + (contact - 1) * kErosionEnds + static_cast<int>(end));
}

}  // namespace hybridcare
