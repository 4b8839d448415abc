#include "analysis/profile_study.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/columns.hpp"
#include "analysis/metrics.hpp"
#include "analysis/profile_halves.hpp"
#include "analysis/tally.hpp"
#include "sim/error.hpp"

namespace hybridcare {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint64_t kAllItems = ~std::uint64_t{0};

int arm_index(const Experiment& experiment, const std::string& name) {
  for (std::size_t i = 0; i < experiment.arms.size(); ++i)
    if (experiment.arms[i].name == name) return static_cast<int>(i);
  return -1;
}

bool meets_assistant(const Scenario& scenario) {
  const auto& steps = scenario.pathway.steps;
  return std::any_of(steps.begin(), steps.end(),
                     [](const Step& step) { return step.assistant.every_weeks > 0 || step.coached; });
}

/// The pair of the headline, as places among the arms.
struct Pair {
  int arm = -1, against = -1;
  bool against_meets = false;  ///< an assistant, so that a profile moves it too
};

Pair pair_of(const Experiment& x) {
  Pair pair{arm_index(x, x.headline.arm), arm_index(x, x.headline.against), false};
  if (pair.arm < 0 || pair.against < 0 || pair.arm == pair.against) {
    throw UserError(x.file, "this scenario's headline compares nothing; a profile's effect needs two arms");
  }
  const auto meets = [&](int arm) { return meets_assistant(x.scenarios.front()[static_cast<std::size_t>(arm)]); };
  pair.against_meets = meets(pair.against);
  if (!meets(pair.arm) && !pair.against_meets) {
    throw UserError(x.file, "no arm of this scenario's headline meets an assistant: a profile has no effect");
  }
  return pair;
}

const Scenario& first_user(const Experiment& x) {
  const Pair pair = pair_of(x);
  const auto& arms = x.scenarios.front();
  const Scenario& first = arms[static_cast<std::size_t>(pair.arm)];
  return meets_assistant(first) ? first : arms[static_cast<std::size_t>(pair.against)];
}

const Parameters& parameters_of(const Scenario& scenario) {
  return scenario.assistants.empty() ? scenario.parameters : scenario.assistants.front().parameters;
}

/// The same arm with this profile for every assistant.
Scenario measured(const Scenario& plain, const ProfileUse& use, double elasticity) {
  Scenario scenario = plain;
  if (scenario.assistants.empty()) scenario.assistants.push_back({"assistant", scenario.parameters, {}});
  scenario.parameters.change.empathy_elasticity = elasticity;
  for (NamedAssistant& each : scenario.assistants) {
    each.profile = use;
    each.parameters.change.empathy_elasticity = elasticity;
  }
  return scenario;
}

/// A way of using a profile: what it lacks, whose clients are looked at beside everybody.
struct Lacking {
  std::string item;
  ProfileUse use;
  int culture = kAllCultures;
};

/// The same counts as if nothing were lost between laboratory and clinic.
std::shared_ptr<const Profile> without_loss(const Profile& profile) {
  Profile plain = profile;
  plain.clinic.mean = plain.clinic.sd = 0;
  return std::make_shared<const Profile>(std::move(plain));
}

/// In the order of the variants at one b_E.
std::vector<Lacking> uses_of(const std::shared_ptr<const Profile>& profile) {
  std::vector<Lacking> uses = {{"", {profile, kAllItems, true}}, {"", {profile, kAllItems, false}},
                               {"everything", {profile, 0, true}}};
  if (!profile->confusion.empty()) uses.push_back({"laboratory_to_clinic", {without_loss(*profile), kAllItems, true}});
  for (std::size_t i = 0; i < profile->items.size(); ++i) {
    const ProfileItem& item = profile->items[i];
    const bool of_culture = item.kind == ProfileItem::Kind::recognition;
    uses.push_back({item.name, {profile, kAllItems & ~(std::uint64_t{1} << i), true},
                    of_culture ? profile->confusion[item.index].culture : kAllCultures});
  }
  return uses;
}
enum Use : int { everything, drawn, nothing };

/// Courses to run, and where each stands.
struct Plan {
  Experiment experiment;
  Pair pair;
  std::vector<Lacking> uses;
  std::vector<Cell> cells;
  std::vector<int> place;  ///< by (b_E, use, arm or against): among the cells

  int at(int b, int use, bool against) const {
    return place[static_cast<std::size_t>((b * static_cast<int>(uses.size()) + use) * 2 + (against ? 1 : 0))];
  }
};

Plan plan_of(const Experiment& x, const std::shared_ptr<const Profile>& profile, const ProfileStudyOptions& options) {
  Plan plan{x, pair_of(x), uses_of(profile), {}, {}};
  if (options.run.replicates >= 0) plan.experiment.replicates = options.run.replicates;
  if (options.run.clients >= 0) plan.experiment.clients = options.run.clients;
  plan.experiment.scenarios.clear();
  for (const double elasticity : options.elasticities)
    for (const Lacking& lacking : plan.uses) {
      const std::size_t variant = plan.experiment.scenarios.size();
      const std::size_t first = variant / plan.uses.size() * plan.uses.size();
      std::vector<Scenario> arms = x.scenarios.front();
      for (const int arm : {plan.pair.arm, plan.pair.against})
        arms[static_cast<std::size_t>(arm)] = measured(arms[static_cast<std::size_t>(arm)], lacking.use, elasticity);
      plan.experiment.scenarios.push_back(std::move(arms));
      plan.place.push_back(static_cast<int>(plan.cells.size()));
      plan.cells.push_back({static_cast<int>(variant), plan.pair.arm, Twin::factual});
      const bool same = variant > first && !plan.pair.against_meets;  // no profile moves it
      plan.place.push_back(same ? plan.place[first * 2 + 1] : static_cast<int>(plan.cells.size()));
      if (!same) plan.cells.push_back({static_cast<int>(variant), plan.pair.against, Twin::factual});
    }
  return plan;
}

/// What is shown of an arm: one of the metrics, or how often its assistant misreads.
struct Shown {
  const char* name;
  const char* reading;    ///< "week": the main reading
  const char* unit;
  bool contrast;          ///< arm minus against; else of the arm alone
};
constexpr Shown kShown[] = {{"phq9", "week", "points", true},
                               {"misread_turns", "", "share", false},
                               {"dropout", "", "share", true},
                               {"missed_escalations", "", "weeks", false},
                               {"false_alarms", "", "alarms", false},
                               {"human_hours", "", "hours", false}};

double misread(const CountRow& row) {
  const auto at = [&](Met what) { return row[static_cast<std::size_t>(Layout::at(kAssistant, what))]; };
  return at(Met::turns) > 0 ? at(Met::misread) / at(Met::turns) : kNone;
}

class Effects {
 public:
  Effects(const Plan& plan, const Counts& counts, const ProfileStudyOptions& options)
      : plan_(plan),
        counts_(counts),
        options_(options),
        metrics_(metrics(plan.experiment, counts.layout)),
        t_(t_quantile(static_cast<std::size_t>(counts.replicates))) {}

  Estimate value(const Shown& outcome, int b, int use, int culture) const {
    const Estimate arm = of(outcome, plan_.at(b, use, false), culture);
    return outcome.contrast ? arm - of(outcome, plan_.at(b, use, true), culture) : arm;
  }

  /// @param culture  an index, or kAllCultures
  void add(TableWriter& writer, const std::string& item, int use, int culture) const {
    const auto& names = plan_.experiment.scenarios.front()[static_cast<std::size_t>(plan_.pair.arm)].cultures;
    const std::string group = culture < 0 ? "all" : names[static_cast<std::size_t>(culture)];
    for (std::size_t b = 0; b < options_.elasticities.size(); ++b)
      for (const Shown& outcome : kShown) {
        const Estimate with = value(outcome, static_cast<int>(b), everything, culture);
        const Estimate without = value(outcome, static_cast<int>(b), use, culture);
        const Estimate effect = with - without;
        const Noise error = noise(effect, t_);
        if (std::isnan(effect.value)) continue;
        writer.row({item, group, options_.elasticities[b], std::string(outcome.name), std::string(outcome.unit),
                    with.value, without.value, effect.value, error.se, error.low, error.high});
      }
  }

  const std::vector<double>& elasticities() const { return options_.elasticities; }
  double t() const { return t_; }

 private:
  Estimate of(const Shown& outcome, int cell, int culture) const {
    const Pool pool(counts_, cell, culture);
    if (std::string(outcome.name) == "misread_turns") return pool.estimate(misread);
    const std::string reading =
        *outcome.reading ? "week_" + std::to_string(plan_.experiment.reading_week) : std::string();
    for (const Metric& metric : metrics_)
      if (metric.name == outcome.name && metric.reading == reading) return pool.estimate(metric.of);
    return {kNone, {}};
  }

  const Plan& plan_;
  const Counts& counts_;
  const ProfileStudyOptions& options_;
  std::vector<Metric> metrics_;
  double t_;
};

ColumnSpec elasticity_column() { return real("b_E", "", "how much empathy itself helps, which no data identify"); }

Table effects_table(const std::vector<Lacking>& uses, const Effects& effects) {
  TableWriter writer("profile_effects",
                     {text("item", "measured against not measured, all else measured; everything: against nothing; "
                                   "laboratory_to_clinic: that loss against none"),
                      culture_column(), elasticity_column(),
                      text("outcome", "phq9 and dropout: the headline's difference; all others: of its first arm"),
                      unit_column(), real("measured", "", "with the whole profile, at its posterior means"),
                      real("not_measured", "", "the same without the item: the scenario's own value stands"),
                      real("effect", "", "measured - not_measured, over the same clients with the same chances"),
                      real("noise_se", "", "simulation noise alone: nothing of the profile is drawn here"),
                      real("noise_low", "", "effect - t(.975, replicates - 1) noise_se"),
                      real("noise_high", "", "effect + t(.975, replicates - 1) noise_se")});
  for (int use = nothing; use < static_cast<int>(uses.size()); ++use) {
    const Lacking& lacking = uses[static_cast<std::size_t>(use)];
    effects.add(writer, lacking.item, use, kAllCultures);
    if (lacking.culture >= 0) effects.add(writer, lacking.item, use, lacking.culture);
  }
  return writer.take();
}

Table answers_table(const Plan& plan, const Effects& effects, const Sums& halves) {
  TableWriter writer("profile_answers",
                     {elasticity_column(),
                      real("not_measured", "points", "headline without the profile: mean PHQ-9, arm minus against"),
                      real("at_means", "points", "with everything measured at its posterior mean"),
                      real("noise_se", "points", "simulation noise of at_means"),
                      real("drawn", "points", "with a posterior draw for each replicate"),
                      real("open_sd", "points", "how far the measurement leaves the answer open: SD over posterior "
                                                "draws, simulation noise taken out; replicates do not shrink it"),
                      real("open_low", "points", "drawn - 1.96 open_sd"),
                      real("open_high", "points", "drawn + 1.96 open_sd"), replicates_column()});
  for (std::size_t b = 0; b < effects.elasticities().size(); ++b) {
    const int at = static_cast<int>(b);
    const auto headline = [&](int use) { return effects.value(kShown[0], at, use, kAllCultures); };
    const Estimate means = headline(everything);
    const double open = spread_over_draws(halves, {plan.at(at, drawn, false), plan.at(at, everything, false),
                                                   plan.at(at, drawn, true), plan.at(at, everything, true)});
    const double center = headline(drawn).value;
    writer.row({effects.elasticities()[b], headline(nothing).value, means.value, standard_error(means), center, open,
                center - 1.96 * open, center + 1.96 * open, std::int64_t{halves.replicates}});
  }
  return writer.take();
}

}  // namespace

std::shared_ptr<const Profile> profile_of(const Experiment& experiment, const std::string& path) {
  const Scenario& scenario = first_user(experiment);
  if (!scenario.parameters.recognition.emotions_drawn) {
    throw UserError(experiment.file, "a measured profile needs turns with felt emotions, and "
                                     "/recognition/emotions_drawn is off in this scenario");
  }
  const int culture = parameters_of(scenario).assistant.culture;
  return std::make_shared<const Profile>(read_profile(path, {scenario.emotions, scenario.cultures, culture}));
}

Table profile_table(const Experiment& experiment, const Profile& profile) {
  TableWriter writer("profile", {text("kind", "recognition, quality or crisis"), text("name", "what was measured"),
                                 text("state", "measured; pooled: other rows stand in; assumed: not measured"),
                                 text("field", "assumed: the field of the scenario whose value stands"),
                                 real("evidence", "", "replies, ratings or cases behind it"),
                                 real("observed", "", "as counted: share right, mean rating on [0, 1], rate"),
                                 real("study", "", "posterior mean of the same in the study"),
                                 real("told", "", "what the model is told: posterior mean after the loss from "
                                                  "laboratory to clinic, and without what label and misreading took"),
                                 real("low", "", "2.5 % quantile of what the model is told"),
                                 real("high", "", "97.5 % quantile"),
                                 real("limited", "share", "posterior draws held at a limit: accuracy at chance, a "
                                                          "quality at the end of its scale"),
                                 text("note", "what was assumed on the way")});
  for (const ProfileLine& line : summarise(profile, parameters_of(first_user(experiment))))
    writer.row({line.item, line.name, line.state, line.path, line.evidence, line.observed, line.study, line.told,
                line.low, line.high, line.limited, line.note});
  return writer.take();
}

std::vector<std::string> profile_notes(const Experiment& experiment, const Profile& profile) {
  return notes_of(profile, parameters_of(first_user(experiment)));
}

ProfileStudy study_profile(const Experiment& experiment, const std::shared_ptr<const Profile>& profile,
                           const ProfileStudyOptions& options) {
  const Plan plan = plan_of(experiment, profile, options);
  Tally tally(plan.experiment, plan.cells, options.run.first_replicate);
  SumRecorder halves = record_halves(plan.experiment, plan.cells, options.run.first_replicate);
  ProfileStudy study;
  study.report = run(plan.experiment, plan.cells, {&tally, &halves}, options.run);
  const Counts counts = tally.take();
  const Effects effects(plan, counts, options);
  study.effects = effects_table(plan.uses, effects);
  study.answers = answers_table(plan, effects, halves.take());
  return study;
}

}  // namespace hybridcare
