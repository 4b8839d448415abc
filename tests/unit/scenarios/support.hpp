// A small scenario to bend, and how its messages are caught.
#pragma once
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "scenarios/scenario.hpp"
#include "sim/error.hpp"

namespace hybridcare::test {

/// @param path  from the root of the checkout, where tests are run; no path of this machine is compiled in, so that
///              another checkout's compiler cache serves this one
inline std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot open " + path + "; tests run in the root of the checkout");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline Experiment library(const std::string& name) {
  const std::string path = "scenarios/library/" + name + ".json";
  return read_experiment(contents(path), path, "scenarios/profiles");
}

/// @param more   members beside the head, e.g. R"("leaving": {"missed": 0.1},)"
/// @param arms   the member "arms"
inline std::string scenario(const std::string& more = "", const std::string& arms = R"({"human": {}})") {
  return R"({"format": 1, "name": "small", )" + more +
         R"("pathway": {"steps": {"care": {"weeks": 12, "human": {"every_weeks": 1}}}}, "arms": )" + arms + "}";
}

/// @param pathway  the member "pathway"
inline std::string with_pathway(const std::string& pathway) {
  return R"({"format": 1, "name": "small", "pathway": )" + pathway + R"(, "arms": {"only": {}}})";
}

/// A pathway of two weekly steps a and b with these transitions.
inline std::string with_transitions(const std::string& transitions) {
  return with_pathway(R"({"start": "a", "steps": {"a": {"weeks": 12, "then": "b", "human": {}},
                          "b": {"weeks": 12, "human": {}}}, "transitions": {)" + transitions + "}}");
}

/// The message of the refusal, or "accepted".
inline std::string refusal(const std::string& text) {
  try {
    read_experiment(text, "f.json");
  } catch (const UserError& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace hybridcare::test
