// What a study sees of its clients (section 6). Read by estimates alone: no course depends on it.
#include "scenarios/fields_rows.hpp"

namespace hybridcare {

Fields observation_fields() {
  using enum Grade;
  using O = ObservationParameters;
  constexpr auto G = &Parameters::observation;
  return {
      field<G, &O::missed_dropped>("/observation/missed_dropped", "", "probability", 0, 1, .60, assumed, "",
          "a measurement is missing after dropping out"),
      field<G, &O::missed_ended>("/observation/missed_ended", "", "probability", 0, 1, .15, assumed, "",
          "a measurement is missing after care has ended as planned, early or not"),
      field<G, &O::missed_in_care>("/observation/missed_in_care", "", "probability", 0, 1, .08, assumed, "",
          "a measurement is missing in care, or where no care was offered"),
      field<G, &O::missed_worse>("/observation/missed_worse", "", "logit per point", -2, 2, .1, assumed, "",
          "missing not at random: the worse a client has become since entry, the more often"),
      field<G, &O::trust_sd>("/observation/trust_sd", "", "trust", 0, .5, .05, assumed, "",
          "error of trust as measured by a questionnaire"),
  };
}

}  // namespace hybridcare
