// Measured profiles: what one says in a scenario, and what it does to the headline, as one long call.
#include "analysis/profile_study.hpp"
#include "bindings.hpp"
#include "own_thread.hpp"

namespace hybridcare::bindings {
namespace {

/// A profile as read for one experiment.
struct ProfileView {
  std::shared_ptr<const Profile> profile;
  std::shared_ptr<const Experiment> experiment;
};

ProfileView read_for(const Experiment& experiment, const std::string& path) {
  return {profile_of(experiment, path), std::make_shared<const Experiment>(experiment)};
}

py::dict about(const ProfileView& view) {
  py::dict out;
  add_profile_keys(*view.profile, out);
  return out;
}

py::list items(const ProfileView& view) {
  py::list out;
  for (const ProfileItem& item : view.profile->items) out.append(item.name);
  return out;
}

TableView table(const ProfileView& view) {
  return {std::make_shared<const Table>(profile_table(*view.experiment, *view.profile))};
}

py::tuple study(const ProfileView& view, int threads, int block, const std::string& instruction_set,
                const py::object& progress) {
  ProfileStudyOptions options;
  options.run.threads = threads;
  options.run.block = block;
  options.run.instruction_set = instruction_set;
  ProfileStudy found;
  on_own_thread(options.run, progress, [&] { found = study_profile(*view.experiment, view.profile, options); });
  return py::make_tuple(TableView{std::make_shared<const Table>(std::move(found.effects))},
                        TableView{std::make_shared<const Table>(std::move(found.answers))});
}

}  // namespace

void add_profile_keys(const Profile& profile, py::dict& row) {
  row["name"] = profile.name;
  row["title"] = profile.title;
  row["file"] = profile.file;
  row["source"] = profile.source;
  row["illustrative"] = profile.illustrative;
  row["digest"] = profile.digest;
}

void bind_profiles(py::module_& module) {
  py::class_<ProfileView>(module, "Profile", "A measured profile, read for the headline of an experiment. Immutable.")
      .def(py::init(&read_for), py::arg("experiment"), py::arg("path"),
           "Reads a profile as the headline's first assistant would use it. Raises ConfigError with file, place,\n"
           "what was found and what is allowed.")
      .def_property_readonly("about", &about, "dict(name, title, file, source, illustrative, digest)")
      .def_property_readonly("items", &items, "names of what was measured, each usable alone")
      .def_property_readonly("notes", [](const ProfileView& v) { return profile_notes(*v.experiment, *v.profile); },
                             "what was assumed, added up, pooled or left out on the way, in words")
      .def("table", &table, "Table 'profile': what was learned, and what is assumed instead.")
      .def("study", &study, py::arg("threads") = 0, py::arg("block") = kBlock, py::arg("instruction_set") = "",
           py::arg("progress") = py::none(),
           "Runs the headline's arms with the profile: (Table 'profile_effects', Table 'profile_answers'). Ctrl-C\n"
           "stops the run and raises KeyboardInterrupt. Raises ConfigError for options out of range.");
}

}  // namespace hybridcare::bindings
