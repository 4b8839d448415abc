// Tables of outcomes: estimates, contrasts, their split, the headline with its envelope, and the excess over twins.
#include <algorithm>
#include <cmath>
#include <optional>

#include "analysis/columns.hpp"
#include "analysis/estimates.hpp"
#include "analysis/shapley.hpp"

namespace hybridcare {
namespace {

std::int64_t whole_count(double value) { return static_cast<std::int64_t>(value); }

int arm_index(const Experiment& experiment, const std::string& name) {
  for (std::size_t i = 0; i < experiment.arms.size(); ++i)
    if (experiment.arms[i].name == name) return static_cast<int>(i);
  return -1;
}

void add_contrasts(TableWriter& writer, const Estimates& all, int arm, int against) {
  for (int group = 0; group < all.groups(); ++group)
    for (std::size_t m = 0; m < all.list().size(); ++m) {
      const Metric& metric = all.list()[m];
      const Estimate &a = all.of(arm, group, static_cast<int>(m)), &b = all.of(against, group, static_cast<int>(m));
      const Estimate difference = a - b;
      if (std::isnan(difference.value)) continue;
      const Noise error = all.noise(difference);
      writer.row({all.variant(arm), all.arm(arm), all.arm(against), all.group(group), metric.name, metric.reading,
                  metric.unit, difference.value, error.se, error.low, error.high, variance_reduction(a, b),
                  std::int64_t{all.counts().replicates}});
    }
}

/// Estimates of one metric for every combination of components, in the order of Headline::cells; or nothing.
std::optional<std::vector<Estimate>> coalitions(const Estimates& all, int variant, int metric) {
  std::vector<Estimate> worth;
  for (const int arm : all.experiment().headline.cells) {
    const int cell = all.find(variant, arm, Twin::factual);
    if (cell < 0 || std::isnan(all.of(cell, 0, metric).value)) return std::nullopt;
    worth.push_back(all.of(cell, 0, metric));
  }
  if (worth.size() < 2) return std::nullopt;
  return worth;
}

std::vector<Contribution> shapley_without(const std::vector<Estimate>& worth, int replicate) {
  std::vector<double> values;
  for (const Estimate& coalition : worth)
    values.push_back(replicate < 0 ? coalition.value : coalition.without[static_cast<std::size_t>(replicate)]);
  return shapley(values);
}

void add_split(TableWriter& writer, const Estimates& all, int variant, const Metric& metric,
               const std::vector<Estimate>& worth) {
  const std::vector<Contribution> pooled = shapley_without(worth, -1);
  std::vector<Estimate> parts;
  for (const Contribution& part : pooled) parts.push_back({part.value, {}});
  for (std::size_t r = 0; r < worth.front().without.size(); ++r) {
    const std::vector<Contribution> without = shapley_without(worth, static_cast<int>(r));
    for (std::size_t i = 0; i < parts.size(); ++i) parts[i].without.push_back(without[i].value);
  }
  const std::string name = all.experiment().variants[static_cast<std::size_t>(variant)].name;
  const std::int64_t replicates = all.counts().replicates;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Noise error = all.noise(parts[i]);
    writer.row({name, all.experiment().headline.components[i], metric.name, metric.reading, metric.unit,
                parts[i].value, error.se, error.low, error.high, pooled[i].least_order, pooled[i].most_order,
                replicates});
  }
  const Estimate total = worth.back() - worth.front();
  const Noise error = all.noise(total);
  writer.row({name, std::string("total"), metric.name, metric.reading, metric.unit, total.value, error.se, error.low,
              error.high, total.value, total.value, replicates});
}

struct Envelope { double low, high; std::string low_variant, high_variant; };

/// Least and largest value of a contrast over the default and all variants of the band.
Envelope envelope_of(const Estimates& all, int arm, int against, int metric) {
  Envelope found{INFINITY, -INFINITY, "", ""};
  for (std::size_t v = 0; v < all.experiment().variants.size(); ++v) {
    const int a = all.find(static_cast<int>(v), arm, Twin::factual);
    const int b = all.find(static_cast<int>(v), against, Twin::factual);
    if ((v > 0 && !all.experiment().variants[v].in_envelope) || a < 0 || b < 0) continue;
    const double difference = (all.of(a, 0, metric) - all.of(b, 0, metric)).value;
    const std::string& name = all.experiment().variants[v].name;
    if (difference < found.low) found.low = difference, found.low_variant = name;
    if (difference > found.high) found.high = difference, found.high_variant = name;
  }
  return found;
}

void add_excess(TableWriter& writer, const Estimates& all, int factual, int changed, int metric) {
  if (factual < 0 || changed < 0 || metric < 0) return;
  const Metric& of = all.list()[static_cast<std::size_t>(metric)];
  for (int group = 0; group < all.groups(); ++group) {
    const Estimate excess = all.of(factual, group, metric) - all.of(changed, group, metric);
    if (std::isnan(excess.value)) continue;
    const Noise error = all.noise(excess);
    writer.row({all.arm(factual), all.group(group), all.twin(changed), of.name, of.reading, of.unit, excess.value,
                error.se, error.low, error.high});
  }
}

/// What measurement error and momentary noise move without care or course: no arm differs in it, so one was run.
void add_beyond_noise(TableWriter& writer, const Estimates& all, int factual) {
  const int frozen = all.find(0, 0, Twin::noise_only);
  for (const Reading& reading : readings(all.experiment()))
    for (const char* metric : {"reliable_improvement", "reliable_deterioration", "own_improvement",
                               "own_deterioration"})
      add_excess(writer, all, factual, frozen, all.find(metric, reading.name));
}

/// Every other pair of arms that the user asked to see, the later one against the earlier one.
template <class Add>
void add_other_pairs(const Experiment& experiment, int main, int reference, const Add& add) {
  const auto listed = [&](int arm) { return arm == main || arm == reference; };
  const int arms = static_cast<int>(experiment.arms.size());
  for (int against = 0; against < arms; ++against)
    for (int arm = against + 1; arm < arms; ++arm) {
      const bool component = experiment.arms[static_cast<std::size_t>(arm)].component ||
                             experiment.arms[static_cast<std::size_t>(against)].component;
      if (!component && !listed(arm) && !listed(against)) add(arm, against);
    }
}

}  // namespace

Table estimates_table(const Estimates& all) {
  TableWriter writer("estimates", {variant_column(), twin_column(), arm_column(), culture_column(), metric_column(),
                                   reading_column(), unit_column(), real("estimate", "", "all replicates pooled"),
                                   se_column(), low_column(), high_column(), replicates_column(),
                                   whole("clients", "clients", "clients of the group, replicates pooled")});
  for (int cell = 0; cell < all.counts().cells; ++cell)
    for (int group = 0; group < all.groups(); ++group)
      for (std::size_t m = 0; m < all.list().size(); ++m) {
        const Metric& metric = all.list()[m];
        const Estimate& estimate = all.of(cell, group, static_cast<int>(m));
        if (std::isnan(estimate.value)) continue;
        const Noise error = all.noise(estimate);
        writer.row({all.variant(cell), all.twin(cell), all.arm(cell), all.group(group), metric.name, metric.reading,
                    metric.unit, estimate.value, error.se, error.low, error.high,
                    std::int64_t{all.counts().replicates}, whole_count(all.clients(cell, group))});
      }
  return writer.take();
}

Table contrasts_table(const Estimates& all) {
  TableWriter writer("contrasts",
                     {variant_column(), arm_column(), text("against", "arm that it is compared with"),
                      culture_column(), metric_column(), reading_column(), unit_column(),
                      real("estimate", "", "arm minus against, same clients and same chance"), se_column(),
                      low_column(), high_column(),
                      real("variance_reduction", "", "1 - variance of the paired difference / that of an unpaired one"),
                      replicates_column()});
  const Experiment& experiment = all.experiment();
  const int main = arm_index(experiment, experiment.headline.arm);
  const int reference = arm_index(experiment, experiment.headline.against);
  for (int v = 0; v < static_cast<int>(experiment.variants.size()); ++v) {
    const auto add = [&](int arm, int against) {
      const int a = all.find(v, arm, Twin::factual), b = all.find(v, against, Twin::factual);
      if (a >= 0 && b >= 0 && a != b) add_contrasts(writer, all, a, b);
    };
    for (int arm = 0; arm < static_cast<int>(experiment.arms.size()); ++arm) add(arm, reference);
    for (int arm = 0; arm < static_cast<int>(experiment.arms.size()); ++arm)
      if (arm != reference) add(main, arm);
    add_other_pairs(experiment, main, reference, add);
  }
  return writer.take();
}

Table split_table(const Estimates& all) {
  TableWriter writer("split", {variant_column(), text("component", "part of the headline's contrast, or total"),
                               metric_column(), reading_column(), unit_column(),
                               real("estimate", "", "Shapley value: mean over all orders of adding the components"),
                               se_column(), low_column(), high_column(),
                               real("least_order", "", "in the order in which it adds least (most negative)"),
                               real("most_order", "", "in the order in which it adds most"), replicates_column()});
  const Headline& headline = all.experiment().headline;
  if (headline.components.empty()) return writer.take();
  for (int v = 0; v < static_cast<int>(all.experiment().variants.size()); ++v)
    for (int m = 0; m < static_cast<int>(all.list().size()); ++m)
      if (const auto worth = coalitions(all, v, m))
        add_split(writer, all, v, all.list()[static_cast<std::size_t>(m)], *worth);
  return writer.take();
}

Table headline_table(const Estimates& all) {
  TableWriter writer("headline",
                     {arm_column(), text("against", "arm that it is compared with"), metric_column(), reading_column(),
                      unit_column(), real("estimate", "", "arm minus against, default variant"), low_column(),
                      high_column(), real("envelope_low", "", "least estimate over the variants of the band"),
                      real("envelope_high", "", "largest estimate over the variants of the band"),
                      text("envelope_low_variant", "variant of the least estimate"),
                      text("envelope_high_variant", "variant of the largest estimate")});
  const Experiment& experiment = all.experiment();
  const int arm = arm_index(experiment, experiment.headline.arm);
  const int against = arm_index(experiment, experiment.headline.against);
  const int a = all.find(0, arm, Twin::factual), b = all.find(0, against, Twin::factual);
  const std::string reading = readings(experiment).front().name;
  for (const int metric : {all.find("phq9", reading), all.find("recovery", reading), all.find("dropout", "")}) {
    if (a < 0 || b < 0 || metric < 0) continue;
    const Estimate difference = all.of(a, 0, metric) - all.of(b, 0, metric);
    if (std::isnan(difference.value)) continue;
    const Noise error = all.noise(difference);
    const Envelope band = envelope_of(all, arm, against, metric);
    const Metric& of = all.list()[static_cast<std::size_t>(metric)];
    writer.row({all.arm(a), all.arm(b), of.name, of.reading, of.unit, difference.value, error.low, error.high,
                band.low, band.high, band.low_variant, band.high_variant});
  }
  return writer.take();
}

Table excess_table(const Estimates& all) {
  TableWriter writer("excess", {arm_column(), culture_column(),
                                text("against_twin", "no_distance: cultural part; perfect_recognition: all misreading; "
                                                     "noise_only: change beyond what noise alone makes"),
                                metric_column(), reading_column(), unit_column(),
                                real("estimate", "", "factual minus twin: a quantity of the model, same clients"),
                                se_column(), low_column(), high_column()});
  const std::string first = readings(all.experiment()).front().name;
  for (int arm = 0; arm < static_cast<int>(all.experiment().arms.size()); ++arm) {
    const int factual = all.find(0, arm, Twin::factual);
    for (const Twin twin : {Twin::no_distance, Twin::perfect_recognition})
      for (const int metric : {all.find("phq9", first), first == "end" ? -1 : all.find("phq9", "end"),
                               all.find("symptom", first), first == "end" ? -1 : all.find("symptom", "end"),
                               all.find("dropout", ""), all.find("erosion_human", ""),
                               all.find("erosion_assistant", "")})
        add_excess(writer, all, factual, all.find(0, arm, twin), metric);
    add_beyond_noise(writer, all, factual);
  }
  return writer.take();
}

}  // namespace hybridcare
