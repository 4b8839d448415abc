// Words for messages: numbers as a user writes them, and the known name nearest to an unknown one.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hybridcare {

/// The shortest text that reads back as `value`; whole numbers without an exponent.
std::string number_text(double value);

/// The candidate with the smallest edit distance to `name`, the first of several; "" if there are none.
std::string nearest(std::string_view name, const std::vector<std::string>& candidates);

/// "unknown step 'car'; nearest: 'care'; known: care, more". Long lists are left out.
std::string unknown_name(const std::string& kind, std::string_view name, const std::vector<std::string>& candidates);

/// "care, more"
std::string joined_names(const std::vector<std::string>& names);

/// True for a letter followed by at most 39 letters, digits and underscores.
bool is_name(std::string_view text);

/// Text cut after `most` bytes, with control characters, which could steer a terminal, shown as '?'. For messages.
std::string plain_text(std::string_view text, std::size_t most);

/// Text in single quotes, shortened, with control characters and quotes shown as '?'. For messages.
std::string in_quotes(std::string_view text);

}  // namespace hybridcare
