// What is felt and shown in a turn, and whether a client notices a misreading; what follows it (S2, S4).
#include <cmath>

#include "scenarios/fields_rows.hpp"

namespace hybridcare {
namespace {

using R = RecognitionParameters;
constexpr auto G = &Parameters::recognition;

/// One of the six default emotions: how likely it is felt, by symptoms, and its valence.
template <int index>
Fields emotion(const char* const (&paths)[3], double base, double slope, bool positive) {
  using enum Grade;
  return {
      element<G, &R::base, index>(paths[0], "", "logit", -10, 10, base, assumed, "",
          "how likely this emotion is felt in a turn, at the reference of symptoms"),
      element<G, &R::slope, index>(paths[1], "", "logit per point", -1, 1, slope, assumed, "",
          "how much more likely it is felt with each point of symptoms"),
      switch_of<G, &R::positive, index>(paths[2], positive, "this emotion is pleasant: its valence"),
  };
}

constexpr const char* kSadness[] = {"/recognition/emotion/sadness/base", "/recognition/emotion/sadness/slope",
                                    "/recognition/emotion/sadness/positive"};
constexpr const char* kFear[] = {"/recognition/emotion/fear/base", "/recognition/emotion/fear/slope",
                                 "/recognition/emotion/fear/positive"};
constexpr const char* kAnger[] = {"/recognition/emotion/anger/base", "/recognition/emotion/anger/slope",
                                  "/recognition/emotion/anger/positive"};
constexpr const char* kShame[] = {"/recognition/emotion/shame/base", "/recognition/emotion/shame/slope",
                                  "/recognition/emotion/shame/positive"};
constexpr const char* kJoy[] = {"/recognition/emotion/joy/base", "/recognition/emotion/joy/slope",
                                "/recognition/emotion/joy/positive"};
constexpr const char* kCalm[] = {"/recognition/emotion/calm/base", "/recognition/emotion/calm/slope",
                                 "/recognition/emotion/calm/positive"};

Fields felt() {
  using enum Grade;
  return {
      counted(field<G, &R::emotions>("/recognition/emotions", "K", "alternatives", 2, kMostEmotions, 6, assumed, "",
          "emotions among which a turn is read, a whole number")),
      in_core(0, field<G, &R::emotions_drawn>("/recognition/emotions_drawn", "", "switch", 0, 1, 1, design, "",
          "felt emotion, intensity, masking, asking and confusion are played turn by turn; off: right or wrong alone")),
      field<G, &R::symptom_reference>("/recognition/symptom_reference", "", "points", 0, 27, 14, assumed, "",
          "symptoms at which emotions have their base likelihood"),
  };
}

Fields shown() {
  using enum Grade;
  return {
      in_core(0, field<G, &R::display_base>("/recognition/display/base", "", "probability", 0, 1, .1, assumed, "",
          "display rule: an unpleasant feeling is masked, for a client of position 0 without expressivity")),
      in_core(0, field<G, &R::display_position>("/recognition/display/position", "", "per unit of position", 0, 1,
          .25, assumed, "", "display rule: what cultural position adds to that")),
      field<G, &R::trust_unmasks>("/recognition/display/trust", "", "share", 0, 1, .5, assumed, "",
          "share of masking that full trust removes"),
      field<G, &R::masked>("/recognition/display/masked", "", "factor", 0, 1, .35, assumed, "",
          "what is left of discriminability in a masked turn"),
      field<G, &R::noticed_base>("/recognition/noticed/base", "", "logit", -10, 10, -.62, assumed, "",
          "a misread turn is noticed: without intensity"),
      field<G, &R::noticed_intensity>("/recognition/noticed/intensity", "", "logit", -10, 10, .9, assumed, "",
          "a misread turn is noticed: effect of full intensity"),
      field<G, &R::valence_wrong>("/recognition/noticed/valence_wrong", "", "factor", .1, 10, 1.5, assumed, "",
          "odds of noticing where pleasant was taken for unpleasant or the reverse, before renormalising"),
      field<G, &R::valence_right>("/recognition/noticed/valence_right", "", "factor", .1, 10, .8, assumed, "",
          "odds of noticing where the valence was right, before renormalising"),
      in_core(0, field<G, &R::misheard>("/recognition/misheard", "pi", "probability", 0, 1, .1, assumed, "",
          "a turn read right does not reach a client without trust, and is no evidence")),
      in_core(0, field<G, &R::asking>("/recognition/asking", "", "factor", 0, 1, 1, assumed, "",
          "an unsure agent asks again with curiosity times doubt times this")),
      field<G, &R::second_look>("/recognition/second_look", "", "factor", 1, 3, std::sqrt(2.0), assumed, "",
          "discriminability of a turn that was asked about"),
      field<G, &R::ask_cost>("/recognition/ask_cost", "", "turns", 0, 1, .5, assumed, "",
          "part of a turn that asking takes from what the contact gains"),
      in_core(0, field<G, &R::memory_growth>("/recognition/memory_growth", "", "per contact", 0, 1, .06, assumed, "",
          "growth of context memory by full curiosity and full memory")),
  };
}

Fields repair() {
  using enum Grade;
  using P = RepairParameters;
  constexpr auto H = &Parameters::repair;
  return {
      in_core(0, field<H, &P::attunement>("/repair/attunement", "", "logit per unit of quality", -5, 5, 1, assumed, "",
          "repair: effect of attunement above its reference level, which is also what sees a rupture")),
      field<H, &P::apology>("/repair/apology", "", "probability", 0, 1, .1, assumed, "",
          "policy of apology: added to the probability of repair"),
      field<H, &P::explanation>("/repair/explanation", "", "factor", 0, 1, .8, assumed, "",
          "policy of explanation: weight in trust that an unrepaired failure keeps"),
      field<H, &P::handover_minutes>("/repair/handover_minutes", "", "minutes", 0, 120, 5, assumed, "",
          "policy of handing over: a human's time for each turn that the assistant could not repair"),
      field<H, &P::rupture_turns>("/repair/rupture_turns", "", "turns", 1, 32, 2, assumed, "",
          "a contact with at least so many unrepaired turns counts as a rupture"),
      field<H, &P::rupture_trust>("/repair/rupture_trust", "", "trust", 0, 1, .08, assumed, "",
          "so does one over which trust falls by more than this"),
  };
}

}  // namespace

Fields recognition_fields() {
  return joined({felt(), emotion<0>(kSadness, .9, .04, false), emotion<1>(kFear, .6, .03, false),
                 emotion<2>(kAnger, 0, .01, false), emotion<3>(kShame, 0, .03, false),
                 emotion<4>(kJoy, 0, -.06, true), emotion<5>(kCalm, 0, -.05, true), shown(), repair()});
}

}  // namespace hybridcare
