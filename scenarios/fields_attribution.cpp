// What an attribution takes away (section 6): a player that is absent, and the levels that stand in its place.
#include "scenarios/fields_rows.hpp"

namespace hybridcare {
namespace {

template <int index>
Field absent(const char* path) {
  return switch_of<&Parameters::attribution, &AttributionParameters::absent, index>(path, 0,
      "every agent expresses this quality at the level of what is absent, in every equation that reads it");
}

}  // namespace

Fields attribution_fields() {
  using enum Grade;
  using A = AttributionParameters;
  constexpr auto G = &Parameters::attribution;
  return {
      absent<resonance>("/attribution/absent/resonance"),
      absent<perspective_taking>("/attribution/absent/perspective_taking"),
      absent<compassion>("/attribution/absent/compassion"),
      absent<validation>("/attribution/absent/validation"),
      absent<autonomy_support>("/attribution/absent/autonomy_support"),
      absent<attunement>("/attribution/absent/attunement"),
      absent<curiosity>("/attribution/absent/curiosity"),
      absent<technique>("/attribution/absent/technique"),
      field<G, &A::pathways_absent>("/attribution/absent/pathways", "", "switch", 0, 1, 0, design, "",
          "nothing is practised between contacts, whatever a step offers"),
      field<G, &A::trust_absent>("/attribution/absent/trust", "", "switch", 0, 1, 0, design, "",
          "trust in an agent counts as its level here in every equation that reads it; what it would be is recorded"),
      field<G, &A::level>("/attribution/level", "", "share", 0, 1, 0, design, "",
          "at which an absent quality is expressed: 0 is none of it, .35 an untrained helper"),
      field<G, &A::trust_level>("/attribution/trust_level", "", "trust", 0, 1, .5, design, "",
          "as which trust counts where it is absent"),
  };
}

}  // namespace hybridcare
