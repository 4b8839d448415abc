#include "tests/statistical/study.hpp"

#include <Eigen/Dense>
#include <algorithm>

namespace hybridcare::test {
namespace {

constexpr int kPairs = 6;  // weeks 1 to 6, each with the week after

/// One variable, persons by weeks, centred on person, then on week; as one column.
Eigen::VectorXd centred(Eigen::MatrixXd panel) {
  const Eigen::VectorXd own = panel.rowwise().mean();
  panel.colwise() -= own;
  const Eigen::RowVectorXd common = panel.colwise().mean();
  panel.rowwise() -= common;
  return panel.reshaped();
}

/// In care in all of these weeks, and when the last measurement was taken.
bool throughout(const Record& c) {
  return c.exit == 0 || c.exit == static_cast<std::uint8_t>(Exit::completed) || c.left_week > kPairs;
}

Eigen::Map<const Eigen::VectorXd> view(const std::vector<double>& values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}

}  // namespace

std::vector<double> residuals(const std::vector<double>& in, const std::vector<double>& out) {
  Eigen::MatrixX2d design(in.size(), 2);
  design << Eigen::VectorXd::Ones(design.rows()), view(in);
  const Eigen::VectorXd left = view(out) - design * design.colPivHouseholderQr().solve(view(out));
  return {left.begin(), left.end()};
}

double within_person(const Group& group) {
  const auto stay = std::count_if(group.begin(), group.end(), throughout);
  Eigen::MatrixXd rating(stay, kPairs), now(stay, kPairs), next(stay, kPairs);
  Eigen::Index row = 0;
  for (const Record& c : group) {
    if (!throughout(c)) continue;
    for (std::size_t t = 0; t < kPairs; ++t) {
      const auto week = static_cast<Eigen::Index>(t);
      rating(row, week) = c.alliance_rating[t + 1];
      now(row, week) = c.y[t + 1];
      next(row, week) = c.y[t + 2];
    }
    ++row;
  }
  Eigen::MatrixX2d design(stay * kPairs, 2);
  design << centred(rating), centred(now);
  const Eigen::VectorXd outcome = centred(next);
  const Eigen::Vector2d slope = design.colPivHouseholderQr().solve(outcome);
  return slope[0] * design.col(0).norm() / outcome.norm();
}

}  // namespace hybridcare::test
