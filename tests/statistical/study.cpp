#include "tests/statistical/study.hpp"

namespace hybridcare::test {
namespace {

constexpr int kPairs = 6;  // weeks 1 to 6, each with the week after

/// One variable of every person and week, centred on person, then on week.
struct Panel {
  std::vector<std::array<double, kPairs>> rows;
  void centre() {
    for (auto& row : rows) {
      double own = 0;
      for (const double value : row) own += value / kPairs;
      for (double& value : row) value -= own;
    }
    for (std::size_t t = 0; t < kPairs; ++t) {
      double common = 0;
      for (const auto& row : rows) common += row[t] / static_cast<double>(rows.size());
      for (auto& row : rows) row[t] -= common;
    }
  }
};

double product(const Panel& a, const Panel& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.rows.size(); ++i)
    for (std::size_t t = 0; t < kPairs; ++t) sum += a.rows[i][t] * b.rows[i][t];
  return sum;
}

}  // namespace

double within_person(const Group& group) {
  Panel rating, now, next;
  for (const Record& c : group) {
    const bool throughout = c.exit == 0 || c.exit == static_cast<std::uint8_t>(Exit::completed) || c.left_week > kPairs;
    if (!throughout) continue;  // in care in all of these weeks, and when the last measurement was taken
    auto& r = rating.rows.emplace_back();
    auto& y = now.rows.emplace_back();
    auto& z = next.rows.emplace_back();
    for (std::size_t t = 0; t < kPairs; ++t) {
      r[t] = c.alliance_rating[t + 1];
      y[t] = c.y[t + 1];
      z[t] = c.y[t + 2];
    }
  }
  for (Panel* panel : {&rating, &now, &next}) panel->centre();
  const double rr = product(rating, rating), yy = product(now, now), ry = product(rating, now);
  const double rz = product(rating, next), yz = product(now, next), zz = product(next, next);
  const double slope = (rz * yy - yz * ry) / (rr * yy - ry * ry);
  return slope * std::sqrt(rr / zz);
}

}  // namespace hybridcare::test
