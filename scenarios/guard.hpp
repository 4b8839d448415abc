// The guard language of protocols: small, typed, no side effects, checked at load, evaluated over blocks.
//   guard := or ; or := and {"or" and} ; and := not {"and" not} ; not := "not" not | comparison
//   comparison := sum (("<"|"<="|">"|">="|"=="|"!=") sum)? ; sum := product {("+"|"-") product}
//   product := unary {("*"|"/") unary} ; unary := "-" unary | number | variable | "(" or ")"
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hybridcare {

enum class GuardOp : std::uint32_t {
  constant, variable, negate, add, subtract, multiply, divide,
  less, less_equal, greater, greater_equal, equal, not_equal, logical_and, logical_or, logical_not
};

struct GuardCode {
  GuardOp op;
  std::int32_t column = -1;  ///< variable: index of a real column of ClientBlock (see guard_variables), else -1
  double value = 0;          ///< constant
};

inline constexpr int kGuardDepth = 16;  ///< most values on the evaluation stack

/// A checked boolean expression in postfix order. Truth is 1.0, falsehood 0.0.
struct Guard {
  std::string text;
  std::vector<GuardCode> code;
  bool reads_oracle = false;  ///< reads latent state that no service could measure
};

struct GuardVariable {
  const char* name;     ///< as written in a guard; latent state has the prefix "oracle."
  const char* unit;
  const char* meaning;
  std::int32_t column;  ///< offset of the column in ClientBlock, in columns of double, counted from ClientBlock::r
  double least, most;   ///< range of values, used by the overlap check
};

/// All variables, in the order of the documentation.
const std::vector<GuardVariable>& guard_variables();

/// @throws UserError "where: column 7: unknown variable 'phq', known: ..." (nearest name first); also for type errors
Guard parse_guard(std::string_view text, const std::string& where);

/// True if the two guards provably never hold together (interval reasoning over conjunctions of comparisons of one
/// variable with a constant); false when they may overlap or nothing can be proved.
bool provably_disjoint(const Guard& a, const Guard& b);

}  // namespace hybridcare
