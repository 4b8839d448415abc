#include "agents/packing.hpp"

#include <algorithm>
#include <cstddef>

namespace hybridcare {
namespace {

static_assert(offsetof(ClientBlock, human) == offsetof(ClientBlock, r) + sizeof(ClientReals));
static_assert(offsetof(ClientBlock, assistant) == offsetof(ClientBlock, human) + sizeof(AgentColumns));

/// Place of a column within its struct.
template <class Columns>
std::size_t place(Real Columns::* column) {
  static const Columns columns{};
  return static_cast<std::size_t>(&(columns.*column) - reinterpret_cast<const Real*>(&columns));
}

constexpr std::size_t kHuman = sizeof(ClientReals) / sizeof(Real);
constexpr std::size_t kAssistant = kHuman + sizeof(AgentColumns) / sizeof(Real);

}  // namespace

Kept kept_columns(const std::vector<std::int32_t>& read) {
  Kept kept;
  std::fill(std::begin(kept.column), std::end(kept.column), true);
  for (const auto each : kReported) kept.column[place(each)] = false;
  for (const std::size_t agent : {kHuman, kAssistant})
    for (const auto each : kReportedOfAgent) kept.column[agent + place(each)] = false;
  for (const std::int32_t column : read) kept.column[column] = true;
  for (const auto each : kRenewed) kept.column[place(each)] = false;
  for (const std::size_t agent : {kHuman, kAssistant})
    for (const auto each : kRenewedOfAgent) kept.column[agent + place(each)] = false;
  return kept;
}

}  // namespace hybridcare
