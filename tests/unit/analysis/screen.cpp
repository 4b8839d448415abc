// Screening a result: what moves it and what does not, against effects that are known exactly.
#include "analysis/screen.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "analysis/results.hpp"
#include "scenarios/fields.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenarios/support.hpp"

using namespace hybridcare;

namespace {

struct Row {
  std::string grade, rule;
  double rank = 0, value = 0, against = 0, low = 0, high = 0, change_low = 0, change_high = 0, beyond = 0;
};

const Column& column(const Table& table, const std::string& name) {
  return *std::find_if(table.columns.begin(), table.columns.end(), [&](const Column& c) { return c.name == name; });
}

std::string word(const Table& table, const std::string& name, std::size_t row) {
  const auto& text = std::get<TextColumn>(column(table, name).values);
  return text.names[static_cast<std::size_t>(text.codes[row])];
}

double real(const Table& table, const std::string& name, std::size_t row) {
  const Column& held = column(table, name);
  if (const auto* whole = std::get_if<std::vector<std::int64_t>>(&held.values))
    return static_cast<double>((*whole)[row]);
  return std::get<std::vector<double>>(held.values)[row];
}

std::map<std::string, Row> rows_of(const Screening& screening) {
  std::map<std::string, Row> rows;
  const Table& t = screening.table;
  for (std::size_t i = 0; i < t.rows(); ++i)
    rows[word(t, "path", i)] = {word(t, "grade", i), word(t, "rule", i), real(t, "rank", i), real(t, "value", i),
                                real(t, "value_against", i), real(t, "low", i), real(t, "high", i),
                                real(t, "change_low", i), real(t, "change_high", i), real(t, "beyond_noise", i)};
  return rows;
}

/// A few clients: what is looked for here is exact.
ScreenOptions small(int threads = 2) {
  ScreenOptions options;
  options.run.threads = threads;
  options.run.replicates = 2;
  options.run.clients = 24;
  return options;
}

constexpr const char* kCore = R"("configuration": "core", "clients": 24, "replicates": 2, "weeks": 14,)";

/// Nothing is gained and nobody leaves: what is left of care is its harm.
constexpr const char* kHarmAlone = R"("configuration": "core", "clients": 24, "replicates": 2, "weeks": 14,
    "change": {"rate": 0}, "sudden_gain": {"rate": 0}, "course": {"gain_decay": 0},
    "leaving": {"intercept": -20, "ending": 0},)";

Screening screened(const std::string& text, const Question& question, const ScreenOptions& options = small()) {
  return screen(read_experiment(text, "f.json"), question, options);
}

bool starts(const std::string& path, const std::string& start) { return path.rfind(start, 0) == 0; }

}  // namespace

TEST_CASE("harm alone: without it there is none, and twice as much of it does twice as much", "[analysis][screen]") {
  Question question;
  question.metric = "care_gain";
  const Screening found = screened(test::scenario(kHarmAlone), question);
  REQUIRE(found.estimate.value < -.01);
  const Row harm = rows_of(found).at("/course/harm");
  CHECK(harm.rule == "none to twice: there are no data");
  CHECK(harm.change_low == -found.estimate.value);  // with none of it, no gain at all: exactly
  CHECK(harm.change_high == Approx(found.estimate.value).epsilon(1e-7));  // sums are kept to 2^-32 points
  CHECK(harm.grade == "assumed");
  CHECK(rows_of(found).count("/change/empathy_elasticity") == 0);  // moves what is not there
}

TEST_CASE("a session's minutes follow through the reader, in proportion", "[analysis][screen]") {
  Question question;
  question.metric = "human_hours";
  const Screening found = screened(test::scenario(kCore), question);
  const Row minutes = rows_of(found).at("/therapists/session_minutes");
  CHECK(minutes.low == 40);
  CHECK(minutes.high == 60);
  CHECK(minutes.change_low == Approx(-.2 * found.estimate.value).epsilon(1e-12));
  CHECK(minutes.change_high == Approx(.2 * found.estimate.value).epsilon(1e-12));
}

TEST_CASE("what an arm has not, or a result does not see, is exactly zero and dropped", "[analysis][screen]") {
  const Screening found = screened(test::scenario(R"("clients": 24, "replicates": 2, "weeks": 14,)"), {});
  CHECK(found.size.fields == found.moving + found.still + found.refused);
  CHECK(found.still > 100);
  CHECK(found.refused == 1);  // the number of emotions: six are named
  for (const auto& [path, row] : rows_of(found)) {
    INFO(path);
    CHECK_FALSE(starts(path, "/assistant/"));  // a human alone
    CHECK_FALSE(starts(path, "/safety/"));     // takes minutes, no points
    CHECK_FALSE(starts(path, "/accounts/"));
    CHECK_FALSE(starts(path, "/service/"));    // there is none, and moving it must not open one
    CHECK_FALSE(starts(path, "/coaching/"));
    CHECK((row.change_low != 0 || row.change_high != 0));
  }
  CHECK(rows_of(found).count("/course/alliance_effect") == 1);
}

TEST_CASE("the core lacks what its zeros switch off: that is not tried", "[analysis][screen]") {
  const Screening found = screened(test::scenario(kCore), {});
  const auto rows = rows_of(found);
  for (const char* path : {"/course/alliance_effect", "/leaving/missed", "/roles/insight_effect"}) {
    INFO(path);
    CHECK(rows.count(path) == 0);
  }
  CHECK(found.off > 20);
  const Screening full = screened(test::scenario(R"("clients": 24, "replicates": 2, "weeks": 14,)"), {});
  CHECK(rows_of(full).count("/assistant/memory_gain") == 0);  // of the core alone
}

TEST_CASE("the weights stay a sum of 1: who moves one rescales the others", "[analysis][screen]") {
  const auto rows = rows_of(screened(test::scenario(kCore), {}));
  const Row technique = rows.at("/quality/weight/technique");
  CHECK(technique.low == .156);
  CHECK(technique.high == .511);
  CHECK(technique.rule == "95 % of the Dirichlet prior of the weights; the others rescaled to sum to 1");
  for (const char* quality : {"resonance", "compassion", "curiosity"}) {
    INFO(quality);
    CHECK(rows.count(std::string("/quality/weight/") + quality) == 1);
  }
}

TEST_CASE("the result is the run's, cut at its reading; threads and blocks change nothing", "[analysis][screen]") {
  const Experiment e = read_experiment(
      test::scenario(R"("clients": 30, "replicates": 3, "weeks": 20, "reading_week": 6,)",
                     R"({"human": {}, "ai": {"pathway": {"steps": {"care": {"human": null, "assistant": {}}}}}})"),
      "f.json");
  ScreenOptions options = small(1);
  options.brief = true;
  options.run.replicates = 3;
  options.run.clients = 30;
  const Screening one = screen(e, {}, options);
  CHECK(one.size.weeks == 6);
  CHECK(one.question.arm == "ai");
  CHECK(one.question.against == "human");
  StudyOptions study_options;
  const Results results = study(e, study_options);
  const Table& contrasts = results.table("contrasts");
  for (std::size_t i = 0; i < contrasts.rows(); ++i)
    if (word(contrasts, "metric", i) == "phq9" && word(contrasts, "reading", i) == "week_6" &&
        word(contrasts, "culture", i) == "all" && word(contrasts, "arm", i) == "ai")
      CHECK(one.estimate.value == real(contrasts, "estimate", i));
  options.run.threads = 3;
  options.run.block = 7;
  const auto rows = rows_of(one), again = rows_of(screen(e, {}, options));
  REQUIRE(rows.size() == again.size());
  for (const auto& [path, row] : rows) {
    INFO(path);
    CHECK(row.rank == again.at(path).rank);
    CHECK((row.change_low == again.at(path).change_low || std::isnan(row.change_low)));
    CHECK((row.change_high == again.at(path).change_high || std::isnan(row.change_high)));
  }
}

TEST_CASE("arms and assistants that hold different values are moved each from its own", "[analysis][screen]") {
  const std::string text = test::scenario(
      R"("configuration": "core", "clients": 24, "replicates": 2, "weeks": 12,
         "assistants": {"good": {"trust_mean": 8}, "poor": {}},)",
      R"({"good": {"pathway": {"steps": {"care": {"human": null, "assistant": {"name": "good"}}}}},
          "poor": {"course": {"harm": 0.1},
                   "pathway": {"steps": {"care": {"human": null, "assistant": {"name": "poor"}}}}}})");
  const auto rows = rows_of(screened(text, {}));
  const Row harm = rows.at("/course/harm");
  CHECK(harm.rule == "20 % of the value; each from its own");
  CHECK(harm.value == .1);       // of the arm, and
  CHECK(harm.against == .06);    // of the one that is subtracted
  CHECK(harm.low == Approx(.08));
  const Row trust = rows.at("/assistant/trust_mean");  // overridden by one assistant, and moved there too
  CHECK(trust.rule == "20 % of the value; each from its own");
  Question good;
  good.arm = "good";
  CHECK(rows_of(screened(text, good)).count("/assistant/trust_mean") == 1);
}

TEST_CASE("what the reader refuses is not screened", "[analysis][screen]") {
  const std::string rival = test::scenario(
      R"("configuration": "core", "clients": 24, "replicates": 2, "weeks": 12, "rival": {"contact_only": true},
         "course": {"harm": 0}, "leaving": {"trust": 0, "unrepaired": 0},)");
  const auto rows = rows_of(screened(rival, {}));
  for (const char* path : {"/course/harm", "/leaving/trust", "/leaving/unrepaired"}) {
    INFO(path);
    CHECK(rows.count(path) == 0);
  }
  CHECK(rows.count("/rival/quality_human") == 1);
}

TEST_CASE("misreading and excess over a twin are results too, and unknown names are named", "[analysis][screen]") {
  const std::string text = test::scenario(kCore);
  const auto rate = [&](const char* metric, const char* twin) {
    Question question;
    question.metric = metric;
    question.twin = twin;
    return screened(text, question);
  };
  CHECK(rows_of(rate("misread_spread_human", "")).count("/human/distance_loss") == 1);
  const Screening excess = rate("misread_rate_human", "no_distance");
  CHECK(rows_of(excess).at("/human/distance_loss").change_high > 0);
  CHECK(rows_of(excess).count("/satisfaction/trust") == 0);
  CHECK_THROWS_AS(rate("misread_rate_assistant", ""), UserError);  // nobody met one
  CHECK_THROWS_AS(rate("phq8", ""), UserError);
  Question unknown;
  unknown.arm = "humon";
  CHECK_THROWS_WITH(screened(text, unknown), Catch::Matchers::Contains("nearest: 'human'"));
}

TEST_CASE("a service is screened with its own fields, and opens nothing elsewhere", "[analysis][screen]") {
  ScreenOptions options = small();
  options.brief = true;
  const Screening found = screened(
      test::scenario(R"("clients": 24, "replicates": 2, "weeks": 8, "reading_week": 6, "therapists": {"count": 2},
                        "service": {"arrivals": 6, "slots": 3},)"), {}, options);
  CHECK(rows_of(found).count("/service/slots") == 1);
  CHECK(rows_of(found).at("/service/slots").low == Approx(2.4));
  CHECK(rows_of(found).count("/network/hear") == 0);  // there is no network
  CHECK(found.left > 200);
}

TEST_CASE("a value of the scenario's own is an assumption, whatever the default is", "[analysis][screen]") {
  const std::string changed = R"("configuration": "core", "clients": 24, "replicates": 2, "weeks": 12,)";
  CHECK(rows_of(screened(test::scenario(changed), {})).at("/change/rate").grade == "calibrated");
  const auto own = rows_of(screened(test::scenario(changed + R"("change": {"rate": 1.2},)"), {}));
  CHECK(own.at("/change/rate").grade == "assumed");
}
