// Tables of trust looked at closely: erosion under every rule, what was lost, calibration and recognition by week.
#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "analysis/bonds.hpp"
#include "analysis/columns.hpp"

namespace hybridcare {
namespace {

using Row = SumPool::Row;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double at(const Row& row, int place) { return row[static_cast<std::size_t>(place)]; }
double ratio(double part, double whole) { return whole > 0 ? part / whole : kNone; }

/// One set of ends, and how it is named.
struct EndSet { double depth; int span; std::string scale, start; int place; };

std::vector<EndSet> end_sets(const BondLayout& layout, int agent) {
  std::vector<EndSet> list;
  for (int rule = 0; rule < kRules; ++rule)
    list.push_back({kDepths[rule / kSpanCount], kSpans[rule % kSpanCount], "latent", "all",
                    layout.ends(agent, Ends::rule, rule)});
  const double depth = kDepths[kDefaultDepth];
  const int span = kSpans[kDefaultSpan];
  for (int q = 0; q < kQuartiles; ++q)
    list.push_back({depth, span, "latent", "quartile " + std::to_string(q + 1),
                    layout.ends(agent, Ends::quartile, q)});
  list.push_back({depth, span, "measured", "all", layout.ends(agent, Ends::measured)});
  return list;
}

LastIncidence incidence(const BondLayout& layout, const Row& row, const EndSet& set) {
  return last_incidence({row.data() + set.place, static_cast<std::size_t>(layout.ends_size())});
}

/// A course's factual sums, and those of its twins where they were run.
struct Pools {
  SumPool factual;
  std::optional<SumPool> nobody_leaves, no_distance, perfect;
};

std::optional<SumPool> twin_pool(const Estimates& all, const BondPlan& plan, const Sums& sums, int cell, Twin twin,
                                 int group) {
  const Cell& of = all.cells()[static_cast<std::size_t>(cell)];
  const int found = all.find(of.variant, of.arm, twin);
  if (found < 0) return std::nullopt;
  return pool_of(sums, plan.looked.place[static_cast<std::size_t>(found)], group);
}

/// Factual minus twin, paired; NaN where that twin was not run or has nobody at risk.
Estimate excess(const Pools& pools, const std::optional<SumPool>& twin, const BondLayout& layout, const EndSet& set) {
  if (!twin || set.scale == "measured") return {kNone, {}};
  return pools.factual.estimate_with(*twin, [&](const Row& a, const Row& b) {
    return incidence(layout, a, set).eroded - incidence(layout, b, set).eroded;
  });
}

void add_rules(TableWriter& writer, const Estimates& all, const BondPlan& plan, const Pools& pools, int cell,
               int group) {
  const BondLayout& layout = plan.layout;
  for (int agent = 0; agent < kAgents; ++agent)
    for (const EndSet& set : end_sets(layout, agent)) {
      const LastIncidence total = incidence(layout, pools.factual.total(), set);
      if (total.at_risk == 0) continue;
      const auto eroded = [&](const Row& row) { return incidence(layout, row, set).eroded; };
      const Estimate risk = pools.factual.estimate(eroded);
      const bool stays = pools.nobody_leaves && set.scale != "measured";
      const Estimate if_stayed = stays ? pools.nobody_leaves->estimate(eroded) : Estimate{kNone, {}};
      const Estimate cultural = excess(pools, pools.no_distance, layout, set);
      const Estimate misread = excess(pools, pools.perfect, layout, set);
      const Noise error = all.noise(risk);
      writer.row({all.arm(cell), std::string(agent_name(agent)), all.group(group), set.depth, std::int64_t{set.span},
                  set.scale, set.start, static_cast<std::int64_t>(total.at_risk), risk.value, error.se, error.low,
                  error.high, total.dropped, total.ended, if_stayed.value, standard_error(if_stayed), cultural.value,
                  standard_error(cultural), misread.value, standard_error(misread)});
    }
}

struct Loss { const char *name, *unit; BondTotal sum, whole; };
constexpr Loss kLosses[] = {{"area_lost", "trust x contacts", BondTotal::area, BondTotal::met},
                            {"depth", "trust", BondTotal::depth, BondTotal::met},
                            {"spill_over", "hearsay", BondTotal::hearsay, BondTotal::never}};

void add_losses(TableWriter& writer, const Estimates& all, const BondPlan& plan, const SumPool& pool, int cell,
                int group, int agent) {
  const BondLayout& layout = plan.layout;
  const auto write = [&](const char* name, const char* unit, const Estimate& estimate, double clients) {
    if (std::isnan(estimate.value)) return;
    const Noise error = all.noise(estimate);
    writer.row({all.twin(cell), all.arm(cell), std::string(agent_name(agent)), all.group(group), std::string(name),
                std::string(unit), estimate.value, error.se, error.low, error.high,
                static_cast<std::int64_t>(clients)});
  };
  for (const Loss& loss : kLosses) {
    const int sum = layout.at(agent, loss.sum), whole = layout.at(agent, loss.whole);
    const bool silent = at(pool.total(), layout.at(agent, BondTotal::hearsay_absolute)) == 0;
    if (loss.sum == BondTotal::hearsay && silent) continue;  // nobody talks where there is no network
    write(loss.name, loss.unit,
          pool.estimate([&](const Row& row) { return ratio(at(row, sum) / kFixedOne, at(row, whole)); }),
          at(pool.total(), whole));
  }
  const auto back = [&](const Row& row) {
    return last_incidence({row.data() + layout.back(agent), static_cast<std::size_t>(kBackContacts * kErosionEnds)});
  };
  if (back(pool.total()).at_risk > 0)
    write("permanence", "share", pool.estimate([&](const Row& row) { return 1 - back(row).eroded; }),
          back(pool.total()).at_risk);
}

void add_calibration(TableWriter& writer, const Estimates& all, const BondPlan& plan, const SumPool& pool, int cell,
                     int group, int agent) {
  for (int week = 1; week <= plan.layout.weeks; ++week) {
    const int met = plan.layout.at(agent, BondWeek::met, week);
    const int over = plan.layout.at(agent, BondWeek::over, week);
    const int under = plan.layout.at(agent, BondWeek::under, week);
    const double clients = at(pool.total(), met);
    if (clients == 0) continue;
    const auto mean = [&](int sum) {
      return pool.estimate([=](const Row& row) { return ratio(at(row, sum) / kFixedOne, at(row, met)); });
    };
    const Estimate above = mean(over), below = mean(under), apart = above - below;
    const Noise error = all.noise(apart);
    writer.row({all.twin(cell), all.arm(cell), std::string(agent_name(agent)), all.group(group), std::int64_t{week},
                apart.value, error.se, error.low, error.high, above.value, standard_error(above), below.value,
                standard_error(below), static_cast<std::int64_t>(clients)});
  }
}

void add_recognition(TableWriter& writer, const Estimates& all, const BondPlan& plan, const SumPool& pool, int cell,
                     int group, int agent) {
  for (int week = 1; week <= plan.layout.weeks; ++week) {
    const int turns = plan.layout.at(agent, BondWeek::turns, week);
    if (at(pool.total(), turns) == 0) continue;
    const auto rate = [&](BondWeek what) {
      const int part = plan.layout.at(agent, what, week);
      return pool.estimate([=](const Row& row) { return ratio(at(row, part), at(row, turns)); });
    };
    const Estimate misread = rate(BondWeek::misread), masked = rate(BondWeek::masked);
    writer.row({all.twin(cell), all.arm(cell), std::string(agent_name(agent)), all.group(group), std::int64_t{week},
                static_cast<std::int64_t>(at(pool.total(), turns)), misread.value, standard_error(misread),
                masked.value, standard_error(masked)});
  }
}

using Add = void (*)(TableWriter&, const Estimates&, const BondPlan&, const SumPool&, int, int, int);

/// Rows of every course looked at, group and agent.
Table table_of(TableWriter writer, const Estimates& all, const BondPlan& plan, const Sums& sums, Add add) {
  for (std::size_t p = 0; p < plan.looked.cells.size(); ++p)
    for (int group = 0; group < all.groups(); ++group) {
      const SumPool pool = pool_of(sums, static_cast<int>(p), group);
      for (int agent = 0; agent < kAgents; ++agent)
        if (plan.cells[p].has_agent[agent] || add == add_losses)
          add(writer, all, plan, pool, plan.looked.cells[p], group, agent);
    }
  return writer.take();
}

}  // namespace

Table erosion_rules_table(const Estimates& all, const BondPlan& plan, const Sums& sums) {
  TableWriter writer(
      "erosion_rules",
      {arm_column(), agent_column(), culture_column(), real("delta", "trust", "how far trust is below trust at entry"),
       whole("in_a_row", "contacts", "at so many contacts in a row; the last is the event"),
       text("scale", "latent; or measured: trust and trust at entry with a questionnaire's error"),
       text("start", "all; or a quarter of clients by trust at entry, 1 the lowest: who starts high falls most"),
       whole("clients", "clients", "who met the agent, replicates pooled"),
       real("incidence", "share", "eroded by the end of care, leaving and planned ends competing (Aalen-Johansen)"),
       se_column("share"), low_column("share"), high_column("share"),
       real("dropped", "share", "left with trust not eroded"), real("ended", "share", "planned end, trust not eroded"),
       real("if_nobody_left", "share", "incidence in the twin in which nobody leaves"),
       real("if_nobody_left_noise_se", "share", "its simulation noise"),
       real("excess_no_distance", "share", "incidence minus that of the twin without cultural distance, paired"),
       real("excess_no_distance_noise_se", "share", "its simulation noise"),
       real("excess_perfect_recognition", "share", "incidence minus that of the twin without misreading, paired"),
       real("excess_perfect_recognition_noise_se", "share", "its simulation noise")});
  for (const int cell : plan.looked.cells) {
    if (all.cells()[static_cast<std::size_t>(cell)].twin != Twin::factual) continue;
    for (int group = 0; group < all.groups(); ++group) {
      const auto twin = [&](Twin which) { return twin_pool(all, plan, sums, cell, which, group); };
      const Pools pools{pool_of(sums, plan.looked.place[static_cast<std::size_t>(cell)], group),
                        twin(Twin::nobody_leaves), twin(Twin::no_distance), twin(Twin::perfect_recognition)};
      add_rules(writer, all, plan, pools, cell, group);
    }
  }
  return writer.take();
}

Table trust_loss_table(const Estimates& all, const BondPlan& plan, const Sums& sums) {
  TableWriter writer(
      "trust_loss",
      {twin_column(), arm_column(), agent_column(), culture_column(),
       text("metric", "area_lost: trust below trust at entry, summed over contacts; depth: the most that it was below; "
                      "permanence: of those eroded, not back within .05 in 8 contacts; spill_over: what clients who "
                      "never met such an agent have heard of it"),
       unit_column(), real("estimate", "", "mean over clients, replicates pooled"), se_column(), low_column(),
       high_column(), whole("clients", "clients", "in the denominator, replicates pooled")});
  return table_of(std::move(writer), all, plan, sums, add_losses);
}

Table calibration_table(const Estimates& all, const BondPlan& plan, const Sums& sums) {
  TableWriter writer(
      "calibration",
      {twin_column(), arm_column(), agent_column(), culture_column(), whole("week", "weeks", "after its contacts"),
       real("trust_gap", "share", "trust minus reliability (accuracy x quality over contacts so far)"),
       se_column("share"), low_column("share"), high_column("share"),
       real("over_trust", "share", "mean of trust above reliability; 0 where it is below"),
       real("over_trust_noise_se", "share", "its simulation noise"),
       real("under_trust", "share", "mean of trust below reliability; 0 where it is above"),
       real("under_trust_noise_se", "share", "its simulation noise"),
       whole("clients", "clients", "who have met the agent by then, replicates pooled")});
  return table_of(std::move(writer), all, plan, sums, add_calibration);
}

Table recognition_table(const Estimates& all, const BondPlan& plan, const Sums& sums) {
  TableWriter writer(
      "recognition",
      {twin_column(), arm_column(), agent_column(), culture_column(), whole("week", "weeks", "of the contacts"),
       whole("turns", "turns", "of that week's contacts, replicates pooled"),
       real("misread_rate", "share", "turns misread / turns"),
       real("misread_noise_se", "share", "its simulation noise"),
       real("masked_rate", "share", "turns in which the feeling was masked / turns"),
       real("masked_noise_se", "share", "its simulation noise")});
  return table_of(std::move(writer), all, plan, sums, add_recognition);
}

}  // namespace hybridcare
