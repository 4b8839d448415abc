#pragma once
#include <stdexcept>
#include <string>

namespace hybridcare {

/// A mistake of the user's: says where, what was found and what is allowed. Our own mistakes assert instead.
class UserError : public std::runtime_error {
 public:
  /// @param where  file and JSON Pointer, file:line:column, or command line option
  /// @param what_  what was found and what is allowed
  UserError(const std::string& where, const std::string& what_)
      : std::runtime_error(where.empty() ? what_ : where + ": " + what_), where_(where) {}
  const std::string& where() const noexcept { return where_; }

 private:
  std::string where_;
};

/// The run was asked to stop (Ctrl-C); nothing was written.
class Cancelled : public std::runtime_error {
 public:
  Cancelled() : std::runtime_error("cancelled") {}
};

}  // namespace hybridcare
