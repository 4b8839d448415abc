#include "analysis/screen_table.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/columns.hpp"
#include "scenarios/grades.hpp"

namespace hybridcare {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

bool is_zero(const Estimate& change) {
  const auto none = [](double value) { return value == 0; };
  return none(change.value) && std::all_of(change.without.begin(), change.without.end(), none);
}

std::vector<ColumnSpec> columns() {
  return {whole("rank", "", "1: moves the result most; changes within simulation noise come last"),
          text("path", "the field, as a JSON Pointer into the scenario"),
          text("symbol", "in the model document"),
          text("grade", "how its value is known: measured, calibrated, assumed, design"),
          text("evidence", "id of the figure or calibration behind it"),
          text("meaning", "of the field"),
          text("field_unit", "unit of value, low and high"),
          real("value", "", "as it is, for the arm's first assistant where there are several; NaN: the arm has none"),
          real("value_against", "", "the same in the other arm; NaN: the result is of one arm"),
          real("low", "", "moved down to; NaN: not moved down"),
          real("high", "", "moved up to; NaN: not moved up"),
          text("rule", "what says how far it is moved"),
          real("change_low", "", "change of the result where the field is low"),
          real("change_low_noise_se", "", "simulation noise of that change, same clients and same chance"),
          real("change_high", "", "change of the result where the field is high"),
          real("change_high_noise_se", "", "simulation noise of that change, same clients and same chance"),
          real("effect", "", "the larger of both changes"),
          real("effect_noise_low", "", "effect - t(.975, replicates - 1) noise_se; simulation noise only"),
          real("effect_noise_high", "", "effect + t(.975, replicates - 1) noise_se; simulation noise only"),
          whole("beyond_noise", "", "1: the effect's simulation noise does not reach zero"),
          whole("always", "", "1: shown wherever it is in use"),
          arm_column(), text("against", "arm that is subtracted; empty: none"),
          text("against_twin", "twin that is subtracted; empty: none"), variant_column(), culture_column(),
          metric_column(), reading_column(), text("unit", "unit of the result and its changes")};
}

double first_value(const Movable& from, std::size_t arm) {
  return arm < from.arms.size() && !from.arms[arm].empty() ? from.arms[arm].front().value : kNone;
}

struct Ranked {
  Driver driver;
  Noise noise;  ///< of the effect
  bool beyond = false;
};

std::vector<Ranked> ranked(std::vector<Driver> drivers) {
  std::vector<Ranked> rows;
  for (Driver& driver : drivers) {
    const Estimate& effect = driver.larger().change;
    const Noise error = noise(effect, t_quantile(effect.without.size()));
    const bool beyond = error.low > 0 || error.high < 0;
    rows.push_back({std::move(driver), error, beyond});
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Ranked& a, const Ranked& b) {
    if (a.beyond != b.beyond) return a.beyond;
    return std::abs(a.driver.larger().change.value) > std::abs(b.driver.larger().change.value);
  });
  return rows;
}

}  // namespace

bool Driver::still() const { return (!down || is_zero(down->change)) && (!up || is_zero(up->change)); }

const Side& Driver::larger() const {
  if (!down || !up) return down ? *down : *up;
  return std::abs(down->change.value) > std::abs(up->change.value) ? *down : *up;
}

Table drivers_table(const Experiment& experiment, const Asked& asked, std::vector<Driver> drivers) {
  TableWriter writer("drivers", columns());
  const Question& q = asked.question;
  const auto to = [](const std::optional<Side>& side) { return side ? side->to : kNone; };
  const auto change = [](const std::optional<Side>& side) { return side ? side->change.value : kNone; };
  const auto error = [](const std::optional<Side>& side) { return side ? standard_error(side->change) : kNone; };
  std::int64_t rank = 0;
  for (const Ranked& row : ranked(std::move(drivers))) {
    const Driver& driver = row.driver;
    const Movable& from = *driver.from;
    const Field& field = *from.field;
    const Known known = known_here(field, first_of(from.arms)->value, experiment);
    writer.row({++rank, std::string(field.path), std::string(field.symbol), std::string(to_string(known.grade)),
                known.evidence, std::string(field.meaning), std::string(field.unit), first_value(from, 0),
                first_value(from, 1), to(driver.down), to(driver.up), from.rule, change(driver.down),
                error(driver.down), change(driver.up), error(driver.up), driver.larger().change.value, row.noise.low,
                row.noise.high, std::int64_t{row.beyond}, std::int64_t{always_shown(field)}, q.arm, q.against, q.twin,
                q.variant, q.culture, q.metric, q.reading, asked.unit});
  }
  return writer.take();
}

}  // namespace hybridcare
