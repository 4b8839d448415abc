#include "agents/practice.hpp"

#include "agents/contact.hpp"
#include "sim/math.hpp"
#include "sim/philox.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {
namespace {

constexpr int kSlotsPerBlock = 4;

/// Trust in the carrier, into scratch.logit.
void set_trust(const Parameters& p, Partner carrier, Lanes lanes, ClientBlock& b, Scratch& s) {
  const RivalParameters rival = p.rival;
  const double flat = carrier == Partner::human ? rival.trust_human : rival.trust_assistant;
  const double* const trust = columns_of(carrier, b).trust_before + lanes.begin;
  for (int k = 0; k < lanes.count; ++k) {
    const double carried = rival.contact_only ? flat : trust[k];
    s.logit[k] = carrier == Partner::none ? p.practice.leaflet_trust : carried;
  }
}

/// Probability of practising a slot, as thresholds in scratch.right.
void set_chance(const PracticeParameters p, bool guided, Lanes lanes, const ClientReals& r, Scratch& s) {
  const double base = p.intercept + (guided ? p.guided : 0.0);
  const double *const motivation = r.motivation + lanes.begin, *const tau = r.weeks_in_care + lanes.begin;
  for (int k = 0; k < lanes.count; ++k) {
    const double logit = base + p.trust * (s.logit[k] - p.trust_reference) +
                         p.motivation * (motivation[k] - p.motivation_reference) - p.fading * tau[k];
    s.right[k] = threshold(logistic(logit));
  }
}

}  // namespace

void practise(const Parameters& parameters, Partner carrier, bool guided, Key key, int week, Lanes lanes,
              ClientBlock& block, Scratch& s) {
  const PracticeParameters p = parameters.practice;
  set_trust(parameters, carrier, lanes, block, s);
  set_chance(p, guided, lanes, block.r, s);
  double* const practised = block.r.practised + lanes.begin;
  for (int k = 0; k < lanes.count; ++k) practised[k] = 0.0;
  for (int slot = 0; slot < p.slots; ++slot) {
    if (slot % kSlotsPerBlock == 0)
      philox_lanes(key, block.w.id + lanes.begin, lanes.count, 0u, when(static_cast<std::uint32_t>(week), 0),
                   tag(Purpose::practice, static_cast<std::uint32_t>(slot / kSlotsPerBlock)), s.word[0], s.word[1],
                   s.word[2], s.word[3]);
    const std::uint32_t* const words = s.word[slot % kSlotsPerBlock];
    for (int k = 0; k < lanes.count; ++k) practised[k] += words[k] < s.right[k] ? 1.0 : 0.0;
  }
  const double *const rho = block.r.responsiveness + lanes.begin;
  double* const gain = block.r.week_gain + lanes.begin;
  for (int k = 0; k < lanes.count; ++k)
    gain[k] += p.rate * (practised[k] / p.slots) * (p.fixed_share + p.responsiveness_share * rho[k]);
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
