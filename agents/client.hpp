// Clients as columns: one block in flight. A population is never materialised.
#pragma once
#include <cstdint>

#include "sim/block.hpp"

namespace hybridcare {

/// What a client carries about one agent, and what was recorded of their contacts. Twice per client: human, assistant.
struct AgentColumns {
  Real trust_good;       ///< alpha of trust, > 0
  Real trust_bad;        ///< beta of trust, > 0
  Real trust_start;      ///< T at entry, (0, 1)
  Real trust_before;     ///< T before this week's update, (0, 1): what uptake, alliance, practice and jumps read
  Real alliance;         ///< [0, 1.2]
  Real alliance_mean;    ///< running level of the alliance
  Real distance;         ///< cultural distance chi between client and agent, [0, 1.3]; 0 if same culture
  Real contacts;         ///< contacts held so far
  Real weeks_since;      ///< weeks since the first contact; 0 in its week
  Real missed;           ///< contacts missed so far
  Real met;              ///< 1 if a contact was held this week, else 0
  Real confidence;       ///< at the last contact: share of turns the agent believes it reads right, [0, 1]
  Real empathy;          ///< expressed empathy E at the last contact, [0, 1]
  Real alliance_rating;  ///< at the last contact, with rating error
  Real empathy_rating;   ///< at the last contact, with halo and rating error
  Real felt_heard;       ///< at the last contact, 0..5
  Real right_turns;      ///< at the last contact: turns read right
  Real noticed_turns;    ///< at the last contact: misread and noticed by the client
  Real repaired_turns;   ///< at the last contact: noticed and repaired
};

/// Real columns of a block (see model.md 2.1). Everything is meaningful from entry on.
struct ClientReals {
  Real episode;         ///< M, slow level without care, PHQ-9 points, [0, 27]
  Real symptom;         ///< X, momentary level, PHQ-9 points, [0, 27]
  Real phq9;            ///< y, measured this week, whole points 0..27
  Real phq9_start;      ///< y at entry
  Real baseline;        ///< m, long-run personal mean, PHQ-9 points
  Real gain;            ///< G, accumulated change by care, PHQ-9 points
  Real gain_cap;        ///< most change that care can give, PHQ-9 points, > 0
  Real responsiveness;  ///< rho, mean 1, > 0
  Real halo;            ///< leniency in ratings
  Real motivation;      ///< [0, 1]
  Real weeks_in_care;   ///< tau: 1 in the week of first care of this episode, 0 before
  Real weeks_in_step;   ///< 1 in the first week of the step
  Real off_track;       ///< 1 if this week's measure lies above the expected course, else 0
  Real week_gain;       ///< this week's gain before saturation, PHQ-9 points
  Real week_jump;       ///< this week's sudden gain before saturation, PHQ-9 points
  Real week_unrepaired; ///< noticed and unrepaired turns this week, all agents
  Real practised;       ///< slots practised this week
};

struct ClientWords {
  Word id;         ///< keys every draw
  Word culture;    ///< index into the scenario's cultures
  Word therapist;  ///< index into the replicate's therapists
  Word step;       ///< step of the pathway
  Word left_week;  ///< week in which the client left or ended early or was discharged; 0 while in care
  Word exit;       ///< an Exit; `none` while in the pathway
};

enum class Exit : std::uint32_t { none = 0, completed = 1, ended_early = 2, dropped = 3 };

struct ClientBlock {
  int size = 0;  ///< lanes in use
  alignas(64) ClientReals r;
  alignas(64) AgentColumns human;
  alignas(64) AgentColumns assistant;
  alignas(64) ClientWords w;
};

/// Bytes of state per client; the block in flight is all the memory that an independent population needs.
inline constexpr std::size_t kClientBytes =
    (sizeof(ClientReals) + 2 * sizeof(AgentColumns) + sizeof(ClientWords)) / kBlock;
static_assert(kClientBytes <= 512);

}  // namespace hybridcare
