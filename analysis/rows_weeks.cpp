#include <cmath>

#include "analysis/rows.hpp"
#include "analysis/rows_state.hpp"

namespace hybridcare {
namespace {

std::string per_agent(const char* name, int agent) { return std::string(name) + "_" + agent_name(agent); }

struct AgentWeek {
  std::int64_t* met;
  double *trust, *alliance, *alliance_mean, *empathy_rating, *alliance_rating, *felt_heard;
  double *right_turns, *confidence, *empathy;
};

/// What a personalised plan believes of one pathway.
struct PlanWeek { double *fit, *sd; };

struct WeekColumns {
  NameColumns names;
  std::int64_t *week, *phq9;
  double *symptom, *episode, *gain;
  std::int32_t* step;
  std::int64_t* in_care;
  AgentWeek agents[kAgents];
  std::int64_t *noticed, *repaired;
  std::int64_t *breached, *discovered, *assistant;
  StateSheet<ClientReals> state;
  BondSheets bond, contact;
  PlanWeek plan[kPathways];

  WeekColumns(Sheet& sheet, const RowContext& context);

 private:
  Sheet& add_week(Sheet& sheet, const RowContext& context);
  void add_agents(Sheet& sheet);
  void add_events(Sheet& sheet);
};

WeekColumns::WeekColumns(Sheet& sheet, const RowContext& context)
    : names(sheet, context),
      state(add_week(sheet, context), week_state()),
      bond(sheet, bond_state()),
      contact(sheet, contact_state()) {
  add_events(sheet);
  for (int m = 0; m < kPathways; ++m) {
    const std::string name = pathway_names()[static_cast<std::size_t>(m)];
    plan[m].fit = sheet.real("plan_fit_" + name, "factor", "what a personalised plan believes of the fit; NaN if none");
    plan[m].sd = sheet.real("plan_sd_" + name, "factor", "how unsure it is of that; NaN if the arm has no plan");
  }
}

Sheet& WeekColumns::add_week(Sheet& sheet, const RowContext& context) {
  week = sheet.whole("week", "weeks", "0 is entry");
  phq9 = sheet.whole("phq9", "points", "measured this week, before its contacts");
  symptom = sheet.real("oracle_symptom", "points", "latent level, which no service could measure");
  episode = sheet.real("oracle_episode", "points", "slow level M, to which the latent level would return without care");
  gain = sheet.real("oracle_gain", "points", "G, what care has won so far");
  step = sheet.text("step", "step of the pathway during the week", context.steps);
  in_care = sheet.whole("in_care", "", "1 if that step offers contacts, pathways or usual care");
  noticed = sheet.whole("noticed", "turns", "misread this week and noticed by the client, all agents");
  repaired = sheet.whole("repaired", "turns", "noticed this week and repaired, all agents");
  add_agents(sheet);
  return sheet;
}

void WeekColumns::add_events(Sheet& sheet) {
  assistant = sheet.whole("assistant", "", "number of the assistant that the client's bond is with, from 0");
  breached = sheet.whole("breached", "", "1 if the client's data have leaked");
  discovered = sheet.whole("oracle_discovered", "", "1 if the client has found out about an unlabelled assistant");
}

void WeekColumns::add_agents(Sheet& sheet) {
  const auto real = [&](double* AgentWeek::*column, const char* name, const char* unit, const char* what) {
    for (int a = 0; a < kAgents; ++a) agents[a].*column = sheet.real(per_agent(name, a), unit, what);
  };
  for (int a = 0; a < kAgents; ++a)
    agents[a].met = sheet.whole(per_agent("met", a), "contacts", "held this week");
  real(&AgentWeek::trust, "trust", "share", "after the week; NaN if the agent is not in the arm");
  real(&AgentWeek::alliance, "alliance", "", "0 to 1.2; NaN if the agent is not in the arm");
  real(&AgentWeek::alliance_mean, "oracle_alliance_mean", "", "its running level; NaN if the agent is not in the arm");
  const char* rated = "of this week's contact, with its error";
  real(&AgentWeek::empathy_rating, "empathy_rating", "", rated);
  real(&AgentWeek::alliance_rating, "alliance_rating", "", rated);
  real(&AgentWeek::felt_heard, "felt_heard", "", "0 to 5, of this week's contact, with its error");
  real(&AgentWeek::right_turns, "right_turns", "turns", "of this week's contact: read right");
  real(&AgentWeek::confidence, "confidence", "share", "of this week's turns that the agent believes it reads right");
  real(&AgentWeek::empathy, "oracle_empathy", "share", "E, as expressed in this week's contact");
}

class WeekRows;

class WeekPart final : public BlockRecorder<ClientBlock> {
 public:
  explicit WeekPart(const WeekRows& rows) : rows_(rows) {}
  void week(const CourseAt& at, const ClientBlock& block, int week) override;

 private:
  void write(std::size_t row, const CourseAt& at, const ClientBlock& block, int lane, int week);
  void write_agent(std::size_t row, int a, const AgentColumns& agent, int lane, int week) const;
  void write_plan(std::size_t row, const ClientReals& client, int lane) const;

  const WeekRows& rows_;
  std::uint32_t step_[kBlock];  ///< at the end of the week before, by id - first
};

class WeekRows final : public RowRecorder {
 public:
  WeekRows(const RowContext& context_, const RowRange& range_)
      : context(context_),
        range(range_),
        weeks(static_cast<std::size_t>(context_.experiment.weeks) + 1),
        sheet_("weeks", context_.cells.size() * static_cast<std::size_t>(range_.size) * weeks),
        columns(sheet_, context_) {}
  std::unique_ptr<BlockRecorder<ClientBlock>> start(std::uint32_t, std::uint32_t, int) override {
    return std::make_unique<WeekPart>(*this);
  }
  Table take() override { return sheet_.take(); }

  const RowContext& context;
  const RowRange range;
  const std::size_t weeks;

 private:
  Sheet sheet_;

 public:
  const WeekColumns columns;  ///< of the sheet, which must stand before it
};

void WeekPart::week(const CourseAt& at, const ClientBlock& block, int week) {
  if (week == 0)
    for (int i = 0; i < block.size; ++i) step_[block.w.id[i] - at.first] = block.w.step[i];
  for (int i = 0; i < block.size; ++i) {
    const std::size_t client = block.w.id[i] - rows_.range.first;
    const std::size_t course = static_cast<std::size_t>(at.cell) * static_cast<std::size_t>(rows_.range.size) + client;
    write(course * rows_.weeks + static_cast<std::size_t>(week), at, block, i, week);
    step_[block.w.id[i] - at.first] = block.w.step[i];
  }
}

void WeekPart::write(std::size_t row, const CourseAt& at, const ClientBlock& block, int lane, int week) {
  const WeekColumns& to = rows_.columns;
  const auto cell = static_cast<std::size_t>(at.cell);
  const CellPlan& plan = rows_.context.plan.cells[cell];
  const std::uint32_t step = step_[block.w.id[lane] - at.first];
  to.names.set(row, rows_.context, at, block, lane);
  to.week[row] = week;
  to.phq9[row] = static_cast<std::int64_t>(block.r.phq9[lane]);
  to.symptom[row] = block.r.symptom[lane];
  to.episode[row] = block.r.episode[lane];
  to.gain[row] = block.r.gain[lane];
  to.state.set(row, block.r, lane);
  to.assistant[row] = block.w.assistant[lane];
  to.breached[row] = (block.w.events[lane] & kBreached) != 0;
  to.discovered[row] = (block.w.events[lane] & kDiscovered) != 0;
  if (rows_.context.planned[cell]) write_plan(row, block.r, lane);
  to.step[row] = rows_.context.step[cell][step];
  to.in_care[row] = plan.cares(step, block, lane) ? 1 : 0;
  for (int a = 0; a < kAgents; ++a)
    if (plan.has_agent[a]) write_agent(row, a, a == kHuman ? block.human : block.assistant, lane, week);
}

void WeekPart::write_agent(std::size_t row, int a, const AgentColumns& agent, int lane, int week) const {
  const WeekColumns& all = rows_.columns;
  const AgentWeek& to = all.agents[a];
  to.trust[row] = agent.trust_good[lane] / (agent.trust_good[lane] + agent.trust_bad[lane]);
  to.alliance[row] = agent.alliance[lane];
  to.alliance_mean[row] = agent.alliance_mean[lane];
  all.bond.of[static_cast<std::size_t>(a)].set(row, agent, lane);
  if (week == 0 || agent.met[lane] == 0) return;
  to.met[row] = static_cast<std::int64_t>(agent.met[lane]);
  to.empathy_rating[row] = agent.empathy_rating[lane];
  to.alliance_rating[row] = agent.alliance_rating[lane];
  to.felt_heard[row] = agent.felt_heard[lane];
  to.right_turns[row] = agent.right_turns[lane];
  to.confidence[row] = agent.confidence[lane];
  to.empathy[row] = agent.empathy[lane];
  all.contact.of[static_cast<std::size_t>(a)].set(row, agent, lane);
  all.noticed[row] += static_cast<std::int64_t>(agent.noticed_turns[lane]);
  all.repaired[row] += static_cast<std::int64_t>(agent.repaired_turns[lane]);
}

void WeekPart::write_plan(std::size_t row, const ClientReals& client, int lane) const {
  for (int m = 0; m < kPathways; ++m) {
    rows_.columns.plan[m].fit[row] = client.plan_sum[m][lane] / client.plan_weight[m][lane];
    rows_.columns.plan[m].sd[row] = 1 / std::sqrt(client.plan_weight[m][lane]);
  }
}

}  // namespace

std::unique_ptr<RowRecorder> week_rows(const RowContext& context, const RowRange& range) {
  return std::make_unique<WeekRows>(context, range);
}

}  // namespace hybridcare
