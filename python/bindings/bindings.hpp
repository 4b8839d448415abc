// What the files of the extension module share. A binding converts and nothing else: one file per layer.
#pragma once
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "analysis/results.hpp"
#include "analysis/screen.hpp"
#include "analysis/table.hpp"
#include "scenarios/profile.hpp"

namespace hybridcare::bindings {

namespace py = pybind11;

/// A table together with whatever owns its memory (a Results, or itself).
using SharedTable = std::shared_ptr<const Table>;

/// What Python calls a Table: only a handle, so that the numbers are never copied.
struct TableView { SharedTable table; };

void bind_errors(py::module_& module);
void bind_sim(py::module_& module);
void bind_agents(py::module_& module);
void bind_scenarios(py::module_& module);
void bind_profiles(py::module_& module);
void bind_tables(py::module_& module);
void bind_analysis(py::module_& module);
void bind_screen(py::module_& module);
void bind_points(py::module_& module);

/// From plain dictionaries: {"name": …, "of": …, "given": …, "when": …, "week": …, "least": …}. The package checks
/// their keys; expressions are checked where they are read.
std::vector<MeasureRequest> measure_requests(const py::list& measures);
/// From a dictionary with metric, reading, culture, arm, against, twin, variant, each as text or left out.
Question question_of(const py::dict& given);

/// What tells a profile from another: name, title, file, source, illustrative, digest.
void add_profile_keys(const Profile& profile, py::dict& row);

/// Capsule "arrow_array_stream" with one record batch. Numeric columns and dictionary codes are not copied; the release
/// callbacks keep `table` alive as long as any consumer holds a column.
py::capsule arrow_stream(const SharedTable& table);
/// Capsule "arrow_schema" of the same struct type.
py::capsule arrow_schema(const SharedTable& table);
/// Where a column's buffer lies, so that a test can show that consumers share it: numbers, or dictionary codes.
std::uintptr_t column_address(const Table& table, const std::string& column);

}  // namespace hybridcare::bindings
