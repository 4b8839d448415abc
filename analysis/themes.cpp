#include "analysis/access.hpp"
#include "analysis/accounts_table.hpp"
#include "analysis/bonds.hpp"
#include "analysis/echo_table.hpp"
#include "analysis/estimands.hpp"
#include "analysis/harm.hpp"
#include "analysis/theme.hpp"

namespace hybridcare {
namespace {

class EchoTheme final : public Theme {
 public:
  EchoTheme(const Experiment& experiment, const std::vector<Cell>& cells, std::uint32_t first_replicate)
      : echo_(experiment, cells, first_replicate) {}
  Recorder<ClientBlock>& recorder() override { return echo_; }
  void close(Hash& hash) override {
    sums_ = echo_.take();
    hash.add(sums_.clients.values);
    hash.add(sums_.therapists.values);
  }
  void write(const Estimates& all, std::vector<Table>& tables) const override {
    tables.push_back(echo_table(all.experiment(), all.cells(), sums_));
  }

 private:
  Echo echo_;
  EchoSums sums_;
};

class AccountsTheme final : public Theme {
 public:
  AccountsTheme(const Experiment& experiment, const std::vector<Cell>& cells, std::uint32_t first_replicate)
      : accounts_(experiment, cells, first_replicate) {}
  Recorder<ClientBlock>& recorder() override { return accounts_; }
  void close(Hash& hash) override {
    sums_ = accounts_.take();
    hash.add(sums_.values);
  }
  void write(const Estimates& all, std::vector<Table>& tables) const override {
    tables.push_back(accounts_table(all.experiment(), all.cells(), sums_));
  }

 private:
  Accounts accounts_;
  Sums sums_;
};

template <class Made>
std::unique_ptr<Theme> make(const Experiment& experiment, const std::vector<Cell>& cells, std::uint32_t first) {
  return std::make_unique<Made>(experiment, cells, first);
}

ThemeBytes bytes_of_echo(const Experiment& experiment, const std::vector<Cell>& cells) {
  const EchoBytes bytes = echo_bytes(experiment, cells);
  return {bytes.sums, bytes.per_thread};
}

ThemeBytes bytes_of_accounts(const Experiment& experiment, const std::vector<Cell>& cells) {
  const AccountsBytes bytes = accounts_bytes(experiment, cells.size());
  return {bytes.sums, bytes.per_thread};
}

}  // namespace

std::span<const ThemeKind> themes() {
  static constexpr ThemeKind kThemes[] = {{estimands_bytes, make_estimands},
                                          {bonds_bytes, make_bonds},
                                          {harm_bytes, make_harm},
                                          {bytes_of_echo, make<EchoTheme>},
                                          {bytes_of_accounts, make<AccountsTheme>},
                                          {access_bytes, make_access}};
  return kThemes;
}

CloseCells close_cells(const Experiment& experiment, const std::vector<Cell>& cells, bool (*wanted)(Twin)) {
  CloseCells found;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const bool shown = !experiment.arms[static_cast<std::size_t>(cells[i].arm)].component;
    const bool looked_at = cells[i].variant == 0 && shown && wanted(cells[i].twin);
    found.place.push_back(looked_at ? static_cast<int>(found.cells.size()) : -1);
    if (looked_at) found.cells.push_back(static_cast<int>(i));
  }
  return found;
}

SumPool pool_of(const Sums& sums, int place, int group) {
  std::vector<SumPool::Row> by_replicate;
  for (int r = 0; r < sums.replicates; ++r) {
    by_replicate.emplace_back(static_cast<std::size_t>(sums.size), 0.0);
    for (int c = 0; c < sums.groups; ++c) {
      if (group > 0 && c != group - 1) continue;
      const std::int64_t* from = sums.values.data() + sums.at(r, place, c);
      for (std::size_t i = 0; i < by_replicate.back().size(); ++i)
        by_replicate.back()[i] += static_cast<double>(from[i]);
    }
  }
  return SumPool(std::move(by_replicate));
}

}  // namespace hybridcare
