#include "analysis/measures.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/tally_part.hpp"
#include "scenarios/lanes.hpp"

namespace hybridcare {
namespace {

constexpr double kValueOne = 65536.0, kSquareOne = 256.0;
constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

double limited(double value) { return std::clamp(value, -kMostMeasured, kMostMeasured); }
std::int64_t fixed(double value, double one) { return static_cast<std::int64_t>(std::llround(value * one)); }

/// What one client has shown of one measure so far. Weeks come in order, so that no order of lanes moves a bit.
struct Shown {
  double sum = 0;
  int weeks = 0;
};

/// Sums of one replicate.
class MeasurePart final : public SumPart {
 public:
  /// @param plan  must outlive the part
  MeasurePart(const MeasurePlan& plan, std::uint32_t replicate)
      : SumPart(replicate, plan.empty(1).of_replicate()), plan_(plan), values_(plan.reference.size()),
        groups_(plan.reference.size()) {}

  void week(const CourseAt& at, const ClientBlock& block, int week) override {
    if (week == 0) begin(at, block);
    for (std::size_t m = 0; m < plan_.watch.measures.size(); ++m) {
      const Measure& measure = plan_.watch.measures[m];
      if (week >= measure.first && week <= measure.last) show(measure, m, block);
    }
    if (week == last_week()) close(static_cast<std::size_t>(at.cell));
  }

 private:
  using Values = std::vector<double>;  ///< of every measure and client of the block; NaN: not defined

  int last_week() const {
    int last = 0;
    for (const Measure& measure : plan_.watch.measures) last = std::max(last, measure.last);
    return last;
  }

  void begin(const CourseAt& at, const ClientBlock& block) {
    if (at.cell == 0) values_.assign(values_.size(), {});  // another block
    first_ = at.first;
    size_ = block.size;
    shown_.assign(plan_.watch.measures.size() * kBlock, {});
    std::vector<int>& group = groups_[static_cast<std::size_t>(at.cell)];
    group.assign(plan_.watch.groupings.size() * kBlock, 0);
    for (std::size_t g = 0; g < plan_.watch.groupings.size(); ++g)
      for (int i = 0; i < block.size; ++i)
        group[g * kBlock + block.w.id[i] - first_] = plan_.first_group[g] + band(plan_.watch.groupings[g], block, i);
  }

  static double value(const std::vector<GuardCode>& code, const ClientBlock& block, int lane) {
    return baseline::evaluate(code.data(), static_cast<int>(code.size()), block.r.episode, lane);
  }

  static int band(const Grouping& grouping, const ClientBlock& block, int lane) {
    const double x = value(grouping.of.code, block, lane);
    if (grouping.cuts.empty()) return static_cast<int>(x);
    return static_cast<int>(std::upper_bound(grouping.cuts.begin(), grouping.cuts.end(), x) - grouping.cuts.begin());
  }

  void show(const Measure& measure, std::size_t m, const ClientBlock& block) {
    for (int i = 0; i < block.size; ++i) {
      bool defined = !measure.given || value(measure.given->code, block, i) != 0;
      for (const std::int32_t column : measure.of.contacts)
        defined = defined && block.r.episode[column * kColumn + i] > 0;
      const double x = defined ? value(measure.of.code, block, i) : kUndefined;
      if (!std::isfinite(x)) continue;
      Shown& shown = shown_[m * kBlock + block.w.id[i] - first_];
      shown.sum += measure.of.is_condition ? (x != 0 ? 1 : 0) : x;
      ++shown.weeks;
    }
  }

  double result(const Measure& measure, const Shown& shown) const {
    if (shown.weeks == 0) return kUndefined;
    switch (measure.when) {
      case When::ever: return shown.sum > 0 ? 1 : 0;
      case When::mean: return limited(shown.sum / shown.weeks);
      default: return limited(shown.sum);
    }
  }

  void close(std::size_t cell) {
    const std::vector<Measure>& measures = plan_.watch.measures;
    Values& here = values_[cell];
    here.resize(measures.size() * kBlock);
    for (std::size_t m = 0; m < measures.size(); ++m)
      for (int k = 0; k < size_; ++k) here[place(m, k)] = result(measures[m], shown_[place(m, k)]);
    count(cell);
    for (std::size_t other = 0; other < values_.size(); ++other) {
      const bool with = plan_.reference[other] >= 0 && !values_[other].empty();
      const auto reference = static_cast<std::size_t>(with ? plan_.reference[other] : 0);
      if (!with || (other != cell && reference != cell) || values_[reference].empty()) continue;
      pair(other, values_[reference]);
    }
  }

  static std::size_t place(std::size_t measure, int client) {
    return measure * kBlock + static_cast<std::size_t>(client);
  }

  /// Adds to the sums of a client's groups.
  template <class Add>
  void to_groups(std::size_t cell, std::size_t m, int client, Add add) {
    const auto size = static_cast<std::size_t>(plan_.size());
    std::int64_t* const rows = sums.data() + cell * static_cast<std::size_t>(plan_.groups) * size + m * kMeasureSums;
    add(rows);
    for (std::size_t g = 0; g < plan_.watch.groupings.size(); ++g)
      add(rows + static_cast<std::size_t>(groups_[cell][place(g, client)]) * size);
  }

  void count(std::size_t cell) {
    for (std::size_t m = 0; m < plan_.watch.measures.size(); ++m)
      for (int k = 0; k < size_; ++k) {
        const double x = values_[cell][place(m, k)];
        if (std::isnan(x)) continue;
        to_groups(cell, m, k, [&](std::int64_t* row) {
          row[static_cast<int>(MeasureSum::clients)] += 1;
          row[static_cast<int>(MeasureSum::value)] += fixed(x, kValueOne);
          row[static_cast<int>(MeasureSum::squares)] += fixed(x * x, kSquareOne);
        });
      }
  }

  void pair(std::size_t cell, const Values& reference) {
    for (std::size_t m = 0; m < plan_.watch.measures.size(); ++m)
      for (int k = 0; k < size_; ++k) {
        const double d = values_[cell][place(m, k)] - reference[place(m, k)];
        if (std::isnan(d)) continue;
        const double least = plan_.watch.measures[m].least;
        to_groups(cell, m, k, [&](std::int64_t* row) {
          row[static_cast<int>(MeasureSum::pairs)] += 1;
          row[static_cast<int>(MeasureSum::difference)] += fixed(d, kValueOne);
          row[static_cast<int>(MeasureSum::differences_squared)] += fixed(d * d, kSquareOne);
          row[static_cast<int>(MeasureSum::higher)] += d > 0 && d >= least ? 1 : 0;
          row[static_cast<int>(MeasureSum::lower)] += d < 0 && -d >= least ? 1 : 0;
        });
      }
  }

  const MeasurePlan& plan_;
  std::uint32_t first_ = 0;
  int size_ = 0;
  std::vector<Shown> shown_;   ///< by measure and id - first
  std::vector<Values> values_; ///< by cell, of the block at hand
  std::vector<std::vector<int>> groups_;  ///< by cell, then grouping and id - first: an arm may change who enters
};

SumRecorder::Make parts_of(const MeasurePlan& plan) {
  return [&plan](std::uint32_t replicate) { return std::make_unique<MeasurePart>(plan, replicate); };
}

class MeasureTheme final : public SumTheme {
 public:
  MeasureTheme(std::unique_ptr<MeasurePlan> plan, int replicates, std::uint32_t first_replicate)
      : SumTheme(plan->empty(replicates), first_replicate, parts_of(*plan)), plan_(std::move(plan)) {}
  /// What is measured beside a run is no part of its identity.
  void close(Hash&) override {
    Hash own;
    SumTheme::close(own);
  }
  void write(const Estimates& all, std::vector<Table>& tables) const override {
    tables.push_back(measures_table(all, *plan_, sums()));
  }

 private:
  std::unique_ptr<MeasurePlan> plan_;
};

/// The cell of the headline's reference arm in the same variant and twin, or -1.
int reference_of(const Experiment& experiment, const std::vector<Cell>& cells, const Cell& cell) {
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const bool same = cells[c].variant == cell.variant && cells[c].twin == cell.twin && cells[c].arm != cell.arm;
    if (same && experiment.arms[static_cast<std::size_t>(cells[c].arm)].name == experiment.headline.against)
      return static_cast<int>(c);
  }
  return -1;
}

}  // namespace

MeasurePlan::MeasurePlan(Watch watch_, const Experiment& experiment, const std::vector<Cell>& cells)
    : watch(std::move(watch_)) {
  for (const Cell& cell : cells) reference.push_back(reference_of(experiment, cells, cell));
  for (const Grouping& grouping : watch.groupings) {
    first_group.push_back(groups);
    groups += static_cast<int>(grouping.levels.size());
  }
}

Sums MeasurePlan::empty(int replicates) const {
  return {replicates, static_cast<int>(reference.size()), groups, size()};
}

ThemeBytes measures_bytes(const Watch& watch, const Experiment& experiment, const std::vector<Cell>& cells) {
  const MeasurePlan plan(watch, experiment, cells);
  const double sums = 8.0 * static_cast<double>(cells.size()) * plan.groups * plan.size();
  const double values = 8.0 * static_cast<double>(cells.size() * watch.measures.size()) * kBlock;
  return {experiment.replicates * sums, sums + values};
}

std::unique_ptr<SumRecorder> measure_recorder(const MeasurePlan& plan, int replicates, std::uint32_t first_replicate) {
  return std::make_unique<SumRecorder>(plan.empty(replicates), first_replicate, parts_of(plan));
}

std::unique_ptr<Theme> make_measures(const Watch& watch, const Experiment& experiment, const std::vector<Cell>& cells,
                                     std::uint32_t first_replicate) {
  return std::make_unique<MeasureTheme>(std::make_unique<MeasurePlan>(watch, experiment, cells), experiment.replicates,
                                        first_replicate);
}

}  // namespace hybridcare
