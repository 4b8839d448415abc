// The extension module hybridcare._core.
#include "bindings.hpp"

PYBIND11_MODULE(_core, module) {
  module.doc() = "The simulator behind the package hybridcare; use the package, this module is its engine room.";
  hybridcare::bindings::bind_errors(module);
  hybridcare::bindings::bind_sim(module);
  hybridcare::bindings::bind_agents(module);
  hybridcare::bindings::bind_tables(module);
  hybridcare::bindings::bind_scenarios(module);
  hybridcare::bindings::bind_analysis(module);
  hybridcare::bindings::bind_screen(module);
  hybridcare::bindings::bind_points(module);
  hybridcare::bindings::bind_profiles(module);
}
