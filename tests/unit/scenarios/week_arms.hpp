// Hand-built arms and experiments, and a recorder that keeps every column of every client and week.
#pragma once
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "scenarios/fields.hpp"
#include "scenarios/run.hpp"
#include "tests/catch.hpp"

namespace hybridcare::test {

/// What a step of care offers.
struct Care {
  int human = 0, assistant = 0;  ///< every so many weeks; 0: not at all
  bool bundle = false, feedback = false;
  Comparator comparator = Comparator::none;
  int weeks = 12;
  double assistant_dose = 1;
};

inline Step exit_step(const char* name, Exit exit) {
  Step step;
  step.name = name;
  step.exit = exit;
  return step;
}

inline Step care_step(const char* name, const Care& care, int then = 0) {
  Step step;
  step.name = name;
  step.weeks = care.weeks;
  step.then = then;
  step.comparator = care.comparator;
  step.human.every_weeks = care.human;
  step.assistant.every_weeks = care.assistant;
  step.assistant.dose = care.assistant_dose;
  step.bundle = care.bundle;
  step.feedback = care.feedback;
  return step;
}

/// A pathway of the steps given, which start at index 3, after the three exits.
inline Scenario pathway_of(std::vector<Step> steps) {
  Scenario scenario;
  scenario.parameters = default_parameters();
  for (const CultureDefault& culture : default_cultures()) scenario.cultures.push_back(culture.name);
  scenario.pathway.steps = {exit_step("completed", Exit::completed), exit_step("ended_early", Exit::ended_early),
                            exit_step("dropped", Exit::dropped)};
  for (Step& step : steps) scenario.pathway.steps.push_back(std::move(step));
  scenario.pathway.start = 3;
  return scenario;
}
inline Scenario arm_of(const Care& care) { return pathway_of({care_step("care", care)}); }

template <class Columns>
std::int32_t column_of(Real Columns::*member, std::size_t start = 0) {
  static const Columns columns{};
  const auto* first = reinterpret_cast<const char*>(&columns);
  return static_cast<std::int32_t>((start + (reinterpret_cast<const char*>(&(columns.*member)) -
                                             first)) / sizeof(Real));
}

/// Postfix code of "column op value".
inline std::vector<GuardCode> comparison(std::int32_t column, GuardOp op, double value) {
  return {{GuardOp::variable, column, 0}, {GuardOp::constant, -1, value}, {op, -1, 0}};
}
inline Transition transition(int from, int to, std::vector<GuardCode> code, int priority = 0) {
  Transition t;
  t.from = from;
  t.to = to;
  t.priority = priority;
  t.guard.code = std::move(code);
  return t;
}

inline Experiment experiment_of(std::vector<Scenario> arms, int clients = 100, int weeks = 16) {
  Experiment x;
  x.seed = 77;
  x.replicates = 2;
  x.clients = clients;
  x.weeks = weeks;
  x.reading_week = 12;
  x.variants = {{"default", "", false}};
  for (std::size_t i = 0; i < arms.size(); ++i) x.arms.push_back({"arm" + std::to_string(i), "", false});
  x.scenarios.push_back(std::move(arms));
  return x;
}

/// One client at the end of one week.
struct Row {
  double r[sizeof(ClientReals) / sizeof(Real)];
  double human[sizeof(AgentColumns) / sizeof(Real)];
  double assistant[sizeof(AgentColumns) / sizeof(Real)];
  std::uint32_t w[sizeof(ClientWords) / sizeof(Word)];
  double operator()(Real ClientReals::*member) const { return r[column_of(member)]; }
  double of_human(Real AgentColumns::*member) const { return human[column_of(member)]; }
  double of_assistant(Real AgentColumns::*member) const { return assistant[column_of(member)]; }
  std::uint32_t word(std::size_t offset) const { return w[offset / sizeof(Word)]; }
  std::uint32_t culture() const { return word(offsetof(ClientWords, culture)); }
  std::uint32_t therapist() const { return word(offsetof(ClientWords, therapist)); }
  std::uint32_t step() const { return word(offsetof(ClientWords, step)); }
  std::uint32_t left_week() const { return word(offsetof(ClientWords, left_week)); }
  Exit exit() const { return static_cast<Exit>(word(offsetof(ClientWords, exit))); }
};
inline bool operator==(const Row& a, const Row& b) {
  return std::memcmp(a.r, b.r, sizeof a.r) == 0 && std::memcmp(a.human, b.human, sizeof a.human) == 0 &&
         std::memcmp(a.assistant, b.assistant, sizeof a.assistant) == 0 && std::memcmp(a.w, b.w, sizeof a.w) == 0;
}

/// (replicate, cell, client) to the rows of weeks 0, 1, ...
using Rows = std::map<std::tuple<std::uint32_t, int, std::uint32_t>, std::vector<Row>>;

class Journal : public Recorder<ClientBlock> {
 public:
  Rows rows;
  std::unique_ptr<BlockRecorder<ClientBlock>> start(std::uint32_t, std::uint32_t, int) override {
    return std::make_unique<Part>();
  }
  void finish(std::unique_ptr<BlockRecorder<ClientBlock>> part) override {
    const std::lock_guard lock(mutex_);
    for (auto& [where, weeks] : static_cast<Part&>(*part).rows) rows[where] = std::move(weeks);
  }

 private:
  struct Part : BlockRecorder<ClientBlock> {
    Rows rows;
    void week(const CourseAt& at, const ClientBlock& b, int) override {
      for (int i = 0; i < b.size; ++i) {
        Row row;
        const auto* r = reinterpret_cast<const double*>(&b.r);
        const auto* human = reinterpret_cast<const double*>(&b.human);
        const auto* assistant = reinterpret_cast<const double*>(&b.assistant);
        const auto* w = reinterpret_cast<const std::uint32_t*>(&b.w);
        for (std::size_t c = 0; c < std::size(row.r); ++c) row.r[c] = r[c * kColumn + i];
        for (std::size_t c = 0; c < std::size(row.human); ++c) row.human[c] = human[c * kColumn + i];
        for (std::size_t c = 0; c < std::size(row.human); ++c) row.assistant[c] = assistant[c * kColumn + i];
        for (std::size_t c = 0; c < std::size(row.w); ++c) row.w[c] = w[c * kColumn + i];
        rows[{at.replicate, at.cell, b.w.id[i]}].push_back(row);
      }
    }
  };
  std::mutex mutex_;
};

inline RunOptions options_of(int threads, int block, const std::string& instruction_set = "") {
  RunOptions options;
  options.threads = threads;
  options.block = block;
  options.instruction_set = instruction_set;
  return options;
}

inline std::vector<Cell> factual_cells(const Experiment& x) { return plan_cells(x, false); }

/// All rows of a run. @param report  may be null
inline Rows rows_of(const Experiment& x, const std::vector<Cell>& cells, const RunOptions& options = {},
                    RunReport* report = nullptr) {
  Journal journal;
  const RunReport made = run(x, cells, {&journal}, options);
  if (report) *report = made;
  return std::move(journal.rows);
}
inline Rows rows_of(const Experiment& x) { return rows_of(x, factual_cells(x)); }

/// Rows of one cell, as if it were the only one.
inline Rows only(const Rows& rows, int cell) {
  Rows found;
  for (const auto& [where, weeks] : rows)
    if (std::get<1>(where) == cell) found[{std::get<0>(where), 0, std::get<2>(where)}] = weeks;
  return found;
}

/// Clients leave, are moved by guards of both kinds, and miss contacts: nothing may depend on how lanes lie.
inline Scenario restless() {
  Scenario s = pathway_of({care_step("assistant", {0, 1, true, false, Comparator::none, 8}, 5),
                           care_step("guided", {2, 1, true, true, Comparator::none, 10}, 5),
                           care_step("human", {1, 0, false, true, Comparator::none, 6}, 6),
                           care_step("after", {0, 0, false, false, Comparator::usual_care, 4}, 0)});
  auto worse = comparison(column_of(&ClientReals::phq9), GuardOp::greater_equal, 14);
  const auto settled = comparison(column_of(&ClientReals::weeks_in_step), GuardOp::greater_equal, 2);
  worse.insert(worse.end(), settled.begin(), settled.end());
  worse.push_back({GuardOp::logical_and, -1, 0});
  const auto distrust = column_of(&AgentColumns::alliance_rating, sizeof(ClientReals) + sizeof(AgentColumns));
  s.pathway.transitions = {transition(3, 4, worse, 0),
                           transition(3, 5, comparison(distrust, GuardOp::less, .5), 1),
                           transition(4, 5, comparison(column_of(&ClientReals::phq9), GuardOp::greater, 17), 0)};
  s.parameters.leaving.missed = .1;
  return s;
}

}  // namespace hybridcare::test
