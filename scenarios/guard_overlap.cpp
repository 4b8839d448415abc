// Interval reasoning: can two guards hold together? Only what is proved disjoint counts as disjoint. A guard is taken
// as an "or" of clauses; a clause is an "and" of comparisons of one variable with a constant. Whatever is of another
// form is left out of its clause, which can only widen it.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "scenarios/guard.hpp"

namespace hybridcare {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::int32_t kWords = 1 << 20;  ///< columns of whole numbers are told from others by this
constexpr std::size_t kMostClauses = 64;  ///< beyond this nothing is proved

struct Interval {
  double least = -kInfinity, most = kInfinity;
  bool least_open = false, most_open = false;
  bool empty() const { return least > most || (least == most && (least_open || most_open)); }
};

Interval both(const Interval& a, const Interval& b) {
  Interval result = a;
  if (b.least > a.least || (b.least == a.least && b.least_open)) {
    result.least = b.least;
    result.least_open = b.least_open;
  }
  if (b.most < a.most || (b.most == a.most && b.most_open)) {
    result.most = b.most;
    result.most_open = b.most_open;
  }
  return result;
}

using Clause = std::map<std::int32_t, Interval>;  ///< by column; ordered, so that the same guards give the same answer
using Clauses = std::vector<Clause>;              ///< none: never true; nullopt: unknown

/// What is on the stack of the symbolic evaluation.
struct Value {
  enum class Kind { unknown, constant, variable, condition } kind = Kind::unknown;
  double number = 0;
  std::int32_t column = -1;
  std::optional<Clauses> holds, fails;  ///< condition: where it holds, where it does not
};

std::optional<Clauses> any(const std::optional<Clauses>& a, const std::optional<Clauses>& b) {
  if (!a || !b || a->size() + b->size() > kMostClauses) return std::nullopt;
  Clauses result = *a;
  result.insert(result.end(), b->begin(), b->end());
  return result;
}

/// An unknown side is left out: the other side alone is a superset of both.
std::optional<Clauses> all(const std::optional<Clauses>& a, const std::optional<Clauses>& b) {
  if (!a) return b;
  if (!b) return a;
  if (a->size() * b->size() > kMostClauses) return std::nullopt;
  Clauses result;
  for (const Clause& left : *a) {
    for (const Clause& right : *b) {
      Clause joined = left;
      for (const auto& [column, interval] : right) joined[column] = both(joined[column], interval);
      result.push_back(joined);
    }
  }
  return result;
}

GuardOp mirrored(GuardOp op) {
  switch (op) {
    case GuardOp::less: return GuardOp::greater;
    case GuardOp::less_equal: return GuardOp::greater_equal;
    case GuardOp::greater: return GuardOp::less;
    case GuardOp::greater_equal: return GuardOp::less_equal;
    default: return op;
  }
}

GuardOp opposite(GuardOp op) {
  switch (op) {
    case GuardOp::less: return GuardOp::greater_equal;
    case GuardOp::less_equal: return GuardOp::greater;
    case GuardOp::greater: return GuardOp::less_equal;
    case GuardOp::greater_equal: return GuardOp::less;
    case GuardOp::equal: return GuardOp::not_equal;
    default: return GuardOp::equal;
  }
}

/// Where `column op bound` holds.
Clauses region(std::int32_t column, GuardOp op, double bound) {
  const Interval below{-kInfinity, bound, false, op != GuardOp::less_equal};
  const Interval above{bound, kInfinity, op != GuardOp::greater_equal, false};
  switch (op) {
    case GuardOp::less:
    case GuardOp::less_equal: return {{{column, below}}};
    case GuardOp::greater:
    case GuardOp::greater_equal: return {{{column, above}}};
    case GuardOp::equal: return {{{column, {bound, bound}}}};
    default: return {{{column, below}}, {{column, above}}};
  }
}

double computed(GuardOp op, double a, double b) {
  switch (op) {
    case GuardOp::add: return a + b;
    case GuardOp::subtract: return a - b;
    case GuardOp::multiply: return a * b;
    default: return a / b;
  }
}

Value compared(GuardOp op, const Value& left, const Value& right) {
  using Kind = Value::Kind;
  Value result{Kind::condition, 0, -1, {}, {}};
  const bool straight = left.kind == Kind::variable && right.kind == Kind::constant;
  const bool turned = left.kind == Kind::constant && right.kind == Kind::variable;
  const double bound = straight ? right.number : left.number;
  if ((!straight && !turned) || !std::isfinite(bound)) return result;
  const std::int32_t column = straight ? left.column : right.column;
  const GuardOp as_written = straight ? op : mirrored(op);
  result.holds = region(column, as_written, bound);
  result.fails = region(column, opposite(as_written), bound);
  return result;
}

/// A flag that stands for itself means "not 0".
Value as_condition(const Value& value) {
  if (value.kind == Value::Kind::condition) return value;
  if (value.kind != Value::Kind::variable) return {Value::Kind::condition, 0, -1, {}, {}};
  const Value zero{Value::Kind::constant, 0, -1, {}, {}};
  return compared(GuardOp::not_equal, value, zero);
}

Value negated(const Value& value) {
  Value result = as_condition(value);
  std::swap(result.holds, result.fails);
  return result;
}

Value combined(GuardOp op, const Value& left, const Value& right) {
  using Kind = Value::Kind;
  if (op == GuardOp::logical_and || op == GuardOp::logical_or) {
    const Value a = as_condition(left), b = as_condition(right);
    const bool conjunction = op == GuardOp::logical_and;
    return {Kind::condition, 0, -1, conjunction ? all(a.holds, b.holds) : any(a.holds, b.holds),
            conjunction ? any(a.fails, b.fails) : all(a.fails, b.fails)};
  }
  if (op < GuardOp::less) {
    if (left.kind != Kind::constant || right.kind != Kind::constant) return {};
    return {Kind::constant, computed(op, left.number, right.number), -1, {}, {}};
  }
  return compared(op, left, right);
}

std::optional<Clauses> clauses(const Guard& guard) {
  std::vector<Value> stack;
  for (const GuardCode& code : guard.code) {
    if (code.op == GuardOp::constant) {
      stack.push_back({Value::Kind::constant, code.value, -1, {}, {}});
    } else if (code.op == GuardOp::variable) {
      stack.push_back({Value::Kind::variable, 0, code.column, {}, {}});
    } else if (code.op == GuardOp::word) {
      stack.push_back({Value::Kind::variable, 0, kWords + code.column, {}, {}});
    } else if (code.op == GuardOp::logical_not) {
      stack.back() = negated(stack.back());
    } else if (code.op == GuardOp::negate) {
      const bool constant = stack.back().kind == Value::Kind::constant;
      stack.back() = constant ? Value{Value::Kind::constant, -stack.back().number, -1, {}, {}} : Value{};
    } else {
      const Value right = stack.back();
      stack.pop_back();
      stack.back() = combined(code.op, stack.back(), right);
    }
  }
  return as_condition(stack.back()).holds;
}

Interval range_of(std::int32_t column) {
  for (const GuardVariable& variable : guard_variables()) {
    if (variable.column == column) return {variable.least, variable.most};
  }
  return {};
}

bool is_empty(const Clause& clause) {
  return std::any_of(clause.begin(), clause.end(),
                     [](const auto& entry) { return both(entry.second, range_of(entry.first)).empty(); });
}

}  // namespace

bool provably_disjoint(const Guard& a, const Guard& b) {
  const auto first = clauses(a), second = clauses(b);
  if (!first && !second) return false;
  const auto together = all(first, second);  // one unknown: the other alone may still be impossible
  return together && std::all_of(together->begin(), together->end(), is_empty);
}

}  // namespace hybridcare
