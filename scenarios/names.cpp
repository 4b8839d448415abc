#include "scenarios/names.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace hybridcare {
namespace {

constexpr std::size_t kLongestName = 40;
constexpr std::size_t kLongestQuote = 60;
constexpr std::size_t kLongestList = 12;

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row.back();
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::string number_text(double value) {
  char buffer[40];
  const bool whole = std::abs(value) < 1e15 && value == std::floor(value);
  const auto end = whole ? std::to_chars(buffer, buffer + sizeof buffer, static_cast<long long>(value)).ptr
                         : std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return {buffer, end};
}

std::string nearest(std::string_view name, const std::vector<std::string>& candidates) {
  const std::string_view start = name.substr(0, kLongestQuote);  // bounds the work for hostile names
  std::string best;
  std::size_t least = static_cast<std::size_t>(-1);
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(start, candidate);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

std::string unknown_name(const std::string& kind, std::string_view name, const std::vector<std::string>& candidates) {
  std::string text = "unknown " + kind + " " + in_quotes(name);
  if (candidates.empty()) return text + "; none is known here";
  text += "; nearest: " + in_quotes(nearest(name, candidates));
  if (candidates.size() < 2 || candidates.size() > kLongestList) return text;
  return text + "; known: " + joined_names(candidates);
}

std::string joined_names(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (&name == &names.front() ? "" : ", ") + name;
  return text;
}

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > kLongestName || !is_letter(text.front())) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
}

std::string plain_text(std::string_view text, std::size_t most) {
  std::string shown;
  std::size_t length = std::min(text.size(), most);
  // Never cut a UTF-8 character in two: messages end up in logs and terminals.
  while (length < text.size() && length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) --length;
  for (const char c : text.substr(0, length)) shown += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  return shown + (length < text.size() ? "..." : "");
}

std::string in_quotes(std::string_view text) {
  std::string shown = plain_text(text, kLongestQuote);
  std::replace(shown.begin(), shown.end(), '\'', '?');
  return "'" + shown + "'";
}

}  // namespace hybridcare
