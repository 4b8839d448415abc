// The layer analysis/: a study as one long call, its tables, and rows on request.
#include <algorithm>
#include <atomic>
#include <bit>
#include <tuple>
#include <utility>
#include <vector>

#include "bindings.hpp"
#include "analysis/names.hpp"
#include "analysis/shapley.hpp"
#include "own_thread.hpp"
#include "scenarios/names.hpp"
#include "sim/error.hpp"

namespace hybridcare::bindings {
namespace {

using SharedResults = std::shared_ptr<const Results>;

struct ResultsView {
  SharedResults results;
  /// Shares ownership of the whole results, points at one table.
  TableView table(const std::string& name) const { return {SharedTable(results, &results->table(name))}; }
};

StudyOptions study_options(int threads, int block, const std::string& instruction_set, bool twins) {
  StudyOptions options;
  options.run.threads = threads;
  options.run.block = block;
  options.run.instruction_set = instruction_set;
  options.twins = twins;
  return options;
}

/// Groups from {"name": …, "of": …, "cuts": […]}.
WatchRequest watch_request(const py::list& measures, const py::list& groupings) {
  WatchRequest request{measure_requests(measures), {}};
  for (const py::handle each : groupings) {
    const py::dict row = each.cast<py::dict>();
    request.groupings.push_back({row["name"].cast<std::string>(), row["of"].cast<std::string>(),
                                 row["cuts"].cast<std::vector<double>>()});
  }
  return request;
}

ResultsView run_study(const Experiment& experiment, int threads, int block, const std::string& instruction_set,
                      bool twins, const py::object& progress, const py::list& watch, const py::list& by,
                      bool by_replicate) {
  StudyOptions options = study_options(threads, block, instruction_set, twins);
  options.watch = watch_request(watch, by);
  options.by_replicate = by_replicate;
  SharedResults results;
  on_own_thread(options.run, progress, [&] { results = std::make_shared<const Results>(study(experiment, options)); });
  return {results};
}

std::vector<std::string> table_names(const ResultsView& view) {
  std::vector<std::string> names;
  for (const Table& table : view.results->tables) names.push_back(table.name);
  return names;
}

void bind_results(py::module_& module) {
  py::class_<ResultsView>(module, "Results", "What a study found: tables and an account of the run.")
      .def("table", &ResultsView::table, py::arg("name"), "Raises ConfigError naming the known tables.")
      .def_property_readonly("table_names", &table_names)
      .def_property_readonly("hash", [](const ResultsView& v) { return v.results->hash; },
                             "Of every accumulator; depends on no thread, block size or instruction set.")
      .def_property_readonly("client_weeks", [](const ResultsView& v) { return v.results->report.client_weeks; })
      .def_property_readonly("session_weeks", [](const ResultsView& v) { return v.results->report.session_weeks; })
      .def_property_readonly("kernel_seconds", [](const ResultsView& v) { return v.results->report.kernel_seconds; })
      .def_property_readonly("wall_seconds", [](const ResultsView& v) { return v.results->report.wall_seconds; })
      .def_property_readonly("instruction_set", [](const ResultsView& v) { return v.results->report.instruction_set; })
      .def_property_readonly("threads", [](const ResultsView& v) { return v.results->report.threads; })
      .def_property_readonly("peak_bytes", [](const ResultsView& v) { return v.results->peak_bytes; })
      .def_property_readonly("reads_oracle", [](const ResultsView& v) { return v.results->reads_oracle; });
}

/// The arms of the first variant, as they are or as one of their twins.
std::vector<Cell> cells_of(const Experiment& experiment, const std::string& twin) {
  std::vector<std::string> known;
  for (int t = 0; t <= static_cast<int>(Twin::more_empathy); ++t) known.push_back(twin_name(static_cast<Twin>(t)));
  const auto found = std::find(known.begin(), known.end(), twin);
  if (found == known.end()) throw UserError("twin", unknown_name("twin", twin, known));
  std::vector<Cell> cells;
  for (int arm = 0; arm < static_cast<int>(experiment.arms.size()); ++arm)
    if (!experiment.arms[static_cast<std::size_t>(arm)].component)
      cells.push_back({0, arm, static_cast<Twin>(found - known.begin())});
  return cells;
}

/// One client of one replicate alone; -1: all.
void narrow(const Experiment& experiment, int replicate, int client, RunOptions& options) {
  const auto outside = [](const char* what, int value, int most) {
    throw UserError(what, std::to_string(value) + " is outside [0, " + std::to_string(most) + "]");
  };
  if (replicate >= experiment.replicates) outside("replicate", replicate, experiment.replicates - 1);
  if (client >= experiment.clients) outside("client", client, experiment.clients - 1);
  if (replicate >= 0) {
    options.first_replicate = static_cast<std::uint32_t>(replicate);
    options.replicates = 1;
  }
  if (client >= 0) {
    options.first_client = static_cast<std::uint32_t>(client);
    options.clients = 1;
  }
}

/// Iterator over chunks of rows. The flag is on the heap: the stream keeps its address.
class Rows {
 public:
  Rows(const Experiment& experiment, const std::string& kind, std::uint32_t sample, int threads, int block,
       const std::string& instruction_set, const std::string& twin, int replicate, int client)
      : cancel_(std::make_unique<std::atomic<bool>>(false)) {
    if (kind != "clients" && kind != "weeks") throw py::value_error("kind must be 'clients' or 'weeks'");
    RunOptions options = study_options(threads, block, instruction_set, false).run;
    options.cancel = cancel_.get();
    narrow(experiment, replicate, client, options);
    const auto what = kind == "weeks" ? RowStream::Kind::weeks : RowStream::Kind::clients;
    stream_ = std::make_unique<RowStream>(experiment, what, sample, options, cells_of(experiment, twin));
  }

  TableView next() {
    SharedTable chunk;
    on_own_thread([&] { chunk = stream_->next(); }, [] {}, *cancel_);
    if (!chunk) throw py::stop_iteration();
    return {chunk};
  }

 private:
  std::unique_ptr<std::atomic<bool>> cancel_;
  std::unique_ptr<RowStream> stream_;
};

using Share = std::tuple<double, double, double>;  // value; least and most over orders

std::vector<Share> shares_of(const std::vector<double>& worth) {
  if (!std::has_single_bit(worth.size()) || worth.size() > 65536)
    throw py::value_error("a game of n players has 2^n worths, n at most 16; found " + std::to_string(worth.size()));
  std::vector<Share> shares;
  for (const Contribution& each : shapley(worth)) shares.emplace_back(each.value, each.least_order, each.most_order);
  return shares;
}

}  // namespace

std::vector<MeasureRequest> measure_requests(const py::list& measures) {
  std::vector<MeasureRequest> requests;
  for (const py::handle each : measures) {
    const py::dict row = each.cast<py::dict>();
    MeasureRequest& made = requests.emplace_back();
    made.name = row["name"].cast<std::string>();
    made.of = row["of"].cast<std::string>();
    made.given = row["given"].cast<std::string>();
    made.when = row["when"].cast<std::string>();
    made.week = row["week"].cast<int>();
    made.least = row["least"].cast<double>();
  }
  return requests;
}

void bind_analysis(py::module_& module) {
  bind_results(module);
  module.def("shapley", &shares_of, py::arg("worth"),
             "Exact Shapley values of a game: (value, least, most over orders) of each player, from the worth of\n"
             "every coalition, whose number has a bit for each player in it. ValueError: not 2^n of them.");
  module.def(
      "estimate_bytes",
      [](const Experiment& experiment, int threads, bool twins) {
        return estimate_bytes(experiment, study_options(threads, kBlock, "", twins));
      },
      py::arg("experiment"), py::arg("threads") = 0, py::arg("twins") = true,
      "Bytes that the study takes at most. Raises ConfigError if the machine has less.");
  module.def("study", &run_study, py::arg("experiment"), py::arg("threads") = 0, py::arg("block") = kBlock,
             py::arg("instruction_set") = "", py::arg("twins") = true, py::arg("progress") = py::none(),
             py::arg("watch") = py::list(), py::arg("by") = py::list(), py::arg("by_replicate") = false,
             "Runs the experiment. `progress(done, total)` is called now and then on this thread. Ctrl-C stops the\n"
             "run within one block and raises KeyboardInterrupt. Raises ConfigError for options out of range.");
  py::class_<Rows>(module, "RowStream", "Iterator over Table chunks in the order (replicate, block, cell, client).")
      .def(py::init<const Experiment&, const std::string&, std::uint32_t, int, int, const std::string&,
                    const std::string&, int, int>(),
           py::arg("experiment"), py::arg("kind") = "clients", py::arg("sample") = 50, py::arg("threads") = 0,
           py::arg("block") = kBlock, py::arg("instruction_set") = "", py::arg("twin") = "factual",
           py::arg("replicate") = -1, py::arg("client") = -1)
      .def("__iter__", [](py::object self) { return self; })
      .def("__next__", &Rows::next);
}

}  // namespace hybridcare::bindings
