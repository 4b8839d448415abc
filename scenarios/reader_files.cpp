// Files that a scenario names. They lie in its folder: a scenario from elsewhere reads nothing else of this machine.
#include <algorithm>
#include <filesystem>
#include <vector>

#include "scenarios/names.hpp"
#include "scenarios/reader.hpp"

namespace hybridcare::detail {
namespace {

namespace fs = std::filesystem;

/// Whether `inner` is `outer` or below it. Both canonical.
bool is_within(const fs::path& inner, const fs::path& outer) {
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

/// Names of the folders in a folder, in order; none if there is no such folder.
std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    if (at->is_directory(error)) names.push_back(at->path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

std::string file_beside(const Node& name, const std::string& file) {
  need(Node::Kind::text, name, file);
  const std::string& text = name.text;
  const fs::path given(text);
  const bool odd = std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  const bool climbs = std::find(given.begin(), given.end(), "..") != given.end();
  if (text.empty() || odd || climbs || given.has_root_path() || text.find('\\') != std::string::npos) {
    fail(file, name, in_quotes(text) + " is no place in the scenario's folder: a relative path without '..'");
  }
  const fs::path parent = fs::path(file).parent_path(), folder = parent.empty() ? fs::path(".") : parent;
  std::error_code error;
  const fs::path inside = fs::weakly_canonical(folder, error), target = fs::weakly_canonical(folder / given, error);
  if (error || !is_within(target, inside)) fail(file, name, in_quotes(text) + " leads out of the scenario's folder");
  return (parent / given).string();
}

std::string Profiles::find(const Node& name, const std::string& file) const {
  const std::string own = file_beside(name, file);
  std::error_code error;
  if (fs::exists(own, error)) return own;
  const std::vector<std::string> known = names_in(bundled);
  if (std::find(known.begin(), known.end(), name.text) != known.end()) {
    return (fs::path(bundled) / name.text).string();
  }
  const std::string absent = "no file or folder " + in_quotes(name.text) + " beside the scenario";
  if (known.empty() || !is_name(name.text)) fail(file, name, absent);
  fail(file, name, absent + ", and " + unknown_name("bundled profile", name.text, known));
}

}  // namespace hybridcare::detail
