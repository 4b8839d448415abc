// A number or a condition of a client, in the language of guards: what a study is asked to measure, or to group by.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/guard.hpp"

namespace hybridcare {

struct ClientExpression {
  std::string text;
  std::vector<GuardCode> code;         ///< postfix; truth is 1.0, falsehood 0.0
  bool is_condition = false;
  bool reads_oracle = false;           ///< reads latent state that no service could measure
  std::vector<std::string> levels;     ///< what its numbers are called, if it is one of the scenario's categories
  std::vector<std::int32_t> contacts;  ///< columns that must be above 0 for it to mean anything: ratings that are read
                                       ///< outside of a comparison exist from the first contact on
};

/// Any expression: a condition, a number, or the bare name of a category.
/// @throws UserError as parse_guard
ClientExpression parse_expression(std::string_view text, const std::string& where,
                                  const std::vector<GuardCategory>& categories = {});

/// "exit": none while in the pathway, completed, ended_early, dropped. No guard needs it.
GuardCategory exit_category();

}  // namespace hybridcare
