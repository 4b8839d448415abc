#include "scenarios/network_week.hpp"

#include "agents/hearsay.hpp"
#include "sim/fixed.hpp"

namespace hybridcare {
namespace {

enum News : std::uint8_t { kMetHuman = 1, kMetAssistant = 2, kBreach = 4, kRecovery = 8, kDropout = 16 };
constexpr std::uint8_t kOnce = kBreach | kRecovery | kDropout;  ///< told in one week and never again
constexpr int kPlaces = 4;  ///< binary places fewer than sums have

/// Recovery as outcomes define it (model section 6), after a contact.
bool recovered(const ClientBlock& b, int i) {
  const double start = b.r.phq9_start[i], now = b.r.phq9[i];
  return start >= 10 && start - now >= 6 && now < 10 && b.human.contacts[i] + b.assistant.contacts[i] > 0;
}

std::uint8_t news_of(const ClientBlock& b, int i) {
  unsigned news = 0;
  if (b.human.contacts[i] > 0) news |= kMetHuman;
  if (b.assistant.contacts[i] > 0) news |= kMetAssistant;
  if (b.w.events[i] & kBreached) news |= kBreach;
  if (recovered(b, i)) news |= kRecovery;
  if (b.w.exit[i] == static_cast<std::uint32_t>(Exit::dropped)) news |= kDropout;
  return static_cast<std::uint8_t>(news);
}

/// What trust gained or lost since the start is worth telling: nothing where an attribution holds it at one level.
std::int32_t change_of(const NetworkParameters& p, bool trust_absent, const AgentColumns& a, int i) {
  if (trust_absent) return 0;
  const double trust = a.trust_good[i] / (a.trust_good[i] + a.trust_bad[i]);
  return static_cast<std::int32_t>(told(p, trust, a.trust_start[i]) >> kPlaces);
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
    story.stigma = static_cast<std::int32_t>(to_fixed(b.r.stigma[i]) >> kPlaces);
    story.news = static_cast<std::uint8_t>(news & ~(told_[id] & kOnce));
    told_[id] |= news & kOnce;
  }
}

void WordOfMouth::turn() { now_.swap(next_); }

void WordOfMouth::spread(ClientBlock& b) const {
  for (int i = 0; i < b.size; ++i) {
    const std::uint32_t id = b.w.id[i];
    Hearsay human, assistant;
    Neighbourhood around;
    for (std::uint64_t e = network_.first[id]; e < network_.first[id + 1]; ++e) {
      const Story& story = now_[network_.neighbour[e]];
      human.sum += story.news & kMetHuman ? std::int64_t{story.human} : 0;
      human.met += story.news & kMetHuman ? 1 : 0;
      assistant.sum += story.news & kMetAssistant ? std::int64_t{story.assistant} : 0;
      assistant.met += story.news & kMetAssistant ? 1 : 0;
      assistant.breaches += story.news & kBreach ? 1 : 0;
      around.stigma += story.stigma;
      around.recovered |= (story.news & kRecovery) != 0;
      around.left |= (story.news & kDropout) != 0;
      ++around.neighbours;
    }
    human.sum *= 1 << kPlaces;
    assistant.sum *= 1 << kPlaces;
    around.stigma *= 1 << kPlaces;
    b.r.hearsay_human[i] = hear(parameters_, b.r.hearsay_human[i], human);
    b.r.hearsay_assistant[i] = hear(parameters_, b.r.hearsay_assistant[i], assistant);
    b.r.stigma[i] = stigma_after(parameters_, b.r.stigma[i], around);
  }
}

}  // namespace hybridcare
