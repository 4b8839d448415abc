// JSON as a tree that remembers where its author wrote each value, so that a message about a merged arm points to
// the line of the file to mend. The only place where a JSON library is used to read.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace hybridcare {

struct NodeMember;

/// A JSON value. A plain value type; members keep the order of the file.
struct Node {
  enum class Kind { null, truth, number, text, array, object };
  Kind kind = Kind::null;
  bool truth = false;
  double number = 0;
  std::string text;
  std::vector<Node> items;
  std::vector<NodeMember> members;
  std::string pointer;  ///< JSON Pointer (RFC 6901) to where it was written in the file; "" is the whole document

  /// The member of that name, or null.
  const Node* find(std::string_view name) const;
  Node* find(std::string_view name);
};

struct NodeMember {
  std::string name;
  Node value;
};

inline constexpr std::size_t kMostBytes = 4u << 20;  ///< largest scenario file
inline constexpr int kMostDepth = 64;                ///< deepest nesting
inline constexpr std::size_t kMostMembers = 4096;    ///< keys in one object

/// Reads JSON strictly.
/// @throws UserError "file:line:column: ..." for what is not JSON, not UTF-8, too large, too deep or a number too
///         large for a double; "file#/pointer: ..." for a key that stands twice in one object
Node parse_json(std::string_view text, const std::string& file);

/// "file#/pointer", or just the file for the whole document.
std::string where(const std::string& file, const std::string& pointer);
/// The pointer of a member: '~' and '/' in its name are escaped.
std::string child_pointer(const std::string& pointer, std::string_view name);

/// Merge patch of RFC 7386: null removes, objects merge, everything else replaces. What the patch sets or merges
/// into points to the patch from then on.
void merge_patch(Node& target, const Node& patch);

/// Same value, whatever the order of members and wherever it was written.
bool same_value(const Node& a, const Node& b);

}  // namespace hybridcare
