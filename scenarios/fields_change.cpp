// Change per contact, and the rival model in which only contact counts (S7, section 10).
#include "scenarios/fields_rows.hpp"

namespace hybridcare {
namespace {

Fields change() {
  using enum Grade;
  using C = ChangeParameters;
  constexpr auto G = &Parameters::change;
  return {
      field<G, &C::rate>("/change/rate", "gamma", "points per session", 0, 10, .986, calibrated, kPrototype,
          "gain by a contact of full dose, uptake and quality"),
      field<G, &C::early>("/change/early", "e0", "share", 0, 10, 1.26, calibrated, kPrototype,
          "extra gain in the first week of care"),
      field<G, &C::early_weeks>("/change/early_weeks", "", "weeks", .1, 52, 2.5, assumed, "",
          "time constant of the extra early gain"),
      field<G, &C::uptake_base>("/change/uptake_base", "", "share", 0, 1, .4, assumed, "", "uptake without trust"),
      field<G, &C::uptake_trust>("/change/uptake_trust", "", "share", 0, 1, .6, assumed, "", "uptake that trust adds"),
      field<G, &C::empathy_elasticity>("/change/empathy_elasticity", "b_E", "per unit of empathy", 0, 8, 1.5, assumed,
          "",
          "how much variation of empathy matters for change: the key number that no data identify"),
      field<G, &C::empathy_reference>("/change/empathy_reference", "", "share", 0, 1, .575, assumed, "",
          "empathy at which the elasticity has no effect"),
      field<G, &C::assistant_dose>("/change/assistant_dose", "", "share", 0, 1, .45, assumed, "",
          "dose of an assistant contact beside a human's"),
      in_core(0, field<G, &C::dose_by_week>("/change/dose_by_week", "", "switch", 0, 1, 1, assumed, "",
          "that dose holds in weeks in which the human was met; off: in every week of a step with a human")),
  };
}

Fields rival() {
  using enum Grade;
  using R = RivalParameters;
  constexpr auto G = &Parameters::rival;
  return {
      field<G, &R::contact_only>("/rival/contact_only", "", "switch", 0, 1, 0, design, "",
          "rival R0: contact matters; empathy, trust and culture do not"),
      field<G, &R::quality_human>("/rival/quality_human", "Q_H", "share", 0, 2, .663, assumed, "",
          "R0: what stands for quality and empathy of human contacts"),
      field<G, &R::quality_assistant>("/rival/quality_assistant", "Q_A", "share", 0, 2, .268, assumed, "",
          "R0: what stands for quality and empathy of assistant contacts"),
      field<G, &R::uptake_human>("/rival/uptake_human", "", "share", 0, 1, .79, assumed, "",
          "R0: uptake of human contacts"),
      field<G, &R::uptake_assistant>("/rival/uptake_assistant", "", "share", 0, 1, .70, assumed, "",
          "R0: uptake of assistant contacts"),
      field<G, &R::trust_human>("/rival/trust_human", "", "trust", 0, 1, .65, assumed, "",
          "R0: trust in humans, in sudden gains and practice"),
      field<G, &R::trust_assistant>("/rival/trust_assistant", "", "trust", 0, 1, .50, assumed, "",
          "R0: trust in assistants, in sudden gains and practice"),
  };
}

}  // namespace

Fields change_fields() {
  Fields rows = change();
  for (const Field& row : rival()) rows.push_back(row);
  return rows;
}

}  // namespace hybridcare
