// What happens in a contact: quality, trust, alliance, ratings (S3, S5, S6).
#include "scenarios/fields_rows.hpp"

namespace hybridcare {
namespace {

Fields qualities() {
  using Q = QualityParameters;
  constexpr auto G = &Parameters::quality;
  return {
      share_of<G, &Q::floor, resonance>("/quality/floor/resonance", "l", .5,
          "share of emotional resonance that survives when every turn is misread"),
      share_of<G, &Q::floor, perspective_taking>("/quality/floor/perspective_taking", "l", 0,
          "share of cognitive perspective-taking that survives when every turn is misread"),
      share_of<G, &Q::floor, compassion>("/quality/floor/compassion", "l", .5,
          "share of compassionate action that survives when every turn is misread"),
      share_of<G, &Q::floor, validation>("/quality/floor/validation", "l", .4,
          "share of validation that survives when every turn is misread"),
      share_of<G, &Q::floor, autonomy_support>("/quality/floor/autonomy_support", "l", .8,
          "share of autonomy support that survives when every turn is misread"),
      share_of<G, &Q::floor, attunement>("/quality/floor/attunement", "l", .3,
          "share of attunement that survives when every turn is misread"),
      share_of<G, &Q::floor, curiosity>("/quality/floor/curiosity", "l", .8,
          "share of authentic curiosity that survives when every turn is misread"),
      share_of<G, &Q::floor, technique>("/quality/floor/technique", "l", .75,
          "share of technique that survives when every turn is misread"),
      share_of<G, &Q::weight, resonance>("/quality/weight/resonance", "w", .1,
          "weight of emotional resonance in the quality of a contact; the eight sum to 1"),
      share_of<G, &Q::weight, perspective_taking>("/quality/weight/perspective_taking", "w", .12,
          "weight of cognitive perspective-taking in the quality of a contact; the eight sum to 1"),
      share_of<G, &Q::weight, compassion>("/quality/weight/compassion", "w", .08,
          "weight of compassionate action in the quality of a contact; the eight sum to 1"),
      share_of<G, &Q::weight, validation>("/quality/weight/validation", "w", .12,
          "weight of validation in the quality of a contact; the eight sum to 1"),
      share_of<G, &Q::weight, autonomy_support>("/quality/weight/autonomy_support", "w", .1,
          "weight of autonomy support in the quality of a contact; the eight sum to 1"),
      share_of<G, &Q::weight, attunement>("/quality/weight/attunement", "w", .1,
          "weight of attunement in the quality of a contact; the eight sum to 1"),
      share_of<G, &Q::weight, curiosity>("/quality/weight/curiosity", "w", .06,
          "weight of authentic curiosity in the quality of a contact; the eight sum to 1"),
      share_of<G, &Q::weight, technique>("/quality/weight/technique", "w", .32,
          "weight of technique in the quality of a contact; the eight sum to 1"),
  };
}

Fields trust() {
  using enum Grade;
  using T = TrustParameters;
  using I = IntakeParameters;
  constexpr auto G = &Parameters::trust;
  constexpr auto E = &Parameters::intake;
  return {
      field<G, &T::memory>("/trust/memory", "lambda", "per contact", 0, 1, .97, assumed, "",
          "share of earlier evidence kept at each contact"),
      field<G, &T::success>("/trust/success", "w_s", "evidence per turn", 0, 5, .22, assumed, "",
          "good evidence by a turn read right"),
      field<G, &T::success_base>("/trust/success_base", "", "factor", 0, 2, .4, assumed, "",
          "weight of good evidence without validation"),
      field<G, &T::success_validation>("/trust/success_validation", "", "factor", 0, 2, .8, assumed, "",
          "weight of good evidence that validation adds"),
      field<G, &T::failure>("/trust/failure", "w_f", "evidence per turn", 0, 5, .55, assumed, "slovic",
          "bad evidence by a turn misread, noticed and not repaired"),
      field<G, &T::repaired_share>("/trust/repaired_share", "", "share", 0, 1, .3, assumed, "repair_none_full",
          "what a repaired failure counts of one that is not"),
      in_core(0, field<E, &I::oscillating>("/trust/types/oscillating", "", "share", 0, 1, .2, assumed,
          "guo_beta",
          "share of clients whose trust forgets fast; who is of no type is rational")),
      in_core(0, field<E, &I::disbelieving>("/trust/types/disbelieving", "", "share", 0, 1, .1, assumed,
          "guo_beta",
          "share of clients who start with little trust and learn little from good evidence")),
      field<G, &T::oscillating_memory>("/trust/types/oscillating_memory", "lambda", "per contact", 0, 1, .85, assumed,
          "", "oscillating clients: share of earlier evidence kept at each contact"),
      field<G, &T::disbelieving_start>("/trust/types/disbelieving_start", "", "factor", 0, 1, .4, assumed, "",
          "disbelieving clients: factor on the good evidence at entry"),
      field<G, &T::disbelieving_success>("/trust/types/disbelieving_success", "", "factor", 0, 1, .4, assumed, "",
          "disbelieving clients: factor on the weight of good evidence"),
      graded(assumed, choice<G, &T::form>("/trust/form", 0, {"beta", "rescorla_wagner"},
          "how evidence becomes trust: two counts that are forgotten, or one level that errors correct")),
      field<G, &T::gain_rate>("/trust/error_correction/gain", "eta+", "per contact", 0, 1, .1, assumed, "",
          "Rescorla-Wagner: rate at which good evidence raises trust"),
      field<G, &T::loss_rate>("/trust/error_correction/loss", "eta-", "per contact", 0, 1, .25, assumed, "",
          "Rescorla-Wagner: rate at which bad evidence lowers trust"),
      field<G, &T::contact_loss>("/trust/error_correction/contact", "", "share", 0, 1, .05, assumed, "",
          "Rescorla-Wagner: bad evidence that every contact adds"),
      field<G, &T::repetition_loss>("/trust/error_correction/repetition", "", "share", 0, 1, .08, assumed, "",
          "Rescorla-Wagner: bad evidence that lost novelty of an assistant adds"),
  };
}

Fields alliance() {
  using enum Grade;
  using A = AllianceParameters;
  constexpr auto G = &Parameters::alliance;
  return {
      field<G, &A::base>("/alliance/base", "", "alliance", -1, 1, .10, assumed, "", "target of the alliance: constant"),
      field<G, &A::empathy>("/alliance/empathy", "", "alliance", 0, 1, .35, assumed, "", "target: effect of empathy"),
      field<G, &A::validation>("/alliance/validation", "", "alliance", 0, 1, .25, assumed, "",
          "target: effect of validation"),
      field<G, &A::attunement>("/alliance/attunement", "", "alliance", 0, 1, .15, assumed, "",
          "target: effect of attunement"),
      field<G, &A::autonomy_support>("/alliance/autonomy_support", "", "alliance", 0, 1, .15, assumed, "",
          "target: effect of autonomy support"),
      field<G, &A::trust>("/alliance/trust", "", "alliance", 0, 1, .25, assumed, "", "target: effect of trust"),
      field<G, &A::rate>("/alliance/rate", "", "per contact", 0, 1, .25, assumed, "",
          "approach of the alliance to its target at each contact"),
      field<G, &A::improvement>("/alliance/improvement", "lambda_imp", "per point", 0, .1, .003, calibrated, kPrototype,
          "effect of improvement so far on alliance and ratings"),
      field<G, &A::rupture>("/alliance/rupture", "", "alliance per turn", 0, 1, .03, assumed, "",
          "loss by a turn misread, noticed and not repaired"),
      in_core(0, field<G, &A::resolved>("/alliance/resolved", "", "alliance", 0, 1, .03, assumed, "",
          "gain by a rupture resolved in the same contact")),
      field<G, &A::most>("/alliance/most", "", "alliance", .1, 2, 1.2, assumed, "", "the alliance is at most this"),
      field<G, &A::mean_rate>("/alliance/mean_rate", "", "per contact", 0, 1, .25, assumed, "",
          "approach of the running level to the alliance"),
  };
}

Fields ratings() {
  using enum Grade;
  using R = RatingParameters;
  constexpr auto G = &Parameters::ratings;
  return {
      field<G, &R::alliance_sd>("/ratings/alliance_sd", "", "rating", 0, 1, .05, assumed, "",
          "error of alliance ratings"),
      field<G, &R::empathy_sd>("/ratings/empathy_sd", "", "rating", 0, 1, .08, assumed, "", "error of empathy ratings"),
      field<G, &R::heard_empathy>("/ratings/heard_empathy", "", "weight", 0, 1, .5, assumed, "",
          "felt heard: weight of empathy"),
      field<G, &R::heard_validation>("/ratings/heard_validation", "", "weight", 0, 1, .3, assumed, "",
          "felt heard: weight of validation"),
      field<G, &R::heard_unrepaired>("/ratings/heard_unrepaired", "", "weight", 0, 1, .2, assumed, "",
          "felt heard: weight of the absence of unrepaired turns"),
      field<G, &R::heard_sd>("/ratings/heard_sd", "", "rating", 0, 1, .1, assumed, "", "felt heard: error"),
      field<G, &R::heard_halo>("/ratings/heard_halo", "", "weight", 0, 5, 0, assumed, "felt_heard_share_client",
          "felt heard: weight of the client's leniency in ratings"),
      field<G, &R::heard_match>("/ratings/heard_match", "", "weight", 0, 5, 0, assumed, "felt_heard_share_dyad",
          "felt heard: weight of how well client and agent match, beyond what the match does to qualities"),
  };
}

}  // namespace

Fields encounter_fields() { return joined({qualities(), trust(), alliance(), ratings()}); }

}  // namespace hybridcare
