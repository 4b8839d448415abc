// Recursive descent over the guard's words, straight into postfix code. Types are checked on the way.
#include "scenarios/expression.hpp"

#include <algorithm>
#include <cmath>

#include "scenarios/guard_tokens.hpp"
#include "scenarios/names.hpp"
#include "sim/error.hpp"

namespace hybridcare {
namespace {

using detail::guard_error;
using detail::Token;
using detail::TokenKind;

constexpr std::size_t kLongestGuard = 1000;
constexpr int kMostNesting = 64;

/// A flag (0 or 1) serves as a truth and as a number.
enum class Type { number, truth, flag };

struct Operator {
  std::string_view text;
  GuardOp op;
};
constexpr Operator kComparisons[] = {{"<", GuardOp::less}, {"<=", GuardOp::less_equal}, {">", GuardOp::greater},
                                     {">=", GuardOp::greater_equal}, {"==", GuardOp::equal},
                                     {"!=", GuardOp::not_equal}};
constexpr Operator kSums[] = {{"+", GuardOp::add}, {"-", GuardOp::subtract}};
constexpr Operator kProducts[] = {{"*", GuardOp::multiply}, {"/", GuardOp::divide}};

bool is_reserved(std::string_view name) { return name == "and" || name == "or" || name == "not"; }

class Parser {
 public:
  Parser(std::string_view text, const std::string& where, const std::vector<GuardCategory>& categories)
      : tokens_(detail::guard_tokens(text, where)), where_(where), categories_(categories) {
    guard_.text = text;
  }

  Guard parse() {
    const Token& first = peek();
    if (first.kind == TokenKind::end) guard_error(where_, 1, "the guard is empty");
    need_truth(disjunction(), first);
    if (peek().kind != TokenKind::end) guard_error(where_, peek().column, "unexpected " + in_quotes(peek().text));
    return std::move(guard_);
  }

  ClientExpression parse_any() {
    ClientExpression result;
    const GuardCategory* category = find_category(peek());
    if (category && tokens_[next_ + 1].kind == TokenKind::end) {
      result.levels = category->levels;
      emit(category->code, 1);
    } else {
      if (peek().kind == TokenKind::end) guard_error(where_, 1, "the expression is empty");
      result.is_condition = disjunction() == Type::truth;
      if (peek().kind != TokenKind::end) guard_error(where_, peek().column, "unexpected " + in_quotes(peek().text));
    }
    result.text = guard_.text;
    result.code = std::move(guard_.code);
    result.reads_oracle = guard_.reads_oracle;
    std::sort(rated_.begin(), rated_.end());
    rated_.erase(std::unique(rated_.begin(), rated_.end()), rated_.end());
    result.contacts = std::move(rated_);
    return result;
  }

 private:
  /// Counts nesting for as long as it lives, so that hostile input cannot exhaust the call stack.
  struct Deeper {
    explicit Deeper(Parser& parser) : depth(parser.depth_) {
      if (++depth > kMostNesting) guard_error(parser.where_, parser.peek().column, "nested too deep");
    }
    ~Deeper() { --depth; }
    int& depth;
  };

  Type disjunction() {
    const Token& first = peek();
    Type type = conjunction();
    while (takes("or")) {
      need_truth(type, first);
      const Token& right = peek();
      need_truth(conjunction(), right);
      emit({GuardOp::logical_or}, -1);
      type = Type::truth;
    }
    return type;
  }

  Type conjunction() {
    const Token& first = peek();
    Type type = negation();
    while (takes("and")) {
      need_truth(type, first);
      const Token& right = peek();
      need_truth(negation(), right);
      emit({GuardOp::logical_and}, -1);
      type = Type::truth;
    }
    return type;
  }

  Type negation() {
    if (!takes("not")) return comparison();
    const Deeper deeper(*this);
    const Token& operand = peek();
    need_truth(negation(), operand);
    emit({GuardOp::logical_not}, 0);
    return Type::truth;
  }

  Type comparison() {
    const Token& first = peek();
    if (const GuardCategory* category = find_category(first)) return belonging(*category);
    const std::size_t rated = rated_.size();
    const Type left = sum();
    const Operator* op = takes_one_of(kComparisons);
    if (!op) return left;
    need_number(left, first);
    const Token& second = peek();
    need_number(sum(), second);
    emit({op->op}, -1);
    need_contacts(rated);
    const int column = peek().column;
    if (takes_one_of(kComparisons)) guard_error(where_, column, "comparisons don't chain; join two of them with 'and'");
    return Type::truth;
  }

  /// What a rating says exists from the first contact on: until then the comparison is false.
  void need_contacts(std::size_t from) {
    std::sort(rated_.begin() + static_cast<std::ptrdiff_t>(from), rated_.end());
    std::int32_t last = -1;
    for (std::size_t i = from; i < rated_.size(); ++i) {
      if (rated_[i] == last) continue;
      last = rated_[i];
      emit({GuardOp::variable, last}, 1);
      emit({GuardOp::constant, -1, 0}, 1);
      emit({GuardOp::greater}, -1);
      emit({GuardOp::logical_and}, -1);
    }
    rated_.resize(from);
  }

  const GuardCategory* find_category(const Token& token) const {
    if (token.kind != TokenKind::name) return nullptr;
    const auto it = std::find_if(categories_.begin(), categories_.end(),
                                 [&](const GuardCategory& each) { return token.text == each.name; });
    return it == categories_.end() ? nullptr : &*it;
  }

  /// "culture == far": the client is of that level.
  Type belonging(const GuardCategory& category) {
    ++next_;
    const bool is = peek().text == "==", is_not = peek().text == "!=";
    if (peek().kind != TokenKind::symbol || !(is || is_not)) {
      guard_error(where_, peek().column, in_quotes(category.name) + " is compared by == or != with one of its levels");
    }
    ++next_;
    const Token& level = peek();
    const auto it = std::find(category.levels.begin(), category.levels.end(), level.text);
    if (level.kind != TokenKind::name || it == category.levels.end()) {
      guard_error(where_, level.column, unknown_name(category.name, level.text, category.levels));
    }
    ++next_;
    emit(category.code, 1);
    emit({GuardOp::constant, -1, static_cast<double>(it - category.levels.begin())}, 1);
    emit({is ? GuardOp::equal : GuardOp::not_equal}, -1);
    return Type::truth;
  }

  Type sum() { return chain(kSums, [this] { return product(); }); }
  Type product() { return chain(kProducts, [this] { return unary(); }); }

  template <std::size_t n, class Operand>
  Type chain(const Operator (&operators)[n], Operand operand) {
    const Token& first = peek();
    Type type = operand();
    while (const Operator* op = takes_one_of(operators)) {
      need_number(type, first);
      const Token& right = peek();
      need_number(operand(), right);
      emit({op->op}, -1);
      type = Type::number;
    }
    return type;
  }

  Type unary() {
    if (!takes("-")) return primary();
    const Deeper deeper(*this);
    const Token& operand = peek();
    need_number(unary(), operand);
    emit({GuardOp::negate}, 0);
    return Type::number;
  }

  Type primary() {
    const Token token = peek();
    if (takes("(")) {
      const Deeper deeper(*this);
      const Type type = disjunction();
      if (!takes(")")) guard_error(where_, peek().column, "')' is missing");
      return type;
    }
    if (token.kind == TokenKind::end) guard_error(where_, token.column, "the guard ends too early");
    if (token.kind == TokenKind::symbol || is_reserved(token.text)) {
      guard_error(where_, token.column, "unexpected " + in_quotes(token.text) + "; a number or variable was expected");
    }
    ++next_;
    if (token.kind == TokenKind::name) return variable(token);
    emit({GuardOp::constant, -1, token.number}, 1);
    return Type::number;
  }

  Type variable(const Token& token) {
    if (find_category(token)) {
      guard_error(where_, token.column, in_quotes(token.text) + " is no number; compare it by == or != with one of "
                                                                "its levels");
    }
    const auto& known = guard_variables();
    const auto it = std::find_if(known.begin(), known.end(), [&](const auto& v) { return token.text == v.name; });
    if (it == known.end()) {
      const std::string latent = "oracle." + std::string(token.text);
      const bool hidden = std::any_of(known.begin(), known.end(), [&](const auto& v) { return latent == v.name; });
      if (hidden) guard_error(where_, token.column, "no service can measure this; write " + in_quotes(latent));
      std::vector<std::string> names;
      for (const GuardVariable& each : known) names.push_back(each.name);
      for (const GuardCategory& each : categories_) names.push_back(each.name);
      guard_error(where_, token.column, unknown_name("variable", token.text, names));
    }
    guard_.reads_oracle = guard_.reads_oracle || token.text.substr(0, 7) == "oracle.";
    emit({GuardOp::variable, it->column}, 1);
    if (const std::int32_t contacts = rated_contacts(it->column); contacts >= 0) rated_.push_back(contacts);
    return std::string_view(it->unit) == "flag" ? Type::flag : Type::number;
  }

  void need_truth(Type type, const Token& at) {
    if (type == Type::number) guard_error(where_, at.column, "a condition was expected, this is a number");
  }
  void need_number(Type type, const Token& at) {
    if (type == Type::truth) guard_error(where_, at.column, "a number was expected, this is a condition");
  }

  /// @param growth  values that this operation leaves on the stack, less those that it takes
  void emit(GuardCode code, int growth) {
    guard_.code.push_back(code);
    stack_ += growth;
    if (stack_ > kGuardDepth) {
      guard_error(where_, peek().column, "too many open operations; put simpler conditions first");
    }
  }

  const Token& peek() const { return tokens_[next_]; }
  bool takes(std::string_view text) {
    if (peek().kind == TokenKind::number || peek().text != text) return false;
    ++next_;
    return true;
  }
  template <std::size_t n>
  const Operator* takes_one_of(const Operator (&operators)[n]) {
    for (const Operator& each : operators) {
      if (takes(each.text)) return &each;
    }
    return nullptr;
  }

  std::vector<Token> tokens_;
  const std::string& where_;
  const std::vector<GuardCategory>& categories_;
  std::vector<std::int32_t> rated_;  ///< contacts that the ratings read in this comparison need
  std::size_t next_ = 0;
  int depth_ = 0;
  int stack_ = 0;
  Guard guard_;
};

void refuse_long(std::string_view text, const std::string& where, const char* what) {
  if (text.size() <= kLongestGuard) return;
  throw UserError(where, std::string(what) + " has at most " + std::to_string(kLongestGuard) + " characters");
}

}  // namespace

Guard parse_guard(std::string_view text, const std::string& where, const std::vector<GuardCategory>& categories) {
  refuse_long(text, where, "a guard");
  return Parser(text, where, categories).parse();
}

ClientExpression parse_expression(std::string_view text, const std::string& where,
                            const std::vector<GuardCategory>& categories) {
  refuse_long(text, where, "an expression");
  return Parser(text, where, categories).parse_any();
}

}  // namespace hybridcare
