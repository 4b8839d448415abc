// The AI assistant: text only, labelled (2.3, S2 to S6). Core values.
#include "scenarios/fields_rows.hpp"

namespace hybridcare {
namespace {

using A = AgentParameters;
constexpr auto G = &Parameters::assistant;

Fields recognition() {
  using enum Grade;
  return {
      element<G, &A::discriminability, 0>("/assistant/discriminability", "d0", "d'", 0, 6, 1.45, assumed, "",
          "how well felt emotions are told apart at cultural distance 0"),
      field<G, &A::distance_loss>("/assistant/distance_loss", "Delta_A", "share", 0, 1, .3, assumed, "",
          "loss of discriminability at cultural distance 1"),
      element<G, &A::modality, 0>("/assistant/modality", "mu", "factor", 0, 2, .7, assumed, "",
          "how much of that loss shows in this modality (text)"),
      field<G, &A::familiarity>("/assistant/familiarity", "lambda_A", "per contact", 0, 1, 0, assumed, "",
          "decay of that loss with each earlier contact with this client"),
      field<G, &A::memory>("/assistant/memory", "varpi", "share", 0, 1, .3, assumed, "",
          "how much is remembered between contacts"),
      field<G, &A::memory_gain>("/assistant/memory_gain", "", "per root week", 0, 1, .009, assumed, "",
          "gain of discriminability by memory, per square root of weeks in care"),
      field<G, &A::memory_most>("/assistant/memory_most", "", "factor", 1, 3, 1.15, assumed, "",
          "memory multiplies discriminability by at most this"),
      field<G, &A::noticed>("/assistant/noticed", "", "probability", 0, 1, .45, assumed, "",
          "a misread turn is noticed by the client"),
      field<G, &A::repaired>("/assistant/repaired", "r", "probability", 0, 1, .25, assumed, "",
          "a noticed misread turn is repaired"),
  };
}

Fields qualities() {
  return {
      share_of<G, &A::quality, resonance>("/assistant/quality/resonance", "q", .467,
          "emotional resonance, as rated by clients who do not know that it is a machine"),
      share_of<G, &A::quality, perspective_taking>("/assistant/quality/perspective_taking", "q", .72,
          "cognitive perspective-taking, as rated by clients who do not know that it is a machine"),
      share_of<G, &A::quality, compassion>("/assistant/quality/compassion", "q", .667,
          "compassionate action, as rated by clients who do not know that it is a machine"),
      share_of<G, &A::quality, validation>("/assistant/quality/validation", "q", .7,
          "validation, as rated by clients who do not know that it is a machine"),
      share_of<G, &A::quality, autonomy_support>("/assistant/quality/autonomy_support", "q", .6,
          "autonomy support, as rated by clients who do not know that it is a machine"),
      share_of<G, &A::quality, attunement>("/assistant/quality/attunement", "q", .4,
          "attunement, as rated by clients who do not know that it is a machine"),
      share_of<G, &A::quality, curiosity>("/assistant/quality/curiosity", "q", .5,
          "authentic curiosity, as rated by clients who do not know that it is a machine"),
      share_of<G, &A::quality, technique>("/assistant/quality/technique", "q", .41,
          "technique, as rated by clients who do not know that it is a machine"),
  };
}

Fields bond() {
  using enum Grade;
  return {
      field<G, &A::quality_sd>("/assistant/quality_sd", "s", "share", 0, 1, .05, assumed, "",
          "spread of expressed quality between contacts"),
      field<G, &A::labelled>("/assistant/labelled", "", "switch", 0, 1, 1, design, "",
          "clients know that it is a machine"),
      field<G, &A::label_discount>("/assistant/label_discount", "omega", "share", 0, 1, .25, assumed, "",
          "loss of felt resonance and compassion when labelled a machine"),
      field<G, &A::habituation>("/assistant/habituation", "", "share", 0, 1, .35, assumed, "",
          "share of quality that novelty carries; perspective-taking and technique keep theirs"),
      field<G, &A::repetition>("/assistant/repetition", "zeta", "per week", 0, 2, .1, assumed, "",
          "speed at which novelty wears off, times what is not remembered"),
      field<G, &A::trust_mean>("/assistant/trust_mean", "", "evidence", .1, 50, 5, assumed, "",
          "mean of the good evidence (alpha) at entry"),
      field<G, &A::trust_sd>("/assistant/trust_sd", "", "evidence", 0, 10, 1, assumed, "",
          "spread of the good evidence at entry"),
      field<G, &A::trust_least>("/assistant/trust_least", "", "evidence", .1, 50, 1, assumed, "",
          "good evidence at entry is at least this"),
      field<G, &A::trust_bad>("/assistant/trust_bad", "", "evidence", .1, 50, 4.5, assumed, "",
          "bad evidence (beta) at entry"),
      field<G, &A::contact_cost>("/assistant/contact_cost", "beta_c", "evidence per contact", 0, 5, .25, assumed, "",
          "bad evidence that every contact adds"),
      field<G, &A::repetition_cost>("/assistant/repetition_cost", "w_rep", "evidence per contact", 0, 5, .6, assumed,
          "",
          "bad evidence that lost novelty adds"),
      field<G, &A::alliance_share>("/assistant/alliance_share", "omega_A", "factor", 0, 2, .85, assumed, "",
          "factor on the alliance that this agent can reach"),
  };
}

}  // namespace

Fields assistant_fields() {
  Fields rows = recognition();
  for (const Field& row : qualities()) rows.push_back(row);
  for (const Field& row : bond()) rows.push_back(row);
  return rows;
}

}  // namespace hybridcare
