#include "analysis/rows.hpp"

namespace hybridcare {
namespace {

std::string per_agent(const char* name, int agent) { return std::string(name) + "_" + agent_name(agent); }

struct AgentWeek {
  std::int64_t* met;
  double *trust, *alliance, *empathy_rating, *alliance_rating, *right_turns;
};

struct WeekColumns {
  NameColumns names;
  std::int64_t *week, *phq9;
  double* symptom;
  std::int32_t* step;
  std::int64_t* in_care;
  AgentWeek agents[kAgents];
  std::int64_t *noticed, *repaired;

  WeekColumns(Sheet& sheet, const RowContext& context);
};

WeekColumns::WeekColumns(Sheet& sheet, const RowContext& context) : names(sheet, context) {
  week = sheet.whole("week", "weeks", "0 is entry");
  phq9 = sheet.whole("phq9", "points", "measured this week, before its contacts");
  symptom = sheet.real("oracle_symptom", "points", "latent level, which no service could measure");
  step = sheet.text("step", "step of the pathway during the week", context.steps);
  in_care = sheet.whole("in_care", "", "1 if that step offers contacts, pathways or usual care");
  for (int a = 0; a < kAgents; ++a)
    agents[a].met = sheet.whole(per_agent("met", a), "", "1 if a contact was held this week");
  for (int a = 0; a < kAgents; ++a)
    agents[a].trust = sheet.real(per_agent("trust", a), "share", "after the week; NaN if the agent is not in the arm");
  for (int a = 0; a < kAgents; ++a)
    agents[a].alliance = sheet.real(per_agent("alliance", a), "", "0 to 1.2; NaN if the agent is not in the arm");
  const char* rated = "of this week's contact, with its error";
  for (int a = 0; a < kAgents; ++a) agents[a].empathy_rating = sheet.real(per_agent("empathy_rating", a), "", rated);
  for (int a = 0; a < kAgents; ++a) agents[a].alliance_rating = sheet.real(per_agent("alliance_rating", a), "", rated);
  for (int a = 0; a < kAgents; ++a)
    agents[a].right_turns = sheet.real(per_agent("right_turns", a), "turns", "of this week's contact: read right");
  noticed = sheet.whole("noticed", "turns", "misread this week and noticed by the client, all agents");
  repaired = sheet.whole("repaired", "turns", "noticed this week and repaired, all agents");
}

class WeekRows;

class WeekPart final : public BlockRecorder<ClientBlock> {
 public:
  explicit WeekPart(const WeekRows& rows) : rows_(rows) {}
  void week(const CourseAt& at, const ClientBlock& block, int week) override;

 private:
  void write(std::size_t row, const CourseAt& at, const ClientBlock& block, int lane, int week);

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
  to.step[row] = rows_.context.step[cell][step];
  to.in_care[row] = plan.offers_care[step] ? 1 : 0;
  for (int a = 0; a < kAgents; ++a) {
    const AgentColumns& agent = a == kHuman ? block.human : block.assistant;
    if (!plan.has_agent[a]) continue;
    to.agents[a].trust[row] = agent.trust_good[lane] / (agent.trust_good[lane] + agent.trust_bad[lane]);
    to.agents[a].alliance[row] = agent.alliance[lane];
    if (week == 0 || agent.met[lane] == 0) continue;
    to.agents[a].met[row] = 1;
    to.agents[a].empathy_rating[row] = agent.empathy_rating[lane];
    to.agents[a].alliance_rating[row] = agent.alliance_rating[lane];
    to.agents[a].right_turns[row] = agent.right_turns[lane];
    to.noticed[row] += static_cast<std::int64_t>(agent.noticed_turns[lane]);
    to.repaired[row] += static_cast<std::int64_t>(agent.repaired_turns[lane]);
  }
}

}  // namespace

std::unique_ptr<RowRecorder> week_rows(const RowContext& context, const RowRange& range) {
  return std::make_unique<WeekRows>(context, range);
}

}  // namespace hybridcare
