// The table of numbers needed to treat: every arm against the headline's reference arm.
#include <cmath>
#include <limits>

#include "analysis/columns.hpp"
#include "analysis/estimates.hpp"
#include "analysis/nnt.hpp"

namespace hybridcare {
namespace {

/// Outcomes that numbers needed are read from; deterioration is the one to be avoided.
struct NntOutcome { const char* metric; int sign; };
constexpr NntOutcome kOutcomesRead[] = {
    {"response", 1}, {"recovery", 1}, {"reliable_improvement", 1}, {"reliable_deterioration", -1}};

struct Pair { int arm, against; };

void add_row(TableWriter& writer, const Estimates& all, const Pair& pair, int group, int metric, int sign) {
  const Estimate more = sign > 0 ? all.of(pair.arm, group, metric) - all.of(pair.against, group, metric)
                                 : all.of(pair.against, group, metric) - all.of(pair.arm, group, metric);
  if (std::isnan(more.value)) return;
  const Noise error = all.noise(more);
  const NumberNeeded needed = number_needed(more.value);
  const Metric& of = all.list()[static_cast<std::size_t>(metric)];
  const std::int64_t crosses = error.low <= 0 && error.high >= 0 ? 1 : 0;
  writer.row({all.variant(pair.arm), all.arm(pair.arm), all.arm(pair.against), all.group(group), of.name, of.reading,
              more.value, error.se, error.low, error.high, std::string(needed.benefit ? "NNTB" : "NNTH"),
              std::isinf(needed.number) ? std::numeric_limits<double>::quiet_NaN() : needed.number, crosses,
              to_string(needed), interval_text(error.low, error.high)});
}

}  // namespace

Table nnt_table(const Estimates& all) {
  TableWriter writer(
      "nnt", {variant_column(), arm_column(), text("against", "arm that it is compared with"), culture_column(),
              metric_column(), reading_column(),
              real("gain", "share", "difference in risk, paired; positive: better in the arm"), se_column("share"),
              low_column("share"), high_column("share"),
              text("kind", "NNTB: number needed to treat for one more to benefit; NNTH: for one more to be harmed"),
              real("number", "clients", "1 / |gain|; NaN without any difference"),
              whole("crosses_zero", "flag", "1 if the Monte Carlo interval holds zero: it then runs through infinity"),
              text("text", "kind and number"),
              text("monte_carlo_interval", "of the number: simulation noise only, no evidence about the world")});
  const Experiment& experiment = all.experiment();
  for (int v = 0; v < static_cast<int>(experiment.variants.size()); ++v)
    for (int arm = 0; arm < static_cast<int>(experiment.arms.size()); ++arm) {
      Pair pair{all.find(v, arm, Twin::factual), -1};
      for (int other = 0; other < static_cast<int>(experiment.arms.size()); ++other)
        if (experiment.arms[static_cast<std::size_t>(other)].name == experiment.headline.against)
          pair.against = all.find(v, other, Twin::factual);
      const bool component = experiment.arms[static_cast<std::size_t>(arm)].component;
      if (component || pair.arm < 0 || pair.against < 0 || pair.arm == pair.against) continue;
      for (int group = 0; group < all.groups(); ++group)
        for (const Reading& reading : readings(experiment))
          for (const NntOutcome& outcome : kOutcomesRead)
            add_row(writer, all, pair, group, all.find(outcome.metric, reading.name), outcome.sign);
    }
  return writer.take();
}

}  // namespace hybridcare
