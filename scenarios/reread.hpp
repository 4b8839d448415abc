// An arm read again with other values of its fields. Through the reader, so that what it refuses is refused, and what
// follows from a value (a session's minutes, a counted intake) follows here too.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "scenarios/scenario.hpp"

namespace hybridcare {

/// A field at one place of an arm, with the value that it has, or should have, there. An arm holds a field once, but
/// what belongs to an assistant once for each of its named assistants.
struct PlacedValue {
  const Field* field = nullptr;
  std::string pointer;  ///< "/course/harm", "/assistants/north/text/loss"
  double value = 0;
};

/// Reads arms of one experiment again; files are read once, as far as they are long.
class Rereader {
 public:
  /// @param experiment  must outlive it. @pre experiment.source
  explicit Rereader(const Experiment& experiment);
  ~Rereader();
  /// What the arm has, at each place, in the order of its assistants; nothing where the field belongs to a service or a
  /// network that the arm has not.
  std::vector<PlacedValue> places(const Field& field, int variant, int arm);
  /// The scenario of that arm in that variant, with these values.
  /// @throws UserError where the reader refuses them, or where something else in the scenario says otherwise
  Scenario read(int variant, int arm, const std::vector<PlacedValue>& values);
  /// The scenario of that arm in that variant with a JSON merge patch laid over it. What the patch has under "arms" is
  /// for the arm of that name alone.
  /// @throws UserError for what is no JSON or no object, an unknown arm, and what the reader refuses
  Scenario read(int variant, int arm, const std::string& patch);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hybridcare
