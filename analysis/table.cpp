#include "analysis/table.hpp"

#include <cassert>

#include "analysis/table_writer.hpp"

namespace hybridcare {
namespace {

struct Length {
  std::size_t operator()(const std::vector<double>& values) const { return values.size(); }
  std::size_t operator()(const std::vector<std::int64_t>& values) const { return values.size(); }
  std::size_t operator()(const TextColumn& values) const { return values.codes.size(); }
};

}  // namespace

std::size_t Table::rows() const { return columns.empty() ? 0 : std::visit(Length{}, columns.front().values); }

Table empty_table(std::string name, const std::vector<ColumnSpec>& columns) {
  Table table{std::move(name), {}};
  for (const ColumnSpec& spec : columns) {
    Column column{spec.name, spec.unit, spec.meaning, {}};
    if (spec.kind == ColumnKind::whole) column.values = std::vector<std::int64_t>{};
    if (spec.kind == ColumnKind::text) column.values = TextColumn{};
    table.columns.push_back(std::move(column));
  }
  return table;
}

void TableWriter::add(const Value* values, [[maybe_unused]] std::size_t count) {
  assert(count == table_.columns.size());
  for (std::size_t index = 0; index < table_.columns.size(); ++index) {
    const Value& value = values[index];
    auto& column = table_.columns[index].values;
    if (const auto* text = std::get_if<std::string>(&value)) {
      auto& target = std::get<TextColumn>(column);
      const auto code = codes_[index].try_emplace(*text, static_cast<std::int32_t>(target.names.size()));
      if (code.second) target.names.push_back(*text);
      target.codes.push_back(code.first->second);
    } else if (const auto* real = std::get_if<double>(&value)) {
      std::get<std::vector<double>>(column).push_back(*real);
    } else {
      std::get<std::vector<std::int64_t>>(column).push_back(std::get<std::int64_t>(value));
    }
  }
}

}  // namespace hybridcare
