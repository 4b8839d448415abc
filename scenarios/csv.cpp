#include "scenarios/csv.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <unordered_map>

#include "scenarios/csv_scanner.hpp"
#include "scenarios/names.hpp"
#include "sim/error.hpp"

namespace hybridcare {
namespace {

using Kind = CsvColumn::Kind;
constexpr std::size_t kPiece = 64 << 10;  // bytes read at a time

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string range_of(const CsvColumn& column) {
  return "[" + number_text(column.least) + ", " + number_text(column.most) + "]" +
         (column.unit.empty() ? "" : " " + column.unit);
}

/// Why `text` is no number, in words that help.
std::string no_number(const std::string& text) {
  std::string point = text;
  std::replace(point.begin(), point.end(), ',', '.');
  double value = 0;
  const auto [end, error] = std::from_chars(point.data(), point.data() + point.size(), value);
  const bool comma = point != text && error == std::errc() && end == point.data() + point.size();
  return in_quotes(text) + " is not a number" + (comma ? "; decimals stand after a point" : "");
}

}  // namespace

CsvColumn CsvColumn::optional() const {
  CsvColumn column = *this;
  column.required = false;
  column.may_be_empty = true;
  return column;
}

CsvColumn text_column(std::string name) {
  CsvColumn column;
  column.name = std::move(name);
  return column;
}

CsvColumn choice_column(std::string name, std::vector<std::string> allowed) {
  CsvColumn column = text_column(std::move(name));
  column.kind = Kind::choice;
  column.allowed = std::move(allowed);
  return column;
}

CsvColumn whole_column(std::string name, double least, double most, std::string unit) {
  CsvColumn column = real_column(std::move(name), least, most, std::move(unit));
  column.kind = Kind::whole;
  return column;
}

CsvColumn real_column(std::string name, double least, double most, std::string unit) {
  CsvColumn column = text_column(std::move(name));
  column.kind = Kind::real;
  column.least = least;
  column.most = most;
  column.unit = std::move(unit);
  return column;
}

CsvTable::CsvTable(std::string file, std::vector<CsvColumn> columns) : file_(std::move(file)) {
  for (CsvColumn& column : columns) {
    Store store;
    store.known = column.allowed;
    store.column = std::move(column);
    stores_.push_back(std::move(store));
  }
}

const CsvTable::Store& CsvTable::store(std::string_view column) const {
  const auto is_it = [&](const Store& s) { return s.column.name == column; };
  const auto found = std::find_if(stores_.begin(), stores_.end(), is_it);
  assert(found != stores_.end() && "a column that was not asked for");
  return *found;
}

bool CsvTable::has(std::string_view column) const { return store(column).present; }

bool CsvTable::given(std::string_view column, std::size_t row) const {
  const Store& s = store(column);
  const bool numeric = s.column.kind == Kind::whole || s.column.kind == Kind::real;
  return numeric ? !std::isnan(s.numbers.at(row)) : s.words.at(row) >= 0;
}

double CsvTable::number(std::string_view column, std::size_t row) const { return store(column).numbers.at(row); }
int CsvTable::choice(std::string_view column, std::size_t row) const { return store(column).words.at(row); }
const std::vector<double>& CsvTable::numbers(std::string_view column) const { return store(column).numbers; }
const std::vector<std::int32_t>& CsvTable::choices(std::string_view column) const { return store(column).words; }

const std::string& CsvTable::text(std::string_view column, std::size_t row) const {
  static const std::string none;
  const Store& s = store(column);
  const std::int32_t word = s.words.at(row);
  return word < 0 ? none : s.known[static_cast<std::size_t>(word)];
}

std::string CsvTable::where(std::size_t row) const { return file_ + ":" + std::to_string(lines_.at(row)); }

void CsvTable::fail(std::size_t row, std::string_view column, const std::string& message) const {
  throw UserError(where(row), "column " + in_quotes(column) + ": " + message);
}

/// Puts scanned rows into a table.
class CsvFiller {
 public:
  CsvFiller(CsvTable& table, const CsvLimits& limits) : table_(table), limits_(limits), scanner_(table.file_) {}

  void take(std::string_view piece) {
    bytes_ += piece.size();
    if (bytes_ > limits_.bytes) {
      throw UserError(table_.file_, "more than " + std::to_string(limits_.bytes) + " bytes, the most that is read");
    }
    for (const char byte : piece)
      if (scanner_.take(byte)) add_row();
  }

  void finish() {
    if (scanner_.finish()) add_row();
    if (!headed_) throw UserError(table_.file_, "the file is empty; its first line names the columns: " +
                                                    joined(all_names()));
    if (table_.lines_.empty()) throw UserError(table_.file_, "no row below the line that names the columns");
  }

 private:
  std::vector<std::string> all_names() const {
    std::vector<std::string> names;
    for (const auto& store : table_.stores_) names.push_back(store.column.name);
    return names;
  }

  [[noreturn]] void fail(const std::string& message) const {
    throw UserError(table_.file_ + ":" + std::to_string(scanner_.line()), message);
  }
  [[noreturn]] void fail(const CsvColumn& column, const std::string& message) const {
    fail("column " + in_quotes(column.name) + ": " + message);
  }

  void read_header() {
    const std::vector<std::string>& cells = scanner_.cells();
    for (const char other : {';', '\t'}) {
      if (cells.size() == 1 && cells[0].find(other) != std::string::npos) {
        fail("columns are separated by commas, here by " + std::string(other == ';' ? "semicolons" : "tabs"));
      }
    }
    for (const std::string& name : cells) {
      const std::vector<std::string> known = all_names();
      const auto found = std::find(known.begin(), known.end(), name);
      if (found == known.end()) fail(unknown_name("column", name, known));
      const auto at = static_cast<std::size_t>(found - known.begin());
      if (std::find(order_.begin(), order_.end(), at) != order_.end()) {
        fail("column " + in_quotes(name) + " stands twice");
      }
      order_.push_back(at);
      table_.stores_[at].present = true;
    }
    for (const auto& store : table_.stores_) {
      if (store.present || !store.column.required) continue;
      fail("column " + in_quotes(store.column.name) + " is missing; found: " + plain_text(joined(cells), 200));
    }
    indexes_.resize(table_.stores_.size());
    headed_ = true;
  }

  void add_row() {
    if (!headed_) return read_header();
    const std::vector<std::string>& cells = scanner_.cells();
    if (cells.size() != order_.size()) {
      fail("expected " + std::to_string(order_.size()) + " cells, as in the first line, found " +
           std::to_string(cells.size()));
    }
    if (table_.lines_.size() >= limits_.rows) {
      throw UserError(table_.file_, "more than " + std::to_string(limits_.rows) + " rows, the most that is read");
    }
    table_.lines_.push_back(scanner_.line());
    for (std::size_t i = 0; i < cells.size(); ++i) add_cell(order_[i], cells[i]);
    for (auto& store : table_.stores_)
      if (!store.present) add_nothing(store);
  }

  void add_nothing(CsvTable::Store& store) const {
    const bool numeric = store.column.kind == Kind::whole || store.column.kind == Kind::real;
    if (numeric) store.numbers.push_back(std::numeric_limits<double>::quiet_NaN());
    else store.words.push_back(-1);
  }

  void add_cell(std::size_t at, const std::string& cell) {
    CsvTable::Store& store = table_.stores_[at];
    const CsvColumn& column = store.column;
    if (cell.empty() && column.may_be_empty) return add_nothing(store);
    if (cell.empty()) fail(column, "the cell is empty");
    if (!detail::is_plain_utf8(cell)) fail(column, "bytes that are no UTF-8, or control characters");
    if (column.kind == Kind::text) return add_text(at, cell);
    if (column.kind == Kind::choice) return add_choice(store, cell);
    store.numbers.push_back(number_of(column, cell));
  }

  void add_text(std::size_t at, const std::string& cell) {
    CsvTable::Store& store = table_.stores_[at];
    const auto [found, fresh] = indexes_[at].try_emplace(cell, static_cast<std::int32_t>(store.known.size()));
    if (fresh) store.known.push_back(cell);
    store.words.push_back(found->second);
  }

  void add_choice(CsvTable::Store& store, const std::string& cell) const {
    const auto found = std::find(store.known.begin(), store.known.end(), cell);
    if (found == store.known.end()) fail(unknown_name(store.column.name, cell, store.known));
    store.words.push_back(static_cast<std::int32_t>(found - store.known.begin()));
  }

  double number_of(const CsvColumn& column, const std::string& cell) const {
    double value = 0;
    const char* const last = cell.data() + cell.size();
    const auto [end, error] = std::from_chars(cell.data(), last, value);
    if (error == std::errc::result_out_of_range) fail(column, in_quotes(cell) + " is beyond what a number can hold");
    if (error != std::errc() || end != last) fail(column, no_number(cell) + "; allowed: " + range_of(column));
    if (!std::isfinite(value)) fail(column, in_quotes(cell) + " is no finite number; allowed: " + range_of(column));
    if (!(value >= column.least && value <= column.most)) {
      fail(column, number_text(value) + " is outside " + range_of(column));
    }
    if (column.kind == Kind::whole && value != std::floor(value)) {
      fail(column, number_text(value) + " is not a whole number");
    }
    return value;
  }

  CsvTable& table_;
  const CsvLimits limits_;
  detail::CsvScanner scanner_;
  std::size_t bytes_ = 0;
  bool headed_ = false;
  std::vector<std::size_t> order_;  ///< place of each of the file's columns among those asked for
  std::vector<std::unordered_map<std::string, std::int32_t>> indexes_;
};

CsvTable read_csv(std::string_view text, const std::string& file, const std::vector<CsvColumn>& columns,
                  const CsvLimits& limits) {
  CsvTable table(file, columns);
  CsvFiller filler(table, limits);
  filler.take(text);
  filler.finish();
  return table;
}

CsvTable read_csv_file(const std::string& path, const std::string& file, const std::vector<CsvColumn>& columns,
                       const CsvLimits& limits) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) throw UserError(file, "no such file");
  if (!fs::is_regular_file(status)) throw UserError(file, "not a regular file");
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw UserError(file, "the file can't be read");
  CsvTable table(file, columns);
  CsvFiller filler(table, limits);
  std::string piece(kPiece, '\0');
  while (stream) {
    stream.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    filler.take(std::string_view(piece).substr(0, static_cast<std::size_t>(stream.gcount())));
  }
  if (stream.bad()) throw UserError(file, "the file can't be read");
  filler.finish();
  return table;
}

}  // namespace hybridcare
