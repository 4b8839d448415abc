// A measured profile in a run: one scenario, one result; twins and confidence; what is masked off changes nobody.
#include <memory>

#include "tests/unit/scenarios/profile_files.hpp"
#include "tests/unit/scenarios/support.hpp"
#include "tests/unit/scenarios/week_arms.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

constexpr std::uint64_t kAll = ~std::uint64_t{0};
constexpr std::uint64_t kFar = 2;  ///< the item recognition_text_far

std::shared_ptr<const Profile> small_profile(const ProfileTarget& target = ProfileFolder::target()) {
  const ProfileFolder folder;
  return std::make_shared<const Profile>(folder.read(target));
}

/// The arm in the full model, its assistant measured with these items.
Scenario measured(Scenario s, std::shared_ptr<const Profile> profile, std::uint64_t items = kAll,
                  bool at_mean = false) {
  const Parameters plain = s.parameters;
  s.parameters = default_parameters(Configuration::full);
  s.parameters.leaving.missed = plain.leaving.missed;
  s.parameters.assistant.uses[by_speech] = true;
  if (profile) s.assistants = {{"assistant", s.parameters, {std::move(profile), items, at_mean}}};
  return s;
}

Scenario weekly() { return pathway_of({care_step("care", {0, 1, true})}); }

/// Rows of the first arm's twin.
Rows twin_rows(const Experiment& x, Twin twin) { return rows_of(x, {{0, 0, twin}}); }

int differing(const Rows& a, const Rows& b, bool (*counts)(const Row&) = [](const Row&) { return true; }) {
  int found = 0;
  for (const auto& [where, weeks] : a) found += counts(weeks[0]) && !(b.at(where) == weeks);
  return found;
}

bool is_far(const Row& row) { return row.culture() == 2; }
bool is_not_far(const Row& row) { return row.culture() != 2; }

}  // namespace

TEST_CASE("with a profile in use, threads, blocks and instruction sets change no row", "[profile][invariance]") {
  const Experiment x = experiment_of({measured(restless(), small_profile())}, 150);
  const auto cells = plan_cells(x, true);
  const Rows expected = rows_of(x, cells, options_of(1, kBlock, "baseline"));
  for (const auto& options : {options_of(3, 7), options_of(2, 64), options_of(7, 1), options_of(1, 256)})
    CHECK(rows_of(x, cells, options) == expected);
}

TEST_CASE("replicates draw anew, and one alone draws the same", "[profile][invariance]") {
  Experiment x = experiment_of({measured(weekly(), small_profile())}, 40);
  const Rows all = rows_of(x);
  RunOptions second;
  second.first_replicate = 1;
  second.replicates = 1;
  const Rows alone = rows_of(x, factual_cells(x), second);
  REQUIRE(alone.size() == 40);
  CHECK(differing(alone, all) == 0);
  x.scenarios[0][0].assistants[0].profile.at_mean = true;
  CHECK(differing(rows_of(x), all) > 40);
}

TEST_CASE("a profile of which nothing is used changes nobody", "[profile][invariance]") {
  for (const Scenario& arm : {restless(), weekly()}) {
    const Rows plain = rows_of(experiment_of({measured(arm, nullptr)}));
    CHECK(rows_of(experiment_of({measured(arm, small_profile(), 0)})) == plain);
    CHECK(rows_of(experiment_of({measured(arm, small_profile(), 0, true)})) == plain);
    CHECK_FALSE(rows_of(experiment_of({measured(arm, small_profile())})) == plain);
  }
}

TEST_CASE("an arm without the assistant is the same beside a measured one", "[profile][invariance]") {
  const Scenario human = measured(pathway_of({care_step("care", {1, 0})}), nullptr);
  const Rows alone = rows_of(experiment_of({human}));
  CHECK(only(rows_of(experiment_of({measured(weekly(), small_profile()), human})), 1) == alone);
}

TEST_CASE("a culture's row moves its clients and nobody else", "[profile]") {
  const auto profile = small_profile();
  const Rows with = rows_of(experiment_of({measured(weekly(), profile, kAll, true)}, 300));
  const Rows without = rows_of(experiment_of({measured(weekly(), profile, kAll & ~kFar, true)}, 300));
  CHECK(differing(with, without, is_far) > 20);
  CHECK(differing(with, without, is_not_far) == 0);
}

// Seen to fail: confusions of the client's own culture in the twin; accuracy of it.
TEST_CASE("the twin without distance, and the agent's confidence, know the reference's row alone", "[profile]") {
  const auto profile = small_profile();
  const Experiment with = experiment_of({measured(weekly(), profile, kAll, true)}, 300);
  const Experiment without = experiment_of({measured(weekly(), profile, kAll & ~kFar, true)}, 300);
  CHECK(differing(twin_rows(with, Twin::no_distance), twin_rows(without, Twin::no_distance)) == 0);
  const Rows a = rows_of(with), b = rows_of(without);
  int other_turns = 0;
  for (const auto& [where, weeks] : a) {
    const Row &here = weeks[1], &there = b.at(where)[1];
    CHECK(here.of_assistant(&AgentColumns::confidence) == there.of_assistant(&AgentColumns::confidence));
    other_turns += here.of_assistant(&AgentColumns::right_turns) != there.of_assistant(&AgentColumns::right_turns);
  }
  CHECK(other_turns > 5);
  CHECK(differing(twin_rows(with, Twin::no_distance), a, is_not_far) > 0);  // near and farthest keep their distance
  int moved = 0;  // clients of the reference culture have no distance to lose
  for (const auto& [where, weeks] : twin_rows(with, Twin::no_distance))
    moved += weeks[0].culture() == 0 && !(a.at(where) == weeks);
  CHECK(moved == 0);
}

// Seen to fail: the row of the culture of position 0 in place of the assistant's own.
TEST_CASE("an assistant of another culture believes itself, and its twin reads, as in that culture", "[profile]") {
  ProfileTarget target = ProfileFolder::target();
  target.reference = 2;
  ProfileFolder folder;
  const std::string json = ProfileFolder::json(ProfileFolder::plain_recognition());
  std::string home = json;
  home.replace(home.find(R"("reference": "reference")"), 24, R"("reference": "far")");
  folder.write("profile.json", home);
  folder.write("confusion.csv", ProfileFolder::head() + ProfileFolder::rows("text", "far", 30, 40) +
                                    ProfileFolder::rows("text", "reference", 10, 40));
  const auto profile = std::make_shared<const Profile>(folder.read(target));
  REQUIRE(profile->items[0].name == "recognition_text_reference");
  const auto arm = [&](std::uint64_t items) {
    Scenario s = measured(weekly(), profile, items, true);
    s.assistants[0].parameters.assistant.culture = 2;
    return experiment_of({s}, 200);
  };
  const Rows with = rows_of(arm(kAll)), without = rows_of(arm(kAll & ~std::uint64_t{1}));
  CHECK(differing(with, without) > 20);
  for (const auto& [where, weeks] : with)
    CHECK(weeks[1].of_assistant(&AgentColumns::confidence) ==
          without.at(where)[1].of_assistant(&AgentColumns::confidence));
  const Rows twin = twin_rows(arm(kAll), Twin::no_distance);
  CHECK(differing(twin, twin_rows(arm(kAll & ~std::uint64_t{1}), Twin::no_distance)) == 0);
}

TEST_CASE("a profile is named in a scenario: beside it, or by the name of a bundled one", "[profile]") {
  const ProfileFolder folder;
  std::filesystem::create_directory(folder.path / "mine");
  for (const char* name : {"profile.json", "confusion.csv", "ratings.csv", "crisis.csv"})
    std::filesystem::copy(folder.path / name, folder.path / "mine" / name);
  const auto read = [&](const std::string& profile, const std::string& more = "") {
    const std::string text = scenario("\"assistant\": {\"profile\": \"" + profile + "\"}, " + more);
    try {
      const Experiment x = read_experiment(text, folder.file("s.json"), "scenarios/profiles");
      return x.scenarios[0][0].assistants.at(0).profile.profile->name;
    } catch (const UserError& error) {
      return std::string(error.what());
    }
  };
  CHECK(read("mine") == "small");
  CHECK(read("mine/profile.json") == "small");
  CHECK(read("illustrative_companion") == "illustrative_companion");
  const std::string at = folder.file("s.json") + "#/assistant/profile: ";
  CHECK(read("illustrative_companio") ==
        at + "no file or folder 'illustrative_companio' beside the scenario, and unknown bundled profile "
             "'illustrative_companio'; nearest: 'illustrative_companion'; known: illustrative_companion, "
             "illustrative_first_look");
  CHECK(read("../mine").find("is no place in the scenario's folder") != std::string::npos);
  CHECK(read("mine.json") == at + "no file or folder 'mine.json' beside the scenario");
  CHECK(read("mine", R"("configuration": "core",)") ==
        at + "a measured profile needs turns with felt emotions: /recognition/emotions_drawn is off here");
}

TEST_CASE("arms that differ in their profile are not taken for one another", "[profile]") {
  const std::string text = scenario(R"("headline": {"arm": "b", "against": "a", "split": {"components": {"c": {}}}},)",
                                    R"({"a": {}, "b": {"assistant": {"profile": "illustrative_companion"}}})");
  try {
    read_experiment(text, "f.json", "scenarios/profiles");
    CHECK(false);
  } catch (const UserError& error) {
    CHECK(std::string(error.what()).find("they differ at /assistants") != std::string::npos);
  }
}

TEST_CASE("the bundled profiles are marked as illustrative, in every place where they can be", "[profile]") {
  int seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator("scenarios/profiles")) {
    if (!entry.is_directory()) continue;
    INFO(entry.path());
    const Profile profile = read_profile(entry.path().string(), ProfileFolder::target());
    CHECK(profile.illustrative);
    CHECK(profile.name == entry.path().filename());
    CHECK(profile.title.rfind("Illustrative", 0) == 0);
    CHECK(profile.source.find("nvented") != std::string::npos);
    for (const auto& file : std::filesystem::directory_iterator(entry.path()))
      if (file.path().extension() == ".csv")
        CHECK(contents(file.path().string()).find(",invented") != std::string::npos);
    ++seen;
  }
  CHECK(seen == 2);
}
