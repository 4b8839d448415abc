// Clients as columns: one block in flight. A population is never materialised.
#pragma once
#include <cstdint>

#include "agents/parameters.hpp"
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
  Real match;            ///< dyad match d_ij, added to resonance, attunement and validation
  Real memory;           ///< context memory k_mem: what the agent knows of this client, [0, 1]
  Real weeks_since;      ///< weeks since the first contact; 0 in its week
  Real missed;           ///< contacts missed so far
  Real met;              ///< contacts held this week
  Real confidence;       ///< at the last contact: share of turns the agent believes it reads right, [0, 1]
  Real empathy;          ///< expressed empathy E at the last contact, [0, 1]
  Real alliance_rating;  ///< at the last contact, with rating error
  Real empathy_rating;   ///< at the last contact, with halo and rating error
  Real felt_heard;       ///< at the last contact, 0..5
  Real compassion;       ///< expressed at the last contact, [0, 1]
  Real curiosity;        ///< expressed at the last contact, [0, 1]
  Real reliability;      ///< mean over contacts so far of accuracy x overall quality, [0, 1]
  Real ruptures;         ///< contacts so far with a rupture
  Real right_turns;      ///< this week's contacts: turns read right
  Real noticed_turns;    ///< this week's contacts: misread and noticed by the client
  Real repaired_turns;   ///< this week's contacts: noticed and repaired
  Real masked_turns;     ///< this week's contacts: turns in which the feeling was masked
  Real asked_turns;      ///< this week's contacts: turns in which the agent asked again
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
  Real responsiveness;  ///< rho, mean 1, >= 0
  Real halo;            ///< leniency in ratings
  Real motivation;      ///< [0, 1]
  Real week;            ///< of the study: 0 at entry, 1 in the first
  Real weeks_in_care;   ///< tau: 1 in the week of first care of this episode, 0 before
  Real weeks_in_step;   ///< 1 in the first week of the step
  Real off_track;       ///< 1 if this week's measure lies above the expected course, else 0
  Real week_gain;       ///< this week's gain before saturation, PHQ-9 points
  Real week_jump;       ///< this week's sudden gain before saturation, PHQ-9 points
  Real week_unrepaired; ///< noticed and unrepaired turns this week, all agents
  Real week_harm;       ///< the same, each softened by the resonance of its contact
  Real week_turns;      ///< turns this week, all agents
  Real week_minutes;    ///< of human time this week outside planned contacts: reviews, alarms, handed-over turns
  Real practised;       ///< slots practised this week
  Real insight;         ///< I, [0, 1]
  Real insight_before;  ///< I as the week began: what this week's gains read
  Real contacts;        ///< held so far, with anybody
  Real autonomy;        ///< running mean of autonomy support as expressed; the reference before the first contact
  Real expressivity;    ///< z, [0, 1]
  Real privacy;         ///< p, privacy concern, [0, 1]
  Real stigma;          ///< s, [0, 1]
  Real preference;      ///< wish for an assistant (> 0) or a human (< 0), standard normal
  Real hearsay_human, hearsay_assistant;  ///< q, opinion of a kind from others, [-1, 1]
  Real weeks_waited;    ///< for a first contact
  Real fatigue;         ///< F of the client's therapist, [0, 1]
  Real reliance;        ///< R of the client's therapist on the assistant's readings, [0, 1]
  Real risk;            ///< weeks in a risk state that nobody has seen, 1 in its first; 0: not in one
  Real risk_flag;       ///< 1 if a risk was detected or an alarm raised this week
  Real missed_risk;     ///< weeks so far in care at risk and not detected
  Real risk_waits;      ///< of risk states that have ended by detection: weeks from onset to it, summed
  Real risk_found;      ///< risk states detected so far
  Real human_waits;     ///< of risk states that a human came to know or met: weeks from onset to that, summed
  Real human_reached;   ///< such risk states so far
  Real alarms;          ///< false alarms so far
  Real triage;          ///< score at entry, SD
  Real phq9_before;     ///< y of the week before
  Real attribute[kMostAttributes];       ///< level of each named attribute, 0, 1, …
  Real fit[kPathways];                   ///< to each pathway, mean 1, >= 0
  Real plan_weight[kPathways];           ///< personalised plan: precision of what is believed of the fit
  Real plan_sum[kPathways];              ///< and precision x mean
  Real plan_load[kPathways];             ///< points that the last week's practice of a pathway should bring at fit 1
};

struct ClientWords {
  Word id;         ///< keys every draw
  Word culture;    ///< index into the scenario's cultures
  Word therapist;  ///< index into the replicate's therapists
  Word step;       ///< step of the pathway
  Word left_week;  ///< week in which the client left or ended early or was discharged; 0 while in care
  Word exit;       ///< an Exit; `none` while in the pathway
  Word type;       ///< of trust: a TrustType
  Word writing;    ///< expressive writing of the last four weeks, a byte each, latest lowest: slots practised (low 4
                   ///< bits) of those that a round robin gives it (high 4 bits)
  Word assistant;  ///< number of the assistant that the client's bond is with
  Word events;     ///< bits of ClientEvent
  Word arrival;    ///< week of arrival in a service; 0 without one
  Word wanted;     ///< step waited for in a service + 1; 0: none
};

enum class TrustType : std::uint32_t { rational = 0, oscillating = 1, disbelieving = 2 };

/// What has happened to a client, as bits of `events`.
enum ClientEvent : std::uint32_t {
  kDiscovered = 1,  ///< found out that an unlabelled assistant is one
  kBreached = 2,    ///< had data leaked
  kBreachHeard = 4, ///< the leak has been told to neighbours
  kRiskMet = 8,     ///< since the present risk state began, a human has met the client or has been told
  kGreetedHuman = 16,     ///< what others said of therapists has entered the first meeting (coupled runs)
  kGreetedAssistant = 32, ///< the same of assistants
  kWithoutAssistant = 64  ///< from entry on: a named attribute says that this client has no access to an assistant
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
    (sizeof(ClientReals) + 2 * sizeof(AgentColumns) + sizeof(ClientWords)) / kColumn;
static_assert(kClientBytes <= 1024);

}  // namespace hybridcare
