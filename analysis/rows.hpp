// Recorders that write rows instead of counts. Each client's rows have places of their own, so threads need no lock.
#pragma once
#include <memory>

#include "analysis/sheet.hpp"
#include "analysis/tally_plan.hpp"
#include "sim/recorder.hpp"

namespace hybridcare {

/// A part of the clients of one replicate, through all cells.
struct RowRange { std::uint32_t replicate = 0, first = 0; int size = 0; };

/// How a cell's attribute of clients is shown: in which column, and each of its levels as which of the column's names.
struct AttributeCodes {
  int place = 0;  ///< in ClientReals::attribute
  std::size_t column = 0;
  std::vector<std::int32_t> code;
};

/// What rows are written of.
struct RowContext {
  const Experiment& experiment;
  const std::vector<Cell>& cells;
  TallyPlan plan;
  std::vector<std::string> steps;               ///< names of the steps of all cells
  std::vector<std::vector<std::int32_t>> step;  ///< place in `steps`, by cell and step
  std::vector<Attribute> attributes;            ///< of all cells
  std::vector<std::vector<AttributeCodes>> attribute;  ///< by cell
  std::vector<bool> planned;                    ///< by cell: some step has a personalised plan

  RowContext(const Experiment& experiment, const std::vector<Cell>& cells);

 private:
  void add_steps(const Scenario& scenario);
  void add_attributes(const Scenario& scenario);
};

/// Columns that say whose row it is.
struct NameColumns {
  std::int64_t *replicate, *client;
  std::int32_t *variant, *arm, *twin, *culture;

  NameColumns(Sheet& sheet, const RowContext& context);
  void set(std::size_t row, const RowContext& context, const CourseAt& at, const ClientBlock& block, int lane) const;
};

class RowRecorder : public Recorder<ClientBlock> {
 public:
  virtual Table take() = 0;
  void finish(std::unique_ptr<BlockRecorder<ClientBlock>>) override {}
};

/// One row for each cell and client, in that order.
std::unique_ptr<RowRecorder> client_rows(const RowContext& context, const RowRange& range);
/// One row for each cell, client and week from 0, in that order.
std::unique_ptr<RowRecorder> week_rows(const RowContext& context, const RowRange& range);

}  // namespace hybridcare
