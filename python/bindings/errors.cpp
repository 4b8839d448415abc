// C++ errors as Python ones: a mistake of the user's is a ConfigError, a cancelled run a kind of KeyboardInterrupt.
#include "sim/error.hpp"

#include <exception>

#include "bindings.hpp"

namespace hybridcare::bindings {
namespace {

void add_exception(py::module_& module, const char* name, const char* meaning, PyObject* base) {
  const std::string full = std::string("hybridcare._core.") + name;
  PyObject* type = PyErr_NewExceptionWithDoc(full.c_str(), meaning, base, nullptr);
  if (type == nullptr) throw py::error_already_set();
  module.attr(name) = py::reinterpret_steal<py::object>(type);
}

/// Looked up when it is needed, so that the extension keeps no global state.
py::object exception_type(const char* name) { return py::module_::import("hybridcare._core").attr(name); }

void raise_config_error(const UserError& error) {
  const py::object type = exception_type("ConfigError");
  py::object raised = type(error.what());
  raised.attr("where") = error.where();
  PyErr_SetObject(type.ptr(), raised.ptr());
}

}  // namespace

void bind_errors(py::module_& module) {
  add_exception(module, "ConfigError",
                "A mistake in what the user gave. Attribute `where`: file and JSON Pointer, file, line and column, or\n"
                "command line option; '' if there is no such place.",
                PyExc_ValueError);
  module.attr("ConfigError").attr("where") = "";
  add_exception(module, "Cancelled", "The run was asked to stop; nothing was written.", PyExc_KeyboardInterrupt);
  py::register_local_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const UserError& error) {
      raise_config_error(error);
    } catch (const hybridcare::Cancelled& error) {
      PyErr_SetString(exception_type("Cancelled").ptr(), error.what());
    }
  });
}

}  // namespace hybridcare::bindings
