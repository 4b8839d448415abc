// The table of estimands: levels of every arm, and differences to the headline's reference arm.
#include <cmath>
#include <limits>

#include "analysis/columns.hpp"
#include "analysis/estimands.hpp"

namespace hybridcare {
namespace {

using Row = SumPool::Row;

double ratio(double part, double whole) {
  return whole > 0 ? part / whole : std::numeric_limits<double>::quiet_NaN();
}

double at(const Row& row, int place) { return row[static_cast<std::size_t>(place)]; }

/// One way of answering one question at a reading: a ratio of two sums.
struct Answer {
  const char *estimand, *metric, *unit;
  int part, whole;
  double one;  ///< what the sum counts as one
};

std::vector<Answer> answers(int reading) {
  using L = EstimandLayout;
  std::vector<Answer> list = {
      {"all_randomised", "symptom", "points", L::symptom(reading), L::clients(reading), kFixedOne}};
  struct Way { Seen seen; const char* name; };
  for (const Way& way : {Way{Seen::observed, "as_observed"}, Way{Seen::not_at_random, "not_at_random"},
                         Way{Seen::completers, "completers"}}) {
    const int seen = L::at(reading, way.seen, SeenSum::clients);
    const auto place = [&](SeenSum sum) { return L::at(reading, way.seen, sum); };
    list.push_back({way.name, "phq9", "points", place(SeenSum::phq9), seen, 1});
    list.push_back({way.name, "response", "share", place(SeenSum::response), seen, 1});
    list.push_back({way.name, "recovery", "share", place(SeenSum::recovery), place(SeenSum::ill), 1});
    list.push_back({way.name, "seen", "share", seen, L::clients(reading), 1});
  }
  return list;
}

struct Group { const Estimates& all; const Sums& sums; int arm, against, place, reference, index; };

void add_rows(TableWriter& writer, const Group& group, int reading, const std::string& name) {
  const SumPool pool = pool_of(group.sums, group.place, group.index);
  const bool compares = group.reference >= 0;
  const SumPool other = compares ? pool_of(group.sums, group.reference, group.index) : SumPool({});
  for (const Answer& answer : answers(reading)) {
    const auto value = [&](const Row& row) { return ratio(at(row, answer.part) / answer.one, at(row, answer.whole)); };
    const Estimate estimate =
        compares ? pool.estimate_with(other, [&](const Row& a, const Row& b) { return value(a) - value(b); })
                 : pool.estimate(value);
    if (std::isnan(estimate.value)) continue;
    const Noise error = group.all.noise(estimate);
    writer.row({group.all.arm(group.arm), compares ? group.all.arm(group.against) : std::string(),
                group.all.group(group.index), name, std::string(answer.estimand), std::string(answer.metric),
                std::string(answer.unit), estimate.value, error.se, error.low, error.high,
                static_cast<std::int64_t>(at(pool.total(), answer.whole))});
  }
}

/// Place of the headline's reference arm among the cells looked at, or -1.
int reference_place(const Estimates& all, const EstimandPlan& plan) {
  for (std::size_t p = 0; p < plan.looked.cells.size(); ++p)
    if (all.arm(plan.looked.cells[p]) == all.experiment().headline.against) return static_cast<int>(p);
  return -1;
}

}  // namespace

Table estimands_table(const Estimates& all, const EstimandPlan& plan, const Sums& sums) {
  TableWriter writer(
      "estimands",
      {arm_column(), text("against", "arm that it is compared with; empty: a level, not a difference"),
       culture_column(), reading_column(),
       text("estimand", "all_randomised: latent level of everybody; as_observed: measurements not missing; "
                        "not_at_random: the same, missing more often the worse; completers: had not dropped out"),
       metric_column(), unit_column(), real("estimate", "", "all replicates pooled"), se_column(), low_column(),
       high_column(), whole("clients", "clients", "in the denominator of the arm, replicates pooled")});
  const std::vector<Reading> read = readings(all.experiment());
  const int reference = reference_place(all, plan);
  for (std::size_t p = 0; p < plan.looked.cells.size(); ++p)
    for (const bool compares : {false, true}) {
      const int against = compares ? reference : -1;
      if (compares && (reference < 0 || reference == static_cast<int>(p))) continue;
      const int other = against < 0 ? -1 : plan.looked.cells[static_cast<std::size_t>(against)];
      for (int group = 0; group < all.groups(); ++group)
        for (int r = 0; r < plan.readings; ++r)
          add_rows(writer, {all, sums, plan.looked.cells[p], other, static_cast<int>(p), against, group}, r,
                   read[static_cast<std::size_t>(r)].name);
    }
  return writer.take();
}

}  // namespace hybridcare
