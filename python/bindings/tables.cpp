// Tables of the layer analysis/, handed over through the Arrow PyCapsule interface.
#include "analysis/table.hpp"

#include "bindings.hpp"

namespace hybridcare::bindings {
namespace {

py::list columns(const TableView& view) {
  py::list out;
  for (const Column& column : view.table->columns) {
    py::dict row;
    row["name"] = column.name;
    row["unit"] = column.unit;
    row["meaning"] = column.meaning;
    out.append(row);
  }
  return out;
}

}  // namespace

void bind_tables(py::module_& module) {
  py::class_<TableView>(module, "Table", "A tidy table. pyarrow.table(t), polars.DataFrame(t): numbers are not copied.")
      .def_property_readonly("name", [](const TableView& view) { return view.table->name; })
      .def_property_readonly("rows", [](const TableView& view) { return view.table->rows(); })
      .def_property_readonly("columns", &columns, "list of dict(name, unit, meaning)")
      .def("__len__", [](const TableView& view) { return view.table->rows(); })
      .def("address", [](const TableView& view, const std::string& name) { return column_address(*view.table, name); },
           py::arg("column"), "Where the column's numbers (or dictionary codes) lie in memory.")
      .def("__arrow_c_schema__", [](const TableView& view) { return arrow_schema(view.table); })
      .def(
          "__arrow_c_stream__", [](const TableView& view, const py::object&) { return arrow_stream(view.table); },
          py::arg("requested_schema") = py::none(),
          "One record batch. A requested schema is ignored, as the interface allows.");
}

}  // namespace hybridcare::bindings
