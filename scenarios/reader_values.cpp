// Typed access to a tree, with messages that say where, what was found and what is allowed.
#include <algorithm>
#include <cmath>

#include "scenarios/names.hpp"
#include "scenarios/reader.hpp"
#include "sim/error.hpp"

namespace hybridcare::detail {
namespace {

constexpr std::size_t kLongestText = 2000;

const char* kind_name(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::null: return "null";
    case Node::Kind::truth: return "true or false";
    case Node::Kind::number: return "a number";
    case Node::Kind::text: return "a text";
    case Node::Kind::array: return "a list";
    case Node::Kind::object: return "an object";
  }
  return "";
}

}  // namespace

void fail(const std::string& file, const Node& node, const std::string& message) {
  throw UserError(where(file, node.pointer), message);
}

void need(Node::Kind kind, const Node& node, const std::string& file) {
  if (node.kind == kind) return;
  fail(file, node, std::string("expected ") + kind_name(kind) + ", found " + kind_name(node.kind));
}

void refuse_unknown(const Node& object, const std::vector<std::string>& known, const std::string& file) {
  for (const NodeMember& member : object.members) {
    if (std::find(known.begin(), known.end(), member.name) != known.end()) continue;
    fail(file, member.value, unknown_name("key", member.name, known));
  }
}

const Node& required(const Node& object, const char* key, Node::Kind kind, const std::string& file) {
  const Node* member = object.find(key);
  if (!member) fail(file, object, std::string("key '") + key + "' is missing");
  need(kind, *member, file);
  return *member;
}

std::string outside(double value, double least, double most, const std::string& unit) {
  const bool plain = unit.empty() || unit == "share" || unit == "probability" || unit == "correlation";
  return number_text(value) + " is outside [" + number_text(least) + ", " + number_text(most) + "]" +
         (plain ? "" : " " + unit);
}

double read_real(const Node& node, double least, double most, const char* unit, const std::string& file) {
  need(Node::Kind::number, node, file);
  if (!(node.number >= least && node.number <= most)) fail(file, node, outside(node.number, least, most, unit));
  return node.number;
}

int read_whole(const Node& node, const Whole& whole, const std::string& file) {
  const double value = read_real(node, whole.least, whole.most, whole.unit, file);
  if (value != std::floor(value)) fail(file, node, number_text(value) + " is not a whole number");
  return static_cast<int>(value);
}

int optional_whole(const Node& object, const Whole& whole, const std::string& file) {
  const Node* member = object.find(whole.key);
  return member ? read_whole(*member, whole, file) : static_cast<int>(whole.fallback);
}

bool optional_switch(const Node& object, const char* key, bool fallback, const std::string& file) {
  const Node* member = object.find(key);
  if (!member) return fallback;
  need(Node::Kind::truth, *member, file);
  return member->truth;
}

std::string optional_text(const Node& object, const char* key, const std::string& fallback, const std::string& file) {
  const Node* member = object.find(key);
  if (!member) return fallback;
  need(Node::Kind::text, *member, file);
  if (member->text.size() > kLongestText) {
    fail(file, *member, "a text has at most " + std::to_string(kLongestText) + " bytes");
  }
  if (std::any_of(member->text.begin(), member->text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; })) {
    fail(file, *member, "a text has no line breaks or other control characters");
  }
  return member->text;
}

}  // namespace hybridcare::detail
