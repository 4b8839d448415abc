// Hostile files: bundled scenarios and profiles with bytes changed, cut, doubled and swapped, and guards made of random
// tokens.
// Whatever comes in, the reader either accepts it or throws UserError with a place; it never crashes, hangs or lets
// another exception out. Under the sanitizers, silent damage counts too. The same mutants on every machine.
// Usage: fuzz [MUTANTS PER FILE [FIRST]]; a failure prints the number of the mutant.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include <unistd.h>

#include "scenarios/guard.hpp"
#include "scenarios/profile.hpp"
#include "scenarios/scenario.hpp"
#include "sim/draws.hpp"
#include "sim/error.hpp"

namespace {

using namespace hybridcare;
namespace k = hybridcare::HYBRIDCARE_KERNEL;

/// Random whole numbers as a pure function of (file, mutant, place).
class Dice {
 public:
  Dice(std::uint32_t file, std::uint32_t mutant) : key_{file, mutant} {}
  std::size_t below(std::size_t n) { return k::philox(key_, place_++, 0, 0, 0).w[0] % n; }

 private:
  Key key_;
  std::uint32_t place_ = 0;
};

const char* const kPieces[] = {
    "{", "}", "[", "]", ",", ":", "\"", "null", "true", "-1", "1e999", "NaN", "0", "1e-320", "\\u0000", "\xff", "{}",
    "[[[[", "\"arms\"", "\"steps\"", "99999999999999999999", "oracle.symptom", "\n"};
const char* const kTokens[] = {
    "phq9", "weeks_in_step", "oracle.symptom", "and", "or", "not", "(", ")", "<", ">=", "==", "!=", "+", "-", "*", "/",
    "1", "1e999", "0.5", "off_track", "nothing", "&", "\xc3", ""};

std::string mutant_of(std::string text, Dice& dice) {
  for (std::size_t changes = 1 + dice.below(3); changes > 0; --changes) {
    const std::size_t at = dice.below(text.size() + 1), length = dice.below(40);
    switch (dice.below(6)) {
      case 0: text.erase(at, length); break;
      case 1: text.resize(at); break;
      case 2: text.insert(at, kPieces[dice.below(std::size(kPieces))]); break;
      case 3: text.insert(at, text.substr(dice.below(text.size() + 1), length * 4)); break;
      case 4: if (at < text.size()) text[at] = static_cast<char>(dice.below(256)); break;
      default: text.replace(at, length, kPieces[dice.below(std::size(kPieces))]); break;
    }
  }
  return text;
}

std::string guard_of(Dice& dice) {
  std::string text;
  for (std::size_t tokens = dice.below(40); tokens > 0; --tokens)
    text += kTokens[dice.below(std::size(kTokens))] + std::string(dice.below(2), ' ');
  return text;
}

/// True if `what` accepted its input or refused it as it should.
template <class What>
bool stands(What what) {
  try {
    what();
    return true;
  } catch (const UserError& error) {
    return !error.where().empty() && std::string(error.what()).size() < 4000;
  } catch (const std::exception& error) {
    std::cerr << "escaped: " << error.what() << '\n';
    return false;
  }
}

std::string content(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::vector<std::string> bundled() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator("scenarios/library"))
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> texts;
  for (const auto& path : paths) texts.push_back(content(path));
  return texts;
}

/// A bundled profile, one of its files a mutant at a time. False at the first that is not refused as it should be.
bool profile_mutants(std::uint32_t first, std::uint32_t mutants) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / ("hybridcare_fuzz_" + std::to_string(::getpid()));
  fs::copy("scenarios/profiles/illustrative_companion", folder);
  const ProfileTarget target{{"sadness", "fear", "anger", "shame", "joy", "calm"}, {"reference", "near", "far"}, 0};
  std::size_t accepted = 0;
  bool well = true;
  std::uint32_t file = 1000;  // beyond the scenarios' numbers
  for (const char* name : {"profile.json", "confusion.csv", "ratings.csv", "crisis.csv"}) {
    const std::string plain = content(folder / name);
    for (std::uint32_t mutant = first; well && mutant < first + mutants; ++mutant) {
      Dice dice(file, mutant);
      std::ofstream(folder / name, std::ios::binary) << mutant_of(plain, dice);
      well = stands([&] { read_profile(folder.string(), target), ++accepted; });
      if (!well) std::cerr << name << ", mutant " << mutant << '\n';
    }
    std::ofstream(folder / name, std::ios::binary) << plain;
    ++file;
  }
  fs::remove_all(folder);
  std::cout << 4 * mutants << " mutants of a profile: " << accepted << " accepted, the others refused\n";
  return well && accepted > 0;
}

}  // namespace

int main(int argc, char* argv[]) {
  const auto mutants = static_cast<std::uint32_t>(argc > 1 ? std::atoi(argv[1]) : 5000);
  const auto first = static_cast<std::uint32_t>(argc > 2 ? std::atoi(argv[2]) : 0);
  const std::vector<std::string> texts = bundled();
  std::size_t accepted = 0, tried = 0;
  for (std::uint32_t file = 0; file < texts.size(); ++file)
    for (std::uint32_t mutant = first; mutant < first + mutants; ++mutant) {
      Dice dice(file, mutant);
      const std::string text = mutant_of(texts[file], dice), guard = guard_of(dice);
      const bool well = stands([&] { read_experiment(text, "mutant", "scenarios/profiles"), ++accepted; }) &&
                        stands([&] { parse_guard(guard, "guard"); });
      if (!well) {
        std::cerr << "file " << file << ", mutant " << mutant << "; guard: " << guard << '\n';
        return 1;
      }
      ++tried;
    }
  std::cout << tried << " mutants of " << texts.size() << " files: " << accepted << " accepted, the others refused\n";
  return texts.empty() || !profile_mutants(first, mutants) ? 1 : 0;
}
