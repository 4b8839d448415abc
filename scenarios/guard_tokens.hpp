// Words of the guard language, each with its column. Seen by guard*.cpp alone.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace hybridcare::detail {

enum class TokenKind { end, number, name, symbol };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;
  double number = 0;
  int column = 1;  ///< first character, counted from 1
};

/// @throws UserError "where: column 7: ..." for characters and numbers that the language does not have
std::vector<Token> guard_tokens(std::string_view text, const std::string& where);

[[noreturn]] void guard_error(const std::string& where, int column, const std::string& message);

}  // namespace hybridcare::detail
