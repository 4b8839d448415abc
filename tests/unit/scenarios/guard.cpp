// The guard language: what it accepts, what it means, and what it proves.
#include "scenarios/guard.hpp"

#include <rapidcheck.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "agents/client.hpp"
#include "scenarios/names.hpp"
#include "sim/error.hpp"
#include "tests/catch.hpp"

using namespace hybridcare;

namespace {

std::string refusal(const std::string& text) {
  try {
    parse_guard(text, "f.json#/when");
  } catch (const UserError& error) {
    return error.what();
  }
  return "accepted";
}

double applied(GuardOp op, double a, double b) {
  switch (op) {
    case GuardOp::add: return a + b;
    case GuardOp::subtract: return a - b;
    case GuardOp::multiply: return a * b;
    case GuardOp::divide: return a / b;
    case GuardOp::less: return a < b;
    case GuardOp::less_equal: return a <= b;
    case GuardOp::greater: return a > b;
    case GuardOp::greater_equal: return a >= b;
    case GuardOp::equal: return a == b;
    case GuardOp::not_equal: return a != b;
    case GuardOp::logical_and: return a != 0 && b != 0;
    default: return a != 0 || b != 0;
  }
}

/// Evaluates postfix code for one client; every variable is given by its column.
double evaluated(const Guard& guard, const std::vector<double>& columns) {
  std::vector<double> stack;
  for (const GuardCode& code : guard.code) {
    if (code.op == GuardOp::constant) {
      stack.push_back(code.value);
    } else if (code.op == GuardOp::variable) {
      stack.push_back(columns.at(static_cast<std::size_t>(code.column)));
    } else if (code.op == GuardOp::negate || code.op == GuardOp::logical_not) {
      stack.back() = code.op == GuardOp::negate ? -stack.back() : stack.back() == 0;
    } else {
      const double right = stack.back();
      stack.pop_back();
      stack.back() = applied(code.op, stack.back(), right);
    }
  }
  REQUIRE(stack.size() == 1);
  return stack.back();
}

constexpr std::size_t kColumns = (sizeof(ClientReals) + 2 * sizeof(AgentColumns)) / sizeof(Real);

std::vector<double> with(const std::string& name, double value) {
  std::vector<double> columns(kColumns, 0);
  for (const GuardVariable& each : guard_variables()) {
    if (name == each.name) columns.at(static_cast<std::size_t>(each.column)) = value;
  }
  return columns;
}

bool disjoint(const char* a, const char* b) {
  const Guard first = parse_guard(a, "a"), second = parse_guard(b, "b");
  const bool answer = provably_disjoint(first, second);
  CHECK(provably_disjoint(second, first) == answer);
  return answer;
}

/// By name, so that it shares nothing with the parser: a rating exists once there was a contact with that agent.
bool given(const std::string& variable, const std::vector<double>& columns) {
  bool rating = false;
  for (const char* part : {"_rating", "felt_heard", "confidence"})
    rating = rating || variable.find(part) != std::string::npos;
  if (!rating) return true;
  const std::string contacts = variable.substr(0, variable.find('_')) + "_contacts";
  for (const GuardVariable& each : guard_variables())
    if (contacts == each.name) return columns.at(static_cast<std::size_t>(each.column)) > 0;
  return true;
}

/// A random expression with its own idea of what it means: written down with all brackets, and evaluated directly.
struct Expression {
  std::string text;
  double value;
  bool rated = true;  ///< whatever ratings it reads have been given
};

Expression random_number(const std::vector<double>& columns, int depth);

Expression random_truth(const std::vector<double>& columns, int depth) {
  const int kind = *rc::gen::inRange(0, depth > 0 ? 9 : 6);
  if (kind < 6) {
    static const char* const names[] = {"<", "<=", ">", ">=", "==", "!="};
    const Expression a = random_number(columns, depth - 1), b = random_number(columns, depth - 1);
    const auto op = static_cast<GuardOp>(static_cast<int>(GuardOp::less) + kind);
    return {a.text + names[kind] + b.text, a.rated && b.rated ? applied(op, a.value, b.value) : 0};
  }
  const Expression a = random_truth(columns, depth - 1);
  if (kind == 6) return {"not (" + a.text + ")", a.value == 0 ? 1. : 0.};
  const Expression b = random_truth(columns, depth - 1);
  const auto op = kind == 7 ? GuardOp::logical_and : GuardOp::logical_or;
  return {"(" + a.text + (kind == 7 ? ") and (" : ") or (") + b.text + ")", applied(op, a.value, b.value)};
}

Expression random_number(const std::vector<double>& columns, int depth) {
  const int kind = *rc::gen::inRange(0, depth > 0 ? 7 : 2);
  if (kind == 0) {
    const double value = *rc::gen::inRange(0, 2000) / 64.0;
    return {number_text(value), value};
  }
  if (kind == 1) {
    const auto& known = guard_variables();
    const GuardVariable& variable = known[*rc::gen::inRange<std::size_t>(0, known.size())];
    return {variable.name, columns.at(static_cast<std::size_t>(variable.column)), given(variable.name, columns)};
  }
  const Expression a = random_number(columns, depth - 1);
  if (kind == 2) return {"-(" + a.text + ")", -a.value, a.rated};
  const Expression b = random_number(columns, depth - 1);
  const auto op = static_cast<GuardOp>(static_cast<int>(GuardOp::add) + kind - 3);
  return {"(" + a.text + ")" + "+-*/"[kind - 3] + "(" + b.text + ")", applied(op, a.value, b.value),
          a.rated && b.rated};
}

/// Comparisons of the first two variables (both 0 to 27) with whole numbers, joined at random.
std::string random_simple(int depth) {
  const int kind = *rc::gen::inRange(0, depth > 0 ? 4 : 1);
  if (kind == 0) {
    const std::string bound = std::to_string(*rc::gen::element(-1, 0, 3, 14, 27, 28));
    const std::string variable = guard_variables()[*rc::gen::inRange<std::size_t>(0, 2)].name;
    const auto op = *rc::gen::element<std::string>("<", "<=", ">", ">=", "==", "!=");
    return *rc::gen::arbitrary<bool>() ? variable + op + bound : bound + op + variable;
  }
  if (kind == 1) return "not (" + random_simple(depth - 1) + ")";
  return "(" + random_simple(depth - 1) + (kind == 2 ? ") and (" : ") or (") + random_simple(depth - 1) + ")";
}

std::vector<double> random_columns() {
  std::vector<double> columns(kColumns);
  for (double& each : columns) each = *rc::gen::inRange(-64, 2000) / 64.0;
  return columns;
}

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

}  // namespace

TEST_CASE("guards mean what they say") {
  const auto holds = [](const char* text, const char* name, double value) {
    return evaluated(parse_guard(text, ""), with(name, value)) != 0;
  };
  CHECK(holds("phq9 >= 15", "phq9", 15));
  CHECK_FALSE(holds("phq9 >= 15", "phq9", 14));
  CHECK(holds("not phq9 >= 15", "phq9", 14));
  CHECK(holds("phq9 - phq9_start >= 5 or phq9 == 3", "phq9", 3));
  CHECK(holds("phq9 > 0.8 * 10 + 1", "phq9", 9.5));
  CHECK_FALSE(holds("phq9 > 0.8 * (10 + 1)", "phq9", 8.7));
  CHECK(holds("- phq9 < -2 and .5 < phq9", "phq9", 3));
  CHECK(holds("10 - 3 - 2 == phq9", "phq9", 5));
  CHECK(holds("16 / 4 / 2 == phq9", "phq9", 2));
  CHECK(holds("phq9 > 1 or phq9 > 2 and phq9 > 3", "phq9", 2));
  CHECK(holds("off_track", "off_track", 1));
  CHECK(holds("off_track == 1 and not (off_track < 1)", "off_track", 1));
  CHECK(holds("1.5e1 <= phq9", "phq9", 15));
}

TEST_CASE("no comparison with a rating holds before the first contact") {
  const auto holds = [](const char* text, double contacts, double rating) {
    std::vector<double> columns = with("assistant_contacts", contacts);
    const std::vector<double> rated = with("assistant_alliance_rating", rating);
    for (std::size_t c = 0; c < columns.size(); ++c) columns[c] += rated[c];
    return evaluated(parse_guard(text, "f.json#/when"), columns) == 1;
  };
  CHECK_FALSE(holds("assistant_alliance_rating < 0.45", 0, 0));
  CHECK(holds("assistant_alliance_rating < 0.45", 1, 0));
  CHECK_FALSE(holds("assistant_alliance_rating < 0.45", 1, .5));
  CHECK_FALSE(holds("assistant_alliance_rating >= 0", 0, 0));
  CHECK_FALSE(holds("2 * assistant_alliance_rating < phq9 + 1", 0, 0));
  CHECK(holds("not (assistant_alliance_rating < 0.45)", 0, 0));
  CHECK(holds("assistant_alliance_rating < 0.45 or assistant_contacts == 0", 0, 0));
  CHECK_FALSE(holds("human_felt_heard < 3 and phq9 == 0", 3, 0));  // that is another agent's
  CHECK(disjoint("assistant_felt_heard < 3", "assistant_contacts == 0"));
  CHECK_FALSE(disjoint("not assistant_felt_heard < 3", "assistant_contacts == 0"));
}

TEST_CASE("cultures and attributes are compared by name") {
  const std::vector<GuardCategory> categories = {culture_category({"reference", "near", "far"}),
                                                 attribute_category("age_band", {"young", "old"}, 1)};
  const Guard far = parse_guard("culture == far", "w", categories);
  REQUIRE(far.code.size() == 3);
  CHECK(far.code[0].op == GuardOp::word);
  CHECK(far.code[0].column == static_cast<std::int32_t>(offsetof(ClientWords, culture) / sizeof(Word)));
  CHECK(far.code[1].value == 2);
  const Guard old = parse_guard("phq9 > 3 and age_band != old", "w", categories);
  std::vector<double> columns = with("phq9", 4);
  const std::size_t second = offsetof(ClientReals, attribute) / sizeof(Real) + 1;
  CHECK(evaluated(old, columns) == 1);
  columns[second] = 1;
  CHECK(evaluated(old, columns) == 0);
  CHECK(provably_disjoint(far, parse_guard("culture == near", "w", categories)));
  CHECK(provably_disjoint(far, parse_guard("not culture == far", "w", categories)));
  CHECK_FALSE(provably_disjoint(far, parse_guard("age_band == old", "w", categories)));
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"culture == remote", "column 12: unknown culture 'remote'; nearest: 'near'; known: reference, near, far"},
      {"culture > far", "column 9: 'culture' is compared by == or != with one of its levels"},
      {"culture", "column 8: 'culture' is compared by == or !="},
      {"culture == 2", "column 12: unknown culture '2'"},
      {"phq9 + culture > 2", "column 8: 'culture' is no number; compare it by == or !="},
      {"age_bnd == old", "column 1: unknown variable 'age_bnd'; nearest: 'age_band'"},
      {"culture == far == near", "column 16: unexpected '=='"},
  };
  for (const auto& [text, message] : cases) {
    INFO(text);
    std::string said = "accepted";
    try {
      parse_guard(text, "w", categories);
    } catch (const UserError& error) {
      said = error.what();
    }
    CHECK(said.substr(0, message.size() + 3) == "w: " + message);
  }
}

TEST_CASE("guards are refused with the column") {
  const std::string at = "f.json#/when: column ";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "1: the guard is empty"},
      {"   ", "1: the guard is empty"},
      {"phq9", "1: a condition was expected, this is a number"},
      {"phq9 + 1", "1: a condition was expected, this is a number"},
      {"phq9 >= 15 and 3", "16: a condition was expected, this is a number"},
      {"not phq9", "5: a condition was expected, this is a number"},
      {"(phq9 > 3) + 1 > 2", "1: a number was expected, this is a condition"},
      {"1 + (phq9 > 3) > 2", "5: a number was expected, this is a condition"},
      {"-(phq9 > 3) > 2", "2: a number was expected, this is a condition"},
      {"1 < phq9 < 3", "10: comparisons don't chain"},
      {"phq9 = 3", "6: '=' is not a comparison; write '=='"},
      {"phq9 > 3 && phq9 < 5", "10: write 'and', 'or'"},
      {"!phq9 > 3", "1: write 'not', or '!='"},
      {"phq9 >= ", "9: the guard ends too early"},
      {"phq9 >= )", "9: unexpected ')'; a number or variable was expected"},
      {"(phq9 >= 15", "12: ')' is missing"},
      {"phq9 >= 15)", "11: unexpected ')'"},
      {"phq9 >= 15 15", "12: unexpected '15'"},
      {"phq9 >= 1e999", "9: this number is too large or too small"},
      {"and > 3", "1: unexpected 'and'; a number or variable was expected"},
      {"phq9 > 3 or or phq9 > 3", "13: unexpected 'or'; a number or variable was expected"},
      {"phq9 > \"3\"", "8: unexpected character '\"'"},
      {"phq9 > 3; phq9", "9: unexpected character ';'"},
      {"wekes_in_step > 3", "1: unknown variable 'wekes_in_step'; nearest: 'weeks_in_step'"},
      {"PHQ9 > 3", "1: unknown variable 'PHQ9'; nearest: 'phq9'"},
      {"oracle.human_trst > 0.5", "1: unknown variable 'oracle.human_trst'; nearest: 'oracle.human_trust'"},
      {"episode > 3", "1: no service can measure this; write 'oracle.episode'"},
  };
  for (const auto& [text, message] : cases) {
    INFO(text);
    CHECK(refusal(text).substr(0, (at + message).size()) == at + message);
  }
}

TEST_CASE("hostile guards end in a message") {
  const std::string many(400, '(');
  CHECK(refusal(many).find("nested too deep") != std::string::npos);
  std::string nots;
  for (int i = 0; i < 200; ++i) nots += "not ";
  CHECK(refusal(nots + "off_track").find("nested too deep") != std::string::npos);
  CHECK(refusal(std::string(500, '-') + "phq9 > 0").find("nested too deep") != std::string::npos);
  CHECK(refusal(std::string(1001, ' ')) == "f.json#/when: a guard has at most 1000 characters");
  std::string right = "phq9";  // each bracket keeps one more value open
  for (int i = 0; i < 16; ++i) right = "1+(" + right + ")";
  CHECK(refusal(right + " > 0").find("too many open operations") != std::string::npos);
  std::string left = "phq9";
  for (int i = 0; i < 60; ++i) left = "(" + left + ")+1";
  CHECK(refusal(left + " > 0") == "accepted");
}

TEST_CASE("latent state needs its prefix and is marked") {
  CHECK_FALSE(parse_guard("phq9 > 3", "").reads_oracle);
  CHECK(parse_guard("phq9 > 3 or oracle.human_trust < 0.2", "").reads_oracle);
}

TEST_CASE("guard variables point to columns of the block") {
  std::set<std::int32_t> columns;
  for (const GuardVariable& each : guard_variables()) {
    CHECK(each.column >= 0);
    CHECK(each.column < static_cast<std::int32_t>(kColumns));
    CHECK(each.least < each.most);
    CHECK(columns.insert(each.column).second);
  }
  ClientBlock block;
  block.r.weeks_in_step[3] = 7;
  block.assistant.confidence[2] = 0.25;
  const auto* const cells = reinterpret_cast<const double*>(&block.r);  // columns of a block lie one after the other
  const auto lane = [&](const char* text, int i) {
    return cells[parse_guard(text, "").code.front().column * kColumn + i];
  };
  CHECK(&block.r.episode[0] == reinterpret_cast<double*>(&block.r));
  CHECK(lane("weeks_in_step > 0", 3) == 7);
  CHECK(lane("assistant_confidence > 0", 2) == 0.25);
}

TEST_CASE("disjoint guards are told from overlapping ones") {
  CHECK(disjoint("phq9 >= 15", "phq9 < 15"));
  CHECK(disjoint("phq9 > 15 and weeks_in_step >= 4", "phq9 <= 15 and weeks_in_step >= 4"));
  CHECK(disjoint("15 <= phq9", "15 > phq9"));
  CHECK(disjoint("off_track and phq9 > 3", "not off_track"));
  CHECK(disjoint("phq9 == 3", "phq9 != 3"));
  CHECK(disjoint("phq9 < 5 or phq9 > 20", "phq9 >= 5 and phq9 <= 20"));
  CHECK(disjoint("not (phq9 < 5 or phq9 > 20)", "phq9 < 5 or phq9 > 20"));
  CHECK(disjoint("phq9 > 10 + 5", "phq9 < 15"));
  CHECK(disjoint("phq9 > 27", "weeks_in_step > 3"));  // never holds at all
  CHECK_FALSE(disjoint("phq9 >= 15", "phq9 <= 15"));
  CHECK_FALSE(disjoint("phq9 > 3", "weeks_in_step > 3"));
  CHECK_FALSE(disjoint("phq9 > phq9_start", "phq9 <= phq9_start"));  // true, but beyond what is tried
  CHECK_FALSE(disjoint("phq9 < 5 or weeks_in_step > 3", "phq9 > 6"));
  CHECK_FALSE(disjoint("phq9 / 0 > 3", "phq9 > 6"));
}

TEST_CASE("random text never does worse than a message") {
  CHECK(rc::check("any bytes", [] {
    const auto text = *rc::gen::arbitrary<std::string>();
    RC_ASSERT(!refusal(text).empty());
  }));
  CHECK(rc::check("words of the language in any order", [] {
    const auto words = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "phq9", "off_track", "oracle.gain", "and", "or", "not", "(", ")", "+", "-", "*", "/", "<", ">=", "==", "3",
        ".5"));
    std::string text;
    for (const std::string& word : words) text += word + " ";
    RC_ASSERT(!refusal(text).empty());
  }));
}

TEST_CASE("what is written is what is evaluated") {
  CHECK(rc::check("expression -> text -> code -> value", [] {
    const auto columns = random_columns();
    const Expression expression = random_truth(columns, 3);
    const Guard guard = parse_guard(expression.text, "f.json#/when");
    RC_ASSERT(guard.text == expression.text);
    RC_ASSERT(same(evaluated(guard, columns), expression.value));
  }));
}

TEST_CASE("overlap is decided as trying every client would decide it") {
  CHECK(rc::check("two variables, a grid that hits every case", [] {
    const std::string a = random_simple(2), b = random_simple(2);
    const Guard first = parse_guard(a, "a"), second = parse_guard(b, "b");
    bool together = false;
    std::vector<double> client(kColumns, 0);
    for (int i = 0; i <= 54; ++i) {
      for (int j = 0; j <= 54; ++j) {
        client[static_cast<std::size_t>(guard_variables()[0].column)] = i / 2.0;
        client[static_cast<std::size_t>(guard_variables()[1].column)] = j / 2.0;
        together = together || (evaluated(first, client) != 0 && evaluated(second, client) != 0);
      }
    }
    RC_CLASSIFY(!together, "disjoint");
    RC_ASSERT(provably_disjoint(first, second) == !together);
  }));
}
