#include "agents/attributes.hpp"

#include "agents/purposes.hpp"
#include "sim/math.hpp"
#include "sim/philox.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {
namespace {

/// The last attribute's level is the fastest digit of a cell.
void set_levels(const AttributeParameters& p, const Word& cell, ClientBlock& b) {
  std::uint32_t below = 1;  // product of the levels after this attribute
  for (int a = p.count - 1; a >= 0; --a) {
    const auto levels = static_cast<std::uint32_t>(p.levels[a]);
    for (int i = 0; i < b.size; ++i) b.r.attribute[a][i] = static_cast<std::int32_t>(cell[i] / below % levels);
    below *= levels;
  }
}

void lean_column(const AttributeParameters& p, AttributeTarget target, ClientBlock& b, double* column) {
  if (!has_effect(p, target)) return;
  add_effect(p, target, {0, b.size}, b.r, column);
  for (int i = 0; i < b.size; ++i) column[i] = clip(column[i], 0.0, 1.0);
}

}  // namespace

void add_effect(const AttributeParameters& p, AttributeTarget target, Lanes lanes, const ClientReals& r, double* out) {
  if (!has_effect(p, target)) return;
  for (int k = 0; k < lanes.count; ++k) out[k] += effect_of(p, target, r, lanes.begin + k);
}

void draw_attributes(const AttributeParameters& p, Key key, ClientBlock& b, Scratch& s) {
  if (p.count == 0) return;
  philox_lanes(key, b.w.id, b.size, 0u, when(0), tag(Purpose::people, 1), s.word[0], s.word[1], s.word[2], s.word[3]);
  Word& cell = s.word[4];
  for (int i = 0; i < b.size; ++i) cell[i] = 0;
  for (int e = 0; e + 1 < p.cells; ++e) {
    const std::uint32_t limit = threshold(p.below[e]);
    for (int i = 0; i < b.size; ++i) cell[i] += s.word[2][i] >= limit ? 1u : 0u;
  }
  set_levels(p, cell, b);
  for (int a = 0; a < p.count; ++a)
    for (int i = 0; i < b.size; ++i)
      b.w.events[i] |= p.without_assistant[a][static_cast<std::int32_t>(b.r.attribute[a][i])]
                           ? static_cast<std::uint32_t>(kWithoutAssistant)
                           : 0u;
}

void lean(const AttributeParameters& p, ClientBlock& b) {
  lean_column(p, on_privacy, b, b.r.privacy);
  lean_column(p, on_stigma, b, b.r.stigma);
  lean_column(p, on_motivation, b, b.r.motivation);
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
