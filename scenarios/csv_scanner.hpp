// Cuts bytes into rows of cells, piece by piece. Seen by csv*.cpp alone.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hybridcare::detail {

inline constexpr std::size_t kMostCsvColumns = 64, kMostCellBytes = 4096;

/// RFC 4180 as a machine that is fed bytes. Rows end with LF or CR LF; a byte order mark is skipped; blank lines too.
class CsvScanner {
 public:
  explicit CsvScanner(std::string file) : file_(std::move(file)) {}

  /// Takes one byte. True when a row is complete: then read `cells()` and `line()` before the next byte.
  bool take(char byte);
  /// The end of the file. True when that completes a row.
  bool finish();
  const std::vector<std::string>& cells() const { return cells_; }
  /// Line in which the row began, from 1.
  std::uint32_t line() const { return row_line_; }

 private:
  enum class State { cell_start, plain, quoted, quote_seen, return_seen };
  [[noreturn]] void fail(const std::string& message) const;
  void check_first_bytes(unsigned char byte);
  void begin_row();
  void append(char byte);
  void end_cell();
  bool end_row();
  bool take_outside(char byte);

  std::string file_;
  State state_ = State::cell_start;
  std::size_t bytes_ = 0;
  std::uint32_t line_ = 1, row_line_ = 1, quote_line_ = 0;
  bool ended_ = true;      ///< the last row is complete: the next byte begins a new one
  bool skipping_ = false;  ///< inside a byte order mark
  bool quotes_ = false;    ///< the row has a quoted cell, so that it is not blank
  std::string cell_;
  std::vector<std::string> cells_;
};

/// Whether the bytes are UTF-8 without control characters.
bool is_plain_utf8(std::string_view text);

}  // namespace hybridcare::detail
