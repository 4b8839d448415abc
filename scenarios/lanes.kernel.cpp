#include "scenarios/lanes.hpp"

#include <cstddef>

#include "agents/leaving.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {
namespace {

/// One number for (step, access to an assistant, kind of the coming week in it).
void set_keys(const CoursePlan& plan, const ClientBlock& b, Word& keys) {
  for (int i = 0; i < b.size; ++i) {
    const std::uint32_t alone = (b.w.events[i] & kWithoutAssistant) != 0 ? 1u : 0u;
    const int kind = plan.step_of(b.w.step[i], b, i).kind_of(static_cast<int>(b.r.weeks_in_step[i]) + 1);
    keys[i] = (b.w.step[i] << 1 | alone) << 16 | static_cast<std::uint32_t>(kind);
  }
}

bool grouped(const Word& keys, int size) {
  for (int i = 1; i < size; ++i)
    if (keys[i] < keys[i - 1]) return false;
  return true;
}

/// Columns of whole numbers, which stand in the same block.
const std::uint32_t* words_of(const double* columns) {
  constexpr std::size_t ahead = (offsetof(ClientBlock, w) - offsetof(ClientBlock, r)) / sizeof(double);
  return reinterpret_cast<const std::uint32_t*>(columns + ahead);
}

/// Value of a binary operation on doubles; truth is 1, falsehood 0.
double combine(GuardOp op, double a, double b) {
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
    case GuardOp::logical_or: return a != 0 || b != 0;
    default: return 0;
  }
}

}  // namespace

void sort_lanes(const CoursePlan& plan, ClientBlock& b, Word& keys) {
  set_keys(plan, b, keys);
  if (grouped(keys, b.size)) return;
  // Few lanes move in a week: each pass takes the first key that is not yet in place, and fills what strangers leave
  // open in its group with its last lanes. What lies together is not moved.
  Swaps swaps;
  for (int front = 0; front < b.size;) {
    const std::uint32_t group = keys[front];
    for (int back = b.size - 1;; --back) {
      while (front < b.size && keys[front] == group) ++front;
      while (back > front && keys[back] != group) --back;
      if (back <= front) break;
      swaps.from[swaps.count] = front;
      swaps.to[swaps.count++] = back;
      keys[back] = keys[front];
      keys[front] = group;
    }
  }
  swap_clients(b, swaps);
}

double evaluate(const GuardCode* code, int length, const double* columns, int i) {
  double stack[kGuardDepth];
  int top = -1;
  for (int n = 0; n < length; ++n) {
    switch (code[n].op) {
      case GuardOp::constant: stack[++top] = code[n].value; break;
      case GuardOp::variable: stack[++top] = columns[code[n].column * kColumn + i]; break;
      case GuardOp::word: stack[++top] = words_of(columns)[code[n].column * kColumn + i]; break;
      case GuardOp::negate: stack[top] = -stack[top]; break;
      case GuardOp::logical_not: stack[top] = stack[top] == 0; break;
      default:
        --top;
        stack[top] = combine(code[n].op, stack[top], stack[top + 1]);
    }
  }
  return top == 0 ? stack[0] : 0.0;
}

bool holds(const TransitionPlan& transition, const double* columns, int i) {
  return evaluate(transition.code, transition.length, columns, i) != 0;
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
