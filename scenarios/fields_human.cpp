// Human therapists: means over therapists (2.2, S2 to S6).
#include "scenarios/fields_rows.hpp"
#include "scenarios/reference_levels.hpp"

namespace hybridcare {
namespace {

using A = AgentParameters;
constexpr auto G = &Parameters::human;

Fields recognition() {
  using enum Grade;
  return {
      element<G, &A::discriminability, 0>("/human/discriminability", "d_H", "d'", 0, 6, 2.05, assumed, "",
          "how well felt emotions are told apart at cultural distance 0"),
      field<G, &A::distance_loss>("/human/distance_loss", "Delta_H", "share", 0, 1, .16, assumed, "ea_ingroup",
          "loss of discriminability at cultural distance 1"),
      element<G, &A::modality, 0>("/human/modality", "mu", "factor", 0, 2, 1, assumed, "",
          "how much of that loss shows in this modality"),
      element<G, &A::masking, by_text>("/human/masking", "", "share", 0, 1, 1, assumed, "",
          "how much of a masked feeling is masked in person"),
      field<G, &A::competence>("/human/competence", "K", "share", 0, 1, 0, assumed, "",
          "cultural competence: share of the loss that a therapist spares clients of other cultures"),
      field<G, &A::familiarity>("/human/familiarity", "lambda_H", "per contact", 0, 1, .1, assumed, "",
          "decay of that loss with each earlier contact with this client"),
      field<G, &A::memory>("/human/memory", "varpi", "share", 0, 1, 1, assumed, "",
          "how much is remembered between contacts"),
      field<G, &A::memory_gain>("/human/memory_gain", "", "per root week", 0, 1, 0, assumed, "",
          "gain of discriminability by memory, per square root of weeks in care; context memory replaces it"),
      in_core(0, field<G, &A::memory_state>("/human/memory_state", "", "share", 0, 1, .15, assumed, "",
          "gain of discriminability by full context memory of this client")),
      field<G, &A::memory_most>("/human/memory_most", "", "factor", 1, 3, 1.15, assumed, "",
          "memory multiplies discriminability by at most this"),
      field<G, &A::noticed>("/human/noticed", "", "probability", 0, 1, .45, assumed, "",
          "a misread turn is noticed by the client, where turns have no felt emotion (core)"),
      field<G, &A::repaired>("/human/repaired", "r", "probability", 0, 1, .55, assumed, "",
          "a noticed misread turn is repaired"),
      choice<G, &A::repair_policy>("/human/repair_policy", 0, {"none", "apology", "explanation"},
          "what a therapist does after a failure"),
  };
}

Fields qualities() {
  return {
      share_of<G, &A::quality, resonance>("/human/quality/resonance", "q", .7,
          "emotional resonance, mean over therapists"),
      share_of<G, &A::quality, perspective_taking>("/human/quality/perspective_taking", "q", .75,
          "cognitive perspective-taking, mean over therapists"),
      share_of<G, &A::quality, compassion>("/human/quality/compassion", "q", .7,
          "compassionate action, mean over therapists"),
      share_of<G, &A::quality, validation>("/human/quality/validation", "q", .7, "validation, mean over therapists"),
      share_of<G, &A::quality, autonomy_support>("/human/quality/autonomy_support", "q", .65,
          "autonomy support, mean over therapists"),
      share_of<G, &A::quality, attunement>("/human/quality/attunement", "q", .7, "attunement, mean over therapists"),
      share_of<G, &A::quality, curiosity>("/human/quality/curiosity", "q", .65,
          "authentic curiosity, mean over therapists"),
      share_of<G, &A::quality, technique>("/human/quality/technique", "q", .75, "technique, mean over therapists"),
  };
}

Fields reference() {
  constexpr const char* meaning = "level at which what this quality does beyond its weight is zero: its mean in a run";
  const double* const level = reference_levels().human;
  return {
      share_of<G, &A::reference, resonance>("/human/reference/resonance", "q-bar", level[resonance], meaning),
      share_of<G, &A::reference, perspective_taking>("/human/reference/perspective_taking", "q-bar",
          level[perspective_taking], meaning),
      share_of<G, &A::reference, compassion>("/human/reference/compassion", "q-bar", level[compassion], meaning),
      share_of<G, &A::reference, validation>("/human/reference/validation", "q-bar", level[validation], meaning),
      share_of<G, &A::reference, autonomy_support>("/human/reference/autonomy_support", "q-bar",
          level[autonomy_support], meaning),
      share_of<G, &A::reference, attunement>("/human/reference/attunement", "q-bar", level[attunement], meaning),
      share_of<G, &A::reference, curiosity>("/human/reference/curiosity", "q-bar", level[curiosity], meaning),
      share_of<G, &A::reference, technique>("/human/reference/technique", "q-bar", level[technique], meaning),
  };
}

Fields bond() {
  using enum Grade;
  return {
      field<G, &A::quality_sd>("/human/quality_sd", "s", "share", 0, 1, .08, assumed, "",
          "spread of expressed quality between contacts"),
      field<G, &A::labelled>("/human/labelled", "", "switch", 0, 1, 0, design, "", "clients know that it is a machine"),
      field<G, &A::label_discount>("/human/label_discount", "omega", "share", 0, 1, 0, assumed, "",
          "loss of felt resonance and compassion when labelled a machine"),
      field<G, &A::habituation>("/human/habituation", "", "share", 0, 1, 0, assumed, "",
          "share of quality that novelty carries; perspective-taking and technique keep theirs"),
      field<G, &A::repetition>("/human/repetition", "zeta", "per week", 0, 2, 0, assumed, "",
          "speed at which novelty wears off, times what is not remembered"),
      field<G, &A::trust_mean>("/human/trust_mean", "", "evidence", .1, 50, 6.5, assumed, "",
          "mean of the good evidence (alpha) at entry"),
      field<G, &A::trust_sd>("/human/trust_sd", "", "evidence", 0, 10, .8, assumed, "",
          "spread of the good evidence at entry"),
      field<G, &A::trust_least>("/human/trust_least", "", "evidence", .1, 50, 1, assumed, "",
          "good evidence at entry is at least this"),
      field<G, &A::trust_bad>("/human/trust_bad", "", "evidence", .1, 50, 3.5, assumed, "",
          "bad evidence (beta) at entry"),
      field<G, &A::contact_cost>("/human/contact_cost", "beta_c", "evidence per contact", 0, 5, .35, assumed, "",
          "bad evidence that every contact adds"),
      field<G, &A::repetition_cost>("/human/repetition_cost", "w_rep", "evidence per contact", 0, 5, 0, assumed, "",
          "bad evidence that lost novelty adds"),
      field<G, &A::alliance_share>("/human/alliance_share", "omega_A", "factor", 0, 2, 1, assumed, "",
          "factor on the alliance that this agent can reach"),
  };
}

}  // namespace

Fields human_fields() { return joined({recognition(), qualities(), reference(), bond()}); }

}  // namespace hybridcare
