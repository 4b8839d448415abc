// Who leaves, who ends early, who misses a contact, and how satisfied clients are (S10, S18).
#include "scenarios/fields_rows.hpp"

namespace hybridcare {
namespace {

Fields leaving() {
  using enum Grade;
  using L = LeavingParameters;
  constexpr auto G = &Parameters::leaving;
  return {
      field<G, &L::intercept>("/leaving/intercept", "b0", "logit", -20, 5, -4.07, calibrated, kPrototype,
          "weekly dropout: logit at the reference values, late in care"),
      field<G, &L::early>("/leaving/early", "", "logit", -5, 5, 1, assumed, "",
          "dropout: extra in the first week of care"),
      field<G, &L::early_weeks>("/leaving/early_weeks", "", "weeks", .1, 52, 3, assumed, "",
          "time constant of the extra early dropout"),
      field<G, &L::trust>("/leaving/trust", "b_T", "logit", -5, 10, 1.06, calibrated, kPrototype,
          "dropout: effect of trust below its reference"),
      field<G, &L::trust_reference>("/leaving/trust_reference", "", "trust", 0, 1, .6, assumed, "",
          "trust at which its effect on dropout is zero"),
      field<G, &L::trust_human_share>("/leaving/trust_human_share", "", "share", 0, 1, .7, assumed, "",
          "weight of trust in the human where there are both"),
      field<G, &L::unrepaired>("/leaving/unrepaired", "", "logit per turn", -5, 5, .30, assumed, "",
          "dropout: effect of turns noticed and not repaired this week"),
      in_core(0, field<G, &L::per_turn>("/leaving/per_turn", "", "switch", 0, 1, 1, assumed, "",
          "those turns count as a share of the week's turns; off: as they are")),
      field<G, &L::turns_reference>("/leaving/turns_reference", "", "turns", 1, 64, 8, assumed, "",
          "turns of a week at which both ways of counting agree"),
      field<G, &L::worsening>("/leaving/worsening", "", "logit per point", -5, 5, .14, assumed, "",
          "dropout: effect of PHQ-9 points above entry"),
      field<G, &L::assistant_only>("/leaving/assistant_only", "b_AI", "logit", -5, 5, .21, calibrated, kPrototype,
          "dropout: effect of a step with an assistant and no human"),
      field<G, &L::guided>("/leaving/guided", "b_g", "logit", -5, 5, -.36, calibrated, kPrototype,
          "dropout: effect of regular human contact beside an assistant"),
      field<G, &L::met_human>("/leaving/met_human", "", "logit", -5, 5, 0, assumed, "selfguided_dropout_logodds",
          "dropout: effect, in a step with an assistant and no human, of having met a human before"),
      field<G, &L::unheard>("/leaving/unheard", "", "logit per point", 0, 5, 0, assumed, "felt_heard_0",
          "dropout: effect of each point by which a client felt less heard this week than the reference"),
      field<G, &L::heard_reference>("/leaving/heard_reference", "", "rating", 0, 5, 3, assumed, "",
          "felt heard at which its effect on dropout is zero, as it is above"),
      field<G, &L::guided_weeks>("/leaving/guided_weeks", "", "weeks", 1, 52, 4, assumed, "",
          "regular means: at least one human contact in this many weeks"),
      field<G, &L::ending>("/leaving/ending", "", "probability", 0, 1, .14, assumed, "",
          "weekly probability of a planned end for those who are well and better"),
      field<G, &L::ending_phq9>("/leaving/ending_phq9", "", "points", 0, 27, 9, assumed, "",
          "well means: PHQ-9 at most this"),
      field<G, &L::ending_drop>("/leaving/ending_drop", "", "points", 0, 27, 5, assumed, "",
          "better means: PHQ-9 fell by at least this"),
      in_core(0, field<G, &L::missed>("/leaving/missed", "", "probability", 0, 1, .1, assumed,
          "dna_rate",
          "a due contact is missed")),
      in_core(0, field<G, &L::waited>("/leaving/waited", "", "logit per week", -1, 1, .02, assumed, "",
          "dropout: effect of each week waited for a first contact")),
      field<G, &L::waited_most>("/leaving/waited_most", "", "weeks", 0, 520, 26, assumed, "",
          "weeks waited count up to this"),
      in_core(0, field<G, &L::privacy>("/leaving/privacy", "", "logit", -5, 5, .3, assumed, "",
          "dropout: effect of full privacy concern where care is not transparent at all")),
  };
}

Fields satisfaction() {
  using enum Grade;
  using S = SatisfactionParameters;
  constexpr auto G = &Parameters::satisfaction;
  return {
      field<G, &S::intercept>("/satisfaction/intercept", "", "logit", -10, 10, -2, assumed, "",
          "satisfaction: constant"),
      field<G, &S::trust>("/satisfaction/trust", "", "logit", -10, 10, 2.5, assumed, "",
          "satisfaction: effect of trust"),
      field<G, &S::empathy>("/satisfaction/empathy", "", "logit", -10, 10, 2, assumed, "",
          "satisfaction: effect of empathy"),
      field<G, &S::improvement>("/satisfaction/improvement", "", "logit per point", -5, 5, .12, assumed, "",
          "satisfaction: effect of improvement"),
      field<G, &S::waited>("/satisfaction/waited", "", "logit per week", 0, 1, .03, assumed, "",
          "satisfaction: loss by each week waited for a first contact"),
  };
}

}  // namespace

Fields leaving_fields() {
  Fields rows = leaving();
  for (const Field& row : satisfaction()) rows.push_back(row);
  return rows;
}

}  // namespace hybridcare
