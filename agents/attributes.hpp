// What named attributes of clients do (age band, deprivation, language, digital access or others): what they add to
// what a client brings, to leaving, practising and seeking help; and who has no access to an assistant. Model 2.1.
#pragma once
#include "agents/client.hpp"
#include "agents/parameters.hpp"
#include "agents/scratch.hpp"
#include "sim/draws.hpp"
#include "sim/kernel.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

/// Whether any level of any attribute acts on it.
HYBRIDCARE_INLINE bool has_effect(const AttributeParameters& p, AttributeTarget target) {
  bool found = false;
  for (int a = 0; a < p.count; ++a)
    for (int level = 0; level < p.levels[a]; ++level) found = found || p.effect[target][a][level] != 0.0;
  return found;
}

/// What the attributes of the client in lane i add to it, in the target's unit; 0 without attributes.
HYBRIDCARE_INLINE double effect_of(const AttributeParameters& p, AttributeTarget target, const ClientReals& r, int i) {
  double sum = 0;
  for (int a = 0; a < p.count; ++a) sum += p.effect[target][a][static_cast<std::int32_t>(r.attribute[a][i])];
  return sum;
}

/// The same for a run of lanes, added to what is there. @param out  shape (lanes.count,)
void add_effect(const AttributeParameters& parameters, AttributeTarget target, Lanes lanes, const ClientReals& r,
                double* out);

/// Levels at entry, from the clients' joint cells; and the mark of those who have no access to an assistant.
void draw_attributes(const AttributeParameters& parameters, Key key, ClientBlock& block, Scratch& scratch);

/// Adds what attributes do to privacy concern, stigma and motivation at entry; each stays in [0, 1].
void lean(const AttributeParameters& parameters, ClientBlock& block);

}  // namespace hybridcare::HYBRIDCARE_KERNEL
