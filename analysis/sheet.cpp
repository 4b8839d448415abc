#include "analysis/sheet.hpp"

#include <limits>

namespace hybridcare {

double* Sheet::real(std::string name, std::string unit, std::string meaning) {
  std::vector<double> values(rows_, std::numeric_limits<double>::quiet_NaN());
  double* data = values.data();
  table_.columns.push_back({std::move(name), std::move(unit), std::move(meaning), std::move(values)});
  return data;
}

std::int64_t* Sheet::whole(std::string name, std::string unit, std::string meaning) {
  std::vector<std::int64_t> values(rows_);
  std::int64_t* data = values.data();
  table_.columns.push_back({std::move(name), std::move(unit), std::move(meaning), std::move(values)});
  return data;
}

std::int32_t* Sheet::text(std::string name, std::string meaning, std::vector<std::string> names) {
  TextColumn column{std::vector<std::int32_t>(rows_), std::move(names)};
  std::int32_t* data = column.codes.data();
  table_.columns.push_back({std::move(name), "", std::move(meaning), std::move(column)});
  return data;
}

}  // namespace hybridcare
