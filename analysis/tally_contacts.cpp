// What the tally counts of contacts: turns, trust and its erosion, satisfaction.
#include <algorithm>

#include "analysis/satisfaction.hpp"
#include "analysis/tally_part.hpp"

namespace hybridcare {

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
  const int held = static_cast<int>(columns.met[lane]);
  const std::int64_t turns = held * cell_->turns[agent][fate_.step[k]];  // of the step in which the contact was held
  const std::int64_t misread = turns - whole(columns.right_turns[lane]);
  const int number = memory.contacts[k] += held;
  const std::uint32_t with = agent == kAssistant ? block.w.assistant[lane] : 0;
  const std::int64_t fixed = to_fixed(trust);
  bump(counts, Layout::at(agent, Met::contacts), held);
  bump(counts, Layout::at(agent, Met::turns), turns);
  bump(counts, Layout::at(agent, Met::misread), misread);
  bump(counts, Layout::at(agent, Met::noticed), whole(columns.noticed_turns[lane]));
  bump(counts, Layout::at(agent, Met::repaired), whole(columns.repaired_turns[lane]));
  bump(counts, Layout::at(agent, Met::masked), whole(columns.masked_turns[lane]));
  bump(counts, Layout::at(agent, Met::asked), whole(columns.asked_turns[lane]));
  bump(counts, Layout::at(agent, Met::confidence), (to_fixed(columns.confidence[lane]) >> kConfidenceShift) * turns);
  if (agent == kHuman) {
    bump(counts, Layout::at(Total::human_minutes), held * cell_->minutes[fate_.step[k]]);
    bump(counts, Layout::at(Total::fatigue), to_fixed(block.r.fatigue[lane]));
    bump(counts, Layout::at(Total::fatigue_weeks));
  }
  if (number == held) {  // the first week of contacts
    bump(counts, Layout::at(agent, Met::first_turns), turns);
    bump(counts, Layout::at(agent, Met::first_misread), misread);
    ++met_[agent][culture];
    memory.with[k] = with;
  }
  trust_sum_[agent][culture] += fixed - memory.trust[k];
  memory.trust[k] = fixed;
  memory.empathy[k] += columns.empathy[lane] * held;
  memory.turns[k] += static_cast<std::int32_t>(turns);
  memory.misread[k] += static_cast<std::int32_t>(misread);
  if (memory.with[k] != with || memory.followed[k] != number - held) return;
  memory.followed[k] = number;
  if (number - held < plan_.layout.contacts)
    observe(memory.erosion[k], plan_.rule, trust, columns.trust_start[lane], number, held);
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
         to_fixed(satisfaction(cell_->satisfaction, trust, empathy, block.r.phq9_start[i] - block.r.phq9[i],
                               block.r.weeks_waited[i])));
    bump(counts, Layout::at(Total::satisfied_clients));
  }
}

void TallyPart::close_agent(const ClientBlock& block, int agent, int lane) {
  const std::uint32_t k = block.w.id[lane] - first_;
  const Memory& memory = memory_[agent];
  std::int64_t* counts = row(block.w.culture[lane]);
  bump(counts, Layout::at(agent, Met::person_rate),
       to_fixed(static_cast<double>(memory.misread[k]) / static_cast<double>(memory.turns[k])));
  bump(counts, Layout::at(agent, Met::ruptures), whole(columns_of(block, agent).ruptures[lane]));
  bump(counts, plan_.layout.erosion(agent, 1) +
                   erosion_place({memory.followed[k], memory.erosion[k].eroded_at,
                                  memory.with_agent[k] && memory.followed[k] == memory.contacts[k],
                                  static_cast<Exit>(block.w.exit[lane])},
                                 plan_.layout.contacts));
}

}  // namespace hybridcare
