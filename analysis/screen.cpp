#include "analysis/screen.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/screen_run.hpp"
#include "scenarios/fields.hpp"

namespace hybridcare {
namespace {

// Sizes of a screening that is told nothing else: some seconds on two cores, whatever the scenario's weeks. Replicates
// of its own number, whatever the scenario's: noise is judged over them.
constexpr double kClientWeeks = 1.4e7;
constexpr int kReplicates = 16, kLeast = 8, kMost = 256;  ///< clients of a replicate
constexpr int kCoupledReplicates = 4;  ///< a population lives together: a few clients cost nearly as much as many

const Scenario& scenario_of(const Experiment& experiment, const Asked& asked, int arm) {
  return experiment.scenarios[static_cast<std::size_t>(asked.variant)][static_cast<std::size_t>(arm)];
}

/// Weeks that one set of scenarios lives through, in all cells and one replicate.
double weeks_of_cells(const Experiment& experiment, const Asked& asked, const ScreenSize& size) {
  double weeks = 0;
  for (const int arm : asked.arms) {
    const Scenario& scenario = scenario_of(experiment, asked, arm);
    double people = size.clients;
    if (const Coupling* coupling = scenario.coupling.get(); coupling && coupling->service) {
      double weekly = scenario.parameters.service.arrivals;
      for (const double mean : coupling->arrivals) weekly = std::max(weekly, mean);
      people += weekly * size.weeks;  // who come after them, once
    }
    people += scenario.coupling ? size.clients : 0;  // each course is lived again
    weeks += people * size.weeks;
  }
  return weeks * (asked.twin == Twin::factual ? 1 : 2);
}

/// What a brief screening tries: what is said to lie far off, what is always shown, and what makes a service.
bool in_brief(const Field& field) {
  const std::string path = field.path;
  const bool service = path.rfind("/service/", 0) == 0 || path.rfind("/network/", 0) == 0;
  return service || field.span.known() || always_shown(field);
}

/// Fields that will be tried, with their moves; the rest is counted.
std::vector<Movable> movables(const Experiment& experiment, const Asked& asked, const ScreenOptions& options,
                              Screening& screening) {
  Rereader reader(experiment);
  std::vector<Movable> found;
  for (const Field& field : fields()) {
    const ByArm places = places_of(field, reader, asked.variant, asked.arms);
    const Untried why = untried(field, first_of(places), experiment.configuration, options.design);
    const bool left = why == Untried::no && options.brief && !in_brief(field);
    screening.design += why == Untried::design;
    screening.off += why == Untried::off;
    screening.left += left;
    if (why == Untried::no && !left) found.push_back(movable(field, reader, asked.variant, asked.arms));
  }
  return found;
}

bool is_coupled(const Experiment& experiment, const Asked& asked) {
  return std::any_of(asked.arms.begin(), asked.arms.end(), [&](int arm) {
    return scenario_of(experiment, asked, arm).coupling != nullptr;
  });
}

ScreenSize sized(const Experiment& experiment, const Asked& asked, const ScreenOptions& options,
                 const std::vector<Movable>& tried) {
  ScreenSize size;
  size.weeks = asked.weeks;
  size.fields = static_cast<int>(tried.size());
  for (const Movable& each : tried) size.moves += !each.down.empty() + !each.up.empty();
  const bool coupled = is_coupled(experiment, asked);
  size.replicates = options.run.replicates > 0 ? options.run.replicates : coupled ? kCoupledReplicates : kReplicates;
  const auto weeks = [&](int clients) {
    size.clients = clients;
    return weeks_of_cells(experiment, asked, size) * (size.moves + 1) * size.replicates;
  };
  const double held = static_cast<double>(experiment.replicates) * experiment.clients / size.replicates;  // by a run
  const double affordable = std::clamp(std::min(kClientWeeks / weeks(1), held), 1.0 * kLeast, 1.0 * kMost);
  const int clients = coupled ? std::min(experiment.clients, kMost) : static_cast<int>(affordable);
  size.client_weeks = weeks(options.run.clients > 0 ? options.run.clients : clients);
  return size;
}

}  // namespace

ScreenSize size_of(const Experiment& experiment, const Question& question, const ScreenOptions& options) {
  const Asked asked = resolve(experiment, question);
  Screening counts;
  return sized(experiment, asked, options, movables(experiment, asked, options, counts));
}

Screening screen(const Experiment& experiment, const Question& question, const ScreenOptions& options) {
  const Asked asked = resolve(experiment, question);
  Screening screening;
  screening.question = asked.question;
  screening.unit = asked.unit;
  const std::vector<Movable> tried = movables(experiment, asked, options, screening);
  screening.size = sized(experiment, asked, options, tried);
  Screener screener(experiment, asked, options.run, screening.size);
  screening.estimate = screener.plain();
  std::vector<Driver> drivers = screener.moved(tried, screening.estimate);
  screening.refused = static_cast<int>(std::erase_if(drivers, [](const Driver& each) { return !each.moved(); }));
  screening.still = static_cast<int>(std::erase_if(drivers, [](const Driver& each) { return each.still(); }));
  screening.moving = static_cast<int>(drivers.size());
  screening.table = drivers_table(experiment, asked, std::move(drivers));
  screening.report = screener.report();
  return screening;
}

}  // namespace hybridcare
