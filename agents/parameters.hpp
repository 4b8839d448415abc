// What the mechanisms need to be told. No numbers here: they live in scenarios/, each with its source and grade.
// Symbols and sections refer to the model document. Units: PHQ-9 points ("points"), weeks, shares in [0, 1].
#pragma once

namespace hybridcare {

inline constexpr int kQualities = 8;
inline constexpr int kMostCultures = 8;
/// Order of every array [kQualities].
enum Quality {
  resonance, perspective_taking, compassion, validation, autonomy_support, attunement, curiosity, technique
};

struct IntakeParameters {       // 2, 2.1
  bool selected;                ///< redraw until the entry rule holds (trial), else clip (service)
  double episode_mean, episode_sd;        ///< points
  double episode_least, episode_most;     ///< selected: M(0) strictly between, points
  double phq9_least;                      ///< selected: measured entry at least this, points
  double baseline_mean, baseline_sd;      ///< m-bar and its spread, points
  double baseline_correlation;            ///< with M(0)
  double baseline_most;                   ///< points
  double baseline_reference_mean, baseline_reference_sd;  ///< z_M = (M(0) - mean) / sd
  double gain_cap;                        ///< share of M(0) that care can remove
  double responsiveness_sd;               ///< of log rho
  double halo_sd, halo_correlation;       ///< correlation with log rho
  double alliance_start;
  double motivation_good, motivation_bad; ///< Beta(a, b), whole numbers 1..20
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
  double harm;                  ///< chi_h, points per noticed and unrepaired turn
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
  double discriminability;      ///< d at distance 0
  double distance_loss;         ///< Delta
  double modality;              ///< mu: how much of the loss this modality shows (human: 1)
  double familiarity;           ///< lambda: decay of the loss per contact (human) or contact (assistant)
  double memory;                ///< varpi: how much is remembered between contacts, [0, 1]
  double memory_gain, memory_most;  ///< d x min(most, 1 + gain * memory * sqrt(tau)); human: gain 0
  double noticed;               ///< probability that a misread turn is noticed
  double repaired;              ///< probability that a noticed turn is repaired
  double quality[kQualities];   ///< q_p before noise; for an assistant as rated by clients who do not know it is one
  double quality_sd;            ///< s_a, per contact
  bool labelled;                ///< assistant: clients know
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
};

struct RecognitionParameters { double emotions; };  ///< K, alternatives among which a turn is read

struct QualityParameters {      // S3
  double floor[kQualities];     ///< l_p
  double weight[kQualities];    ///< w_p, sum 1
};

struct TrustParameters {        // S5
  double memory;                ///< lambda, per contact
  double success, success_base, success_validation;
  double failure, repaired_share;  ///< w_f and what a repaired failure counts of it
};

struct AllianceParameters {     // S6
  double base, empathy, validation, attunement, autonomy_support, trust;
  double rate, improvement, rupture, resolved, most, mean_rate;
};

struct RatingParameters {       // S6
  double alliance_sd, empathy_sd;
  double heard_empathy, heard_validation, heard_unrepaired, heard_sd;
};

struct ChangeParameters {       // S7
  double rate;                  ///< gamma, points per session
  double early, early_weeks;    ///< e0 and its time constant
  double uptake_base, uptake_trust;
  double empathy_elasticity;    ///< b_E
  double empathy_reference;
  double assistant_dose;        ///< dose of an assistant contact in a step that also has a human
};

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

struct PracticeParameters {     // S9, the bundle
  double rate;                  ///< sum of gamma_m, points per week at full practice
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
  double guided_weeks;          ///< "guided": at least one human contact in this many weeks
  double ending;                ///< weekly probability of a planned end when both hold:
  double ending_phq9, ending_drop;
  double missed;                ///< probability that a due contact is missed
};

struct SatisfactionParameters { double intercept, trust, empathy, improvement; };  // S18

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
};

}  // namespace hybridcare
