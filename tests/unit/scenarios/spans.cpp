// Spans of fields: inside the ranges, around the defaults, and as the evidence has them.
#include <cmath>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "scenarios/fields.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenarios/support.hpp"

using namespace hybridcare;
using json = nlohmann::json;

TEST_CASE("a span lies within its field's range and holds the default", "[fields]") {
  int spans = 0;
  for (const Field& field : fields()) {
    INFO(field.path);
    CHECK(field.span.known() == !std::isnan(field.span.low));
    if (!field.span.known()) continue;
    ++spans;
    CHECK(field.span.low < field.span.high);
    CHECK(field.span.low >= field.least);
    CHECK(field.span.high <= field.most);
    CHECK(field.span.low <= field.fallback);
    CHECK(field.fallback <= field.span.high);
  }
  CHECK(spans == 38);
}

TEST_CASE("a published span is that of the evidence which the field names", "[fields]") {
  std::map<std::string, json> evidence;
  for (const auto& file : std::filesystem::directory_iterator("scenarios/evidence")) {
    if (file.path().extension() != ".json" || file.path().filename() == "calibrations.json") continue;
    const json content = json::parse(test::contents(file.path().string()));
    for (const auto& [id, entry] : content.at("entries").items()) evidence[id] = entry;
  }
  int published = 0;
  for (const Field& field : fields()) {
    const std::string source = field.span.source;
    if (source.rfind("published", 0) != 0) continue;
    INFO(field.path);
    ++published;
    const json& interval = evidence.at(field.evidence).at("interval");
    CHECK(interval.at("kind") == (source.find("interval") != std::string::npos ? "confidence" : "range"));
    CHECK(field.span.low == interval.at("low"));
    CHECK(field.span.high == interval.at("high"));
  }
  CHECK(published == 7);
}

TEST_CASE("who is said to be counted has to be whole", "[fields]") {
  CHECK(test::refusal(test::scenario(R"("intake": {"stigma_good": 3.5},)")) ==
        "f.json#/intake/stigma_good: 3.5 is not a whole number");
  CHECK(test::refusal(test::scenario(R"("configuration": "core", "recognition": {"emotions": 5.5},)")) ==
        "f.json#/recognition/emotions: 5.5 is not a whole number");
}
