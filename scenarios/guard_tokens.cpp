#include "scenarios/guard_tokens.hpp"

#include <charconv>
#include <system_error>

#include "scenarios/names.hpp"
#include "sim/error.hpp"

namespace hybridcare::detail {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::size_t name_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && (is_letter(text[length]) || is_digit(text[length]) || text[length] == '.')) ++length;
  return length;
}

std::size_t symbol_length(std::string_view text) {
  for (const std::string_view two : {"<=", ">=", "==", "!="}) {
    if (text.substr(0, 2) == two) return 2;
  }
  return std::string_view("<>+-*/()").find(text.front()) != std::string_view::npos ? 1 : 0;
}

Token number_token(std::string_view text, const std::string& where, int column) {
  Token token{TokenKind::number, {}, 0, column};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), token.number);
  if (error == std::errc::result_out_of_range) guard_error(where, column, "this number is too large or too small");
  if (error != std::errc()) guard_error(where, column, "a number was expected");
  token.text = text.substr(0, static_cast<std::size_t>(end - text.data()));
  return token;
}

std::string bad_character(std::string_view rest) {
  if (rest.front() == '=') return "'=' is not a comparison; write '=='";
  if (rest.front() == '&' || rest.front() == '|') return "write 'and', 'or'";
  if (rest.front() == '!') return "write 'not', or '!='";
  return "unexpected character " + in_quotes(rest.substr(0, (rest.front() & 0x80) ? 4 : 1));
}

}  // namespace

void guard_error(const std::string& where, int column, const std::string& message) {
  throw UserError(where, "column " + std::to_string(column) + ": " + message);
}

std::vector<Token> guard_tokens(std::string_view text, const std::string& where) {
  std::vector<Token> tokens;
  std::size_t i = 0;
  while (i < text.size()) {
    const std::string_view rest = text.substr(i);
    const int column = static_cast<int>(i) + 1;
    if (is_space(rest.front())) {
      ++i;
      continue;
    }
    const bool number = is_digit(rest.front()) || (rest.front() == '.' && rest.size() > 1 && is_digit(rest[1]));
    Token token;
    if (number) {
      token = number_token(rest, where, column);
    } else if (const std::size_t length = is_letter(rest.front()) ? name_length(rest) : symbol_length(rest)) {
      token = {is_letter(rest.front()) ? TokenKind::name : TokenKind::symbol, rest.substr(0, length), 0, column};
    } else {
      guard_error(where, column, bad_character(rest));
    }
    tokens.push_back(token);
    i += token.text.size();
  }
  tokens.push_back({TokenKind::end, {}, 0, static_cast<int>(text.size()) + 1});
  return tokens;
}

}  // namespace hybridcare::detail
