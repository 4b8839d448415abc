#include "scenarios/csv_scanner.hpp"

#include "sim/error.hpp"

namespace hybridcare::detail {
namespace {

constexpr unsigned char kMark[] = {0xEF, 0xBB, 0xBF};  // UTF-8 byte order mark, which spreadsheets write

/// Bytes that follow a lead byte of UTF-8 and the least code point of that length; -1 for no lead byte.
int followers(unsigned char lead, std::uint32_t& point, std::uint32_t& least) {
  if (lead < 0x80) return point = lead, least = 0, 0;
  if (lead >= 0xC2 && lead < 0xE0) return point = lead & 0x1F, least = 0x80, 1;
  if (lead >= 0xE0 && lead < 0xF0) return point = lead & 0x0F, least = 0x800, 2;
  if (lead >= 0xF0 && lead < 0xF5) return point = lead & 0x07, least = 0x10000, 3;
  return -1;
}

}  // namespace

bool is_plain_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::uint32_t point = 0, least = 0;
    const int more = followers(static_cast<unsigned char>(text[i]), point, least);
    if (more < 0 || i + static_cast<std::size_t>(more) >= text.size()) return false;
    for (int k = 0; k < more; ++k) {
      const auto next = static_cast<unsigned char>(text[++i]);
      if ((next & 0xC0) != 0x80) return false;
      point = point << 6 | (next & 0x3F);
    }
    if (point < least || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) return false;
    if (point < 0x20 || (point >= 0x7F && point < 0xA0)) return false;
  }
  return true;
}

void CsvScanner::fail(const std::string& message) const {
  throw UserError(file_ + ":" + std::to_string(line_), message);
}

void CsvScanner::check_first_bytes(unsigned char byte) {
  if (byte == 0) fail("a zero byte; this is no text in UTF-8 (UTF-16 perhaps: save it as UTF-8)");
  if (bytes_ == 1 && (byte == 0xFE || byte == 0xFF)) fail("this is UTF-16; save it as UTF-8");
  if (bytes_ == 1) skipping_ = byte == kMark[0];
  if (!skipping_ || bytes_ > 3) return;
  if (byte != kMark[bytes_ - 1]) fail("not UTF-8");
}

void CsvScanner::begin_row() {
  cells_.clear();
  cell_.clear();
  quotes_ = ended_ = false;
  row_line_ = line_;
}

void CsvScanner::append(char byte) {
  if (cell_.size() >= kMostCellBytes) fail("a cell has at most " + std::to_string(kMostCellBytes) + " bytes");
  cell_ += byte;
}

void CsvScanner::end_cell() {
  if (cells_.size() >= kMostCsvColumns) fail("a row has at most " + std::to_string(kMostCsvColumns) + " cells");
  cells_.push_back(cell_);
  cell_.clear();
  state_ = State::cell_start;
}

bool CsvScanner::end_row() {
  end_cell();
  ended_ = true;
  ++line_;
  return cells_.size() > 1 || !cells_.front().empty() || quotes_;  // a blank line is no row
}

/// A byte that is not inside quotes.
bool CsvScanner::take_outside(char byte) {
  if (byte == ',') return end_cell(), false;
  if (byte == '\n') return end_row();
  if (byte == '\r') return state_ = State::return_seen, false;
  if (state_ == State::quote_seen) fail("text after a closing quote; a quote inside quotes is doubled");
  if (byte == '"') {
    if (state_ == State::plain) fail("a quote inside a cell that does not begin with one");
    quotes_ = true;
    quote_line_ = line_;
    return state_ = State::quoted, false;
  }
  append(byte);
  return state_ = State::plain, false;
}

bool CsvScanner::take(char byte) {
  ++bytes_;
  check_first_bytes(static_cast<unsigned char>(byte));
  if (skipping_ && bytes_ <= 3) return false;
  if (ended_) begin_row();
  if (state_ == State::return_seen && byte != '\n') fail("a carriage return without a line feed; save the file with "
                                                         "line feeds");
  if (state_ == State::quoted) {
    if (byte == '"') return state_ = State::quote_seen, false;
    if (byte == '\n') ++line_;
    return append(byte), false;
  }
  if (state_ == State::quote_seen && byte == '"') return append(byte), state_ = State::quoted, false;
  return take_outside(byte);
}

bool CsvScanner::finish() {
  if (state_ == State::quoted) {
    line_ = quote_line_;
    fail("a quote opens here and is never closed");
  }
  if (skipping_ && bytes_ < 3) fail("not UTF-8");
  return !ended_ && end_row();
}

}  // namespace hybridcare::detail
