// How symptoms move: without care, by sudden gains, by practice, and what monitoring adds (S1, S8, S9, S11).
#include "scenarios/fields_rows.hpp"

namespace hybridcare {
namespace {

Fields course() {
  using enum Grade;
  using C = CourseParameters;
  constexpr auto G = &Parameters::course;
  return {
      field<G, &C::episode_return>("/course/episode_return", "kappa_M", "per week", 0, 1, .0215, calibrated, kPrototype,
          "return of the slow level M to the client's long-run mean"),
      field<G, &C::episode_sd>("/course/episode_sd", "sigma_M", "points", 0, 10, 1.20, calibrated, kPrototype,
          "weekly noise of the slow level M"),
      field<G, &C::symptom_return>("/course/symptom_return", "kappa", "per week", 0, 1, .30, assumed, "",
          "return of the momentary level X to what the slow level and care set"),
      field<G, &C::symptom_sd>("/course/symptom_sd", "sigma_x", "points", 0, 10, 1.4, assumed, "",
          "weekly noise of the momentary level X"),
      field<G, &C::measurement_sd>("/course/measurement_sd", "sem", "points", 0, 10, 1.5, assumed, "phq9_retest",
          "standard error of one PHQ-9 measurement"),
      in_core(0, field<G, &C::alliance_effect>("/course/alliance_effect", "b_A", "points", 0, 16, 4, assumed, "",
          "drop of the momentary level per unit of alliance above its running level")),
      field<G, &C::waiting_shift>("/course/waiting_shift", "nu_w", "points", -10, 10, 0, assumed, "",
          "symptoms held up while on a waiting list, approached over time: the attractor of X is higher by this"),
      field<G, &C::waiting_weeks>("/course/waiting_weeks", "", "weeks", .1, 104, 4, assumed, "",
          "time constant of the waiting-list shift"),
      field<G, &C::usual_care_gain>("/course/usual_care_gain", "gamma_uc", "points per week", 0, 5, .25, assumed, "",
          "weekly gain in usual care, times responsiveness"),
      field<G, &C::gain_decay>("/course/gain_decay", "delta_G", "per week", 0, 1, .006, assumed, "",
          "weekly loss of what care has gained, in care or not"),
      field<G, &C::gain_least>("/course/gain_least", "", "points", -27, 0, -6, assumed, "",
          "care can make a client worse by at most this"),
      field<G, &C::saturation>("/course/saturation", "", "share", 0, 1, 1, assumed, "",
          "how much less a gain adds the nearer the cap: 1 nothing at the cap, 0 all of it until the cap is reached"),
      field<G, &C::harm>("/course/harm", "chi_h", "points per turn", 0, 2, .06, assumed, "",
          "loss by each turn that was misread, noticed and not repaired; drives the hybrid's result"),
      in_core(0, field<G, &C::resonance_softens>("/course/resonance_softens", "", "per unit of quality", 0, 2, .5,
          assumed, "", "share of that loss that resonance above its reference level spares")),
      in_core(0, field<G, &C::autonomy_decay>("/course/autonomy_decay", "", "per unit of quality", 0, 5, 1.2 / .88,
          assumed, "", "how much faster gains are lost where autonomy support lay below its reference, relative")),
      field<G, &C::autonomy_reference>("/course/autonomy_reference", "", "share", 0, 1, .6, assumed, "",
          "autonomy support at which gains are lost at the stated rate; also what counts before the first contact"),
      field<G, &C::writing_cost>("/course/writing_cost", "", "points", 0, 5, .3, assumed, "",
          "momentary level: more in the week after a week of full expressive writing"),
  };
}

Fields monitoring_and_jumps() {
  using enum Grade;
  using M = MonitoringParameters;
  using S = SuddenGainParameters;
  constexpr auto G = &Parameters::monitoring;
  constexpr auto J = &Parameters::sudden_gain;
  return {
      field<G, &M::expected_gain>("/monitoring/expected_gain", "", "points per week", 0, 5, .225, assumed, "",
          "expected improvement; a client above the expected course is off track"),
      field<G, &M::expected_weeks>("/monitoring/expected_weeks", "", "weeks", 1, 104, 12, assumed, "",
          "weeks of care over which improvement is expected"),
      field<G, &M::gain_boost>("/monitoring/gain_boost", "phi_fb", "share", 0, 5, .86, calibrated, kPrototype,
          "extra gain while off track in a step with feedback; fitted to the effect of feedback, so never a finding"),
      field<G, &M::technique>("/monitoring/technique", "", "share", 0, 1, .10, assumed, "",
          "added to technique while off track in a step with feedback"),
      field<G, &M::repair>("/monitoring/repair", "", "probability", 0, 1, .10, assumed, "",
          "added to the probability of repair while off track in a step with feedback"),
      field<G, &M::hazard>("/monitoring/hazard", "", "logit", 0, 5, .22, assumed, "",
          "taken from the logit of dropout while off track in a step with feedback"),
      field<J, &S::rate>("/sudden_gain/rate", "", "per week", 0, .2, .012, assumed, "",
          "weekly probability of a sudden gain in care at trust .5 and responsiveness 1"),
      field<J, &S::responsiveness_most>("/sudden_gain/responsiveness_most", "", "factor", 0, 10, 2, assumed, "",
          "responsiveness counts up to this in the probability of a sudden gain"),
      field<J, &S::size>("/sudden_gain/size", "", "points", 0, 15, 2.08, assumed, "",
          "mean size of a sudden gain before saturation"),
      field<J, &S::size_spread>("/sudden_gain/size_spread", "", "share", 0, 1, .5, assumed, "",
          "half width of the size of sudden gains, as a share of the mean"),
  };
}

Fields practice() {
  using enum Grade;
  using P = PracticeParameters;
  constexpr auto G = &Parameters::practice;
  return {
      field<G, &P::rate>("/practice/rate", "sum of gamma_m", "points per week", 0, 5, .443, calibrated, kPrototype,
          "gain by the pathways without empathy together when every slot of each is practised"),
      field<G, &P::slots>("/practice/slots", "", "slots", 1, 4, 4, assumed, "", "chances to practise in a week"),
      field<G, &P::intercept>("/practice/intercept", "", "logit", -10, 10, -.2, assumed, "",
          "practice of a slot: logit at the reference values"),
      field<G, &P::trust>("/practice/trust", "", "logit", -10, 10, 1.6, assumed, "",
          "practice: effect of trust in whoever carries the bundle"),
      field<G, &P::trust_reference>("/practice/trust_reference", "", "trust", 0, 1, .5, assumed, "",
          "trust at which its effect on practice is zero"),
      field<G, &P::guided>("/practice/guided", "", "logit", -10, 10, .8, assumed, "",
          "practice: effect of a human in the step"),
      field<G, &P::motivation>("/practice/motivation", "", "logit", -10, 10, .8, assumed, "",
          "practice: effect of motivation"),
      field<G, &P::motivation_reference>("/practice/motivation_reference", "", "share", 0, 1, .556, assumed, "",
          "motivation at which its effect on practice is zero"),
      field<G, &P::fading>("/practice/fading", "", "logit per week", -1, 1, .035, assumed, "",
          "practice: loss per week in care"),
      field<G, &P::fixed_share>("/practice/fixed_share", "", "share", 0, 1, .7, assumed, "",
          "part of the gain by practice that all clients share"),
      field<G, &P::responsiveness_share>("/practice/responsiveness_share", "", "share", 0, 1, .3, assumed, "",
          "part of the gain by practice that is multiplied by responsiveness"),
      field<G, &P::leaflet_trust>("/practice/leaflet_trust", "", "trust", 0, 1, .5, assumed, "",
          "trust that stands for a leaflet when no agent carries the bundle"),
      in_core(0, field<G, &P::compassion>("/practice/compassion", "", "logit per unit of quality", -5, 5, .6, assumed,
          "", "practice: effect of the carrier's compassion above its reference level")),
  };
}

/// The four pathways one by one, focusing's own rule, and what a personalised plan believes.
Fields pathways() {
  using enum Grade;
  using P = PracticeParameters;
  constexpr auto G = &Parameters::practice;
  return {
      share_of<G, &P::share, mindfulness>("/practice/share/mindfulness", "gamma_m", .55,
          "part of mindfulness in the gain by all four; the four sum to 1"),
      share_of<G, &P::share, expressive_writing>("/practice/share/expressive_writing", "gamma_m", .15,
          "part of expressive writing in the gain by all four; the four sum to 1"),
      share_of<G, &P::share, bias_modification>("/practice/share/bias_modification", "gamma_m", .05,
          "part of bias modification in the gain by all four, 0 in part of any ensemble; the four sum to 1"),
      share_of<G, &P::share, focusing>("/practice/share/focusing", "gamma_m", .25,
          "part of focusing in the gain by all four; the four sum to 1"),
      field<G, &P::focusing_slope>("/practice/focusing/slope", "", "logit per unit of quality", 0, 50, 10, assumed, "",
          "focusing: effect of the carrier's curiosity"),
      field<G, &P::focusing_curiosity>("/practice/focusing/curiosity", "", "share", 0, 1, .45, assumed, "",
          "focusing: curiosity at which it works half as well as it can"),
      field<G, &P::focusing_base>("/practice/focusing/base", "", "factor", 0, 2, .5, assumed, "",
          "focusing: what works without insight; insight adds to it"),
      field<G, &P::plan_prior_sd>("/practice/plan/prior_sd", "", "factor", .01, 2, .3, assumed, "",
          "personalised plan: spread of the fit that is believed before anything is known of a client"),
      field<G, &P::plan_noise_sd>("/practice/plan/noise_sd", "", "points", .1, 20, 2, assumed, "",
          "personalised plan: spread of a week's change that has nothing to do with the fit"),
  };
}

}  // namespace

Fields course_fields() { return joined({course(), monitoring_and_jumps(), practice(), pathways()}); }

}  // namespace hybridcare
