// Checks of the model document's section 12 on what the whole is for: things that must come out whatever the details.
//
// All are paired over the same clients, and limits are in standard errors over 8 replicates: 5 of them are passed by
// chance with probability 8e-4 (t with 7 degrees of freedom) were the true difference 0; what is found lies 26 or more
// away. The asymmetry's limit of 3 binomial standard errors has 1e-3; found are 7 and more. Seen to fail: a usual
// care that gains .05 a week; gain by validation instead of quality; the asymmetry on the agent's side.
#include "agents/therapists.hpp"
#include "tests/statistical/study.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

constexpr int kReplicates = 8, kClients = 4000;

/// Mean over replicates of a reading, and its standard error.
struct Estimate {
  double mean = 0, se = 0;
};

std::vector<Estimate> estimates(const Experiment& x, const std::vector<std::function<double(const Study&)>>& readings) {
  std::vector<std::vector<double>> values(readings.size());
  for (std::uint32_t replicate = 0; replicate < kReplicates; ++replicate) {
    Study study(x.arms.size(), kClients);
    RunOptions options;
    options.first_replicate = replicate;
    options.replicates = 1;
    run(x, plan_cells(x, false), {&study}, options);
    for (std::size_t n = 0; n < readings.size(); ++n) values[n].push_back(readings[n](study));
  }
  std::vector<Estimate> found;
  for (const auto& list : values) {
    Estimate e;
    for (const double value : list) e.mean += value / kReplicates;
    for (const double value : list) e.se += (value - e.mean) * (value - e.mean) / (kReplicates - 1) / kReplicates;
    e.se = std::sqrt(e.se);
    found.push_back(e);
  }
  return found;
}

std::function<double(const Study&)> contrast(std::size_t arm, std::size_t against) {
  return [=](const Study& s) { return mean_y12(s.cells[arm]) - mean_y12(s.cells[against]); };
}

Scenario unskilled() {
  Scenario s = arm_of({1, 0});
  for (double& q : s.parameters.human.quality) q = .2;
  return s;
}

/// Always agrees: full validation, neither understands nor knows a technique.
Scenario flatterer(bool bundle) {
  Scenario s = arm_of({0, 1, bundle});
  s.parameters.assistant.quality[validation] = 1;
  s.parameters.assistant.quality[perspective_taking] = s.parameters.assistant.quality[technique] = .01;
  return s;
}

}  // namespace

TEST_CASE("a bad therapist does worse than usual care", "[statistical][plausibility]") {
  const auto found = estimates(experiment_of({arm_of({0, 0, false, false, Comparator::usual_care}), unskilled(),
                                              arm_of({1, 0})},
                                             kClients, kStudyWeeks),
                               {contrast(1, 0), contrast(2, 0)});
  INFO("bad - usual care " << found[0].mean << " (" << found[0].se << "), default - usual care " << found[1].mean);
  CHECK(found[0].mean > 5 * found[0].se);
  CHECK(found[1].mean < -5 * found[1].se);
}

TEST_CASE("an assistant that always agrees does not win", "[statistical][plausibility]") {
  const auto found = estimates(experiment_of({arm_of({0, 1, true}), flatterer(true), arm_of({0, 1}), flatterer(false)},
                                             kClients, kStudyWeeks),
                               {contrast(1, 0), contrast(3, 2), [](const Study& s) {
                                  return dropout(s.cells[1]) - dropout(s.cells[0]);
                                }});
  INFO("with bundle " << found[0].mean << ", without " << found[1].mean << ", dropout " << found[2].mean);
  CHECK(found[0].mean > 5 * found[0].se);
  CHECK(found[1].mean > 5 * found[1].se);
}

TEST_CASE("the cultural asymmetry appears: the reference is read better by others than the reverse",
          "[statistical][plausibility]") {
  const Experiment x = experiment_of({arm_of({1, 0})}, kClients, kStudyWeeks);
  double turns[4][4] = {}, wrong[4][4] = {};  // [client's culture][therapist's]
  for (std::uint32_t replicate = 0; replicate < kReplicates; ++replicate) {
    const TherapistTable team = draw_therapists(x.scenarios[0][0].parameters, x.seed, replicate);
    Study study(1, kClients);
    RunOptions options;
    options.first_replicate = replicate;
    options.replicates = 1;
    run(x, plan_cells(x, false), {&study}, options);
    for (const Record& c : study.cells[0]) {
      turns[c.culture][team.culture[c.therapist]] += c.human_turns;
      wrong[c.culture][team.culture[c.therapist]] += c.human_misread;
    }
  }
  const auto rate = [&](int client, int agent) { return wrong[client][agent] / turns[client][agent]; };
  const auto se = [&](int client, int agent) { return std::sqrt(.18 / turns[client][agent]); };
  for (int other = 1; other < 4; ++other) {
    INFO("culture " << other << ": " << rate(0, other) << " against " << rate(other, 0) << ", within " << rate(0, 0));
    CHECK(rate(other, 0) - rate(0, other) > 3 * std::hypot(se(0, other), se(other, 0)));
    CHECK(rate(0, other) > rate(0, 0));
  }
  CHECK(rate(3, 3) - rate(0, 0) < 5 * std::hypot(se(3, 3), se(0, 0)));  // no culture is read worse by its own
}
