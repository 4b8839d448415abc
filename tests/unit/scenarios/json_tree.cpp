// Merge patches, provenance, and the strict reading of JSON.
#include "scenarios/json_tree.hpp"

#include <rapidcheck.h>

#include <nlohmann/json.hpp>

#include "scenarios/names.hpp"
#include "sim/error.hpp"
#include "tests/catch.hpp"

using namespace hybridcare;
using nlohmann::json;

namespace {

/// Few keys, so that patches meet what they patch.
json random_json(int depth) {
  const int kind = *rc::gen::inRange(0, depth > 0 ? 8 : 4);
  if (kind == 0) return nullptr;
  if (kind == 1) return *rc::gen::inRange(-5, 5);
  if (kind == 2) return *rc::gen::arbitrary<bool>();
  if (kind == 3) return *rc::gen::element<std::string>("x", "y", "");
  if (kind == 4) return json::array({random_json(depth - 1), random_json(depth - 1)});
  json object = json::object();
  for (const char* key : {"a", "b", "c/~", "d"}) {
    if (*rc::gen::arbitrary<bool>()) object[key] = random_json(depth - 1);
  }
  return object;
}

Node tree(const json& value) { return parse_json(value.dump(), "f"); }

/// Every pointer leads to the value that it came from.
void check_pointers(const Node& node, const json& document) {
  const json& found = document.at(json::json_pointer(node.pointer));
  RC_ASSERT((node.kind == Node::Kind::object) == found.is_object());
  RC_ASSERT((node.kind == Node::Kind::text) == found.is_string());
  for (const Node& item : node.items) check_pointers(item, document);
  for (const NodeMember& member : node.members) check_pointers(member.value, document);
}

}  // namespace

TEST_CASE("examples of RFC 7386 merge as it says") {
  const char* const cases[][3] = {
      {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
      {R"({"a":"b"})", R"({"a":null})", R"({})"},
      {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
      {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
      {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
      {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
      {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
      {R"({"a":"foo"})", R"(null)", R"(null)"},
      {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
      {R"([1,2])", R"({"a":"b","c":null})", R"({"a":"b"})"},
      {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
  };
  for (const auto& [target, patch, result] : cases) {
    INFO(target << " with " << patch);
    Node merged = parse_json(target, "f");
    merge_patch(merged, parse_json(patch, "f"));
    CHECK(same_value(merged, parse_json(result, "f")));
  }
}

TEST_CASE("merging agrees with the library's") {
  CHECK(rc::check([] {
    json target = random_json(3);
    const json patch = random_json(3);
    Node merged = tree(target);
    merge_patch(merged, tree(patch));
    target.merge_patch(patch);
    RC_ASSERT(same_value(merged, tree(target)));
  }));
}

TEST_CASE("a merged tree points to where each part was written") {
  const Node root = parse_json(R"({"base": {"x": {"y": 1, "z": 2}, "w": 3}, "patch": {"x": {"y": 5}}})", "f");
  Node merged = *root.find("base");
  merge_patch(merged, *root.find("patch"));
  CHECK(merged.pointer == "/patch");
  CHECK(merged.find("w")->pointer == "/base/w");
  CHECK(merged.find("x")->pointer == "/patch/x");
  CHECK(merged.find("x")->find("y")->pointer == "/patch/x/y");
  CHECK(merged.find("x")->find("z")->pointer == "/base/x/z");
}

TEST_CASE("what is read is what was written") {
  CHECK(rc::check("values and pointers", [] {
    const json document = random_json(4);
    check_pointers(tree(document), document);
  }));
  CHECK(rc::check("sameness", [] {
    const json a = random_json(2), b = random_json(2);
    RC_ASSERT(same_value(tree(a), tree(b)) == (a == b));
  }));
}

TEST_CASE("random bytes are read or refused") {
  CHECK(rc::check("any bytes", [](const std::string& text) {
    try {
      parse_json(text, "f");
    } catch (const UserError& error) {
      RC_ASSERT(std::string(error.what()).rfind("f", 0) == 0);
    }
  }));
  CHECK(rc::check("damaged documents", [] {
    std::string text = random_json(4).dump();
    RC_PRE(!text.empty());
    text[*rc::gen::inRange<std::size_t>(0, text.size())] = *rc::gen::arbitrary<char>();
    try {
      parse_json(text, "f");
    } catch (const UserError&) {
    }
  }));
}

TEST_CASE("objects with very many keys are refused before they take long") {
  std::string text = "{";
  for (int i = 0; i < 5000; ++i) text += "\"k" + std::to_string(i) + "\": 1, ";
  CHECK_THROWS_WITH(parse_json(text + "\"z\": 1}", "f"), "f: more than 4096 keys");
}

TEST_CASE("names in messages") {
  CHECK(number_text(10000000) == "10000000");
  CHECK(number_text(0.1) == "0.1");
  CHECK(number_text(-4.07) == "-4.07");
  CHECK(nearest("wekes", {"then", "weeks", "human"}) == "weeks");
  CHECK(nearest("cat", {"c", "car"}) == "car");
  CHECK(nearest("a", {}).empty());
  CHECK(unknown_name("arm", "a'\n", {"x"}) == "unknown arm 'a?" "?'; nearest: 'x'");
  CHECK(in_quotes(std::string(59, 'a') + "\xc3\xa4").substr(60) == "...'");  // no half character
  CHECK(plain_text("a\x1b[2J\x7f'", 9) == "a?[2J?'");
  CHECK(where("f", "/" + std::string(500, 'k')).size() == 205);  // f#, 200 bytes, ...
  CHECK(is_name("b_E_0"));
  CHECK_FALSE(is_name("0b"));
  CHECK_FALSE(is_name(""));
  CHECK_FALSE(is_name(std::string(41, 'a')));
}
