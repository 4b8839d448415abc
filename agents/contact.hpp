// One contact of one agent with a run of clients: what all passes of a contact are told.
#pragma once
#include "agents/client.hpp"
#include "agents/parameters.hpp"
#include "agents/psychometric.hpp"
#include "agents/purposes.hpp"
#include "agents/reading.hpp"
#include "agents/scratch.hpp"
#include "agents/therapists.hpp"
#include "sim/draws.hpp"

namespace hybridcare {

struct Contact {
  const Parameters* parameters = nullptr;
  const AgentParameters* agent = nullptr;  ///< one of the two in `parameters`
  const double* psychometric = nullptr;    ///< Psychometric::term
  const ReadingTable* reading = nullptr;   ///< of this agent
  const ReadingTable* second_reader = nullptr;  ///< of the assistant whose readings a coached human takes over
  TherapistView therapists;                ///< read when partner is human
  Key key;
  Partner partner = Partner::none;
  int week = 1;
  int index = 0;              ///< contact in the week, 0..7: part of the key of its draws
  int turns = 8;              ///< 1..32
  double dose = 1;            ///< of this contact's gain
  bool feedback = false;      ///< the step gives progress feedback
  bool coached = false;       ///< human contact: the assistant coaches
  double empathy_shift = 0;   ///< delta: added to what is expressed, not to what is rated (a causal study)
  bool no_distance = false;   ///< twin: chi := 0
  bool all_right = false;     ///< twin: acc := 1
  __attribute__((always_inline)) std::uint32_t when() const {
    return static_cast<std::uint32_t>(week) << 3 | static_cast<std::uint32_t>(index);
  }
};

/// The agent's columns of a block.
inline __attribute__((always_inline)) AgentColumns& columns_of(Partner partner, ClientBlock& block) {
  return partner == Partner::human ? block.human : block.assistant;
}

}  // namespace hybridcare
