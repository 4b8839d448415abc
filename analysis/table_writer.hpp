// Writes tables row by row.
#pragma once
#include <initializer_list>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "analysis/table.hpp"

namespace hybridcare {

enum class ColumnKind { text, real, whole };
struct ColumnSpec { ColumnKind kind; std::string name, unit, meaning; };

/// Columns of a table that are all empty.
Table empty_table(std::string name, const std::vector<ColumnSpec>& columns);

class TableWriter {
 public:
  using Value = std::variant<std::string, double, std::int64_t>;

  TableWriter(std::string name, const std::vector<ColumnSpec>& columns)
      : table_(empty_table(std::move(name), columns)) {}

  /// One value for each column, of the column's kind.
  void row(std::initializer_list<Value> values) { add(values.begin(), values.size()); }
  void row(const std::vector<Value>& values) { add(values.data(), values.size()); }
  Table take() { return std::move(table_); }

 private:
  void add(const Value* values, std::size_t count);

  Table table_;
  std::map<std::size_t, std::map<std::string, std::int32_t>> codes_;  ///< by column
};

}  // namespace hybridcare
