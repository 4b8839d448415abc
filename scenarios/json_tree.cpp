#include "scenarios/json_tree.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/names.hpp"
#include "sim/error.hpp"

namespace hybridcare {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLongestShown = 200;  // bytes of a pointer in a message: a key may be as long as the file

/// "file:line:column" of a byte.
std::string place(std::string_view text, std::size_t offset, const std::string& file) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  std::size_t column = 1;  // counts characters, not bytes, as editors do
  for (const char c : before.substr(start)) column += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

/// Length of the well-formed UTF-8 character at the start of `text`, 0 if there is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned a = byte(0);
  if (a < 0x80) return 1;
  if (a >= 0xC2 && a <= 0xDF) return tail(1) ? 2 : 0;
  const unsigned least = a == 0xE0 ? 0xA0 : a == 0xF0 ? 0x90 : 0x80;  // no overlong forms
  const unsigned most = a == 0xED ? 0x9F : a == 0xF4 ? 0x8F : 0xBF;   // no surrogates, nothing above U+10FFFF
  if (byte(1) < least || byte(1) > most || !tail(2)) return 0;
  if (a >= 0xE0 && a <= 0xEF) return 3;
  return a >= 0xF0 && a <= 0xF4 && tail(3) ? 4 : 0;
}

void refuse_bad_utf8(std::string_view text, const std::string& file) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text.substr(i));
    if (length == 0) throw UserError(place(text, i, file), "not UTF-8: save the file with UTF-8 encoding");
    i += length;
  }
}

void refuse_depth(std::string_view text, const std::string& file) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      else if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMostDepth) {
        throw UserError(place(text, i, file), "nested deeper than " + std::to_string(kMostDepth) + " levels");
      }
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
}

/// What the library says of broken JSON, without its codes and its own count of lines.
std::string reason(const std::string& said) {
  const std::size_t dash = said.find(" - ");
  std::string text = dash == std::string::npos ? said : said.substr(dash + 3);
  const std::size_t read = text.find("; last read: ");
  if (read != std::string::npos) {
    const std::size_t expected = text.find("; expected ", read);
    text = text.substr(0, read) + (expected == std::string::npos ? "" : text.substr(expected));
  }
  if (text.size() > 200) text = text.substr(0, 200) + "...";
  for (char& c : text) c = static_cast<unsigned char>(c) < 0x20 ? '?' : c;
  return text;
}

/// Builds the tree from the library's events, and refuses what the library would let pass.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  Builder(std::string_view text, const std::string& file) : text_(text), file_(file) {}
  Node take() { return std::move(root_); }

  bool null() override { return put({}); }
  bool boolean(bool value) override {
    Node node;
    node.kind = Node::Kind::truth;
    node.truth = value;
    return put(std::move(node));
  }
  bool number_integer(number_integer_t value) override { return put_number(static_cast<double>(value)); }
  bool number_unsigned(number_unsigned_t value) override { return put_number(static_cast<double>(value)); }
  bool number_float(number_float_t value, const string_t&) override { return put_number(value); }
  bool string(string_t& value) override {
    Node node;
    node.kind = Node::Kind::text;
    node.text = value;
    return put(std::move(node));
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Node::Kind::object); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Node::Kind::array); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    Node& object = *open_.back();
    const std::string pointer = child_pointer(object.pointer, name);
    if (object.members.size() >= kMostMembers) {
      throw UserError(where(file_, object.pointer), "more than " + std::to_string(kMostMembers) + " keys");
    }
    if (object.find(name)) throw UserError(where(file_, pointer), "duplicate key " + in_quotes(name));
    object.members.push_back({name, {}});
    return true;
  }
  bool parse_error(std::size_t position, const std::string& token, const Json::exception& error) override {
    constexpr int kNumberOverflow = 406;
    const std::size_t offset = position > 0 ? position - 1 : 0;
    if (error.id == kNumberOverflow) {
      throw UserError(place(text_, offset, file_), in_quotes(token) + " is too large for a number");
    }
    const char found = offset < text_.size() ? text_[offset] : ' ';
    const bool no_number = found == 'N' || found == 'I';
    throw UserError(place(text_, offset, file_),
                    "not JSON: " + (no_number ? "NaN and Infinity are no JSON numbers" : reason(error.what())));
  }

 private:
  bool put_number(double value) {
    Node node;
    node.kind = Node::Kind::number;
    node.number = value;
    return put(std::move(node));
  }
  bool open(Node::Kind kind) {
    Node node;
    node.kind = kind;
    open_.push_back(&add(std::move(node)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }
  bool put(Node node) {
    add(std::move(node));
    return true;
  }
  /// Addresses stay good: a container gets no further member while one of its children is open.
  Node& add(Node node) {
    if (open_.empty()) return root_ = std::move(node);
    Node& parent = *open_.back();
    if (parent.kind == Node::Kind::array) {
      node.pointer = child_pointer(parent.pointer, std::to_string(parent.items.size()));
      parent.items.push_back(std::move(node));
      return parent.items.back();
    }
    NodeMember& member = parent.members.back();
    node.pointer = child_pointer(parent.pointer, member.name);
    return member.value = std::move(node);
  }

  std::string_view text_;
  const std::string& file_;
  Node root_;
  std::vector<Node*> open_;
};

}  // namespace

const Node* Node::find(std::string_view name) const {
  const auto it = std::find_if(members.begin(), members.end(), [&](const NodeMember& m) { return m.name == name; });
  return it == members.end() ? nullptr : &it->value;
}

Node* Node::find(std::string_view name) { return const_cast<Node*>(std::as_const(*this).find(name)); }

Node parse_json(std::string_view text, const std::string& file) {
  if (text.size() > kMostBytes) {
    throw UserError(file, "the file has " + std::to_string(text.size()) + " bytes; a scenario has at most " +
                              std::to_string(kMostBytes));
  }
  refuse_bad_utf8(text, file);
  refuse_depth(text, file);
  Builder builder(text, file);
  Json::sax_parse(text.begin(), text.end(), &builder);
  return builder.take();
}

std::string where(const std::string& file, const std::string& pointer) {
  return pointer.empty() ? file : file + "#" + plain_text(pointer, kLongestShown);
}

std::string child_pointer(const std::string& pointer, std::string_view name) {
  std::string child = pointer + "/";
  for (const char c : name) {
    if (c == '~') child += "~0";
    else if (c == '/') child += "~1";
    else child += c;
  }
  return child;
}

void merge_patch(Node& target, const Node& patch) {
  if (patch.kind != Node::Kind::object) {
    target = patch;
    return;
  }
  if (target.kind != Node::Kind::object) {
    target = {};
    target.kind = Node::Kind::object;
  }
  target.pointer = patch.pointer;
  for (const NodeMember& change : patch.members) {
    const auto it = std::find_if(target.members.begin(), target.members.end(),
                                 [&](const NodeMember& m) { return m.name == change.name; });
    if (change.value.kind == Node::Kind::null) {
      if (it != target.members.end()) target.members.erase(it);
    } else if (it != target.members.end()) {
      merge_patch(it->value, change.value);
    } else {
      target.members.push_back({change.name, {}});
      merge_patch(target.members.back().value, change.value);
    }
  }
}

bool same_value(const Node& a, const Node& b) {
  if (a.kind != b.kind || a.truth != b.truth || a.number != b.number || a.text != b.text) return false;
  if (a.members.size() != b.members.size()) return false;
  const auto held = [&](const NodeMember& m) {
    const Node* other = b.find(m.name);
    return other && same_value(m.value, *other);
  };
  return std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), same_value) &&
         std::all_of(a.members.begin(), a.members.end(), held);
}

}  // namespace hybridcare
