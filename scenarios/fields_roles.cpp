// What each quality does beyond its weight; coaching of the therapist; coupled affect within a contact (S3, S7, S12).
#include "scenarios/fields_rows.hpp"

namespace hybridcare {
namespace {

Fields roles() {
  using enum Grade;
  using R = RoleParameters;
  constexpr auto G = &Parameters::roles;
  return {
      in_core(0, field<G, &R::insight_gain>("/roles/insight_gain", "", "per contact", 0, 1, .1, assumed, "",
          "growth of insight by full perspective-taking with full curiosity")),
      in_core(0, field<G, &R::insight_fade>("/roles/insight_fade", "", "per week", 0, 1, .02, assumed, "",
          "weekly return of insight to its rest")),
      field<G, &R::insight_rest>("/roles/insight_rest", "", "share", 0, 1, .2, assumed, "",
          "insight to which it returns"),
      in_core(0, field<G, &R::insight_effect>("/roles/insight_effect", "", "share", -2, 5, .3, assumed, "",
          "gain of a contact: effect of insight above that of the default human arm in the same week")),
      in_core(0, field<G, &R::motivation_rate>("/roles/motivation_rate", "", "per contact", 0, 1, .1, assumed, "",
          "approach of motivation to the autonomy support of each contact")),
      in_core(0, field<G, &R::stigma>("/roles/stigma", "", "per contact", 0, 1, .02, assumed, "",
          "stigma that a contact takes away, per unit of validation above its reference")),
      field<G, &R::stigma_reference>("/roles/stigma_reference", "", "share", 0, 1, .55, assumed, "",
          "validation at which stigma stays as it is"),
  };
}

/// b_p of S7: how much the variation of one quality matters for change, beyond its weight.
template <int index>
Field elasticity(const char* path) {
  return element<&Parameters::roles, &RoleParameters::elasticity, index>(path, "b_p", "per unit of quality", -8, 8, 0,
      Grade::assumed, "", "gain of a contact: effect of this quality above its reference level, beside b_E");
}

Fields elasticities() {
  return {
      elasticity<resonance>("/roles/elasticity/resonance"),
      elasticity<perspective_taking>("/roles/elasticity/perspective_taking"),
      elasticity<compassion>("/roles/elasticity/compassion"),
      elasticity<validation>("/roles/elasticity/validation"),
      elasticity<autonomy_support>("/roles/elasticity/autonomy_support"),
      elasticity<attunement>("/roles/elasticity/attunement"),
      elasticity<curiosity>("/roles/elasticity/curiosity"),
      elasticity<technique>("/roles/elasticity/technique"),
  };
}

template <int index>
Field coached(const char* path, double fallback) {
  return element<&Parameters::coaching, &CoachingParameters::added, index>(path, "coach_p", "share", -1, 1, fallback,
      Grade::assumed, "", "added to this quality of a human whom the assistant coaches");
}

Fields coaching() {
  using enum Grade;
  using C = CoachingParameters;
  constexpr auto G = &Parameters::coaching;
  return {
      coached<resonance>("/coaching/added/resonance", -.03),
      coached<perspective_taking>("/coaching/added/perspective_taking", .12),
      coached<compassion>("/coaching/added/compassion", 0),
      coached<validation>("/coaching/added/validation", .08),
      coached<autonomy_support>("/coaching/added/autonomy_support", 0),
      coached<attunement>("/coaching/added/attunement", 0),
      coached<curiosity>("/coaching/added/curiosity", 0),
      coached<technique>("/coaching/added/technique", 0),
      field<G, &C::discriminability>("/coaching/discriminability", "", "d'", 0, 3, .35, assumed, "",
          "added to how well the coached human tells felt emotions apart"),
      field<G, &C::disclosed>("/coaching/disclosed", "", "switch", 0, 1, 0, design, "",
          "clients know that a machine coaches their therapist"),
      in_core(0, field<G, &C::reliance_rate>("/coaching/reliance_rate", "", "per week", 0, 1, .05, assumed, "",
          "approach of the therapist's reliance on the assistant to whether it was used")),
      field<G, &C::adoption>("/coaching/adoption", "", "probability", 0, 1, .5, assumed, "",
          "a turn is read as the assistant would read it, right or wrong, at full reliance"),
  };
}

/// Off by default. Starting values of the affect equations are neutral; no data fix any of these.
Fields affect() {
  using enum Grade;
  using A = AffectParameters;
  constexpr auto G = &Parameters::affect;
  return {
      field<G, &A::effect>("/affect/effect", "", "quality per unit", -2, 2, 0, assumed, "",
          "attunement: effect of how close client and agent end a contact in affect; 0 leaves the equations out"),
      field<G, &A::client_keep>("/affect/client_keep", "", "per turn", 0, .95, .5, assumed, "",
          "share of the client's affect that lasts to the next turn"),
      field<G, &A::client_pull>("/affect/client_pull", "", "per turn", 0, 2, .3, assumed, "",
          "pull of the agent's affect on the client's"),
      field<G, &A::client_severity>("/affect/client_severity", "", "per turn", 0, 2, .5, assumed, "",
          "drift of the client's affect downwards at the severest symptoms"),
      field<G, &A::therapist_keep>("/affect/therapist_keep", "", "per turn", 0, .95, .5, assumed, "",
          "share of the agent's affect that lasts to the next turn"),
      field<G, &A::therapist_pull>("/affect/therapist_pull", "", "per turn", 0, 2, .3, assumed, "",
          "pull of the client's affect on the agent's"),
      field<G, &A::therapist_warmth>("/affect/therapist_warmth", "", "per turn", 0, 2, .5, assumed, "",
          "drift of the agent's affect upwards at full resonance"),
      field<G, &A::reference>("/affect/reference", "", "share", 0, 1, .6, assumed, "",
          "closeness at which attunement stays as it is"),
  };
}

}  // namespace

Fields roles_fields() { return joined({roles(), elasticities(), coaching(), affect()}); }

}  // namespace hybridcare
