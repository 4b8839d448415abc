#include "analysis/screen_moves.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "scenarios/fields.hpp"

namespace hybridcare {
namespace {

constexpr double kOfValue = .2;   ///< convention: a number is moved by this share of itself
constexpr double kOfRange = .05;  ///< and one that is 0 by this share of its range
constexpr int kWholeSteps = 2;    ///< whole numbers: the nearest that the reader accepts, up to this far

/// Fields that sum to 1: who moves one rescales the others.
constexpr std::string_view kGroups[] = {"/quality/weight/", "/practice/share/"};

std::string_view group_of(const Field& field) {
  const std::string_view path = field.path;
  for (const std::string_view group : kGroups)
    if (path.substr(0, group.size()) == group) return group;
  return {};
}

bool in_steps(const Field& field) { return field.whole || field.counted; }

bool spans(const Field& field, double value) { return field.span.low <= value && value <= field.span.high; }

/// By which rule the value is moved. @param same  the arms and assistants agree on it
std::string rule_of(const Field& field, double value, bool same) {
  if (field.flag) return "the other way";
  if (!field.names.empty()) return "the next choice";
  if (in_steps(field)) return "nearest whole number";
  if (same && spans(field, value)) return field.span.source;
  std::string rule = value == 0 ? "5 % of the range, the value being 0" : "20 % of the value";
  if (!same) rule += "; each from its own";
  return rule;
}

/// Where a value is moved to; itself where there is no way. @param n  steps of a whole number
double moved(const Field& field, double value, bool same, bool up, int n) {
  const double sign = up ? 1 : -1;
  double to = value;
  if (field.flag) to = up == (value == 0) ? 1 - value : value;
  else if (in_steps(field)) to = value + sign * n;
  else if (same && spans(field, value)) to = up ? field.span.high : field.span.low;
  else to = value + sign * (value == 0 ? kOfRange * (field.most - field.least) : kOfValue * std::abs(value));
  return std::clamp(to, field.least, field.most);
}

/// The same arm with one member of a group moved and the others rescaled; nothing where the others are all 0.
/// @param own  the member as it is
std::vector<PlacedValue> rescaled(const PlacedValue& own, double to, std::string_view group, Rereader& reader,
                                  int variant, int arm) {
  std::vector<PlacedValue> values = {{own.field, own.pointer, to}};
  if (own.value == 1) return {};
  for (const Field& other : fields()) {
    if (group_of(other) != group || &other == own.field) continue;
    PlacedValue value = reader.places(other, variant, arm).front();
    value.value *= (1 - to) / (1 - own.value);
    values.push_back(value);
  }
  return values;
}

std::optional<Move> move_of(const Movable& from, bool up, int n, Rereader& reader, int variant,
                            const std::vector<int>& arms) {
  Move move;
  bool anywhere = false;
  const std::string_view group = group_of(*from.field);
  for (std::size_t a = 0; a < arms.size(); ++a) {
    std::vector<PlacedValue>& values = move.arms.emplace_back();
    for (const PlacedValue& place : from.arms[a]) {
      const double to = moved(*from.field, place.value, from.same, up, n);
      anywhere = anywhere || to != place.value;
      if (group.empty()) values.push_back({from.field, place.pointer, to});
      else values = rescaled(place, to, group, reader, variant, arms[a]);
      if (values.empty()) return std::nullopt;
    }
  }
  if (!anywhere) return std::nullopt;
  move.to = first_of(move.arms)->value;
  return move;
}

}  // namespace

ByArm places_of(const Field& field, Rereader& reader, int variant, const std::vector<int>& arms) {
  ByArm places;
  for (const int arm : arms) places.push_back(reader.places(field, variant, arm));
  return places;
}

const PlacedValue* first_of(const ByArm& places) {
  for (const std::vector<PlacedValue>& arm : places)
    if (!arm.empty()) return &arm.front();
  return nullptr;
}

Untried untried(const Field& field, const PlacedValue* first, Configuration configuration, bool design) {
  if (!first) return Untried::off;
  if (field.grade == Grade::design && !design) return Untried::design;
  const Configuration other = configuration == Configuration::core ? Configuration::full : Configuration::core;
  const bool lacks = default_of(field, configuration) == 0 && default_of(field, other) != 0;
  return lacks && first->value == 0 ? Untried::off : Untried::no;
}

Movable movable(const Field& field, Rereader& reader, int variant, const std::vector<int>& arms) {
  Movable from;
  from.field = &field;
  from.arms = places_of(field, reader, variant, arms);
  const double first = first_of(from.arms)->value;
  for (const std::vector<PlacedValue>& places : from.arms)
    for (const PlacedValue& place : places) from.same = from.same && place.value == first;
  from.rule = rule_of(field, first, from.same);
  if (!group_of(field).empty()) from.rule += "; the others rescaled to sum to 1";
  for (const bool up : {false, true})
    for (int n = 1; n <= (in_steps(field) && field.names.empty() ? kWholeSteps : 1); ++n)
      if (const auto move = move_of(from, up, n, reader, variant, arms)) (up ? from.up : from.down).push_back(*move);
  return from;
}

bool always_shown(const Field& field) {
  const std::string_view path = field.path;
  return path == "/change/empathy_elasticity" || path == "/course/harm" || group_of(field) == kGroups[0];
}

}  // namespace hybridcare
