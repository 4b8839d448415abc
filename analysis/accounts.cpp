#include "analysis/accounts.hpp"

#include <limits>

#include "analysis/accounts_part.hpp"

namespace hybridcare {
namespace {

constexpr double kWeeksPerYear = 52.18;

double per_client(const AccountRow& row, double sum) {
  const double clients = row[AccountsLayout::at(Account::clients)];
  return clients > 0 ? sum / clients : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

struct Accounts::State {
  AccountsPlan plan;
  SumRecorder recorder;

  State(const Experiment& experiment, const std::vector<Cell>& cells, std::uint32_t first)
      : plan(experiment, cells),
        recorder(Sums(experiment.replicates, static_cast<int>(cells.size()), plan.cultures, AccountsLayout::kSize),
                 first, [this](std::uint32_t replicate) { return std::make_unique<AccountsPart>(plan, replicate); }) {}
};

AccountsBytes accounts_bytes(const Experiment& experiment, std::size_t cells) {
  const double row = 8.0 * static_cast<double>(cells * culture_names(experiment).size()) * AccountsLayout::kSize;
  return {row * experiment.replicates, row + static_cast<double>(sizeof(AccountsPart))};
}

Accounts::Accounts(const Experiment& experiment, const std::vector<Cell>& cells, std::uint32_t first_replicate)
    : state_(std::make_unique<State>(experiment, cells, first_replicate)) {}

Accounts::~Accounts() = default;

std::unique_ptr<BlockRecorder<ClientBlock>> Accounts::start(std::uint32_t replicate, std::uint32_t first, int size) {
  return state_->recorder.start(replicate, first, size);
}

void Accounts::finish(std::unique_ptr<BlockRecorder<ClientBlock>> part) { state_->recorder.finish(std::move(part)); }

Sums Accounts::take() { return state_->recorder.take(); }

SumPool accounts_pool(const Sums& sums, int cell, int culture) {
  std::vector<AccountRow> rows(static_cast<std::size_t>(sums.replicates), AccountRow(AccountsLayout::kSize));
  for (int r = 0; r < sums.replicates; ++r)
    for (int c = 0; c < sums.groups; ++c) {
      if (culture >= 0 && c != culture) continue;
      const std::int64_t* from = sums.values.data() + sums.at(r, cell, c);
      AccountRow& row = rows[static_cast<std::size_t>(r)];
      for (std::size_t i = 0; i < row.size(); ++i) row[i] += static_cast<double>(from[i]);
    }
  return SumPool(std::move(rows));
}

double minutes_of(const AccountRow& row, Minutes kind) {
  return per_client(row, row[static_cast<std::size_t>(AccountsLayout::at(kind))] / kAccountMinute);
}

double human_minutes(const AccountRow& row) {
  double sum = 0;
  for (int kind = 0; kind < kMinutes; ++kind) sum += minutes_of(row, static_cast<Minutes>(kind));
  return sum;
}

double human_cost(const AccountRow& row, const AccountParameters& prices) {
  const double other =
      minutes_of(row, Minutes::reviews) + minutes_of(row, Minutes::handovers) + minutes_of(row, Minutes::safety);
  return prices.session_minute * minutes_of(row, Minutes::sessions) +
         prices.guidance_minute * minutes_of(row, Minutes::guidance) + prices.other_minute * other;
}

double assistant_cost(const AccountRow& row, const AccountParameters& prices) {
  const double contacts = row[AccountsLayout::at(Account::assistant_contacts)] +
                          row[AccountsLayout::at(Account::coached_contacts)];
  return prices.assistant_contact * per_client(row, contacts);
}

double cost(const AccountRow& row, const AccountParameters& prices) {
  return human_cost(row, prices) + assistant_cost(row, prices);
}

double qaly(const AccountRow& row, const AccountParameters& worth) {
  double sum = 0;
  for (int band = 0; band < kSeverityBands; ++band)
    sum += worth.utility[band] * row[static_cast<std::size_t>(AccountsLayout::band(band))];
  return per_client(row, sum) / kWeeksPerYear;
}

double net_benefit(const AccountRow& row, const AccountParameters& parameters, double threshold) {
  return threshold * qaly(row, parameters) - cost(row, parameters);
}

}  // namespace hybridcare
