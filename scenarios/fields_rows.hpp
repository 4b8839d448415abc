// How rows of the table of fields are written. Seen by fields*.cpp alone.
#pragma once
#include <initializer_list>
#include <type_traits>
#include <utility>
#include <vector>

#include "scenarios/fields.hpp"

namespace hybridcare {

inline constexpr const char* kPrototype = "calibration:prototype";  ///< fitted in a reduced prototype

namespace detail {

template <auto Group, auto Member>
auto& member_of(Parameters& parameters) { return parameters.*Group.*Member; }

template <auto Group, auto Member, int index>
double& element_of(Parameters& parameters) { return (parameters.*Group.*Member)[index]; }

}  // namespace detail

/// The row of a plain member: a number, a whole number or a switch, by the member's type.
template <auto Group, auto Member>
Field field(const char* path, const char* symbol, const char* unit, double least, double most, double fallback,
            Grade grade, const char* evidence, const char* meaning) {
  Field row{path, symbol, unit, least, most, fallback, fallback, grade, evidence, meaning};
  using Cell = std::remove_reference_t<decltype(detail::member_of<Group, Member>(std::declval<Parameters&>()))>;
  if constexpr (std::is_same_v<Cell, bool>) row.flag = detail::member_of<Group, Member>;
  else if constexpr (std::is_same_v<Cell, int>) row.whole = detail::member_of<Group, Member>;
  else row.real = detail::member_of<Group, Member>;
  return row;
}

/// The row of one element of an array member.
template <auto Group, auto Member, int index>
Field element(const char* path, const char* symbol, const char* unit, double least, double most, double fallback,
              Grade grade, const char* evidence, const char* meaning) {
  Field row{path, symbol, unit, least, most, fallback, fallback, grade, evidence, meaning};
  row.real = detail::element_of<Group, Member, index>;
  return row;
}

/// The same for shares in [0, 1] that nobody has measured.
template <auto Group, auto Member, int index>
Field share_of(const char* path, const char* symbol, double fallback, const char* meaning) {
  Field row{path, symbol, "share", 0, 1, fallback, fallback, Grade::assumed, "", meaning};
  row.real = detail::element_of<Group, Member, index>;
  return row;
}

/// The row of one switch of an array member.
template <auto Group, auto Member, int index>
Field switch_of(const char* path, double fallback, const char* meaning) {
  Field row{path, "", "switch", 0, 1, fallback, fallback, Grade::design, "", meaning};
  row.flag = [](Parameters& parameters) -> bool& { return (parameters.*Group.*Member)[index]; };
  return row;
}

/// The row of a whole number that stands for a named choice. @param names  of 0, 1, …
template <auto Group, auto Member>
Field choice(const char* path, double fallback, std::vector<const char*> names, const char* meaning) {
  const double most = static_cast<double>(names.size()) - 1;
  Field row{path, "", "choice", 0, most, fallback, fallback, Grade::design, "", meaning};
  row.names = std::move(names);
  row.whole = detail::member_of<Group, Member>;
  return row;
}

/// The same row with another default in the core configuration.
inline Field in_core(double core, Field row) {
  row.core = core;
  return row;
}

/// The same row with another grade: a choice between two accounts of the world is an assumption, not a design.
inline Field graded(Grade grade, Field row) {
  row.grade = grade;
  return row;
}

/// The same row, of a real number that has to be whole.
inline Field counted(Field row) {
  row.counted = true;
  return row;
}

/// All rows of the groups, in order.
inline std::vector<Field> joined(std::initializer_list<std::vector<Field>> groups) {
  std::vector<Field> rows;
  for (const std::vector<Field>& group : groups) rows.insert(rows.end(), group.begin(), group.end());
  return rows;
}

using Fields = std::vector<Field>;
Fields intake_fields();
Fields course_fields();
Fields human_fields();
Fields assistant_fields();
Fields encounter_fields();
Fields change_fields();
Fields recognition_fields();
Fields roles_fields();
Fields safety_fields();
Fields leaving_fields();
Fields accounts_fields();
Fields attribution_fields();
Fields observation_fields();
Fields service_fields();

/// Gives rows the spans that are known of their values. @pre every path that has one is among them
void add_spans(Fields& rows);

}  // namespace hybridcare
