// S15, one week of word of mouth over a population of blocks. Everybody hears what was so a week before.
#pragma once
#include <cstdint>
#include <vector>

#include "agents/client.hpp"
#include "scenarios/network.hpp"

namespace hybridcare {

/// What one client tells, in fixed point 2^-28: twelve bytes for each of a million clients, read at random places.
struct Story {
  static constexpr std::int32_t kNotMet = INT32_MIN;  ///< this client has not met that kind of agent
  static constexpr unsigned kNewsBit = 29;            ///< stigma is at most 2^28
  std::int32_t human = kNotMet, assistant = kNotMet;  ///< change of trust
  std::uint32_t stigma_and_news = 0;
};
static_assert(sizeof(Story) == 12);

class WordOfMouth {
 public:
  /// @param network  its clients are numbered as the population is
  /// Nobody has told anything before the first turn.
  /// @param trust_absent  an attribution holds trust at one level: nobody has a change of it to tell
  WordOfMouth(const NetworkParameters& parameters, Network network, bool trust_absent = false);

  /// What the clients of a block have to tell at the end of this week. Blocks may be told on several threads.
  void listen(const ClientBlock& block);
  /// All have been listened to: what they told can be heard from now on.
  void turn();
  /// Hearsay and stigma of the clients of a block, from what could be heard before. May run on several threads.
  void spread(ClientBlock& block) const;

  const Network& network() const { return network_; }

 private:
  void fetch(std::uint32_t id) const;

  const NetworkParameters parameters_;
  const bool trust_absent_;
  const Network network_;
  std::vector<Story> now_, next_;
  std::vector<std::uint8_t> told_;  ///< news of each client that are old
};

}  // namespace hybridcare
