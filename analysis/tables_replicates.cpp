// Contrasts replicate by replicate, for rules that decide how many replicates are enough.
#include <cmath>
#include <string>

#include "analysis/columns.hpp"
#include "analysis/estimates.hpp"

namespace hybridcare {
namespace {

void add_rows(TableWriter& writer, const Estimates& all, int arm, int against) {
  for (std::size_t m = 0; m < all.list().size(); ++m) {
    const Metric& metric = all.list()[m];
    const Estimate difference = all.of(arm, 0, static_cast<int>(m)) - all.of(against, 0, static_cast<int>(m));
    if (std::isnan(difference.value)) continue;
    for (std::size_t r = 0; r < difference.without.size(); ++r)
      writer.row({all.arm(arm), all.arm(against), metric.name, metric.reading, metric.unit,
                  static_cast<std::int64_t>(r), pseudo_value(difference, r)});
  }
}

}  // namespace

Table replicates_table(const Estimates& all) {
  TableWriter writer("replicates",
                     {arm_column(), text("against", "arm that it is compared with"), metric_column(), reading_column(),
                      unit_column(), whole("replicate", "", "place of the replicate, from 0"),
                      real("value", "", "arm minus against in this replicate alone: the jackknife's pseudo-value")});
  const Experiment& experiment = all.experiment();
  for (int arm = 0; arm < static_cast<int>(experiment.arms.size()); ++arm)
    for (int other = 0; other < static_cast<int>(experiment.arms.size()); ++other) {
      const bool asked = experiment.arms[static_cast<std::size_t>(other)].name == experiment.headline.against;
      if (!asked || arm == other || experiment.arms[static_cast<std::size_t>(arm)].component) continue;
      add_rows(writer, all, all.find(0, arm, Twin::factual), all.find(0, other, Twin::factual));
    }
  return writer.take();
}

}  // namespace hybridcare
