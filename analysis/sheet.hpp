// A table whose rows are known in number before they are filled, by several threads at places of their own.
#pragma once
#include <string>
#include <vector>

#include "analysis/table.hpp"

namespace hybridcare {

class Sheet {
 public:
  Sheet(std::string name, std::size_t rows) : rows_(rows) { table_.name = std::move(name); }

  /// Each adds a column and returns its values, shape (rows,); they stay in place until `take`.
  double* real(std::string name, std::string unit, std::string meaning);  ///< NaN at first
  std::int64_t* whole(std::string name, std::string unit, std::string meaning);
  std::int32_t* text(std::string name, std::string meaning, std::vector<std::string> names);

  Table take() { return std::move(table_); }

 private:
  std::size_t rows_;
  Table table_;
};

}  // namespace hybridcare
