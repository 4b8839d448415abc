// The layer agents/: only what a user may want to know about its shapes.
#include "agents/client.hpp"
#include "agents/description.hpp"
#include "agents/purposes.hpp"
#include "bindings.hpp"
#include "scenarios/description.hpp"

namespace hybridcare::bindings {
namespace {

py::list all_state_variables() {
  py::list rows;
  for (const auto* table : {&client_reals(), &client_words(), &bond_reals(), &shared_state()})
    for (const StateVariable& each : *table)
      rows.append(py::dict(py::arg("entity") = each.entity, py::arg("name") = each.name,
                           py::arg("symbol") = each.symbol, py::arg("unit") = each.unit,
                           py::arg("meaning") = each.meaning));
  return rows;
}

py::list all_mechanisms() {
  py::list rows;
  for (const Mechanism& each : mechanisms())
    rows.append(py::dict(py::arg("name") = each.name, py::arg("section") = each.section,
                         py::arg("meaning") = each.meaning, py::arg("changes") = each.changes,
                         py::arg("parameters") = each.parameters, py::arg("source") = each.source));
  return rows;
}

}  // namespace

void bind_agents(py::module_& module) {
  module.attr("CLIENT_BYTES") = kClientBytes;             // state per client of a block in flight, bytes
  module.attr("DRAW_TABLE_VERSION") = kDrawTableVersion;  // of the table that gives each decision its random word
  module.def("state_variables", &all_state_variables,
             "State of clients, bonds, therapists, assistants, a service and a network: entity, name, symbol, unit, "
             "meaning.");
  module.def("mechanisms", &all_mechanisms,
             "Mechanisms: name, section of the model document, meaning, state variables changed, parts of a scenario "
             "that hold the parameters, source of the form.");
}

}  // namespace hybridcare::bindings
