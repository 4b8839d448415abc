// Tables in CSV, from anybody: read strictly, in little memory, with messages that name file, line and column, what was
// found and what is allowed. RFC 4180, with UTF-8 and a header row.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hybridcare {

/// How large a table may be. Files are read piece by piece: too long a file is refused where the limit is met.
struct CsvLimits {
  std::size_t bytes = std::size_t{256} << 20;
  std::size_t rows = 1'000'000;
};

/// A column asked for by name, and what its cells must hold.
struct CsvColumn {
  enum class Kind { text, choice, whole, real };
  std::string name;
  Kind kind = Kind::text;
  double least = 0, most = 0;         ///< whole, real
  std::string unit;                   ///< for messages; "" if plain
  std::vector<std::string> allowed;   ///< choice: what a cell may say
  bool required = true;               ///< the table must have it
  bool may_be_empty = false;          ///< cells without a value are fine

  /// The same, but a table may lack the column, and a row its value.
  CsvColumn optional() const;
};
CsvColumn text_column(std::string name);
CsvColumn choice_column(std::string name, std::vector<std::string> allowed);
CsvColumn whole_column(std::string name, double least, double most, std::string unit = "");
CsvColumn real_column(std::string name, double least, double most, std::string unit = "");

/// A table, kept by columns. Texts are kept once each.
class CsvTable {
 public:
  CsvTable(std::string file, std::vector<CsvColumn> columns);

  const std::string& file() const { return file_; }
  std::size_t rows() const { return lines_.size(); }
  /// Whether the table has this column at all.
  bool has(std::string_view column) const;
  /// Whether the row has a value there. @pre one of the columns asked for, as everywhere below
  bool given(std::string_view column, std::size_t row) const;
  /// A number; NaN where none is given.
  double number(std::string_view column, std::size_t row) const;
  /// A text; "" where none is given.
  const std::string& text(std::string_view column, std::size_t row) const;
  /// Place among the column's allowed words; -1 where none is given.
  int choice(std::string_view column, std::size_t row) const;
  /// A whole column, shape (rows,): numbers, or places among its words.
  const std::vector<double>& numbers(std::string_view column) const;
  const std::vector<std::int32_t>& choices(std::string_view column) const;

  /// "file:line" of a row.
  std::string where(std::size_t row) const;
  /// @throws UserError "file:line: column 'name': message"
  [[noreturn]] void fail(std::size_t row, std::string_view column, const std::string& message) const;

 private:
  friend class CsvFiller;
  struct Store {
    CsvColumn column;
    bool present = false;
    std::vector<double> numbers;
    std::vector<std::int32_t> words;   ///< places in `known`, -1: not given
    std::vector<std::string> known;    ///< a choice's allowed words; texts in order of appearance
  };
  const Store& store(std::string_view column) const;

  std::string file_;
  std::vector<Store> stores_;
  std::vector<std::uint32_t> lines_;
};

/// A table of a file's bytes.
/// @param file     name used in messages
/// @param columns  every column that the table may have
/// @throws UserError "file:line: ..." for a missing, unknown or repeated column, a wrong number of cells, a cell that
///         does not hold what its column asks for, broken quotes, bytes that are no UTF-8; "file: ..." for a table that
///         is empty or too large
CsvTable read_csv(std::string_view text, const std::string& file, const std::vector<CsvColumn>& columns,
                  const CsvLimits& limits = {});

/// The same from a file, never held in memory as a whole.
/// @param path  where it is   @param file  what messages call it
/// @throws UserError also if it is missing, can't be read, or is not a regular file
CsvTable read_csv_file(const std::string& path, const std::string& file, const std::vector<CsvColumn>& columns,
                       const CsvLimits& limits = {});

}  // namespace hybridcare
