#include "analysis/echo.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/echo_part.hpp"

namespace hybridcare {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// After an EchoLayout row: sums over therapists with clients, between whom variance is looked for.
enum class Between : int {
  therapists,
  squared_sizes,                     ///< of n_j^2
  starts, products, readings         ///< of S0^2 / n_j, S0 S / n_j, S^2 / n_j
};
constexpr int kBetween = 5;

double& between(EchoRow& row, Between field) {
  return row[static_cast<std::size_t>(EchoLayout::kSize + static_cast<int>(field))];
}
double between(const EchoRow& row, Between field) { return between(const_cast<EchoRow&>(row), field); }

double sum_of(const EchoRow& row, int place) { return row[static_cast<std::size_t>(place)]; }

double scale_of(Variable variable) { return variable >= Variable::empathy ? kRatingOne : 1; }

/// Sum of products of deviations from the means, in the variables' units.
double deviation(const EchoRow& row, int moments, Variable a, Variable b) {
  const auto sum = [&](Variable x, Variable y) { return sum_of(row, moments + moment(x, y)); };
  const double n = sum(Variable::one, Variable::one);
  const double products = sum(a, b) - sum(Variable::one, a) * sum(Variable::one, b) / n;
  return products / (scale_of(a) * scale_of(b));
}

template <std::size_t n>
Eigen::Matrix<double, n, n> deviations(const EchoRow& row, int moments, const std::array<Variable, n>& of) {
  Eigen::Matrix<double, n, n> all;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      all(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = deviation(row, moments, of[i], of[j]);
  return all;
}

/// Sums of products of the panel's columns, each centred on person, then on week: exact, as every person has all weeks.
Eigen::Matrix3d centred_panel(const EchoRow& row, int agent) {
  const double persons = panel_persons(row, agent), weeks = kPanelWeeks;
  Eigen::Matrix3d all;
  for (int i = 0; i < kPanelColumns; ++i)
    for (int j = 0; j < kPanelColumns; ++j) {
      const int pair = panel_product(static_cast<PanelColumn>(i), static_cast<PanelColumn>(j));
      double by_week = 0, sum_i = 0, sum_j = 0;
      for (int week = 0; week < kPanelWeeks; ++week) {
        const double a = sum_of(row, EchoLayout::week_sums(agent) + i * kPanelWeeks + week);
        const double b = sum_of(row, EchoLayout::week_sums(agent) + j * kPanelWeeks + week);
        by_week += a * b;
        sum_i += a;
        sum_j += b;
      }
      all(i, j) = sum_of(row, EchoLayout::products(agent) + pair) -
                  sum_of(row, EchoLayout::person_products(agent) + pair) / weeks - by_week / persons +
                  sum_i * sum_j / (persons * weeks);
    }
  return all;
}

}  // namespace

struct Echo::State {
  EchoPlan plan;
  SumRecorder recorder;
  int replicates;

  State(const Experiment& experiment, const std::vector<Cell>& cells, std::uint32_t first)
      : plan(experiment, cells),
        recorder(Sums(experiment.replicates, 1, 1,
                      static_cast<int>(EchoPart::client_sums(plan) + EchoPart::therapist_sums(plan))),
                 first, [this](std::uint32_t replicate) { return std::make_unique<EchoPart>(plan, replicate); }),
        replicates(experiment.replicates) {}
};

EchoBytes echo_bytes(const Experiment& experiment, const std::vector<Cell>& cells) {
  const EchoPlan plan(experiment, cells);
  const double row = 8.0 * static_cast<double>(EchoPart::client_sums(plan) + EchoPart::therapist_sums(plan));
  return {2 * row * experiment.replicates, row + static_cast<double>(sizeof(EchoPart))};
}

Echo::Echo(const Experiment& experiment, const std::vector<Cell>& cells, std::uint32_t first_replicate)
    : state_(std::make_unique<State>(experiment, cells, first_replicate)) {}

Echo::~Echo() = default;

std::unique_ptr<BlockRecorder<ClientBlock>> Echo::start(std::uint32_t replicate, std::uint32_t first, int size) {
  return state_->recorder.start(replicate, first, size);
}

void Echo::finish(std::unique_ptr<BlockRecorder<ClientBlock>> part) { state_->recorder.finish(std::move(part)); }

EchoSums Echo::take() {
  const EchoPlan& plan = state_->plan;
  const Sums all = state_->recorder.take();
  const int cells = static_cast<int>(plan.cells.size());
  EchoSums result{Sums(state_->replicates, cells, plan.cultures, EchoLayout::kSize),
                  Sums(state_->replicates, cells, plan.therapists, kOfTherapist)};
  const auto clients = static_cast<std::ptrdiff_t>(EchoPart::client_sums(plan));
  for (int r = 0; r < state_->replicates; ++r) {
    const auto from = all.values.begin() + static_cast<std::ptrdiff_t>(all.at(r, 0, 0));
    std::copy(from, from + clients,
              result.clients.values.begin() + static_cast<std::ptrdiff_t>(result.clients.at(r, 0, 0)));
    std::copy(from + clients, from + all.size,
              result.therapists.values.begin() + static_cast<std::ptrdiff_t>(result.therapists.at(r, 0, 0)));
  }
  return result;
}

EchoRow echo_row(const EchoSums& sums, int replicate, int cell, int culture) {
  EchoRow row(EchoLayout::kSize + kBetween);
  for (int c = 0; c < sums.clients.groups; ++c) {
    if (culture >= 0 && c != culture) continue;
    const std::int64_t* from = sums.clients.values.data() + sums.clients.at(replicate, cell, c);
    for (std::size_t i = 0; i < EchoLayout::kSize; ++i) row[i] += static_cast<double>(from[i]);
  }
  for (int j = 0; culture < 0 && j < sums.therapists.groups; ++j) {
    const std::int64_t* own = sums.therapists.values.data() + sums.therapists.at(replicate, cell, j);
    const auto clients = static_cast<double>(own[static_cast<int>(OfTherapist::clients)]);
    const auto start = static_cast<double>(own[static_cast<int>(OfTherapist::start)]);
    const auto reading = static_cast<double>(own[static_cast<int>(OfTherapist::reading)]);
    if (clients == 0) continue;
    between(row, Between::therapists) += 1;
    between(row, Between::squared_sizes) += clients * clients;
    between(row, Between::starts) += start * start / clients;
    between(row, Between::products) += start * reading / clients;
    between(row, Between::readings) += reading * reading / clients;
  }
  return row;
}

SumPool echo_pool(const EchoSums& sums, int cell, int culture) {
  std::vector<EchoRow> rows;
  for (int r = 0; r < sums.clients.replicates; ++r) rows.push_back(echo_row(sums, r, cell, culture));
  return SumPool(std::move(rows));
}

double sample_size(const EchoRow& row, int agent, Sample sample) {
  return sum_of(row, EchoLayout::moments(agent, sample) + moment(Variable::one, Variable::one));
}

double sample_sd(const EchoRow& row, int agent, Sample sample, Variable variable) {
  const double n = sample_size(row, agent, sample);
  if (n < 2) return kNone;
  return std::sqrt(deviation(row, EchoLayout::moments(agent, sample), variable, variable) / (n - 1));
}

double rating_correlation(const EchoRow& row, int agent, Sample sample, Variable rating) {
  if (sample_size(row, agent, sample) < 3) return kNone;
  const Eigen::Matrix3d s = deviations<3>(row, EchoLayout::moments(agent, sample),
                                          {Variable::start, Variable::reading, rating});
  const Eigen::Vector3d residual(-s(0, 1) / s(0, 0), 1, 0);  // of y on y(0)
  const Eigen::Vector3d covariance = s * residual;
  return -covariance[2] / std::sqrt(s(2, 2) * residual.dot(covariance));
}

double panel_persons(const EchoRow& row, int agent) { return sum_of(row, EchoLayout::persons(agent)); }

double within_person(const EchoRow& row, int agent, bool controls) {
  if (panel_persons(row, agent) < 3) return kNone;
  const Eigen::Matrix3d s = centred_panel(row, agent);
  const double standard = std::sqrt(s(0, 0) / s(2, 2));
  if (!controls) return s(0, 2) / s(0, 0) * standard;
  const Eigen::Vector2d slope = s.topLeftCorner<2, 2>().ldlt().solve(s.block<2, 1>(0, 2));
  return slope[0] * standard;
}

double therapist_share(const EchoRow& row) {
  const double groups = between(row, Between::therapists), n = sample_size(row, kHuman, Sample::all);
  if (groups < 2 || n <= groups) return kNone;
  const int moments = EchoLayout::moments(kHuman, Sample::all);
  const Eigen::Matrix2d s = deviations<2>(row, moments, {Variable::start, Variable::reading});
  const double slope = s(0, 1) / s(0, 0);
  const auto sum = [&](Variable x) { return sum_of(row, moments + moment(Variable::one, x)); };
  const double rest = sum(Variable::reading) - slope * sum(Variable::start);  // n times the mean of y - slope y(0)
  const double groups_squares = between(row, Between::readings) - 2 * slope * between(row, Between::products) +
                                slope * slope * between(row, Between::starts) - rest * rest / n;
  const double squares = s(1, 1) - slope * s(0, 1);
  const double within = (squares - groups_squares) / (n - groups);
  const double size = (n - between(row, Between::squared_sizes) / n) / (groups - 1);
  const double component = (groups_squares / (groups - 1) - within) / size;
  return component / (component + within);
}

double dropout_odds(const EchoRow& row) {
  const double dropped = sum_of(row, EchoLayout::at(Everybody::dropped));
  return dropped / (sum_of(row, EchoLayout::at(Everybody::clients)) - dropped);
}

double mean_reading(const EchoRow& row) {
  return sum_of(row, EchoLayout::at(Everybody::reading)) / sum_of(row, EchoLayout::at(Everybody::clients));
}

double sd_reading(const EchoRow& row) {
  const double n = sum_of(row, EchoLayout::at(Everybody::clients));
  const double sum = sum_of(row, EchoLayout::at(Everybody::reading));
  if (n < 2) return kNone;
  return std::sqrt((sum_of(row, EchoLayout::at(Everybody::reading_squares)) - sum * sum / n) / (n - 1));
}

double causal_slope(const EchoRow& factual, const EchoRow& shifted, double delta, int agent, Variable per) {
  const double effect = (mean_reading(factual) - mean_reading(shifted)) / delta;
  return effect * sample_sd(factual, agent, Sample::all, per) / sd_reading(factual);
}

}  // namespace hybridcare
