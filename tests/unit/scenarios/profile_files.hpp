// A small profile on disk, to bend; and the scenario that it speaks to.
#pragma once
#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

#include "scenarios/profile.hpp"
#include "sim/error.hpp"

namespace hybridcare::test {

/// A folder that is gone afterwards, with a profile of two modalities and two cultures in it. Each emotion of a culture
/// has the same number of replies right; the others are taken for the next emotion.
class ProfileFolder {
 public:
  ProfileFolder() : path(fresh_path()) {
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
    write("profile.json", json());
    write("confusion.csv", confusion());
    write("ratings.csv", ratings("resonance,1,5,client,no,given_correct_reading,40,3.5,1\n"));
    write("crisis.csv", "true_positives,false_negatives,false_positives,true_negatives\n30,10,5,95\n");
  }
  ~ProfileFolder() { std::filesystem::remove_all(path); }
  ProfileFolder(const ProfileFolder&) = delete;
  ProfileFolder& operator=(const ProfileFolder&) = delete;

  static const std::vector<std::string>& emotions() {
    static const std::vector<std::string> names = {"sadness", "fear", "anger", "shame", "joy", "calm"};
    return names;
  }
  static ProfileTarget target() { return {emotions(), {"reference", "near", "far", "farthest"}, 0}; }

  static std::string json() { return json(plain_recognition()); }
  /// @param recognition  its members; "": nothing of it was measured  @param more  members beside recognition
  static std::string json(const std::string& recognition,
                          const std::string& more = R"("ratings": "ratings.csv", "crisis": "crisis.csv")") {
    return R"({"format": 1, "name": "small", "source": "invented", "illustrative": true)" +
           (recognition.empty() ? "" : ", \"recognition\": {" + recognition + "}") + (more.empty() ? "" : ", " + more) +
           "}";
  }
  static std::string plain_recognition(const std::string& clinic = R"("mean": 0.2, "sd": 0.1)") {
    std::string classes;
    for (const std::string& name : emotions()) classes += (classes.empty() ? "" : ", ") + quoted(name, name);
    return R"("counts": "confusion.csv", "reference": "reference", "classes": {)" + classes +
           R"(}, "laboratory_to_clinic": {)" + clinic + R"(, "source": "invented"})";
  }
  static std::string quoted(const std::string& a, const std::string& b) { return "\"" + a + "\": \"" + b + "\""; }

  static const std::string& head() {
    static const std::string line = "modality,culture,shown,recognised,count\n";
    return line;
  }
  /// Rows of one modality and culture: `right` of `shown` replies to every emotion.
  static std::string rows(const std::string& modality, const std::string& culture, int right, int shown) {
    std::string text;
    for (std::size_t e = 0; e < emotions().size(); ++e) {
      const std::string start = modality + "," + culture + "," + emotions()[e] + ",";
      text += start + emotions()[e] + "," + std::to_string(right) + "\n";
      text += start + emotions()[(e + 1) % emotions().size()] + "," + std::to_string(shown - right) + "\n";
    }
    return text;
  }
  static std::string confusion() {
    return head() + rows("text", "reference", 30, 40) + rows("text", "far", 14, 25) +
           rows("speech", "reference", 20, 40);
  }
  static std::string ratings(const std::string& rows) {
    return "quality,scale_least,scale_most,rater,labelled,of,n,mean,sd\n" + rows;
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path / name, std::ios::binary) << text;
  }
  std::string file(const std::string& name = "profile.json") const { return (path / name).string(); }

  Profile read(const ProfileTarget& to = target()) const { return read_profile(file(), to); }
  /// The message of the refusal, or "accepted".
  std::string refusal(const ProfileTarget& to = target()) const {
    try {
      read(to);
    } catch (const UserError& error) {
      return error.what();
    }
    return "accepted";
  }

  const std::filesystem::path path;

 private:
  static std::filesystem::path fresh_path() {
    static int made = 0;
    const std::string name = "hybridcare_profile_" + std::to_string(::getpid()) + "_" + std::to_string(++made);
    return std::filesystem::temp_directory_path() / name;
  }
};

}  // namespace hybridcare::test
