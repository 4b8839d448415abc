// Who enters, of which culture, and who the therapists are (model sections 2, 2.1, 2.2 and S2).
#include "scenarios/fields_rows.hpp"

namespace hybridcare {
namespace {

Fields entrants() {
  using enum Grade;
  using I = IntakeParameters;
  constexpr auto G = &Parameters::intake;
  return {
      field<G, &I::selected>("/intake/selected", "", "switch", 0, 1, 1, design, "",
          "trial entry: redraw until the entry rule holds; off: clip to the range, no selection"),
      field<G, &I::episode_mean>("/intake/episode_mean", "", "points", 0, 27, 14.0, assumed, "",
          "mean of the slow symptom level M at entry, before selection"),
      field<G, &I::episode_sd>("/intake/episode_sd", "", "points", 0, 15, 4.2, assumed, "",
          "spread of M at entry, before selection"),
      field<G, &I::episode_least>("/intake/episode_least", "", "points", 0, 27, 3, assumed, "",
          "M at entry lies above this"),
      field<G, &I::episode_most>("/intake/episode_most", "", "points", 0, 27, 26, assumed, "",
          "M at entry lies below this"),
      field<G, &I::phq9_least>("/intake/phq9_least", "", "points", 0, 27, 10, design, "phq9_caseness",
          "selected entry: the first measurement is at least this"),
      field<G, &I::baseline_mean>("/intake/baseline_mean", "m-bar", "points", 0, 27, 6.63, calibrated, kPrototype,
          "mean of the clients' long-run personal means, to which the slow level returns"),
      field<G, &I::baseline_sd>("/intake/baseline_sd", "", "points", 0, 15, 3.5, assumed, "",
          "spread of the long-run personal means"),
      field<G, &I::baseline_correlation>("/intake/baseline_correlation", "", "correlation", -1, 1, .5, assumed, "",
          "of the long-run personal mean with M at entry"),
      field<G, &I::baseline_most>("/intake/baseline_most", "", "points", 0, 27, 22, assumed, "",
          "a long-run personal mean is at most this"),
      field<G, &I::baseline_reference_mean>("/intake/baseline_reference_mean", "", "points", 0, 27, 14.0, assumed, "",
          "M at entry is standardised by this mean when the long-run mean is drawn"),
      field<G, &I::baseline_reference_sd>("/intake/baseline_reference_sd", "", "points", .1, 15, 4.2, assumed, "",
          "M at entry is standardised by this spread when the long-run mean is drawn"),
      field<G, &I::persistent_share>("/intake/persistent/share", "", "share", 0, 1, 0, assumed, "",
          "share of clients whose symptoms persist: a second kind of course; 0: one kind"),
      field<G, &I::persistent_shift>("/intake/persistent/shift", "", "points", 0, 27, 6, assumed, "",
          "long-run mean of clients with persistent symptoms above that of the others; the mean over all stays"),
      field<G, &I::gain_cap>("/intake/gain_cap", "G_max / M(0)", "share", 0, 1, .61, calibrated, kPrototype,
          "share of M at entry that care can remove at most"),
      field<G, &I::responsiveness_sd>("/intake/responsiveness_sd", "sd of log rho", "log units", 0, 2, .69, calibrated,
          kPrototype, "spread of log responsiveness; responsiveness has mean 1"),
      field<G, &I::unresponsive_share>("/intake/unresponsive_share", "", "share", 0, .9, 0, assumed, "",
          "share of clients with responsiveness 0; that of the others rises, so that the mean stays 1"),
      field<G, &I::halo_sd>("/intake/halo_sd", "sd of h", "rating", 0, 1, .11, calibrated, kPrototype,
          "spread of the client's leniency in ratings"),
      field<G, &I::halo_correlation>("/intake/halo_correlation", "", "correlation", -1, 1, .45, assumed, "",
          "of leniency in ratings with log responsiveness"),
      field<G, &I::alliance_start>("/intake/alliance_start", "A(0)", "alliance", 0, 1.2, .55, assumed, "",
          "alliance at entry, before leniency"),
      counted(field<G, &I::motivation_good>("/intake/motivation_good", "", "count", 1, 20, 5, assumed, "",
          "first parameter of the Beta distribution of motivation, a whole number")),
      counted(field<G, &I::motivation_bad>("/intake/motivation_bad", "", "count", 1, 20, 4, assumed, "",
          "second parameter of the Beta distribution of motivation, a whole number")),
  };
}

/// Who clients are beyond their symptoms: what the full model reads.
Fields persons() {
  using enum Grade;
  using I = IntakeParameters;
  constexpr auto G = &Parameters::intake;
  return {
      counted(field<G, &I::expressivity_good>("/intake/expressivity_good", "", "count", 1, 20, 6, assumed, "",
          "first parameter of the Beta distribution of expressivity, a whole number")),
      counted(field<G, &I::expressivity_bad>("/intake/expressivity_bad", "", "count", 1, 20, 3, assumed, "",
          "second parameter of the Beta distribution of expressivity, a whole number")),
      counted(field<G, &I::privacy_good>("/intake/privacy_good", "", "count", 1, 20, 3, assumed, "",
          "first parameter of the Beta distribution of privacy concern, a whole number")),
      counted(field<G, &I::privacy_bad>("/intake/privacy_bad", "", "count", 1, 20, 4, assumed, "",
          "second parameter of the Beta distribution of privacy concern, a whole number")),
      counted(field<G, &I::stigma_good>("/intake/stigma_good", "", "count", 1, 20, 4, assumed, "",
          "first parameter of the Beta distribution of stigma, a whole number")),
      counted(field<G, &I::stigma_bad>("/intake/stigma_bad", "", "count", 1, 20, 5, assumed, "",
          "second parameter of the Beta distribution of stigma, a whole number")),
      field<G, &I::insight_start>("/intake/insight_start", "I(0)", "share", 0, 1, .2, assumed, "", "insight at entry"),
      field<G, &I::preference_sd>("/intake/preference_sd", "", "wish", 0, 5, 1, assumed, "",
          "spread of the wish for an assistant (above 0) or a human (below 0)"),
      in_core(0, field<G, &I::fit_sd>("/intake/fit_sd", "", "factor", 0, 2, .3, assumed, "",
          "spread of how well each pathway without empathy fits a client; the mean is 1")),
      field<G, &I::triage_sd>("/intake/triage_sd", "", "SD of symptoms", 0, 20, 1.48, assumed, "",
          "noise of the triage score; 1.48 gives an AUC of .75 for symptoms above their median"),
      in_core(0, field<G, &I::match_sd>("/intake/match_sd", "sd of d_ij", "share", 0, .5, .06, assumed, "",
          "spread of how well a client and an agent match, added to resonance, attunement and validation")),
  };
}

/// How therapists tire and learn (S13).
Fields fatigue() {
  using enum Grade;
  using T = TherapistParameters;
  constexpr auto H = &Parameters::therapists;
  return {
      in_core(0, field<H, &T::fatigue_start>("/therapists/fatigue/start", "F(0)", "share", 0, 1, .15, assumed, "",
          "fatigue when a client enters")),
      field<H, &T::fatigue_keep>("/therapists/fatigue/keep", "", "per week", 0, 1, .95, assumed, "",
          "share of fatigue that lasts to the next week"),
      in_core(0, field<H, &T::fatigue_load>("/therapists/fatigue/load", "", "share per week", 0, 1, .06, assumed, "",
          "fatigue that slots taken beyond the free load add, at one whole load too many")),
      in_core(0, field<H, &T::fatigue_severity>("/therapists/fatigue/severity", "", "share per week", 0, 1, .02,
          assumed, "", "fatigue that a caseload of the severest symptoms adds, beside one of none")),
      in_core(0, field<H, &T::fatigue_coaching>("/therapists/fatigue/coaching", "", "share per week", 0, 1, .005,
          assumed, "", "fatigue that coaching by the assistant spares")),
      field<H, &T::fatigue_quality>("/therapists/fatigue/quality", "", "share", 0, 1, .25, assumed, "",
          "resonance, attunement and curiosity lost at full fatigue"),
      field<H, &T::fatigue_repair>("/therapists/fatigue/repair", "", "share", 0, 1, .3, assumed, "",
          "repair lost at full fatigue"),
      field<H, &T::load>("/therapists/load", "", "share of slots", 0, 3, .8, assumed, "",
          "slots taken, where no service counts them"),
      field<H, &T::load_free>("/therapists/load_free", "", "share of slots", 0, 3, .8, assumed, "",
          "load that tires nobody"),
      field<H, &T::caseload_severity>("/therapists/caseload_severity", "", "points", 0, 27, 13.5, assumed, "",
          "mean symptoms of a therapist's caseload, where no service counts them"),
      field<H, &T::learning>("/therapists/learning", "", "share per year", -.1, .1, 0, assumed,
          "experience_decline",
          "quality that therapists gain in a year"),
  };
}

Fields cultures_and_therapists() {
  using enum Grade;
  using C = CultureParameters;
  using T = TherapistParameters;
  constexpr auto G = &Parameters::culture;
  constexpr auto H = &Parameters::therapists;
  return {
      field<G, &C::asymmetry>("/culture/asymmetry", "", "factor", 0, 1, .6, assumed, "ea_direction",
          "factor on cultural distance for a client of the reference culture who meets an agent of another"),
      field<G, &C::jitter>("/culture/jitter", "", "distance", 0, .5, .08, assumed, "",
          "half width of the personal part of cultural distance"),
      field<G, &C::distance_most>("/culture/distance_most", "", "distance", 0, 3, 1.3, assumed, "",
          "cultural distance is at most this"),
      field<H, &T::count>("/therapists/count", "", "therapists", 1, 10000, 60, assumed, "",
          "therapists drawn anew in each replicate"),
      field<H, &T::spread>("/therapists/spread", "", "share", 0, 1, .16, assumed, "",
          "spread of expressed quality between therapists"),
      field<H, &T::common>("/therapists/common", "", "weight", 0, 1, .7, assumed, "",
          "weight of the common skill in each expressed quality"),
      field<H, &T::own>("/therapists/own", "", "weight", 0, 1, .7, assumed, "",
          "weight of the independent part of each expressed quality"),
      field<H, &T::quality_least>("/therapists/quality_least", "", "share", 0, 1, .2, assumed, "",
          "a therapist's quality is at least this"),
      field<H, &T::effectiveness_sd>("/therapists/effectiveness_sd", "theta_s", "log units", 0, 2, .22, assumed,
          "te_overall", "spread of the effectiveness that expressed quality does not explain"),
      field<H, &T::session_minutes>("/therapists/session_minutes", "", "minutes", 5, 180, 50, assumed, "",
          "length of a full human session"),
  };
}

}  // namespace

Fields intake_fields() { return joined({entrants(), persons(), cultures_and_therapists(), fatigue()}); }

const std::vector<Preset>& service_intake() {
  static const std::vector<Preset> presets = {
      {"/intake/selected", 0, Grade::design, ""},
      {"/intake/episode_mean", 15.4, Grade::measured, "nhstt_phq9_pre"},
      {"/intake/episode_sd", 4.9, Grade::assumed, "nhstt_phq9_pre"},  // 5.4 of PHQ-9 at entry
      {"/intake/episode_least", 0, Grade::design, ""},
      {"/intake/episode_most", 27, Grade::design, ""},
      {"/intake/phq9_least", 0, Grade::design, ""},
  };
  return presets;
}

}  // namespace hybridcare
