// The guard language of protocols: small, typed, no side effects, checked at load, evaluated over blocks.
//   guard := or ; or := and {"or" and} ; and := not {"and" not} ; not := "not" not | comparison
//   comparison := sum (("<"|"<="|">"|">="|"=="|"!=") sum)? | category ("=="|"!=") level
//   sum := product {("+"|"-") product}
//   product := unary {("*"|"/") unary} ; unary := "-" unary | number | variable | "(" or ")"
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hybridcare {

enum class GuardOp : std::uint32_t {
  constant, variable, negate, add, subtract, multiply, divide,
  less, less_equal, greater, greater_equal, equal, not_equal, logical_and, logical_or, logical_not,
  word  ///< a whole number of the client
};

struct GuardCode {
  GuardOp op;
  std::int32_t column = -1;  ///< variable: index of a real column of ClientBlock (see guard_variables); word: of a
                             ///< column of whole numbers in ClientWords; else -1
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
/// What the client must have had for a rating to exist: index of the column of contacts held with whom it rates; -1 for
/// a variable that is no rating. A comparison with a rating is false before the first contact.
std::int32_t rated_contacts(std::int32_t column);

/// Something that a client is, of a scenario's own list: a culture, or a level of a named attribute.
struct GuardCategory {
  std::string name;                  ///< as written in a guard, e.g. "culture" or "age_band"
  std::vector<std::string> levels;
  GuardCode code;                    ///< reads the level's number
};
/// "culture", of these names.
GuardCategory culture_category(const std::vector<std::string>& cultures);
/// The named attribute of that place.
GuardCategory attribute_category(const std::string& name, const std::vector<std::string>& levels, int place);

/// @throws UserError "where: column 7: unknown variable 'phq', known: ..." (nearest name first); also for type errors
/// @param categories  of the scenario
Guard parse_guard(std::string_view text, const std::string& where, const std::vector<GuardCategory>& categories = {});

/// True if the two guards provably never hold together (interval reasoning over conjunctions of comparisons of one
/// variable with a constant); false when they may overlap or nothing can be proved.
bool provably_disjoint(const Guard& a, const Guard& b);

}  // namespace hybridcare
