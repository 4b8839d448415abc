// A tidy table: named columns with units and meanings. Crosses into Python without a copy of its numbers.
#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace hybridcare {

/// Text columns are dictionary-encoded: codes into a short list of names.
struct TextColumn { std::vector<std::int32_t> codes; std::vector<std::string> names; };

struct Column {
  std::string name;
  std::string unit;     ///< "" for names and flags
  std::string meaning;  ///< one line, for the data dictionary
  std::variant<std::vector<double>, std::vector<std::int64_t>, TextColumn> values;
};

struct Table {
  std::string name;
  std::vector<Column> columns;  ///< all of the same length
  std::size_t rows() const;
};

}  // namespace hybridcare
