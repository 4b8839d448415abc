// The objects "service" and "network" of an arm: files beside its fields, and the steps before care.
#include <algorithm>
#include <filesystem>

#include "scenarios/csv.hpp"
#include "scenarios/fields.hpp"
#include "scenarios/names.hpp"
#include "scenarios/reader.hpp"

namespace hybridcare::detail {
namespace {

constexpr double kMostWeekly = 1e6, kMostSlots = 1000, kMostId = 9999999, kMostPrice = 10000;
constexpr CsvLimits kWeekly{std::size_t{4} << 20, 5200}, kTeam{std::size_t{16} << 20, 100000},
    kTies{std::size_t{512} << 20, 50'000'000}, kFew{std::size_t{1} << 20, 1000};

/// The table that a member of the object names, beside the scenario file.
CsvTable table_of(const Node& name, const std::vector<CsvColumn>& columns, const CsvLimits& limits,
                  const std::string& file) {
  need(Node::Kind::text, name, file);
  const std::filesystem::path beside = std::filesystem::path(file).parent_path() / name.text;
  return read_csv_file(beside.string(), beside.string(), columns, limits);
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

void read_edges(const Node& name, const std::string& file, Coupling& coupling) {
  const CsvTable table = table_of(
      name, {whole_column("from", 0, kMostId, "clients"), whole_column("to", 0, kMostId, "clients")}, kTies, file);
  const std::vector<double>&from = table.numbers("from"), &to = table.numbers("to");
  coupling.edges.reserve(table.rows());
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (from[row] == to[row]) table.fail(row, "to", "client " + number_text(to[row]) + " can't be tied to itself");
    coupling.edges.emplace_back(static_cast<std::uint32_t>(from[row]), static_cast<std::uint32_t>(to[row]));
  }
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

void read_network(const Node& network, const std::string& file, Scenario& scenario, Coupling& coupling) {
  coupling.network = true;
  const int neighbours = scenario.parameters.network.neighbours;
  if (neighbours % 2 != 0) {
    const Node* at = network.find("neighbours");
    fail(file, at ? *at : network, std::to_string(neighbours) + " is odd; ties are mutual, so their number is even");
  }
  if (const Node* name = network.find("edges_file")) read_edges(*name, file, coupling);
}

}  // namespace

std::vector<std::string> coupling_files(const std::string& section) {
  if (section == "service") return {"arrivals_file", "slots_file", "prices_file"};
  if (section == "network") return {"edges_file"};
  return {};
}

void read_coupling(const Node& resolved, const std::string& file, Scenario& scenario) {
  const Node *service = resolved.find("service"), *network = resolved.find("network");
  if (!service && !network) return;
  Coupling coupling;
  if (service) read_service(*service, resolved, file, scenario, coupling);
  if (network) read_network(*network, file, scenario, coupling);
  scenario.coupling = std::make_shared<const Coupling>(std::move(coupling));
}

}  // namespace hybridcare::detail
