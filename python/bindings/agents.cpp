// The layer agents/: only what a user may want to know about its shapes.
#include "agents/client.hpp"
#include "agents/purposes.hpp"
#include "bindings.hpp"

namespace hybridcare::bindings {

void bind_agents(py::module_& module) {
  module.attr("CLIENT_BYTES") = kClientBytes;             // state per client of a block in flight, bytes
  module.attr("DRAW_TABLE_VERSION") = kDrawTableVersion;  // of the table that gives each decision its random word
}

}  // namespace hybridcare::bindings
