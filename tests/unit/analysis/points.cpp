// Design points: what is laid over the arms is what is run, and no way of running them changes a bit.
// Mutants seen to fail: the part of "arms" given to every arm; the twin's cell read as the course itself; points that
// are not paired starting at the same replicate.
#include "analysis/points.hpp"

#include <cmath>

#include "scenarios/run.hpp"
#include "sim/error.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenarios/support.hpp"

using namespace hybridcare;

namespace {

constexpr const char* kTwoArms = R"({"format": 1, "name": "two", "title": "t", "question": "q?", "clients": 24,
    "replicates": 3, "weeks": 14, "cultures": {"here": {"position": 0, "share": 0.5}, "far": {"position": 0.9,
    "share": 0.5}}, "pathway": {"start": "care", "steps": {"care": {"weeks": 12, "then": "completed",
    "assistant": {"every_weeks": 1}}}}, "arms": {"often": {}, "seldom": {"pathway": {"steps": {"care": {"assistant":
    {"every_weeks": 3}}}}}}})";

PointsRequest request(int threads = 1, int block = kBlock) {
  PointsRequest asked;
  asked.arms = {"often", "seldom"};
  asked.metrics.resize(2);
  asked.metrics[0].metric = "phq9";
  asked.metrics[1].metric = "misread_rate_assistant";
  asked.metrics[1].twin = "perfect_recognition";
  asked.run.threads = threads;
  asked.run.block = block;
  return asked;
}

PointRuns runs(const std::vector<std::string>& points, const PointsRequest& asked = request()) {
  return run_points(read_experiment(kTwoArms, "f.json"), points, asked);
}

const std::vector<std::string> kPoints = {"{}", R"({"course": {"harm": 1}})", R"({"course": {"harm": 99}})",
                                          R"({"arms": {"seldom": {"course": {"harm": 1}}}})"};

}  // namespace

TEST_CASE("a point is what its patch says, for all arms or for one", "[points]") {
  const PointRuns found = runs(kPoints);
  const auto phq9 = [&](std::size_t point, std::size_t arm) { return found.estimate[(point * 2 + arm) * 2]; };
  CHECK(phq9(1, 0) > phq9(0, 0));  // misreading harms more
  CHECK(phq9(1, 1) > phq9(0, 1));
  CHECK(phq9(3, 0) == phq9(0, 0));
  CHECK(phq9(3, 1) == phq9(1, 1));
  REQUIRE(found.failures.size() == 1);
  CHECK(found.failures.at(2).find("/course/harm: 99 is outside") != std::string::npos);
  CHECK(std::isnan(phq9(2, 0)));
}

TEST_CASE("a metric's twin is subtracted: with every turn read right nothing is misread", "[points]") {
  const PointRuns found = runs({"{}"});
  PointsRequest plain = request();
  plain.metrics[1].twin = "";
  CHECK(found.estimate[1] == runs({"{}"}, plain).estimate[1]);
  CHECK(found.estimate[1] > .2);
  plain.metrics[1].culture = "far";
  CHECK(runs({"{}"}, plain).estimate[1] > found.estimate[1]);
}

TEST_CASE("no thread, block or company changes a point", "[points]") {
  const std::string whole = runs(kPoints).hash;
  for (const int block : {1, 7, 64}) CHECK(runs(kPoints, request(2, block)).hash == whole);
  const PointRuns all = runs(kPoints), alone = runs({kPoints[3]});
  const std::size_t size = alone.values.size();
  CHECK(std::equal(alone.values.begin(), alone.values.end(), all.values.begin() + static_cast<long>(3 * size),
                   [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }));
}

TEST_CASE("points that are not paired have replicates of their own, by their number", "[points]") {
  PointsRequest own = request();
  own.paired = false;
  const PointRuns both = runs({"{}", "{}"}, own);
  const std::size_t size = both.values.size() / 2;
  CHECK(both.values[0] != both.values[size]);
  own.first_point = 1;
  CHECK(runs({"{}"}, own).values[0] == both.values[size]);
}

TEST_CASE("the user's own measure is read off each arm", "[points]") {
  PointsRequest asked = request();
  MeasureRequest& own = asked.watch.emplace_back();
  own.name = "entry";
  own.of = "phq9_start";
  const PointRuns found = runs({"{}"}, asked);
  REQUIRE(found.metrics.size() == 3);
  CHECK(found.metrics[2].name == "entry");
  CHECK(found.estimate[2] == found.estimate[5]);  // the same clients in both arms
  CHECK(found.estimate[2] >= 10);
}

TEST_CASE("unknown names are refused before any work", "[points]") {
  PointsRequest asked = request();
  asked.arms[1] = "rarely";
  CHECK_THROWS_AS(runs({"{}"}, asked), UserError);
  asked = request();
  asked.metrics[0].metric = "phq";
  CHECK_THROWS_AS(runs({"{}"}, asked), UserError);
}

TEST_CASE("a point that couples clients reads the same, whatever else is read", "[points]") {
  const std::string service = R"({"service": {"arrivals": 6, "in_need": 0, "slots": 1, "seek": {"intercept": 2}},
      "therapists": {"count": 1},
      "pathway": {"steps": {"care": {"human": {"every_weeks": 1}}}}})";
  PointsRequest asked = request();
  asked.metrics.resize(1);
  asked.run.clients = 100;  // the last comes in week 17: the first are still in care then, and no longer followed
  std::string text = kTwoArms;
  text.replace(text.find("\"weeks\": 14"), 11, "\"weeks\": 40");
  const Experiment longer = read_experiment(text, "f.json");
  const PointRuns cut = run_points(longer, {service}, asked);
  INFO((cut.failures.empty() ? std::string() : cut.failures.begin()->second));
  REQUIRE(cut.failures.empty());
  asked.metrics.resize(2);
  asked.metrics[1].metric = "dropout";  // of the whole course
  CHECK(cut.estimate[0] == run_points(longer, {service}, asked).estimate[0]);
}
