// The layer analysis/: many design points of one experiment, as one long call.
#include <pybind11/numpy.h>

#include <utility>

#include "analysis/points.hpp"
#include "bindings.hpp"
#include "own_thread.hpp"

namespace hybridcare::bindings {
namespace {

using SharedRuns = std::shared_ptr<const PointRuns>;

/// An array over the runs' own memory, which lives as long as the array does.
py::array_t<double> shared(const SharedRuns& runs, const std::vector<double>& values, std::vector<py::ssize_t> shape) {
  const py::capsule owner(new SharedRuns(runs), [](void* held) { delete static_cast<SharedRuns*>(held); });
  py::array_t<double> array(std::move(shape), values.data(), owner);
  array.attr("setflags")(py::arg("write") = false);
  return array;
}

std::vector<py::ssize_t> shape_of(const PointRuns& runs) {
  return {static_cast<py::ssize_t>(runs.points), static_cast<py::ssize_t>(runs.arms),
          static_cast<py::ssize_t>(runs.metrics.size())};
}

py::array_t<double> values_of(const SharedRuns& runs) {
  std::vector<py::ssize_t> shape = shape_of(*runs);
  shape.push_back(static_cast<py::ssize_t>(runs->replicates));
  return shared(runs, runs->values, std::move(shape));
}

py::list metric_rows(const SharedRuns& runs) {
  py::list rows;
  for (const PointMetric& metric : runs->metrics)
    rows.append(py::dict(py::arg("name") = metric.name, py::arg("reading") = metric.reading,
                         py::arg("culture") = metric.culture, py::arg("twin") = metric.twin,
                         py::arg("unit") = metric.unit, py::arg("meaning") = metric.meaning));
  return rows;
}

SharedRuns run(const Experiment& experiment, const std::vector<std::string>& points,
               const std::vector<std::string>& arms, const py::list& metrics, const py::list& watch, int replicates,
               int clients, bool paired, std::uint32_t first_point, int threads, int block,
               const std::string& instruction_set, const py::object& progress) {
  PointsRequest request;
  request.arms = arms;
  for (const py::handle metric : metrics) request.metrics.push_back(question_of(metric.cast<py::dict>()));
  request.watch = measure_requests(watch);
  request.paired = paired;
  request.first_point = first_point;
  request.run.replicates = replicates;
  request.run.clients = clients;
  request.run.threads = threads;
  request.run.block = block;
  request.run.instruction_set = instruction_set;
  SharedRuns runs;
  on_own_thread(request.run, progress,
                [&] { runs = std::make_shared<const PointRuns>(run_points(experiment, points, request)); });
  return runs;
}

}  // namespace

void bind_points(py::module_& module) {
  py::class_<PointRuns, std::shared_ptr<PointRuns>>(module, "PointRuns", "What was read off at each design point.")
      .def_property_readonly("metrics", &metric_rows, "dicts of name, reading, culture, twin, unit, meaning")
      .def_property_readonly("estimate", [](const SharedRuns& r) { return shared(r, r->estimate, shape_of(*r)); },
                             "shape (points, arms, metrics); NaN: nobody counted, or the point failed")
      .def_property_readonly("values", &values_of,
                             "shape (points, arms, metrics, replicates): jackknife pseudo-values")
      .def_property_readonly("failures", [](const PointRuns& r) { return r.failures; }, "dict of point: reason")
      .def_property_readonly("hash", [](const PointRuns& r) { return r.hash; })
      .def_property_readonly("client_weeks", [](const PointRuns& r) { return r.report.client_weeks; })
      .def_property_readonly("kernel_seconds", [](const PointRuns& r) { return r.report.kernel_seconds; })
      .def_property_readonly("wall_seconds", [](const PointRuns& r) { return r.report.wall_seconds; });
  module.def("run_points", &run, py::arg("experiment"), py::arg("points"), py::arg("arms"), py::arg("metrics"),
             py::arg("watch") = py::list(), py::arg("replicates") = -1, py::arg("clients") = -1,
             py::arg("paired") = true, py::arg("first_point") = 0, py::arg("threads") = 0, py::arg("block") = kBlock,
             py::arg("instruction_set") = "", py::arg("progress") = py::none(),
             "Lays each JSON merge patch over the arms of the first variant and reads metrics off. Ctrl-C stops it.\n"
             "Raises ConfigError for unknown names; what a patch gets wrong is a failure of its point.");
}

}  // namespace hybridcare::bindings
