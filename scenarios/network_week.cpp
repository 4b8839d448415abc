#include "scenarios/network_week.hpp"

#include <algorithm>

#include "agents/hearsay.hpp"
#include "sim/fixed.hpp"

namespace hybridcare {
namespace {

enum News : std::uint8_t { kBreach = 1, kRecovery = 2, kDropout = 4 };  ///< told in one week and never again
constexpr int kPlaces = 4;  ///< binary places fewer than sums have
constexpr int kAhead = 16;  ///< clients

/// Recovery as outcomes define it (model section 6), after a contact.
bool recovered(const ClientBlock& b, int i) {
  const double start = b.r.phq9_start[i], now = b.r.phq9[i];
  return start >= 10 && start - now >= 6 && now < 10 && b.human.contacts[i] + b.assistant.contacts[i] > 0;
}

std::uint8_t news_of(const ClientBlock& b, int i) {
  unsigned news = 0;
  if (b.w.events[i] & kBreached) news |= kBreach;
  if (recovered(b, i)) news |= kRecovery;
  if (b.w.exit[i] == static_cast<std::uint32_t>(Exit::dropped)) news |= kDropout;
  return static_cast<std::uint8_t>(news);
}

/// What trust gained or lost since the start is worth telling: nothing where an attribution holds it at one level.
std::int32_t change_of(const NetworkParameters& p, bool trust_absent, const AgentColumns& a, int i) {
  if (!(a.contacts[i] > 0)) return Story::kNotMet;
  if (trust_absent) return 0;
  const double trust = a.trust_good[i] / (a.trust_good[i] + a.trust_bad[i]);
  const std::int64_t change = told(p, trust, a.trust_start[i]) >> kPlaces;  // beyond eight units it counts as eight
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(change, Story::kNotMet + 1, INT32_MAX));
}

}  // namespace

WordOfMouth::WordOfMouth(const NetworkParameters& parameters, Network network, bool trust_absent)
    : parameters_(parameters), trust_absent_(trust_absent), network_(std::move(network)) {
  now_.resize(network_.clients());
  next_.resize(network_.clients());
  told_.resize(network_.clients());
}

void WordOfMouth::listen(const ClientBlock& b) {
  for (int i = 0; i < b.size; ++i) {
    const std::uint32_t id = b.w.id[i];
    Story& story = next_[id];
    const std::uint8_t news = news_of(b, i);
    story.human = change_of(parameters_, trust_absent_, b.human, i);
    story.assistant = change_of(parameters_, trust_absent_, b.assistant, i);
    const auto stigma = static_cast<std::uint32_t>(to_fixed(b.r.stigma[i]) >> kPlaces);
    story.stigma_and_news = stigma | static_cast<std::uint32_t>(news & ~told_[id]) << Story::kNewsBit;
    told_[id] |= news;
  }
}

void WordOfMouth::turn() { now_.swap(next_); }

/// Stories lie where the cache has not been: it is told early which of them will be read.
void WordOfMouth::fetch(std::uint32_t id) const {
  for (std::uint32_t e = network_.first[id]; e < network_.first[id + 1]; ++e)
    __builtin_prefetch(&now_[network_.neighbour[e]]);
}

void WordOfMouth::spread(ClientBlock& b) const {
  constexpr std::uint32_t stigma_bits = (1u << Story::kNewsBit) - 1;
  for (int i = 0; i < kAhead && i < b.size; ++i) fetch(b.w.id[i]);
  for (int i = 0; i < b.size; ++i) {
    const std::uint32_t id = b.w.id[i];
    if (i + kAhead < b.size) fetch(b.w.id[i + kAhead]);
    Hearsay human, assistant;
    Neighbourhood around;
    std::uint32_t news = 0;
    for (std::uint32_t e = network_.first[id]; e < network_.first[id + 1]; ++e) {
      const Story& story = now_[network_.neighbour[e]];
      const bool met_human = story.human != Story::kNotMet, met_assistant = story.assistant != Story::kNotMet;
      human.sum += met_human ? std::int64_t{story.human} : 0;
      human.met += met_human ? 1 : 0;
      assistant.sum += met_assistant ? std::int64_t{story.assistant} : 0;
      assistant.met += met_assistant ? 1 : 0;
      const std::uint32_t told = story.stigma_and_news >> Story::kNewsBit;
      assistant.breaches += told & kBreach ? 1 : 0;
      news |= told;
      around.stigma += story.stigma_and_news & stigma_bits;
    }
    human.sum *= 1 << kPlaces;
    assistant.sum *= 1 << kPlaces;
    around.stigma *= 1 << kPlaces;
    around.neighbours = static_cast<int>(network_.first[id + 1] - network_.first[id]);
    around.recovered = (news & kRecovery) != 0;
    around.left = (news & kDropout) != 0;
    b.r.hearsay_human[i] = hear(parameters_, b.r.hearsay_human[i], human);
    b.r.hearsay_assistant[i] = hear(parameters_, b.r.hearsay_assistant[i], assistant);
    b.r.stigma[i] = stigma_after(parameters_, b.r.stigma[i], around);
  }
}

}  // namespace hybridcare
