// What an arm keeps in files beside its fields: a counted intake, a service, a network; and the steps before care.
#include <algorithm>
#include <cmath>

#include "scenarios/csv.hpp"
#include "scenarios/fields.hpp"
#include "scenarios/names.hpp"
#include "scenarios/reader.hpp"

namespace hybridcare::detail {
namespace {

constexpr double kMostWeekly = 1e6, kMostSlots = 1000, kMostId = 9999999, kMostPrice = 10000;
constexpr CsvLimits kWeekly{std::size_t{4} << 20, 5200}, kTeam{std::size_t{16} << 20, 100000},
    kTies{std::size_t{512} << 20, 50'000'000}, kFew{std::size_t{1} << 20, 1000};

/// The table that a member of the object names, in the scenario's folder.
CsvTable table_of(const Node& name, const std::vector<CsvColumn>& columns, const CsvLimits& limits,
                  const std::string& file) {
  const std::string beside = file_beside(name, file);
  return read_csv_file(beside, beside, columns, limits);
}

/// Rows are numbered 1, 2, 3, … in the column, so that none is missing and none stands twice.
void need_counted(const CsvTable& table, const char* column) {
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const double expected = static_cast<double>(row) + 1;
    if (table.number(column, row) != expected)
      table.fail(row, column, "found " + number_text(table.number(column, row)) + ", expected " +
                                  number_text(expected) + ": numbered from 1, without gaps");
  }
}

void read_arrivals(const Node& name, const std::string& file, Coupling& coupling) {
  const CsvTable table = table_of(
      name, {whole_column("week", 1, 5200, "weeks"), real_column("clients", 0, kMostWeekly, "clients a week")}, kWeekly,
      file);
  need_counted(table, "week");
  coupling.arrivals = table.numbers("clients");
}

void read_slots(const Node& name, const Node& resolved, const std::string& file, Scenario& scenario,
                Coupling& coupling) {
  const CsvTable table = table_of(
      name, {whole_column("therapist", 1, kMostId), real_column("slots", 0, kMostSlots, "contacts a week")}, kTeam,
      file);
  need_counted(table, "therapist");
  const Node* therapists = resolved.find("therapists");
  const Node* count = therapists ? therapists->find("count") : nullptr;
  const int rows = static_cast<int>(table.rows());
  if (count && scenario.parameters.therapists.count != rows)
    fail(file, *count, std::to_string(scenario.parameters.therapists.count) + " therapists, but " + table.file() +
                           " has slots of " + std::to_string(rows));
  const Field& field = *find_field("/therapists/count");
  if (rows > field.most) fail(file, name, outside(rows, field.least, field.most, "therapists"));
  scenario.parameters.therapists.count = rows;
  coupling.slots = table.numbers("slots");
}

void read_prices(const Node& name, const std::string& file, Scenario& scenario) {
  const std::vector<std::string> items = {"session_minute", "guidance_minute", "other_minute", "assistant_contact"};
  const CsvTable table =
      table_of(name, {choice_column("item", items), real_column("price", 0, kMostPrice, "money")}, kFew, file);
  std::vector<bool> seen(items.size(), false);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto item = static_cast<std::size_t>(table.choice("item", row));
    if (seen[item]) table.fail(row, "item", in_quotes(items[item]) + " stands twice");
    seen[item] = true;
    set_value(*find_field("/accounts/price/" + items[item]), scenario.parameters, table.number("price", row));
  }
}

std::shared_ptr<const std::vector<Edge>> read_edges(const Node& name, const std::string& file) {
  const CsvTable table = table_of(
      name, {whole_column("from", 0, kMostId, "clients"), whole_column("to", 0, kMostId, "clients")}, kTies, file);
  const std::vector<double>&from = table.numbers("from"), &to = table.numbers("to");
  std::vector<Edge> edges;
  edges.reserve(table.rows());
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (from[row] == to[row]) table.fail(row, "to", "client " + number_text(to[row]) + " can't be tied to itself");
    edges.emplace_back(static_cast<std::uint32_t>(from[row]), static_cast<std::uint32_t>(to[row]));
  }
  return std::make_shared<const std::vector<Edge>>(std::move(edges));
}

/// Momentary deviation and measurement: what a score has beyond the slow level, points squared.
double noise_of(const CourseParameters& p) {
  const double keep = 1 - p.symptom_return;
  return p.symptom_sd * p.symptom_sd / (1 - keep * keep) + p.measurement_sd * p.measurement_sd;
}

/// Clients by score as measured, or by slow level. A score is pulled towards the mean by what is noise in it, so that
/// the scores of those drawn have the mean and spread of those counted.
void read_intake(const Node& name, const std::string& file, Parameters& parameters) {
  const CsvTable table = table_of(name,
                                  {whole_column("score", 0, kIntakeRows - 1, "points").optional(),
                                   whole_column("episode", 0, kIntakeRows - 1, "points").optional(),
                                   whole_column("clients", 0, 1e9, "clients")},
                                  kFew, file);
  const bool scores = table.has("score");
  if (scores == table.has("episode"))
    fail(file, name, table.file() + " has one of the columns 'score' (as measured) and 'episode' (slow level)");
  const char* column = scores ? "score" : "episode";
  double counts[kIntakeRows] = {}, all = 0, sum = 0, squares = 0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (!table.given(column, row)) table.fail(row, column, "no points are given");
    const double points = table.number(column, row), clients = table.number("clients", row);
    const double before = row > 0 ? table.number(column, row - 1) : -1;
    if (points <= before)
      table.fail(row, column, number_text(points) + " does not come after " + number_text(before));
    counts[static_cast<int>(points)] = clients;
    all += clients, sum += clients * points, squares += clients * points * points;
  }
  if (all == 0) fail(file, name, table.file() + " counts no clients");
  const double mean = sum / all, variance = squares / all - mean * mean;
  const double noise = scores ? noise_of(parameters.course) : 0;
  if (scores && variance <= noise)
    fail(file, name, table.file() + ": scores have a variance of " + number_text(variance) +
                         ", no more than the noise of one measurement, " + number_text(noise));
  const double keep = scores ? (variance - noise) / variance : 1;
  IntakeHistogram& histogram = parameters.histogram;
  histogram.scores = kIntakeRows;
  histogram.spread = std::sqrt(keep * (1 - keep) * variance);
  double below = 0;
  for (int k = 0; k < kIntakeRows; ++k) {
    below += counts[k];
    histogram.below[k] = below / all;
    histogram.episode[k] = mean + keep * (k - mean);
  }
  parameters.intake.episode_mean = mean;  // what severity is compared with
  parameters.intake.episode_sd = std::sqrt(keep * variance);
}

/// A step before care, in which nobody is met.
int add_step(const char* name, Comparator comparator, const Node& at, const std::string& file, Pathway& pathway) {
  for (const Step& step : pathway.steps)
    if (step.name == name)
      fail(file, at, "a service has a step " + in_quotes(name) + " of its own; name the pathway's step otherwise");
  if (pathway.steps.size() >= kMostSteps)
    fail(file, at, "a service adds two steps: " + std::to_string(kMostSteps - 2) + " at most are left to the pathway");
  Step step;
  step.name = name;
  step.comparator = comparator;
  pathway.steps.push_back(step);
  return static_cast<int>(pathway.steps.size()) - 1;
}

void read_service(const Node& service, const Node& resolved, const std::string& file, Scenario& scenario,
                  Coupling& coupling) {
  coupling.service = true;
  if (const Node* name = service.find("arrivals_file")) read_arrivals(*name, file, coupling);
  if (const Node* name = service.find("slots_file")) read_slots(*name, resolved, file, scenario, coupling);
  if (const Node* name = service.find("prices_file")) read_prices(*name, file, scenario);
  const Node& at = *resolved.find("pathway");
  coupling.door = scenario.pathway.start;
  coupling.in_need = add_step("in_need", Comparator::none, at, file, scenario.pathway);
  coupling.on_list = add_step("waiting_list", Comparator::waiting, at, file, scenario.pathway);
  scenario.pathway.start = coupling.in_need;
}

bool reads(const Guard& guard, std::int32_t column) {
  return std::any_of(guard.code.begin(), guard.code.end(), [&](const GuardCode& code) {
    return code.op == GuardOp::variable && code.column == column;
  });
}

/// Word of mouth moves stigma week by week while everybody is lived through together; when a course is lived again for
/// the recorders, it is not there, and such a guard would move another client.
void refuse_stigma(const Node& network, const std::string& file, const Pathway& pathway) {
  const auto& known = guard_variables();
  const auto stigma = std::find_if(known.begin(), known.end(),
                                   [](const GuardVariable& each) { return std::string("oracle.stigma") == each.name; });
  bool found = reads(pathway.re_entry_when, stigma->column);
  for (const Transition& each : pathway.transitions) found = found || reads(each.guard, stigma->column);
  if (found) fail(file, network, "a guard of this arm reads 'oracle.stigma', which a network changes from outside");
}

void read_network(const Node& network, const std::string& file, Profiles& read, Scenario& scenario,
                  Coupling& coupling) {
  coupling.network = true;
  const int neighbours = scenario.parameters.network.neighbours;
  if (neighbours % 2 != 0) {
    const Node* at = network.find("neighbours");
    fail(file, at ? *at : network, std::to_string(neighbours) + " is odd; ties are mutual, so their number is even");
  }
  refuse_stigma(network, file, scenario.pathway);
  const Node* name = network.find("edges_file");
  if (!name) return;
  std::shared_ptr<const std::vector<Edge>>& ties = read.ties[file_beside(*name, file)];
  if (!ties) ties = read_edges(*name, file);
  coupling.edges = ties;
}

}  // namespace

std::vector<std::string> coupling_files(const std::string& section) {
  if (section == "service") return {"arrivals_file", "slots_file", "prices_file"};
  if (section == "network") return {"edges_file"};
  if (section == "intake") return {"file"};
  return {};
}

void read_coupling(const Node& resolved, const std::string& file, Profiles& read, Scenario& scenario) {
  if (const Node* intake = resolved.find("intake"))
    if (const Node* name = intake->find("file")) read_intake(*name, file, scenario.parameters);
  const Node *service = resolved.find("service"), *network = resolved.find("network");
  if (!service && !network) return;
  Coupling coupling;
  if (service) read_service(*service, resolved, file, scenario, coupling);
  if (network) read_network(*network, file, read, scenario, coupling);
  scenario.coupling = std::make_shared<const Coupling>(std::move(coupling));
}

}  // namespace hybridcare::detail
