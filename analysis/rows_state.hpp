// Which columns of the state rows show as they are: one list for clients, one for their bonds with agents.
#pragma once
#include <string>
#include <vector>

#include "agents/client.hpp"
#include "analysis/names.hpp"
#include "analysis/sheet.hpp"

namespace hybridcare {

/// One column of the rows and the column of `Columns` that it copies.
template <class Columns>
struct StateColumn {
  const char* name;  ///< of a bond: the agent's name follows
  const char* unit;
  const char* meaning;
  Real Columns::*from;
  bool whole = false;
};

/// What a client is at the end of a week.
const std::vector<StateColumn<ClientReals>>& week_state();
/// What a client has become with an agent by the end of a week.
const std::vector<StateColumn<AgentColumns>>& bond_state();
/// The same of the week's latest contact, or of its contacts together: NaN in weeks without one.
const std::vector<StateColumn<AgentColumns>>& contact_state();
/// What a client brings along.
const std::vector<StateColumn<ClientReals>>& traits();
/// What had come of a client's course by its end.
const std::vector<StateColumn<ClientReals>>& client_end();
/// The same with an agent.
const std::vector<StateColumn<AgentColumns>>& bond_end();

/// Columns of a sheet that a list fills.
template <class Columns>
class StateSheet {
 public:
  StateSheet(Sheet& sheet, const std::vector<StateColumn<Columns>>& list, const std::string& suffix = "")
      : list_(list) {
    for (const StateColumn<Columns>& column : list) {
      const std::string name = column.name + suffix;
      real_.push_back(column.whole ? nullptr : sheet.real(name, column.unit, column.meaning));
      whole_.push_back(column.whole ? sheet.whole(name, column.unit, column.meaning) : nullptr);
    }
  }

  void set(std::size_t row, const Columns& from, int lane) const {
    for (std::size_t c = 0; c < list_.size(); ++c) {
      const double value = (from.*list_[c].from)[lane];
      if (list_[c].whole) whole_[c][row] = static_cast<std::int64_t>(value);
      else real_[c][row] = value;
    }
  }

 private:
  const std::vector<StateColumn<Columns>>& list_;
  std::vector<double*> real_;
  std::vector<std::int64_t*> whole_;
};

/// The lists of bonds stand twice in a sheet, once for each agent.
struct BondSheets {
  std::vector<StateSheet<AgentColumns>> of;  ///< by agent

  BondSheets(Sheet& sheet, const std::vector<StateColumn<AgentColumns>>& list) {
    for (int a = 0; a < kAgents; ++a) of.emplace_back(sheet, list, std::string("_") + agent_name(a));
  }
};

}  // namespace hybridcare
