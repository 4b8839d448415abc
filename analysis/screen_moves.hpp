// How far a screening moves a field, and by which rule.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "scenarios/reread.hpp"

namespace hybridcare {

using ByArm = std::vector<std::vector<PlacedValue>>;  ///< for each arm in question

/// What the arms have at each place of a field; an arm may have none.
ByArm places_of(const Field& field, Rereader& reader, int variant, const std::vector<int>& arms);
/// The first of them, or null.
const PlacedValue* first_of(const ByArm& places);

/// One field moved one way, in every arm in question.
struct Move {
  ByArm arms;     ///< values to set, those of a group that sums to 1 included
  double to = 0;  ///< at the first place
};

/// One field, before it is moved.
struct Movable {
  const Field* field = nullptr;
  ByArm arms;                  ///< what they have
  bool same = true;            ///< the same value everywhere
  std::string rule;            ///< in words
  std::vector<Move> down, up;  ///< to be tried in this order until the reader accepts one
};

/// Why a field is not tried at all: a choice of the design, or a mechanism that these arms have not: of a service, or
/// of the other configuration alone, where this one's default switches it off by a 0.
enum class Untried { no, design, off };
/// @param first  place of the field, or null
Untried untried(const Field& field, const PlacedValue* first, Configuration configuration, bool design);

/// @param arms  places in the experiment's list. @pre some arm has the field
Movable movable(const Field& field, Rereader& reader, int variant, const std::vector<int>& arms);

/// Fields that are shown with a result wherever they are in use: b_E, chi_h and the weights of the qualities.
bool always_shown(const Field& field);

}  // namespace hybridcare
