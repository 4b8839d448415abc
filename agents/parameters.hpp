// What the mechanisms need to be told. No numbers here: they live in scenarios/, each with its source and grade.
// Symbols and sections refer to the model document. Units: PHQ-9 points ("points"), weeks, shares in [0, 1].
#pragma once

#include "agents/attribute_parameters.hpp"
#include "agents/service_parameters.hpp"

namespace hybridcare {

inline constexpr int kQualities = 8;
inline constexpr int kMostCultures = 8;
inline constexpr int kMostEmotions = 8;
inline constexpr int kModalities = 4;
inline constexpr int kPathways = 4;
/// Order of every array [kQualities].
enum Quality {
  resonance, perspective_taking, compassion, validation, autonomy_support, attunement, curiosity, technique
};
/// Order of every array [kModalities]. A human reads through one channel, in person, kept in the first place.
enum Modality { by_text, by_speech, by_face, by_physiology };
/// Order of every array [kPathways]: pathways that need no empathy.
enum PathwayKind { mindfulness, expressive_writing, bias_modification, focusing };
// Choices are kept as whole numbers, which the table of fields can name.
enum TrustForm : int { beta_trust, rescorla_wagner };
enum Fusion : int { fixed_fusion, fusion_by_culture };
enum RepairPolicy : int { no_policy, apology, explanation, handover };

struct IntakeParameters {       // 2, 2.1
  bool selected;                ///< redraw until the entry rule holds (trial), else clip (service)
  double episode_mean, episode_sd;        ///< points
  double episode_least, episode_most;     ///< selected: M(0) strictly between, points
  double phq9_least;                      ///< selected: measured entry at least this, points
  double baseline_mean, baseline_sd;      ///< m-bar and its spread, points
  double baseline_correlation;            ///< with M(0)
  double baseline_most;                   ///< points
  double baseline_reference_mean, baseline_reference_sd;  ///< z_M = (M(0) - mean) / sd
  double persistent_share, persistent_shift;  ///< a second kind of course: who have it, points between the two means
  double gain_cap;                        ///< share of M(0) that care can remove
  double responsiveness_sd;               ///< of log rho
  double unresponsive_share;              ///< whom contacts change not at all: rho 0
  double halo_sd, halo_correlation;       ///< correlation with log rho
  double alliance_start;
  double motivation_good, motivation_bad; ///< Beta(a, b), whole numbers 1..20
  double expressivity_good, expressivity_bad;   ///< z
  double privacy_good, privacy_bad;             ///< p, privacy concern
  double stigma_good, stigma_bad;               ///< s
  double insight_start;                         ///< I
  double preference_sd;                         ///< wish for a human (< 0) or an assistant (> 0)
  double fit_sd;                                ///< of a client's fit to each pathway, mean 1
  double triage_sd;                             ///< noise of the triage score, in SD of symptoms at entry
  double match_sd;                              ///< of the dyad match d_ij
  double oscillating, disbelieving;             ///< shares of trust types; the rest is rational
};

struct CourseParameters {       // S1
  double episode_return;        ///< kappa_M, per week
  double episode_sd;            ///< sigma_M, points
  double symptom_return;        ///< kappa, per week
  double symptom_sd;            ///< sigma_x, points
  double measurement_sd;        ///< sem, points
  double alliance_effect;       ///< b_A, points per unit of alliance above its running level
  double waiting_shift;         ///< nu_w, points
  double waiting_weeks;         ///< time constant of the waiting shift, weeks
  double usual_care_gain;       ///< gamma_uc, points per week
  double gain_decay;            ///< delta_G, per week
  double gain_least;            ///< G is at least this, points
  double saturation;            ///< share of new gain that is lost where G has reached its cap
  double harm;                  ///< chi_h, points per noticed and unrepaired turn
  double resonance_softens;     ///< share of harm per unit of resonance above the reference
  double autonomy_decay;        ///< delta_G per unit of mean autonomy support below the reference, relative
  double autonomy_reference;    ///< also what counts before the first contact
  double writing_cost;          ///< points added to X for one week after a week of expressive writing
};

struct MonitoringParameters {   // section 3 and S11: what a step with feedback does while a client is off track
  double expected_gain;         ///< points per week
  double expected_weeks;        ///< weeks over which improvement is expected
  double gain_boost;            ///< phi_fb
  double technique, repair;     ///< added to expressed technique and to the repair probability
  double hazard;                ///< logit, subtracted
};

struct CultureParameters {      // S2
  double asymmetry;             ///< factor for a client of the reference culture meeting another agent
  double jitter;                ///< half width of the personal part of distance
  double distance_most;
  double position[kMostCultures];
  double share[kMostCultures];
  int count;
  int reference;                ///< index of the reference culture (position 0)
};

/// One kind of agent: human therapists (means over therapists) or the assistant.
struct AgentParameters {
  bool uses[kModalities];              ///< which modalities it reads (human: the first alone)
  double discriminability[kModalities];///< d at distance 0
  double modality[kModalities];        ///< mu: how much of the loss a modality shows (human: 1)
  double masking[kModalities];         ///< how much of a display rule shows in it: 1 speech and face (and in person)
  double noise_correlation, physiology_correlation;  ///< of the modalities' noise: among the first three; with the last
  int fusion;                   ///< a Fusion
  double distance_loss;         ///< Delta
  double competence;            ///< K: share of the loss that cultural competence removes for other cultures
  int culture;                  ///< of an assistant: index; the reference culture by default
  double familiarity;           ///< lambda: decay of the loss per contact (human) or contact (assistant)
  double memory;                ///< varpi: how much is remembered between contacts, [0, 1]
  double memory_gain, memory_most;  ///< d x min(most, 1 + gain * memory * sqrt(tau) + state * k_mem)
  double memory_state;              ///< full: what context memory k_mem adds
  double noticed;               ///< probability that a misread turn is noticed (core: flat)
  double repaired;              ///< probability that a noticed turn is repaired
  int repair_policy;            ///< a RepairPolicy
  double quality[kQualities];   ///< q_p before noise; for an assistant as rated by clients who do not know it is one
  double quality_sd;            ///< s_a, per contact
  double reference[kQualities]; ///< q-bar: mean as expressed in the default arm of this kind
  bool labelled;                ///< assistant: clients know; else they may find out
  double label_discount;        ///< omega: loss of resonance and compassion when labelled
  double habituation;           ///< .35: share of quality that novelty carries; human: 0
  double repetition;            ///< zeta, per week
  double trust_mean, trust_sd, trust_least, trust_bad;  ///< start: alpha = max(least, N(mean, sd)), beta
  double contact_cost;          ///< beta_c: mistrust per contact
  double repetition_cost;       ///< w_rep
  double alliance_share;        ///< omega_A
};

struct TherapistParameters {    // 2.2
  int count;                    ///< therapists a replicate
  double spread, common, own;   ///< quality = mean + spread (common g + own eps), clipped to [least, 1]
  double quality_least;
  double effectiveness_sd;      ///< theta_s
  double session_minutes;       ///< of a human session
  double fatigue_start, fatigue_keep, fatigue_load, fatigue_severity, fatigue_coaching;  ///< F: S13
  double load, load_free;       ///< share of slots taken without a service; what tires nobody
  double caseload_severity;     ///< mean symptoms of the caseload without a service, points
  double fatigue_quality;       ///< share of resonance, attunement and curiosity lost at F = 1
  double fatigue_repair;        ///< share of repair lost at F = 1
  double learning;              ///< quality gained per year
};

struct RecognitionParameters {  // S2
  double emotions;              ///< K, alternatives among which a turn is read
  bool emotions_drawn;          ///< felt emotion, intensity, masking, confusion and asking are played turn by turn
  double base[kMostEmotions], slope[kMostEmotions];  ///< logit of feeling it at X = reference, and per point
  bool positive[kMostEmotions]; ///< valence
  double symptom_reference;     ///< points
  double display_base, display_position;  ///< display rule: chance of masking at position 0, and per unit of position
  double trust_unmasks;         ///< share of masking that full trust removes
  double masked;                ///< d of a masked turn, share
  double noticed_base, noticed_intensity;  ///< logit of noticing
  double valence_wrong, valence_right;     ///< factors on its odds
  double misheard;              ///< pi: a right turn does not reach a client without trust
  double asking, second_look, ask_cost;    ///< switch (0 or 1), factor on d, turns lost
  double memory_growth;         ///< of context memory per contact
};

/// S4: what a policy of repair adds.
struct RepairParameters {
  double attunement;            ///< logit per unit of attunement above the reference
  double apology;               ///< added to the probability of repair
  double explanation;           ///< factor on the weight of an unrepaired failure
  double handover_minutes;      ///< of a human, per turn handed over
  double rupture_turns, rupture_trust;  ///< a rupture: this many unrepaired turns, or trust down by more than this
};

/// S3: what each quality does beyond its weight. Each coefficient is per unit above the reference of the agent's kind.
struct RoleParameters {
  double insight_gain, insight_fade, insight_rest;  ///< perspective-taking x curiosity builds I; it fades to its rest
  double insight_effect;        ///< on the gain of a contact, per unit of I above the reference human arm's
  double motivation_rate;       ///< autonomy support
  double elasticity[kQualities];///< b_p of S7
  double stigma;                ///< validation: lowers stigma per contact
  double stigma_reference;
};

/// S12.
struct CoachingParameters {
  double added[kQualities];     ///< to the therapist's expressed quality
  double discriminability;      ///< added to d_H
  bool disclosed;
  double reliance_rate, adoption;  ///< R' = R + rate (used - R); of turns, adoption x R are read as the assistant does
};

/// Liebovitch-type affect of a contact, optional: z' = keep z + own + pull tanh(other), for both sides.
struct AffectParameters {
  double effect;                ///< on attunement per unit of synchrony above the reference; 0: off
  double client_keep, client_pull, client_severity;    ///< own = -severity X / 27
  double therapist_keep, therapist_pull, therapist_warmth;  ///< own = warmth * resonance
  double reference;
};

struct QualityParameters {      // S3
  double floor[kQualities];     ///< l_p
  double weight[kQualities];    ///< w_p, sum 1
};

struct TrustParameters {        // S5
  double memory;                ///< lambda, per contact
  double success, success_base, success_validation;
  double failure, repaired_share;  ///< w_f and what a repaired failure counts of it
  int form;                                      ///< a TrustForm
  double oscillating_memory;                     ///< lambda of the oscillating type
  double disbelieving_start, disbelieving_success;  ///< factors on alpha and w_s of the disbelieving type
  double gain_rate, loss_rate, contact_loss, repetition_loss;  ///< Rescorla-Wagner: eta+, eta-, .05, .08
};

struct AllianceParameters {     // S6
  double base, empathy, validation, attunement, autonomy_support, trust;
  double rate, improvement, rupture, resolved, most, mean_rate;
};

struct RatingParameters {       // S6
  double alliance_sd, empathy_sd;
  double heard_empathy, heard_validation, heard_unrepaired, heard_sd;
  double heard_halo, heard_match;  ///< weights of the client's leniency, and of how well the two match
};

struct ChangeParameters {       // S7
  double rate;                  ///< gamma, points per session
  double early, early_weeks;    ///< e0 and its time constant
  double uptake_base, uptake_trust;
  double empathy_elasticity;    ///< b_E
  double empathy_reference;
  double assistant_dose;        ///< core: dose of an assistant contact in a step that also has a human
  bool dose_by_week;            ///< full: 1 - (1 - assistant_dose) min(1, human contacts held this week)
  const double* insight_reference;  ///< mean insight of the default human arm by week, shape (kInsightWeeks,)
};
inline constexpr int kInsightWeeks = 53;  ///< later weeks read the last

/// Rival R0 of section 10: contact matters, empathy, trust and culture do not.
struct RivalParameters {
  bool contact_only;
  double quality_human, quality_assistant;
  double uptake_human, uptake_assistant;
  double trust_human, trust_assistant;  ///< in jumps and practice
};

struct SuddenGainParameters {   // S8: points are size x U(1 - spread, 1 + spread)
  double rate, responsiveness_most, size, size_spread;
};

struct PracticeParameters {     // S9
  double rate;                  ///< sum of gamma_m, points per week at full practice
  double share[kPathways];      ///< of each pathway in it
  double compassion;            ///< logit per unit of the carrier's compassion above the reference
  double focusing_slope, focusing_curiosity, focusing_base;  ///< (base + I) sigma(slope (q - curiosity))
  double plan_prior_sd, plan_noise_sd;  ///< personalised plan: of the fit; of a weekly change, points
  int slots;                    ///< a week
  double intercept, trust, trust_reference, guided, motivation, motivation_reference, fading;
  double fixed_share, responsiveness_share;
  double leaflet_trust;
};

struct LeavingParameters {      // S10
  double intercept;             ///< b0
  double early, early_weeks;
  double trust, trust_reference, trust_human_share;
  double unrepaired, worsening;
  double assistant_only, guided;  ///< b_AI, b_g
  double met_human;             ///< with an assistant alone: once a human has been met
  double unheard, heard_reference;  ///< logit per point by which a client felt less heard this week than this
  double guided_weeks;          ///< "guided": at least one human contact in this many weeks
  double ending;                ///< weekly probability of a planned end when both hold:
  double ending_phq9, ending_drop;
  double missed;                ///< probability that a due contact is missed
  bool per_turn;                ///< full: f-bar = 8 x unrepaired per turn; core: unrepaired turns
  double turns_reference;       ///< 8
  double waited, waited_most;   ///< logit per week waited, and weeks at most
  double privacy;               ///< logit per unit of privacy concern where care is not transparent
};

/// S16.
struct PrivacyParameters {
  double transparency;          ///< [0, 1]
  double consent, retention;    ///< granularity of consent; how much is kept: scale privacy concern
  double consent_effect, retention_effect;
  double breach, breach_failures;       ///< per week; weight in failures
  double discovery, discovery_failures; ///< per week, of an assistant that is not labelled
};

/// S17.
struct SafetyParameters {
  double risk_symptom;          ///< X above which a risk state can begin, points
  double onset;                 ///< per week
  double human_sensitivity, assistant_sensitivity;  ///< per week
  double false_alarm;           ///< per week with the assistant
  double minutes;               ///< of a human per detection or alarm
};

struct SatisfactionParameters { double intercept, trust, empathy, improvement, waited; };  // S18

enum Currency : int { gbp, eur, usd, inr, chf, other_money };

inline constexpr int kSeverityBands = 5;
/// Severity bands of the PHQ-9, in the order of every array [kSeverityBands].
enum SeverityBand { remission, minor_depression, mild_depression, moderate_depression, severe_depression };

/// S18: what care costs and what health is worth. Read by the accounts alone: no course depends on it.
struct AccountParameters {
  double session_minute, guidance_minute;  ///< price of a human's minute
  double other_minute;          ///< the same in reviews, alarms and turns handed over
  double assistant_contact;     ///< price of a contact with the assistant, or of one in which it coaches
  int price_year;
  int currency;                 ///< a Currency
  double utility[kSeverityBands];            ///< of a week in each severity band; 1 is full health
  double threshold_low, threshold_high;      ///< what a QALY may cost
};

/// Section 6: what an attribution takes away. An absent quality is expressed at `level` by every agent, in every
/// equation that reads it; absent pathways are not practised; trust, absent, counts as `trust_level` wherever it is
/// read, whatever it is. Nothing is absent in a scenario that is no attribution.
struct AttributionParameters {
  bool absent[kQualities];
  bool pathways_absent;
  bool trust_absent;
  double level;                 ///< quality, [0, 1]
  double trust_level;           ///< trust, [0, 1]
};

/// What a study sees of its clients (section 6). Read by estimates alone: no course depends on it.
struct ObservationParameters {
  double missed_dropped;        ///< probability that a measurement is missing after dropping out
  double missed_ended;          ///< the same after care has ended as planned, early or not
  double missed_in_care;        ///< the same in care, or where none was offered
  double missed_worse;          ///< missing not at random: logit per point above entry
  double trust_sd;              ///< error of trust as measured by a questionnaire, on the scale of trust
};

struct Parameters {
  IntakeParameters intake;
  CourseParameters course;
  MonitoringParameters monitoring;
  CultureParameters culture;
  RecognitionParameters recognition;
  AgentParameters human;
  AgentParameters assistant;
  TherapistParameters therapists;
  QualityParameters quality;
  TrustParameters trust;
  AllianceParameters alliance;
  RatingParameters ratings;
  ChangeParameters change;
  RivalParameters rival;
  SuddenGainParameters sudden_gain;
  PracticeParameters practice;
  LeavingParameters leaving;
  SatisfactionParameters satisfaction;
  RepairParameters repair;
  RoleParameters roles;
  CoachingParameters coaching;
  AffectParameters affect;
  PrivacyParameters privacy;
  SafetyParameters safety;
  AccountParameters accounts;
  AttributionParameters attribution;
  ObservationParameters observation;
  IntakeHistogram histogram;
  AttributeParameters attributes;
  ServiceParameters service;
  NetworkParameters network;
};

}  // namespace hybridcare
