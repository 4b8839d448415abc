// What is recorded beside the tally, theme by theme. To add one: a recorder, a `Theme` around it, a line in `themes`.
#pragma once
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "analysis/estimates.hpp"
#include "analysis/hash.hpp"
#include "analysis/parts.hpp"
#include "analysis/table.hpp"

namespace hybridcare {

/// One theme of one study: watches the run, then writes its tables.
class Theme {
 public:
  virtual ~Theme() = default;
  virtual Recorder<ClientBlock>& recorder() = 0;
  /// Once, when the run is over: takes the sums and adds them to the study's hash.
  virtual void close(Hash& hash) = 0;
  /// @pre closed
  virtual void write(const Estimates& all, std::vector<Table>& tables) const = 0;
};

/// Bytes that a theme takes: its sums, and the part that each thread fills.
struct ThemeBytes { double sums = 0, per_thread = 0; };

/// A theme before it takes memory.
struct ThemeKind {
  ThemeBytes (*bytes)(const Experiment&, const std::vector<Cell>&);
  std::unique_ptr<Theme> (*make)(const Experiment&, const std::vector<Cell>&, std::uint32_t first_replicate);
};

/// In the order of their tables.
std::span<const ThemeKind> themes();

/// Cells that a theme looks at, out of all.
struct CloseCells {
  std::vector<int> place;  ///< by cell: its place among those looked at, or -1
  std::vector<int> cells;  ///< those looked at, as places in the list of all cells
};

/// The default variant's arms that the user asked to see, and their twins as far as `wanted` says.
CloseCells close_cells(const Experiment& experiment, const std::vector<Cell>& cells, bool (*wanted)(Twin));

/// Sums of one group of clients of one of the cells looked at. @param group  0: everybody; 1 + c: culture c
SumPool pool_of(const Sums& sums, int place, int group);

/// A theme that keeps `Sums` by (replicate, cell looked at, culture).
class SumTheme : public Theme {
 public:
  SumTheme(Sums empty, std::uint32_t first_replicate, SumRecorder::Make make)
      : recorder_(std::move(empty), first_replicate, std::move(make)) {}
  Recorder<ClientBlock>& recorder() override { return recorder_; }
  void close(Hash& hash) override {
    sums_ = recorder_.take();
    hash.add(sums_.values);
  }

 protected:
  const Sums& sums() const { return sums_; }

 private:
  SumRecorder recorder_;
  Sums sums_;
};

}  // namespace hybridcare
