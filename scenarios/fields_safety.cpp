// Privacy, consent and transparency; risk states and who sees them (S16, S17).
#include "scenarios/fields_rows.hpp"

namespace hybridcare {
namespace {

Fields privacy() {
  using enum Grade;
  using P = PrivacyParameters;
  constexpr auto G = &Parameters::privacy;
  return {
      in_core(1, field<G, &P::transparency>("/privacy/transparency", "", "share", 0, 1, .8, assumed, "",
          "how open care is about what happens with data")),
      field<G, &P::consent>("/privacy/consent", "", "share", 0, 1, 0, design, "",
          "how finely clients can consent: 0 all or nothing"),
      field<G, &P::retention>("/privacy/retention", "", "share", 0, 1, 1, design, "", "how much of the data is kept"),
      field<G, &P::consent_effect>("/privacy/consent_effect", "", "share", 0, 1, .5, assumed, "",
          "part of privacy concern that full granularity of consent removes"),
      field<G, &P::retention_effect>("/privacy/retention_effect", "", "share", 0, 1, .5, assumed, "",
          "part of privacy concern that keeping nothing removes"),
      in_core(0, field<G, &P::breach>("/privacy/breach", "", "per week", 0, 1, .001, assumed, "",
          "a client's data leak, in a week of a step with an assistant")),
      field<G, &P::breach_failures>("/privacy/breach_failures", "", "failures", 0, 100, 3, assumed, "",
          "failures that a leak counts as, in trust; nothing repairs it"),
      in_core(0, field<G, &P::discovery>("/privacy/discovery", "", "per week", 0, 1, .01, assumed, "",
          "a client finds out that an assistant that is not labelled is a machine")),
      field<G, &P::discovery_failures>("/privacy/discovery_failures", "", "failures", 0, 100, 4, assumed, "",
          "failures that finding out counts as, in trust; from then on the assistant is as if labelled"),
  };
}

/// No source fixes any of these. A symptom score never clears safety.
Fields safety() {
  using enum Grade;
  using S = SafetyParameters;
  constexpr auto G = &Parameters::safety;
  return {
      field<G, &S::risk_symptom>("/safety/risk_symptom", "", "points", 0, 27, 20, assumed, "",
          "a risk state can begin while the momentary level is above this"),
      in_core(0, field<G, &S::onset>("/safety/onset", "", "per week", 0, 1, .01, assumed, "",
          "a risk state begins in such a week")),
      field<G, &S::human_sensitivity>("/safety/human_sensitivity", "", "per week", 0, 1, .8, assumed, "",
          "a human who met the client this week, or reviews the assistant's care, sees a risk state"),
      field<G, &S::assistant_sensitivity>("/safety/assistant_sensitivity", "", "per week", 0, 1, .7, assumed, "",
          "the assistant that met the client this week sees a risk state"),
      in_core(0, field<G, &S::false_alarm>("/safety/false_alarm", "", "per week", 0, 1, .01, assumed, "",
          "the assistant that met the client this week raises an alarm without a risk state")),
      field<G, &S::minutes>("/safety/minutes", "", "minutes", 0, 600, 30, assumed, "",
          "a human's time for each detection and each false alarm"),
  };
}

}  // namespace

Fields safety_fields() { return joined({privacy(), safety()}); }

}  // namespace hybridcare
