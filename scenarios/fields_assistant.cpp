// The AI assistant: what it reads from, how it treats clients, how they take to it (2.3, S2 to S6).
#include "scenarios/fields_rows.hpp"
#include "scenarios/reference_levels.hpp"

namespace hybridcare {
namespace {

using A = AgentParameters;
constexpr auto G = &Parameters::assistant;

/// A modality: whether it is read, how well, how much of the loss by distance and of a masked feeling shows in it.
template <int index>
Fields modality(const char* const (&paths)[4], bool used, double d, double loss, double masking) {
  using enum Grade;
  return {
      switch_of<G, &A::uses, index>(paths[0], used, "the assistant reads from this modality"),
      element<G, &A::discriminability, index>(paths[1], "d0", "d'", 0, 6, d, assumed, "",
          "how well felt emotions are told apart in this modality at cultural distance 0"),
      element<G, &A::modality, index>(paths[2], "mu", "factor", 0, 2, loss, assumed, "",
          "how much of the loss by cultural distance shows in this modality"),
      element<G, &A::masking, index>(paths[3], "", "share", 0, 1, masking, assumed, "",
          "how much of a masked feeling is masked in this modality"),
  };
}

constexpr const char* kText[] = {"/assistant/text/used", "/assistant/text/discriminability",
                                 "/assistant/text/loss", "/assistant/text/masking"};
constexpr const char* kSpeech[] = {"/assistant/speech/used", "/assistant/speech/discriminability",
                                   "/assistant/speech/loss", "/assistant/speech/masking"};
constexpr const char* kFace[] = {"/assistant/face/used", "/assistant/face/discriminability",
                                 "/assistant/face/loss", "/assistant/face/masking"};
constexpr const char* kPhysiology[] = {"/assistant/physiology/used", "/assistant/physiology/discriminability",
                                       "/assistant/physiology/loss", "/assistant/physiology/masking"};

Fields fusion() {
  using enum Grade;
  return {
      field<G, &A::noise_correlation>("/assistant/noise_correlation", "", "correlation", 0, .95, .35, assumed, "",
          "of the noise of text, speech and face with each other"),
      field<G, &A::physiology_correlation>("/assistant/physiology_correlation", "", "correlation", 0, .5, .1, assumed,
          "", "of the noise of physiology with that of the others"),
      choice<G, &A::fusion>("/assistant/fusion", 0, {"fixed", "by_culture"},
          "weights of the modalities: fitted once on the reference culture, or again for each client's culture"),
  };
}

Fields recognition() {
  using enum Grade;
  return {
      field<G, &A::distance_loss>("/assistant/distance_loss", "Delta_A", "share", 0, 1, .3, assumed, "",
          "loss of discriminability at cultural distance 1"),
      field<G, &A::competence>("/assistant/competence", "K", "share", 0, 1, 0, assumed, "",
          "cultural competence: share of the loss that it spares clients of other cultures"),
      field<G, &A::familiarity>("/assistant/familiarity", "lambda_A", "per contact", 0, 1, 0, assumed, "",
          "decay of that loss with each earlier contact with this client"),
      field<G, &A::memory>("/assistant/memory", "varpi", "share", 0, 1, .3, assumed, "",
          "how much is remembered between contacts"),
      in_core(.009, field<G, &A::memory_gain>("/assistant/memory_gain", "", "per root week", 0, 1, 0, assumed, "",
          "gain of discriminability by memory, per square root of weeks in care; context memory replaces it")),
      in_core(0, field<G, &A::memory_state>("/assistant/memory_state", "", "share", 0, 1, .15, assumed, "",
          "gain of discriminability by full context memory of this client")),
      field<G, &A::memory_most>("/assistant/memory_most", "", "factor", 1, 3, 1.15, assumed, "",
          "memory multiplies discriminability by at most this"),
      field<G, &A::noticed>("/assistant/noticed", "", "probability", 0, 1, .45, assumed, "",
          "a misread turn is noticed by the client, where turns have no felt emotion (core)"),
      field<G, &A::repaired>("/assistant/repaired", "r", "probability", 0, 1, .25, assumed, "",
          "a noticed misread turn is repaired"),
      choice<G, &A::repair_policy>("/assistant/repair_policy", 0, {"none", "apology", "explanation", "handover"},
          "what the assistant does after a failure; 'handover': a human takes up what it could not repair"),
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

Fields reference() {
  constexpr const char* meaning = "level at which what this quality does beyond its weight is zero: its mean in a run";
  const double* const level = reference_levels().assistant;
  return {
      share_of<G, &A::reference, resonance>("/assistant/reference/resonance", "q-bar", level[resonance], meaning),
      share_of<G, &A::reference, perspective_taking>("/assistant/reference/perspective_taking", "q-bar",
          level[perspective_taking], meaning),
      share_of<G, &A::reference, compassion>("/assistant/reference/compassion", "q-bar", level[compassion], meaning),
      share_of<G, &A::reference, validation>("/assistant/reference/validation", "q-bar", level[validation], meaning),
      share_of<G, &A::reference, autonomy_support>("/assistant/reference/autonomy_support", "q-bar",
          level[autonomy_support], meaning),
      share_of<G, &A::reference, attunement>("/assistant/reference/attunement", "q-bar", level[attunement], meaning),
      share_of<G, &A::reference, curiosity>("/assistant/reference/curiosity", "q-bar", level[curiosity], meaning),
      share_of<G, &A::reference, technique>("/assistant/reference/technique", "q-bar", level[technique], meaning),
  };
}

Fields bond() {
  using enum Grade;
  return {
      field<G, &A::quality_sd>("/assistant/quality_sd", "s", "share", 0, 1, .05, assumed, "",
          "spread of expressed quality between contacts"),
      field<G, &A::labelled>("/assistant/labelled", "", "switch", 0, 1, 1, design, "",
          "clients know from the start that it is a machine; else they may find out"),
      field<G, &A::label_discount>("/assistant/label_discount", "omega", "share", 0, 1, .25, assumed,
          "rubin_label",
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
  return joined({modality<by_text>(kText, true, 1.45, .7, 0), modality<by_speech>(kSpeech, false, .95, 1, 1),
                 modality<by_face>(kFace, false, .85, 1.2, 1),
                 modality<by_physiology>(kPhysiology, false, .45, .4, 0), fusion(), recognition(), qualities(),
                 reference(), bond()});
}

}  // namespace hybridcare
