#include "analysis/rows.hpp"

#include <algorithm>
#include <optional>

#include "analysis/results.hpp"
#include "sim/error.hpp"

namespace hybridcare {
namespace {

constexpr int kRowsAtOnce = 1 << 16;  // about, so that a chunk takes some ten megabytes

template <class Info>
std::vector<std::string> names_of(const std::vector<Info>& list) {
  std::vector<std::string> names;
  for (const Info& info : list) names.push_back(info.name);
  return names;
}

/// Where a name stands in a list, to which it is added if it is new.
std::int32_t place_of(const std::string& name, std::vector<std::string>& list) {
  const auto known = std::find(list.begin(), list.end(), name);
  const auto place = static_cast<std::int32_t>(known - list.begin());
  if (known == list.end()) list.push_back(name);
  return place;
}

std::vector<Cell> default_cells(const Experiment& experiment) {
  std::vector<Cell> cells;
  for (int arm = 0; arm < static_cast<int>(experiment.arms.size()); ++arm)
    if (!experiment.arms[static_cast<std::size_t>(arm)].component) cells.push_back({0, arm, Twin::factual});
  return cells;
}

/// Whole blocks; the same for every thread count and block size, so that the order of rows is.
int clients_at_once(std::size_t rows_per_client) {
  const int blocks = static_cast<int>(static_cast<std::size_t>(kRowsAtOnce) / (rows_per_client * kBlock));
  return std::max(1, blocks) * kBlock;
}

}  // namespace

RowContext::RowContext(const Experiment& experiment_, const std::vector<Cell>& cells_)
    : experiment(experiment_), cells(cells_), plan(experiment_, cells_, {}) {
  for (const Cell& cell : cells) {
    const Scenario& scenario =
        experiment.scenarios[static_cast<std::size_t>(cell.variant)][static_cast<std::size_t>(cell.arm)];
    add_steps(scenario);
    add_attributes(scenario);
  }
}

void RowContext::add_steps(const Scenario& scenario) {
  step.emplace_back();
  planned.push_back(false);
  for (const Step& found : scenario.pathway.steps) {
    step.back().push_back(place_of(found.name, steps));
    planned.back() = planned.back() || found.planned;
  }
}

void RowContext::add_attributes(const Scenario& scenario) {
  attribute.emplace_back();
  for (const Attribute& own : scenario.attributes) {
    const auto same = [&](const Attribute& each) { return each.name == own.name; };
    const auto known = std::find_if(attributes.begin(), attributes.end(), same);
    AttributeCodes codes{static_cast<int>(attribute.back().size()),
                         static_cast<std::size_t>(known - attributes.begin()), {}};
    if (known == attributes.end()) attributes.push_back({own.name, {}});
    for (const std::string& level : own.levels) codes.code.push_back(place_of(level, attributes[codes.column].levels));
    attribute.back().push_back(std::move(codes));
  }
}

NameColumns::NameColumns(Sheet& sheet, const RowContext& context) {
  replicate = sheet.whole("replicate", "", "number of the replicate, from 0");
  client = sheet.whole("client", "", "number of the client; the same client in every arm, variant and twin");
  variant = sheet.text("variant", "set of parameters", names_of(context.experiment.variants));
  arm = sheet.text("arm", "protocol of care", names_of(context.experiment.arms));
  std::vector<std::string> twins;
  for (int t = 0; t <= static_cast<int>(Twin::more_empathy); ++t) twins.push_back(twin_name(static_cast<Twin>(t)));
  twin = sheet.text("twin", "factual, or the same clients with one thing changed", twins);
  culture = sheet.text("culture", "culture of the client", culture_names(context.experiment));
}

void NameColumns::set(std::size_t row, const RowContext& context, const CourseAt& at, const ClientBlock& block,
                      int lane) const {
  const Cell& cell = context.cells[static_cast<std::size_t>(at.cell)];
  replicate[row] = at.replicate;
  client[row] = block.w.id[lane];
  variant[row] = cell.variant;
  arm[row] = cell.arm;
  twin[row] = static_cast<std::int32_t>(cell.twin);
  culture[row] = static_cast<std::int32_t>(block.w.culture[lane]);
}

struct RowStream::State {
  Experiment experiment;
  Kind kind;
  RunOptions options;
  std::vector<Cell> cells;
  int clients = 0, replicates = 0, at_once = 0;
  int replicate = 0, done = 0;  ///< where the next chunk begins: done clients of this replicate
  std::optional<RowContext> context;

  RowRange next_range() {
    const RowRange range{options.first_replicate + static_cast<std::uint32_t>(replicate),
                         options.first_client + static_cast<std::uint32_t>(done), std::min(at_once, clients - done)};
    done += range.size;
    if (done == clients) done = 0, ++replicate;
    return range;
  }
};

RowStream::RowStream(Experiment experiment, Kind kind, std::uint32_t sample, RunOptions options,
                     std::vector<Cell> cells)
    : state_(std::make_unique<State>()) {
  State& s = *state_;
  s.experiment = std::move(experiment);
  s.kind = kind;
  s.options = std::move(options);
  s.options.progress = nullptr;  // a chunk's progress says nothing about the stream's
  s.cells = cells.empty() ? default_cells(s.experiment) : std::move(cells);
  s.replicates = s.options.replicates < 0 ? s.experiment.replicates : s.options.replicates;
  s.clients = s.options.clients < 0 ? s.experiment.clients : s.options.clients;
  if (kind == Kind::weeks)
    s.clients = static_cast<int>(std::min<std::uint32_t>(static_cast<std::uint32_t>(s.clients), sample));
  if (s.clients < 1) throw UserError("sample", "no clients to write rows of");
  const std::size_t weeks = kind == Kind::weeks ? static_cast<std::size_t>(s.experiment.weeks) + 1 : 1;
  s.at_once = clients_at_once(s.cells.size() * weeks);
  s.context.emplace(s.experiment, s.cells);
}

RowStream::~RowStream() = default;

std::unique_ptr<Table> RowStream::next() {
  State& s = *state_;
  if (s.replicate == s.replicates) return nullptr;
  const RowRange range = s.next_range();
  const auto recorder = s.kind == Kind::weeks ? week_rows(*s.context, range) : client_rows(*s.context, range);
  RunOptions options = s.options;
  options.first_replicate = range.replicate;
  options.replicates = 1;
  options.first_client = range.first;
  options.clients = range.size;
  run(s.experiment, s.cells, {recorder.get()}, options);
  return std::make_unique<Table>(recorder->take());
}

}  // namespace hybridcare
