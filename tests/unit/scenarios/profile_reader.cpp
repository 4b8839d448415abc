// Profiles from anybody: mapping of classes and cultures, pooling, notes; and every way in which a profile is refused.
#include <chrono>
#include <cmath>

#include "scenarios/fields.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenarios/profile_files.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

namespace fs = std::filesystem;

struct Case {
  std::string text;
  std::string message;  ///< must be in the refusal
};

/// Each text in place of one file of a good profile.
void check_all(const std::string& file, const std::vector<Case>& cases) {
  for (const auto& [text, message] : cases) {
    const ProfileFolder folder;
    folder.write(file, text);
    INFO(file << ": " << text.substr(0, 300));
    const std::string said = folder.refusal();
    CHECK(said.find(message) != std::string::npos);
    INFO(said);
    CHECK(said != "accepted");
    CHECK(said.find(folder.path.string()) == 0);
    CHECK(said.find('\n') == std::string::npos);
  }
}

std::string without(std::string text, const std::string& part) { return text.erase(text.find(part), part.size()); }

std::string with(std::string text, const std::string& part, const std::string& other) {
  return text.replace(text.find(part), part.size(), other);
}

const std::string kGood = ProfileFolder::json(), kCounts = ProfileFolder::confusion();

/// The plain counts with one more row.
std::string counted(const std::string& row) { return kCounts + row + "\n"; }

std::string rating(const std::string& row) {
  return "quality,scale_least,scale_most,rater,labelled,of,n,mean,sd,counts,accuracy,accuracy_n\n" + row + "\n";
}

bool noted(const Profile& profile, const std::string& part) {
  for (const std::string& note : profile.notes)
    if (note.find(part) != std::string::npos) return true;
  return false;
}

}  // namespace

TEST_CASE("a profile is read from its folder or its file, and lists what it measured", "[profile]") {
  const ProfileFolder folder;
  const Profile profile = folder.read(), same = read_profile(folder.path.string(), ProfileFolder::target());
  CHECK((profile.name == "small" && profile.illustrative && profile.clinic.mean == .2));
  CHECK((profile.digest.size() == 16 && same.digest == profile.digest && same.identity == profile.identity));
  std::vector<std::string> names;
  for (const ProfileItem& item : profile.items) names.push_back(item.name);
  CHECK(names == std::vector<std::string>{"recognition_text_reference", "recognition_text_far",
                                          "recognition_speech_reference", "resonance", "crisis_sensitivity",
                                          "crisis_false_alarm"});
  CHECK((profile.confusion[1].culture == 2 && profile.confusion[1].count[5][0] == 11));
  REQUIRE(profile.notes.size() == 1);
  CHECK(profile.notes[0].find("classes of the study: sadness → sadness, fear → fear") == 0);
}

TEST_CASE("the digest knows every number", "[profile]") {
  const ProfileFolder folder;
  const std::string plain = folder.read().digest;
  const auto differs = [&](const std::string& file, const std::string& text, const std::string& back) {
    folder.write(file, text);
    const bool other = folder.read().digest != plain;
    folder.write(file, back);
    return other;
  };
  CHECK(differs("confusion.csv", counted("speech,reference,joy,anger,1"), kCounts));
  CHECK(differs("profile.json", with(kGood, "0.2", "0.25"), kGood));
  CHECK(differs("profile.json", with(kGood, "small", "other"), kGood));
  CHECK(differs("crisis.csv", "true_positives,false_negatives,false_positives,true_negatives\n30,10,5,96\n",
                "true_positives,false_negatives,false_positives,true_negatives\n30,10,5,95\n"));
  CHECK(differs("ratings.csv", ProfileFolder::ratings("resonance,1,5,client,yes,given_correct_reading,40,3.5,1\n"),
                ProfileFolder::ratings("resonance,1,5,client,no,given_correct_reading,40,3.5,1\n")));
  CHECK(folder.read().digest == plain);
}

TEST_CASE("seven classes onto six emotions: what stands for the same is added up, the rest is misread or left out",
          "[profile]") {
  ProfileFolder folder;
  folder.write("profile.json", ProfileFolder::json(R"("counts": "confusion.csv", "reference": "home",
      "classes": {"sad": "sadness", "afraid": "fear", "angry": "anger", "disgusted": "anger", "ashamed": "shame",
                  "happy": "joy", "neutral": "calm", "surprised": null},
      "cultures": {"home": "reference", "abroad": null},
      "laboratory_to_clinic": {"mean": 0, "sd": 0, "source": "none"})", ""));
  std::string rows = ProfileFolder::head();
  for (const std::string name : {"sad", "afraid", "angry", "disgusted", "ashamed", "happy", "neutral"})
    rows += "text,home," + name + "," + name + ",10\n";
  rows += "text,home,angry,disgusted,3\ntext,home,disgusted,angry,4\ntext,home,disgusted,afraid,5\n";
  rows += "text,home,afraid,surprised,6\ntext,home,surprised,afraid,70\ntext,abroad,sad,sad,900\n";
  folder.write("confusion.csv", rows);
  const Profile profile = folder.read();
  REQUIRE(profile.confusion.size() == 1);
  const ConfusionCounts& counts = profile.confusion[0];
  CHECK((counts.count[2][2] == 27 && counts.count[2][1] == 5 && counts.shown[2] == 32));
  CHECK((counts.count[1][1] == 10 && counts.shown[1] == 16));
  CHECK(laboratory_accuracy(profile, counts, 1) == Approx(10.5 / 17));
  CHECK(laboratory_accuracy(profile, counts, 2) == Approx(27.5 / 33));
  CHECK(noted(profile, "cultures of the study: home → reference, abroad → none"));
  CHECK(noted(profile, "angry, disgusted are added up as anger"));
  CHECK(noted(profile, "70 replies to classes that stand for no emotion of the scenario are left out"));
  CHECK(noted(profile, "900 replies of cultures that the scenario has not are left out"));
  CHECK(noted(profile, "6 replies were taken for a class that stands for no emotion"));
}

// Three rows with data: 30 of 40, 10 of 20, 20 of 40 right; 60 of 100. The smallest has 20 replies.
TEST_CASE("rows without data are refused, or pooled on request, and said", "[profile]") {
  ProfileFolder folder;
  folder.write("confusion.csv", ProfileFolder::head() +
                                    "text,reference,sadness,sadness,30\ntext,reference,sadness,fear,10\n"
                                    "text,reference,fear,fear,10\ntext,reference,fear,sadness,10\n"
                                    "text,reference,anger,anger,20\ntext,reference,anger,fear,20\n"
                                    "text,reference,shame,shame,0\n");
  CHECK(folder.refusal().find("text, reference, shame: no replies; map a class onto this emotion, measure it, or") !=
        std::string::npos);
  folder.write("profile.json",
               ProfileFolder::json(ProfileFolder::plain_recognition() + R"(, "pool_empty_rows": true)", ""));
  const Profile profile = folder.read();
  const ConfusionCounts& counts = profile.confusion[0];
  CHECK_FALSE(counts.pooled[2]);
  for (const int row : {3, 4, 5}) {
    CHECK((counts.pooled[row] && counts.shown[row] == 0));
    CHECK(counts.count[row][row] == Approx(12));
    CHECK(counts.count[row][0] == Approx(8 / 5.0));
    CHECK(laboratory_accuracy(profile, counts, row) == Approx(12.5 / 21));
  }
  CHECK(noted(profile, "text, reference, shame: no replies; pooled from the other emotions"));
  for (const ProfileLine& line : summarise(profile, default_parameters(Configuration::full)))
    if (line.name == "text, reference, calm") CHECK((line.state == "pooled" && std::isnan(line.observed)));
}

TEST_CASE("spreadsheets' marks and line ends are read as they are meant", "[profile]") {
  const ProfileFolder folder;
  const std::string plain = folder.read().digest;
  std::string windows = "\xEF\xBB\xBF";
  for (const char c : kCounts) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  folder.write("confusion.csv", windows);
  CHECK(folder.read().digest == plain);
}

TEST_CASE("a profile's JSON that is wrong is refused, with its place", "[profile]") {
  check_all("profile.json", {
      {"", "profile.json:1:1: not JSON"},
      {"[]", "expected an object, found a list"},
      {with(kGood, "\"format\": 1", "\"format\": 2"), "#/format: format 2 is unknown"},
      {without(kGood, R"("name": "small", )"), "key 'name' is missing"},
      {with(kGood, "small", "a b"), "#/name: a profile is named by a letter"},
      {without(kGood, R"(, "illustrative": true)"), "key 'illustrative' is missing"},
      {without(kGood, R"("source": "invented", )"), "key 'source' is missing"},
      {with(kGood, "\"ratings\"", "\"rating\""), "#/rating: unknown key 'rating'; nearest: 'ratings'"},
      {ProfileFolder::json("", ""), "nothing was measured; a profile has at least one of recognition, ratings, crisis"},
      {with(kGood, R"("sadness": "sadness")", R"("sadness": "sadnes")"),
       "#/recognition/classes/sadness: unknown emotion 'sadnes'; nearest: 'sadness'"},
      {with(kGood, R"("reference": "reference")", R"("reference": "home")"),
       "#/recognition/reference: unknown culture 'home'"},
      {with(kGood, R"("reference": "reference")", R"("reference": "far")"),
       "#/recognition/reference: 'far' is to stand for 'reference', the assistant's own culture"},
      {with(kGood, R"("mean": 0.2)", R"("mean": 0.96)"), "laboratory_to_clinic/mean: 0.96 is outside [0, 0.95]"},
      {with(kGood, R"("sd": 0.1)", R"("sd": 0.4)"), "/sd: 0.4 is too wide for a share with mean 0.2; at most 0.2309"},
      {without(kGood, R"(, "source": "invented"})") + "", "not JSON"},
      {with(kGood, R"("mean": 0.2, "sd": 0.1, "source": "invented")", R"("mean": 0.2, "sd": 0.1)"),
       "#/recognition/laboratory_to_clinic: key 'source' is missing"},
      {with(kGood, R"("crisis": "crisis.csv")", R"("widening": {"client": 0.1})"), "#/widening/client: unknown key"},
      {with(kGood, R"("crisis": "crisis.csv")", R"("widening": {"component": 0.5})"),
       "#/widening/component: 0.5 is outside [0, 0.3]"},
      {with(kGood, R"("crisis": "crisis.csv")", R"("crisis": 3)"), "#/crisis: expected a text, found a number"},
  });
}

TEST_CASE("files that a profile names lie in its folder", "[profile]") {
  for (const std::string name : {"../crisis.csv", "/etc/passwd", "", "a/../../b.csv", "a\\\\b.csv", "a\\u0000.csv"})
    check_all("profile.json", {{with(kGood, "crisis.csv", name), "#/crisis: '"}});
  check_all("profile.json", {{with(kGood, "crisis.csv", "none.csv"), "none.csv: no such file"},
                             {with(kGood, "crisis.csv", "."), ": not a regular file"}});
  const ProfileFolder folder, outside;
  fs::remove(folder.path / "crisis.csv");
  fs::create_symlink(outside.path / "crisis.csv", folder.path / "crisis.csv");
  CHECK(folder.refusal().find("#/crisis: 'crisis.csv' leads out of the profile's folder") != std::string::npos);
  fs::remove(folder.path / "crisis.csv");
  fs::create_symlink(outside.path, folder.path / "link");
  folder.write("profile.json", with(kGood, "crisis.csv", "link/crisis.csv"));
  CHECK(folder.refusal().find("leads out of the profile's folder") != std::string::npos);
  folder.write("inner.csv", "true_positives,false_negatives,false_positives,true_negatives\n3,1,5,9\n");
  fs::create_symlink(folder.path / "inner.csv", folder.path / "crisis.csv");
  folder.write("profile.json", kGood);
  CHECK(folder.read().crisis->true_positives == 3);
}

TEST_CASE("counts that are wrong are refused, with line, column and what is allowed", "[profile]") {
  const std::string row = "text,reference,sadness,sadness,";
  check_all("confusion.csv", {
      {"", "confusion.csv: the file is empty; its first line names the columns: modality, culture"},
      {ProfileFolder::head(), "no row below the line"},
      {with(kCounts, ",count\n", "\n"), "confusion.csv:1: column 'count' is missing"},
      {with(kCounts, "recognised", "recognized"), "unknown column 'recognized'; nearest: 'recognised'"},
      {with(kCounts, "count\n", "count,count\n"), "column 'count' stands twice"},
      {counted("text,reference,sadness,anger,-4"), "confusion.csv:38: column 'count': -4 is outside [0, 1000000000]"},
      {counted("text,reference,sadness,anger,many"), "column 'count': 'many' is not a number"},
      {counted("text,reference,sadness,anger,2.5"), "column 'count': 2.5 is not a whole number"},
      {counted("text,reference,sadness,anger,nan"), "column 'count': 'nan' is no finite number"},
      {counted("text,reference,sadness,anger,inf"), "column 'count': 'inf' is no finite number"},
      {counted("text,reference,sadness,anger,1e999"), "column 'count': '1e999' is beyond what a number can hold"},
      {counted("text,reference,sadness,anger,"), "column 'count': the cell is empty"},
      {counted("text,reference,sadness,anger"), "expected 5 cells, as in the first line, found 4"},
      {counted(row + "1"), "confusion.csv:38: column 'recognised': this cell was counted before, at "},
      {counted("voice,reference,sadness,anger,1"), "unknown modality 'voice'; "},
      {counted("text,farr,sadness,anger,1"), "column 'culture': unknown culture 'farr'; nearest: 'far'"},
      {counted("text,far,sadnes,anger,1"), "column 'shown': unknown class 'sadnes'; nearest: 'sadness'"},
      {counted("text,far,sadness,rage,1"), "column 'recognised': unknown class 'rage'; "},
      {counted("face,far,sadness,anger,0"), "face, far: no replies at all; leave the rows out"},
      {counted("text,near,sadness,anger,3"), "text, near, fear: no replies; map a class"},
      {counted("text,reference,\xff,anger,1"), "bytes that are no UTF-8"},
      {"\xff\xfe" + kCounts, "this is UTF-16; save it as UTF-8"},
      {with(kCounts, "modality,culture,shown,recognised,count", "modality;culture;shown;recognised;count"),
       "columns are separated by commas, here by semicolons"},
      {kCounts + ProfileFolder::rows("face", "far", 5, 9),
       "face, far: this modality was not measured in the reference culture"},
  });
}

TEST_CASE("ten million rows of counts are refused where the limit is met", "[profile]") {
  const ProfileFolder folder;
  {
    std::ofstream file(folder.path / "confusion.csv", std::ios::binary);
    file << ProfileFolder::head();
    std::string many;
    for (int i = 0; i < 10'000; ++i) many += "text,reference,sadness,sadness,1\n";
    for (int i = 0; i < 1000; ++i) file << many;
  }
  const auto start = std::chrono::steady_clock::now();
  const std::string said = folder.refusal();
  CHECK(said.find("confusion.csv: more than ") != std::string::npos);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(2));
}

TEST_CASE("ratings that are wrong are refused", "[profile]") {
  const std::string good = "resonance,1,5,client,no,given_correct_reading,40,3.5,1,,,";
  check_all("ratings.csv", {
      {rating(with(good, "resonance", "warmth")), "ratings.csv:2: unknown quality 'warmth'"},
      {rating(with(good, "1,5", "5,5")), "ratings.csv:2: column 'scale_most': 5 is not above scale_least 5"},
      {rating(with(good, "1,5", "5,1")), "column 'scale_most': 1 is not above scale_least 5"},
      {rating(with(good, "1,5", "1,inf")), "column 'scale_most': 'inf' is no finite number"},
      {rating(with(good, "3.5", "5.5")), "column 'mean': 5.5 is outside the scale [1, 5]"},
      {rating(with(good, "3.5", "0.5")), "column 'mean': 0.5 is outside the scale [1, 5]"},
      {rating(with(good, "3.5", "")), "column 'mean': the cell is empty; give mean and sd, or counts"},
      {rating(with(good, "3.5,1", "3.5,")), "column 'sd': the cell is empty; give mean and sd, or counts"},
      {rating(with(good, "3.5,1", "3.5,2")), "column 'sd': 2 is more than ratings on this scale with this mean can"},
      {rating(with(good, "3.5,1", "3.5,-1")), "column 'sd': -1 is outside [0, "},
      {rating(with(good, "40", "1")), "column 'n': a standard deviation needs at least 2 ratings"},
      {rating(with(good, "40", "0")), "column 'n': 0 is outside [1, "},
      {rating(with(good, "40", "1e999")), "column 'n': '1e999' is beyond what a number can hold"},
      {rating(with(good, "client", "patient")), "unknown rater 'patient'; "},
      {rating(with(good, "no", "maybe")), "unknown labelled 'maybe'; "},
      {rating(with(good, "given_correct_reading", "real")), "unknown of 'real'; "},
      {rating(with(good, "given_correct_reading", "realised")), "column 'accuracy': the cell is empty; realised"},
      {rating(good.substr(0, good.size() - 1) + "0.7,"), "column 'accuracy': replies given a correct reading have"},
      {rating("resonance,1,5,client,no,realised,40,3.5,1,,0.01,"), "column 'accuracy': 0.01 is outside [0.05, 1]"},
      {rating("resonance,1,5,client,no,realised,40,3.5,1,,0.7,0"), "column 'accuracy_n': 0 is outside [1, "},
      {rating(good + "\n" + good), "ratings.csv:3: column 'quality': 'resonance' was rated before, at "},
      {rating(with(good, "3.5,1,", "3.5,1,1 2 3 4 5")), "column 'counts': give either the counts of each category or"},
      {rating(with(good, "3.5,1,", ",,1 2 3 4 5")), "column 'counts': they sum to 15, and n is 40"},
      {rating(with(good, "3.5,1,", ",,10 10 10 10")), "column 'counts': 4 categories do not divide this scale evenly"},
      {rating(with(good, "3.5,1,", ",,40")), "column 'counts': a scale has at least two categories"},
      {rating(with(good, "3.5,1,", ",,10 -10 10 10 20")), "is not a list of counts, such as '3 5 12 8 2'"},
      {rating(with(good, "3.5,1,", ",,10 x 10 10 20")), "is not a list of counts"},
      {rating(with(good, "3.5,1,", ",,10 2.5 10 10 7.5")), "is not a list of counts"},
      {rating(with(good, "3.5,1,", ",,10 1e999 1 1 1")), "is not a list of counts"},
  });
}

TEST_CASE("crisis counts that are wrong are refused", "[profile]") {
  const std::string head = "true_positives,false_negatives,false_positives,true_negatives\n";
  check_all("crisis.csv", {
      {head + "0,0,1,9\n", "crisis.csv:2: column 'true_positives': no case was a crisis"},
      {head + "3,1,0,0\n", "crisis.csv:2: column 'true_negatives': every case was a crisis"},
      {head + "3,1,5,9\n3,1,5,9\n", "more than 1 rows"},
      {head + "3,-1,5,9\n", "column 'false_negatives': -1 is outside [0, "},
      {head + "3,1.5,5,9\n", "column 'false_negatives': 1.5 is not a whole number"},
      {"tp,fn,fp,tn\n3,1,5,9\n", "crisis.csv:1: unknown column 'tp'"},
  });
}
