// S15, one week of word of mouth over a population of blocks. Everybody hears what was so a week before.
#pragma once
#include <cstdint>
#include <vector>

#include "agents/client.hpp"
#include "scenarios/network.hpp"

namespace hybridcare {

/// What one client tells, in fixed point 2^-28: three numbers of four bytes for each of a million clients.
struct Story {
  std::int32_t human = 0, assistant = 0, stigma = 0;
  std::uint8_t news = 0;
};

class WordOfMouth {
 public:
  /// @param network  its clients are numbered as the population is
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
  const NetworkParameters parameters_;
  const bool trust_absent_;
  const Network network_;
  std::vector<Story> now_, next_;
  std::vector<std::uint8_t> told_;  ///< news of each client that are old
};

}  // namespace hybridcare
