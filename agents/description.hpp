// Every state variable of a client, and every mechanism, in words: the ODD document is written from these tables.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace hybridcare {

/// A column of a block (several of them for an array by pathway or attribute).
struct StateVariable {
  const char* entity;   ///< "client", or "bond": kept twice for each client, with the human and with the assistant
  const char* name;     ///< of the member
  const char* symbol;   ///< as in the model document; "" if none
  const char* unit;
  const char* meaning;
  std::size_t offset;   ///< of the first column in its struct, bytes
  std::size_t bytes;    ///< of all of them
};

const std::vector<StateVariable>& client_reals();  ///< members of ClientReals
const std::vector<StateVariable>& bond_reals();    ///< members of AgentColumns
const std::vector<StateVariable>& client_words();  ///< members of ClientWords

/// What one file of this folder does.
struct Mechanism {
  const char* name;     ///< of the file, without its ending
  const char* section;  ///< of the model document
  const char* meaning;
  const char* changes;  ///< which state variables it writes
  const char* parameters;  ///< the parts of a scenario that tell it what it needs, e.g. "course monitoring"
  const char* source;   ///< of the form that was taken; "" if it is our own
};

/// In the order of the week; one row for every `*.kernel.cpp` (a test reads the folder), and for
/// what couples clients.
const std::vector<Mechanism>& mechanisms();

}  // namespace hybridcare
