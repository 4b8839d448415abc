// What happened to every client, as far as the table of reference values reads it.
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
  std::array<float, kStudyWeeks + 1> y{};
  float y26 = 0, y52 = 0;
  std::int16_t human_turns = 0, human_misread = 0, assistant_turns = 0, assistant_misread = 0;
  std::uint8_t culture = 0, therapist = 0, exit = 0;
};
using Group = std::vector<Record>;  ///< by client

/// Keeps the records of one replicate: records[cell][client].
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
      if (week == 0 || week > 12) return;
      if (b.human.met[i] > 0) {
        c.human_turns = static_cast<std::int16_t>(c.human_turns + 8);
        c.human_misread = static_cast<std::int16_t>(c.human_misread + 8 - b.human.right_turns[i]);
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

}  // namespace hybridcare::test
