// The layer sim/: which build this is and what the machine can run.
#include "agents/purposes.hpp"
#include "bindings.hpp"
#include "sim/isa.hpp"
#include "sim/version.hpp"

namespace hybridcare::bindings {
namespace {

py::dict build_info() {
  py::dict out;
  out["version"] = version();
  out["commit"] = commit();
  out["compiler"] = compiler();
  out["instruction_sets"] = instruction_sets();
  out["draw_table_version"] = kDrawTableVersion;
  return out;
}

}  // namespace

void bind_sim(py::module_& module) {
  module.def("build_info", &build_info,
             "dict(version, commit, compiler, instruction_sets: slowest first, draw_table_version)");
}

}  // namespace hybridcare::bindings
