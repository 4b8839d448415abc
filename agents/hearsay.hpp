// S15: what clients hear of therapists, of assistants and of care from those they know. Synchronous: everybody hears
// what was so a week before. Sums over neighbours are integers, so their order does not matter.
#pragma once
#include <cstdint>

#include "agents/service_parameters.hpp"

namespace hybridcare {

/// What a client has to tell about one kind of agent: the change of trust since the first meeting, a loss counting
/// `bad_news` times as much. Fixed point 2^-32.
std::int64_t told(const NetworkParameters& parameters, double trust, double trust_start);

/// What reaches one client of one kind of agent in a week.
struct Hearsay {
  std::int64_t sum = 0;  ///< of what neighbours told, 2^-32
  int met = 0;           ///< neighbours who met this kind of agent
  int breaches = 0;      ///< neighbours whose data were leaked, as heard for the first time
};
/// The opinion q of a kind of agent a week later, [-1, 1].
double hear(const NetworkParameters& parameters, double opinion, const Hearsay& heard);

/// What reaches one client of care in general in a week.
struct Neighbourhood {
  std::int64_t stigma = 0;  ///< sum over neighbours, 2^-32
  int neighbours = 0;
  bool recovered = false;   ///< news that one of them recovered
  bool left = false;        ///< news that one of them dropped out
};
/// Stigma s a week later, [0, 1]. What a contact's validation does to it is part of the contact.
double stigma_after(const NetworkParameters& parameters, double stigma, const Neighbourhood& around);

}  // namespace hybridcare
