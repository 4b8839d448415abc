#include "agents/privacy.hpp"

#include "agents/purposes.hpp"
#include "agents/trust.hpp"
#include "sim/philox.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {
namespace {

/// Marks `event` for the lanes whose word is below the limit, and what it weighs for trust, into scratch.logit.
/// @param once  who has the mark already is spared
void mark(const std::uint32_t* words, std::uint32_t limit, std::uint32_t event, bool once, double failures, Lanes lanes,
          ClientBlock& b, Scratch& s) {
  std::uint32_t* const events = b.w.events + lanes.begin;
  const std::uint32_t spared = once ? event : 0u;
  for (int k = 0; k < lanes.count; ++k) {
    const bool happens = words[k] < limit && (events[k] & spared) == 0;
    events[k] |= happens ? event : 0u;
    s.logit[k] = happens ? failures : 0.0;
  }
}

void lose_trust(const TrustParameters p, Lanes lanes, ClientBlock& b, const Scratch& s) {
  for (int k = 0; k < lanes.count; ++k) trust_event(p, s.logit[k], lanes.begin + k, b.assistant);
}

}  // namespace

void lose_privacy(const Parameters& parameters, Key key, int week, Lanes lanes, ClientBlock& block, Scratch& s) {
  const PrivacyParameters p = parameters.privacy;
  const bool hidden = !parameters.assistant.labelled && p.discovery > 0;
  if (p.breach <= 0 && !hidden) return;
  philox_lanes(key, block.w.id + lanes.begin, lanes.count, 0u, when(static_cast<std::uint32_t>(week), 0),
               tag(Purpose::privacy, 0), s.word[0], s.word[1], s.word[2], s.word[3]);
  if (p.breach > 0) {
    mark(s.word[0], threshold(p.breach), kBreached, false, p.breach_failures, lanes, block, s);
    lose_trust(parameters.trust, lanes, block, s);
  }
  if (hidden) {
    mark(s.word[1], threshold(p.discovery), kDiscovered, true, p.discovery_failures, lanes, block, s);
    lose_trust(parameters.trust, lanes, block, s);
  }
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
