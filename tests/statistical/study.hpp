// What a study would write down about every client, and the readings that the model document takes from it.
#pragma once
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "scenarios/run.hpp"
#include "tests/unit/scenarios/week_arms.hpp"

namespace hybridcare::test {

inline constexpr int kStudyWeeks = 13;  ///< 12 weeks of care, and the measurement after it

/// One client in one arm, weeks 0 to 13 (the last entries: weeks 26 and 52, if the study lasts so long).
struct Record {
  std::array<float, kStudyWeeks + 1> y{}, alliance_rating{}, right{};
  float y26 = 0, y52 = 0, empathy_ratings = 0, alliance_ratings = 0, right_turns = 0, trust_lost = 0;
  std::int16_t contacts = 0, human_turns = 0, human_misread = 0, assistant_turns = 0, assistant_misread = 0;
  std::uint8_t culture = 0, therapist = 0, exit = 0, left_week = 0;
};
using Group = std::vector<Record>;  ///< by client

/// Keeps the records of one replicate: records[cell][client]. The human's ratings where the arm has a human.
class Study : public Recorder<ClientBlock> {
 public:
  std::vector<Group> cells;
  Study(std::size_t count, int clients) : cells(count, Group(static_cast<std::size_t>(clients))) {}
  std::unique_ptr<BlockRecorder<ClientBlock>> start(std::uint32_t, std::uint32_t, int) override {
    return std::make_unique<Part>(*this);
  }
  void finish(std::unique_ptr<BlockRecorder<ClientBlock>>) override {}

 private:
  /// Writes straight into the study: no two tasks share a client.
  struct Part : BlockRecorder<ClientBlock> {
    explicit Part(Study& whole) : study(whole) {}
    Study& study;
    void week(const CourseAt& at, const ClientBlock& b, int week) override {
      for (int i = 0; i < b.size; ++i) note(study.cells[static_cast<std::size_t>(at.cell)][b.w.id[i]], b, i, week);
    }
    static void note(Record& c, const ClientBlock& b, int i, int week) {
      const auto y = static_cast<float>(b.r.phq9[i]);
      if (week <= kStudyWeeks) c.y[static_cast<std::size_t>(week)] = y;
      if (week == 26) c.y26 = y;
      if (week == 52) c.y52 = y;
      c.culture = static_cast<std::uint8_t>(b.w.culture[i]);
      c.therapist = static_cast<std::uint8_t>(b.w.therapist[i]);
      c.exit = static_cast<std::uint8_t>(b.w.exit[i]);
      c.left_week = static_cast<std::uint8_t>(b.w.left_week[i]);
      if (week == 0 || week > 12) return;
      if (b.human.met[i] > 0) {
        c.human_turns = static_cast<std::int16_t>(c.human_turns + 8);
        c.human_misread = static_cast<std::int16_t>(c.human_misread + 8 - b.human.right_turns[i]);
        ++c.contacts;
        c.empathy_ratings += static_cast<float>(b.human.empathy_rating[i]);
        c.alliance_ratings += static_cast<float>(b.human.alliance_rating[i]);
        c.right_turns += static_cast<float>(b.human.right_turns[i]);
        c.alliance_rating[static_cast<std::size_t>(week)] = static_cast<float>(b.human.alliance_rating[i]);
      }
      if (b.assistant.met[i] > 0) {
        c.assistant_turns = static_cast<std::int16_t>(c.assistant_turns + 8);
        c.assistant_misread = static_cast<std::int16_t>(c.assistant_misread + 8 - b.assistant.right_turns[i]);
      }
    }
  };
};

inline double mean(const Group& group, const std::function<double(const Record&)>& of) {
  double sum = 0;
  for (const Record& c : group) sum += of(c);
  return sum / static_cast<double>(group.size());
}
inline double y12(const Record& c) { return c.y[12]; }
inline double mean_y12(const Group& group) { return mean(group, y12); }
inline double sd_y12(const Group& group) {
  const double m = mean_y12(group);
  return std::sqrt(mean(group, [&](const Record& c) { return (c.y[12] - m) * (c.y[12] - m); }));
}
inline double dropout(const Group& group) {
  return mean(group, [](const Record& c) { return c.exit == static_cast<std::uint8_t>(Exit::dropped); });
}
/// Pooled over turns, of the human or of the assistant.
inline double misread(const Group& group, bool human) {
  double turns = 0, wrong = 0;
  for (const Record& c : group) {
    turns += human ? c.human_turns : c.assistant_turns;
    wrong += human ? c.human_misread : c.assistant_misread;
  }
  return wrong / turns;
}

/// Least squares of `out` on `in` and a constant: what is left of `out`.
std::vector<double> residuals(const std::vector<double>& in, const std::vector<double>& out);

inline double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  double ma = 0, mb = 0, aa = 0, bb = 0, ab = 0;
  const auto n = static_cast<double>(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    ma += a[i] / n;
    mb += b[i] / n;
  }
  for (std::size_t i = 0; i < a.size(); ++i) {
    aa += (a[i] - ma) * (a[i] - ma);
    bb += (b[i] - mb) * (b[i] - mb);
    ab += (a[i] - ma) * (b[i] - mb);
  }
  return ab / std::sqrt(aa * bb);
}

/// y(12) freed of y(0), over clients with two contacts at least; `keep` sees who is in.
inline std::vector<double> adjusted_y12(const Group& group, std::vector<const Record*>& keep) {
  std::vector<double> before, after;
  for (const Record& c : group)
    if (c.contacts >= 2) {
      keep.push_back(&c);
      before.push_back(c.y[0]);
      after.push_back(c.y[12]);
    }
  return residuals(before, after);
}

/// S6, "r": minus the correlation of the mean over a client's contacts of `sum` with adjusted y(12).
inline double rating_correlation(const Group& group, float Record::*sum) {
  std::vector<const Record*> keep;
  const std::vector<double> left = adjusted_y12(group, keep);
  std::vector<double> rating;
  for (const Record* c : keep) rating.push_back(c->*sum / c->contacts);
  return -correlation(rating, left);
}

/// S6, "therapist share": variance component between therapists of adjusted y(12), over its total.
inline double therapist_share(const Group& group, int therapists = 60) {
  std::vector<const Record*> keep;
  const std::vector<double> left = adjusted_y12(group, keep);
  std::vector<double> sum(static_cast<std::size_t>(therapists)), count(sum);
  double squares = 0;
  for (std::size_t i = 0; i < keep.size(); ++i) {
    sum[keep[i]->therapist] += left[i];
    count[keep[i]->therapist] += 1;
    squares += left[i] * left[i];
  }
  const auto n = static_cast<double>(keep.size());
  double between = 0, sizes = 0;
  for (std::size_t j = 0; j < sum.size(); ++j) {
    if (count[j] > 0) between += sum[j] * sum[j] / count[j];  // residuals have mean 0
    sizes += count[j] * count[j];
  }
  const double within = (squares - between) / (n - therapists);
  const double size = (n - sizes / n) / (therapists - 1);
  const double component = (between / (therapists - 1) - within) / size;
  return component / (component + within);
}

/// S6, "within-person b": alliance rating in weeks 1 to 6 on next week's y, given this week's; standardised.
double within_person(const Group& group);

}  // namespace hybridcare::test
