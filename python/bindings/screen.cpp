// The layer analysis/: screening a result over the fields of the scenario, as one long call.
#include <utility>

#include "analysis/screen.hpp"
#include "bindings.hpp"
#include "own_thread.hpp"

namespace hybridcare::bindings {
namespace {

using SharedScreening = std::shared_ptr<const Screening>;

struct ScreeningView {
  SharedScreening screening;
  TableView table() const { return {SharedTable(screening, &screening->table)}; }
};

py::dict question_row(const Question& question) {
  return py::dict(py::arg("metric") = question.metric, py::arg("reading") = question.reading,
                  py::arg("culture") = question.culture, py::arg("arm") = question.arm,
                  py::arg("against") = question.against, py::arg("twin") = question.twin,
                  py::arg("variant") = question.variant);
}

ScreenOptions screen_options(int replicates, int clients, bool design, bool brief) {
  ScreenOptions options;
  options.run.replicates = replicates;
  options.run.clients = clients;
  options.design = design;
  options.brief = brief;
  return options;
}

py::dict size_row(const ScreenSize& size) {
  return py::dict(py::arg("replicates") = size.replicates, py::arg("clients") = size.clients,
                  py::arg("weeks") = size.weeks, py::arg("fields") = size.fields, py::arg("moves") = size.moves,
                  py::arg("client_weeks") = size.client_weeks);
}

ScreeningView run_screen(const Experiment& experiment, const py::dict& question, int replicates, int clients,
                         int threads, int block, const std::string& instruction_set, bool design, bool brief,
                         const py::object& progress) {
  ScreenOptions options = screen_options(replicates, clients, design, brief);
  options.run.threads = threads;
  options.run.block = block;
  options.run.instruction_set = instruction_set;
  const Question asked = question_of(question);
  SharedScreening found;
  on_own_thread(options.run, progress,
                [&] { found = std::make_shared<const Screening>(screen(experiment, asked, options)); });
  return {found};
}

void bind_view(py::module_& module) {
  py::class_<ScreeningView>(module, "Screening", "Which fields drive a result.")
      .def_property_readonly("table", &ScreeningView::table, "one row per field that moves the result, by rank")
      .def_property_readonly("question", [](const ScreeningView& v) { return question_row(v.screening->question); },
                             "dict of text: what was screened, with nothing left open")
      .def_property_readonly("unit", [](const ScreeningView& v) { return v.screening->unit; })
      .def_property_readonly("estimate", [](const ScreeningView& v) { return v.screening->estimate.value; },
                             "of the result, from as few clients as the moves")
      .def_property_readonly("noise_se", [](const ScreeningView& v) { return standard_error(v.screening->estimate); })
      .def_property_readonly("size", [](const ScreeningView& v) { return size_row(v.screening->size); })
      .def_property_readonly("moving", [](const ScreeningView& v) { return v.screening->moving; },
                             "fields that move the result")
      .def_property_readonly("still", [](const ScreeningView& v) { return v.screening->still; },
                             "fields that leave it exactly as it is")
      .def_property_readonly("refused", [](const ScreeningView& v) { return v.screening->refused; },
                             "fields that can't be moved")
      .def_property_readonly("off", [](const ScreeningView& v) { return v.screening->off; },
                             "fields of what the core configuration lacks")
      .def_property_readonly("design", [](const ScreeningView& v) { return v.screening->design; },
                             "choices of the design, not moved")
      .def_property_readonly("left", [](const ScreeningView& v) { return v.screening->left; },
                             "fields that a brief screening leaves out")
      .def_property_readonly("kernel_seconds", [](const ScreeningView& v) {
        return v.screening->report.kernel_seconds;
      })
      .def_property_readonly("wall_seconds", [](const ScreeningView& v) { return v.screening->report.wall_seconds; })
      .def_property_readonly("client_weeks", [](const ScreeningView& v) { return v.screening->report.client_weeks; });
}

}  // namespace

Question question_of(const py::dict& given) {
  Question question;
  for (const auto& [name, text] :
       {std::pair{"metric", &question.metric}, {"reading", &question.reading}, {"culture", &question.culture},
        {"arm", &question.arm}, {"against", &question.against}, {"twin", &question.twin},
        {"variant", &question.variant}})
    if (given.contains(name)) *text = given[name].cast<std::string>();
  return question;
}

void bind_screen(py::module_& module) {
  bind_view(module);
  module.def(
      "screen_size",
      [](const Experiment& experiment, const py::dict& question, int replicates, int clients, bool design, bool brief) {
        const ScreenOptions options = screen_options(replicates, clients, design, brief);
        return size_row(size_of(experiment, question_of(question), options));
      },
      py::arg("experiment"), py::arg("question"), py::arg("replicates") = -1, py::arg("clients") = -1,
      py::arg("design") = false, py::arg("brief") = false,
      "What a screening costs: dict(replicates, clients, weeks, fields, moves, client_weeks). Raises ConfigError.");
  module.def("screen", &run_screen, py::arg("experiment"), py::arg("question"), py::arg("replicates") = -1,
             py::arg("clients") = -1, py::arg("threads") = 0, py::arg("block") = kBlock,
             py::arg("instruction_set") = "", py::arg("design") = false, py::arg("brief") = false,
             py::arg("progress") = py::none(),
             "Moves every field of the scenario down and up, alone. `question`: dict of metric, reading, culture,\n"
             "arm, against, twin, variant, each as text or left out. Ctrl-C stops it. Raises ConfigError.");
}

}  // namespace hybridcare::bindings
