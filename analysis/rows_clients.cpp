#include <algorithm>

#include "analysis/rows.hpp"
#include "analysis/rows_state.hpp"
#include "analysis/satisfaction.hpp"

namespace hybridcare {
namespace {

/// One client and one agent, summed along the course.
struct Sums {
  double trust = 0;                                       ///< after the latest contact
  double empathy = 0;                                     ///< all contacts held
  std::int64_t contacts = 0, misread = 0, unrepaired = 0;  ///< the same
  std::int64_t read_weeks = 0, read_turns = 0, read_right = 0;  ///< weeks with contacts up to the reading week
  double read_empathy_rating = 0, read_alliance_rating = 0, read_empathy = 0;
};

struct AgentColumnsOut {
  std::int64_t *contacts, *misread, *unrepaired;
  double *empathy_rating, *alliance_rating, *accuracy, *empathy, *trust_start, *trust_end, *distance;
};

/// What a client brings along, and what had come of them by the end.
struct PersonColumns {
  StateSheet<ClientReals> traits, end;
  BondSheets bond;
  std::int32_t* trust_type;
  double* fit[kPathways];
  std::vector<std::int32_t*> attribute;  ///< by place in RowContext::attributes
  double* other_minutes;
  std::int64_t *breached, *discovered, *assistant;

  PersonColumns(Sheet& sheet, const RowContext& context);
};

struct ClientColumns {
  NameColumns names;
  std::int64_t* therapist;
  std::int64_t* phq9_start;
  std::vector<std::int64_t*> phq9;  ///< by reading
  double* symptom;
  std::int32_t* exit;
  std::int64_t* left_week;
  AgentColumnsOut agents[kAgents];
  double* satisfaction;
  PersonColumns person;

  ClientColumns(Sheet& sheet, const RowContext& context);

 private:
  Sheet& add_course(Sheet& sheet, const RowContext& context);
  void add_agents(Sheet& sheet, const std::string& until);
};

PersonColumns::PersonColumns(Sheet& sheet, const RowContext& context)
    : traits(sheet, hybridcare::traits()), end(sheet, client_end()), bond(sheet, bond_end()) {
  trust_type = sheet.text("oracle_trust_type", "how the client's trust learns",
                          {"rational", "oscillating", "disbelieving"});
  for (int m = 0; m < kPathways; ++m)
    fit[m] = sheet.real(std::string("oracle_fit_") + pathway_names()[static_cast<std::size_t>(m)], "factor",
                        "to this pathway without empathy, mean 1");
  for (const Attribute& each : context.attributes)
    attribute.push_back(sheet.text("attribute_" + each.name, "level of this named attribute", each.levels));
  other_minutes = sheet.real("other_minutes", "minutes", "of human time in reviews, alarms and turns handed over");
  assistant = sheet.whole("assistant", "", "number of the assistant that the last bond was with, from 0");
  breached = sheet.whole("breached", "", "1 if the client's data leaked");
  discovered = sheet.whole("oracle_discovered", "", "1 if the client found out about an unlabelled assistant");
}

ClientColumns::ClientColumns(Sheet& sheet, const RowContext& context)
    : names(sheet, context), person(add_course(sheet, context), context) {}

Sheet& ClientColumns::add_course(Sheet& sheet, const RowContext& context) {
  const std::vector<Reading> all = readings(context.experiment);
  therapist = sheet.whole("therapist", "", "number of the client's therapist in the replicate");
  phq9_start = sheet.whole("phq9_start", "points", "measured at entry");
  for (const Reading& reading : all)
    phq9.push_back(sheet.whole("phq9_" + reading.name, "points", "measured in week " + std::to_string(reading.week)));
  symptom = sheet.real("oracle_symptom_" + all.front().name, "points", "latent level, which no service could measure");
  exit = sheet.text("exit", "how the client left the pathway; none: did not",
                    {"none", "completed", "ended_early", "dropped"});
  left_week = sheet.whole("left_week", "weeks", "week of leaving the pathway; 0: did not");
  add_agents(sheet, " over contacts held up to week " + std::to_string(context.experiment.reading_week));
  satisfaction = sheet.real("satisfaction", "share", "asked once after care; NaN if no agent was met by then");
  return sheet;
}

void ClientColumns::add_agents(Sheet& sheet, const std::string& until) {
  const auto real = [&](double* AgentColumnsOut::*column, const char* name, const char* unit, const std::string& what) {
    for (int a = 0; a < kAgents; ++a)
      agents[a].*column = sheet.real(std::string(name) + "_" + agent_name(a), unit, what);
  };
  const auto whole = [&](std::int64_t* AgentColumnsOut::*column, const char* name, const std::string& what) {
    for (int a = 0; a < kAgents; ++a)
      agents[a].*column = sheet.whole(std::string(name) + "_" + agent_name(a), "turns", what);
  };
  for (int a = 0; a < kAgents; ++a)
    agents[a].contacts = sheet.whole(std::string(agent_name(a)) + "_contacts", "contacts", "held, whole course");
  real(&AgentColumnsOut::empathy_rating, "mean_empathy_rating", "", "the client's rating, with its error," + until);
  real(&AgentColumnsOut::alliance_rating, "mean_alliance_rating", "", "the client's rating, with its error," + until);
  real(&AgentColumnsOut::accuracy, "mean_accuracy", "share", "turns read right / turns" + until);
  real(&AgentColumnsOut::empathy, "mean_expressed_empathy", "", "E, 0 to 1," + until);
  real(&AgentColumnsOut::trust_start, "trust_start", "share", "at entry; NaN if the agent is not in the arm");
  real(&AgentColumnsOut::trust_end, "trust_end", "share", "in the last week; NaN if the agent is not in the arm");
  real(&AgentColumnsOut::distance, "oracle_distance", "", "cultural distance chi; NaN if the agent is not in the arm");
  whole(&AgentColumnsOut::misread, "misread_turns", "whole course");
  whole(&AgentColumnsOut::unrepaired, "noticed_unrepaired", "misread, noticed and not repaired, whole course");
}

class ClientRows;

class ClientPart final : public BlockRecorder<ClientBlock> {
 public:
  explicit ClientPart(const ClientRows& rows) : rows_(rows) {}
  void week(const CourseAt& at, const ClientBlock& block, int week) override;

 private:
  void begin(const CourseAt& at, const ClientBlock& block);
  void enter(std::size_t row, const CourseAt& at, const ClientBlock& block, int lane) const;
  void meet(const CourseAt& at, const ClientBlock& block, int agent, int lane, bool reads);
  void read(std::size_t row, const ClientBlock& block, int lane, int week) const;
  void ask(std::size_t row, const CellPlan& plan, std::uint32_t k, const ClientBlock& block, int lane) const;
  void close(std::size_t row, const CourseAt& at, const ClientBlock& block, int lane) const;
  void close_person(std::size_t row, const ClientBlock& block, std::uint32_t k, int lane) const;
  void close_agent(std::size_t row, const AgentColumns& agent, int a, std::uint32_t k, int lane) const;

  const ClientRows& rows_;
  std::uint32_t step_[kBlock] = {};  ///< at the end of the week before, by id - first, as all below
  Sums sums_[kAgents][kBlock];
  double minutes_[kBlock];   ///< of a human, outside planned contacts
};

class ClientRows final : public RowRecorder {
 public:
  ClientRows(const RowContext& context_, const RowRange& range_)
      : context(context_),
        range(range_),
        sheet_("clients", context_.cells.size() * static_cast<std::size_t>(range_.size)),
        columns(sheet_, context_) {}
  std::unique_ptr<BlockRecorder<ClientBlock>> start(std::uint32_t, std::uint32_t, int) override {
    return std::make_unique<ClientPart>(*this);
  }
  Table take() override { return sheet_.take(); }

  const RowContext& context;
  const RowRange range;

 private:
  Sheet sheet_;

 public:
  const ClientColumns columns;  ///< of the sheet, which must stand before it
};

const AgentColumns& agent_columns(const ClientBlock& block, int agent) {
  return agent == kHuman ? block.human : block.assistant;
}

void ClientPart::week(const CourseAt& at, const ClientBlock& block, int week) {
  const Experiment& experiment = rows_.context.experiment;
  const CellPlan& plan = rows_.context.plan.cells[static_cast<std::size_t>(at.cell)];
  if (week == 0) begin(at, block);
  for (int i = 0; i < block.size; ++i) {
    const std::uint32_t k = block.w.id[i] - at.first;
    const std::size_t row = static_cast<std::size_t>(at.cell) * static_cast<std::size_t>(rows_.range.size) +
                            (block.w.id[i] - rows_.range.first);
    for (int a = 0; week > 0 && a < kAgents; ++a)
      if (agent_columns(block, a).met[i] > 0) meet(at, block, a, i, week <= experiment.reading_week);
    step_[k] = block.w.step[i];
    minutes_[k] += week > 0 ? block.r.week_minutes[i] : 0.0;
    if (week == 0) enter(row, at, block, i);
    read(row, block, i, week);
    if (week == rows_.context.plan.asking_week) ask(row, plan, k, block, i);
    if (week == experiment.weeks) close(row, at, block, i);
  }
}

void ClientPart::begin(const CourseAt& at, const ClientBlock& block) {
  for (auto& agent : sums_)
    for (Sums& sums : agent) sums = Sums{};
  std::fill(std::begin(minutes_), std::end(minutes_), 0.0);
  for (int i = 0; i < block.size; ++i) step_[block.w.id[i] - at.first] = block.w.step[i];
}

/// What a client brings along: some of it moves later.
void ClientPart::enter(std::size_t row, const CourseAt& at, const ClientBlock& block, int lane) const {
  const PersonColumns& to = rows_.columns.person;
  to.traits.set(row, block.r, lane);
  to.trust_type[row] = static_cast<std::int32_t>(block.w.type[lane]);
  for (int m = 0; m < kPathways; ++m) to.fit[m][row] = block.r.fit[m][lane];
  for (const AttributeCodes& each : rows_.context.attribute[static_cast<std::size_t>(at.cell)])
    to.attribute[each.column][row] = each.code[static_cast<std::size_t>(block.r.attribute[each.place][lane])];
}

void ClientPart::meet(const CourseAt& at, const ClientBlock& block, int agent, int lane, bool reads) {
  const AgentColumns& columns = agent_columns(block, agent);
  const std::uint32_t k = block.w.id[lane] - at.first;
  const auto held = static_cast<std::int64_t>(columns.met[lane]);
  const std::int64_t turns =
      held * rows_.context.plan.cells[static_cast<std::size_t>(at.cell)].turns[agent][step_[k]];
  const auto right = static_cast<std::int64_t>(columns.right_turns[lane]);
  Sums& sums = sums_[agent][k];
  sums.contacts += held;
  sums.misread += turns - right;
  sums.unrepaired += static_cast<std::int64_t>(columns.noticed_turns[lane] - columns.repaired_turns[lane]);
  sums.empathy += columns.empathy[lane] * static_cast<double>(held);
  sums.trust = columns.trust_good[lane] / (columns.trust_good[lane] + columns.trust_bad[lane]);
  if (!reads) return;
  ++sums.read_weeks;
  sums.read_turns += turns;
  sums.read_right += right;
  sums.read_empathy += columns.empathy[lane];
  sums.read_empathy_rating += columns.empathy_rating[lane];
  sums.read_alliance_rating += columns.alliance_rating[lane];
}

void ClientPart::read(std::size_t row, const ClientBlock& block, int lane, int week) const {
  const int due = rows_.context.plan.reading_of_week[static_cast<std::size_t>(week)];
  for (std::size_t reading = 0; reading < rows_.columns.phq9.size(); ++reading)
    if (due >> reading & 1) rows_.columns.phq9[reading][row] = static_cast<std::int64_t>(block.r.phq9[lane]);
  if (due & 1) rows_.columns.symptom[row] = block.r.symptom[lane];
}

void ClientPart::ask(std::size_t row, const CellPlan& plan, std::uint32_t k, const ClientBlock& block, int lane) const {
  const Sums &human = sums_[kHuman][k], &assistant = sums_[kAssistant][k];
  const std::int64_t contacts = human.contacts + assistant.contacts;
  if (contacts == 0) return;
  const double trust =
      trust_in_care(plan.human_share, human.contacts > 0, human.trust, assistant.contacts > 0, assistant.trust);
  const double empathy = (human.empathy + assistant.empathy) / static_cast<double>(contacts);
  rows_.columns.satisfaction[row] =
      satisfaction(plan.satisfaction, trust, empathy, block.r.phq9_start[lane] - block.r.phq9[lane],
                   block.r.weeks_waited[lane]);
}

void ClientPart::close(std::size_t row, const CourseAt& at, const ClientBlock& block, int lane) const {
  const ClientColumns& to = rows_.columns;
  to.names.set(row, rows_.context, at, block, lane);
  to.therapist[row] = block.w.therapist[lane];
  to.phq9_start[row] = static_cast<std::int64_t>(block.r.phq9_start[lane]);
  to.exit[row] = static_cast<std::int32_t>(block.w.exit[lane]);
  to.left_week[row] = block.w.left_week[lane];
  close_person(row, block, block.w.id[lane] - at.first, lane);
  const CellPlan& plan = rows_.context.plan.cells[static_cast<std::size_t>(at.cell)];
  for (int a = 0; a < kAgents; ++a)
    if (plan.has_agent[a]) close_agent(row, agent_columns(block, a), a, block.w.id[lane] - at.first, lane);
}

void ClientPart::close_person(std::size_t row, const ClientBlock& block, std::uint32_t k, int lane) const {
  const PersonColumns& to = rows_.columns.person;
  to.end.set(row, block.r, lane);
  to.other_minutes[row] = minutes_[k];
  to.assistant[row] = block.w.assistant[lane];
  to.breached[row] = (block.w.events[lane] & kBreached) != 0;
  to.discovered[row] = (block.w.events[lane] & kDiscovered) != 0;
}

void ClientPart::close_agent(std::size_t row, const AgentColumns& agent, int a, std::uint32_t k, int lane) const {
  const AgentColumnsOut& to = rows_.columns.agents[a];
  const Sums& sums = sums_[a][k];
  to.contacts[row] = sums.contacts;
  to.misread[row] = sums.misread;
  to.unrepaired[row] = sums.unrepaired;
  to.trust_start[row] = agent.trust_start[lane];
  to.trust_end[row] = agent.trust_good[lane] / (agent.trust_good[lane] + agent.trust_bad[lane]);
  to.distance[row] = agent.distance[lane];
  rows_.columns.person.bond.of[static_cast<std::size_t>(a)].set(row, agent, lane);
  if (sums.read_weeks == 0) return;
  const auto weeks = static_cast<double>(sums.read_weeks);
  to.empathy_rating[row] = sums.read_empathy_rating / weeks;
  to.alliance_rating[row] = sums.read_alliance_rating / weeks;
  to.empathy[row] = sums.read_empathy / weeks;
  to.accuracy[row] = static_cast<double>(sums.read_right) / static_cast<double>(sums.read_turns);
}

}  // namespace

std::unique_ptr<RowRecorder> client_rows(const RowContext& context, const RowRange& range) {
  return std::make_unique<ClientRows>(context, range);
}

}  // namespace hybridcare
