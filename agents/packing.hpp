// Clients at rest between the weeks of a coupled run: what must be kept of them, and in how few bytes.
#pragma once
#include <cstdint>
#include <vector>

#include "agents/client.hpp"
#include "sim/packing.hpp"

namespace hybridcare {

// Which columns need not be kept from week to week. Whoever adds a column to client.hpp that a mechanism reads in a
// later week need do nothing; a test fills what is not kept with nonsense and expects the same courses.

/// Set anew in every week before anybody reads them.
inline constexpr Real ClientReals::* kRenewed[] = {
    &ClientReals::week, &ClientReals::off_track, &ClientReals::week_gain, &ClientReals::week_jump,
    &ClientReals::week_unrepaired, &ClientReals::week_harm, &ClientReals::week_turns, &ClientReals::week_minutes,
    &ClientReals::practised, &ClientReals::phq9_before};
inline constexpr Real AgentColumns::* kRenewedOfAgent[] = {
    &AgentColumns::trust_before, &AgentColumns::right_turns, &AgentColumns::noticed_turns,
    &AgentColumns::repaired_turns, &AgentColumns::masked_turns, &AgentColumns::asked_turns};

/// Written for recorders and guards: no mechanism reads what an earlier week left there. Recorders watch the second
/// time that a course is lived; a guard's columns are kept.
inline constexpr Real ClientReals::* kReported[] = {
    &ClientReals::triage, &ClientReals::missed_risk, &ClientReals::risk_waits, &ClientReals::risk_found,
    &ClientReals::human_waits, &ClientReals::human_reached, &ClientReals::alarms};
inline constexpr Real AgentColumns::* kReportedOfAgent[] = {
    &AgentColumns::missed, &AgentColumns::confidence, &AgentColumns::empathy, &AgentColumns::alliance_rating,
    &AgentColumns::empathy_rating, &AgentColumns::felt_heard, &AgentColumns::reliability, &AgentColumns::ruptures};

inline constexpr int kRealColumns = (sizeof(ClientReals) + 2 * sizeof(AgentColumns)) / sizeof(Real);
inline constexpr int kWordColumns = sizeof(ClientWords) / sizeof(Word);

/// Whether each real column, in the order of the block, is kept.
struct Kept {
  bool column[kRealColumns];
};

/// @param read  columns that guards read, counted from the first of ClientReals
Kept kept_columns(const std::vector<std::int32_t>& read);

/// Most 8-byte words that a block takes.
inline constexpr std::size_t kPackedWords = 1 + (kRealColumns + kWordColumns + 7) / 8 +
                                            (kRealColumns + kWordColumns) * kColumnWords;

namespace HYBRIDCARE_KERNEL {

/// Writes what is kept of a block to `out`, which has room for kPackedWords. Returns how many words it took.
/// @param last  the block as it was packed before: columns that were written in full are so again, without a look at
///              them; null: looks at all
std::size_t pack(const ClientBlock& block, const Kept& kept, const std::uint64_t* last, std::uint64_t* out);
/// The reverse: the same lanes at the same places. Columns that are not kept hold what they held.
void unpack(const std::uint64_t* in, const Kept& kept, ClientBlock& block);

}  // namespace HYBRIDCARE_KERNEL
}  // namespace hybridcare
