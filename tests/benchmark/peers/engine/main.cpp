// Runs the simplified client-week of ../README.md on hybridcare's engine, on one core, and prints one line of JSON:
// CPU seconds, client-weeks, and the read-outs as sums.
// Usage: peers INSTRUCTION_SET CLIENTS WEEKS SEED NAME=VALUE…, every parameter once; accuracy=A,B,C,D,E,F
//        peers build   prints the instruction sets that this machine has, and the compiler
#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <iomanip>
#include <iostream>
#include <map>
#include <sstream>
#include <string>

#include "sim/error.hpp"
#include "sim/fixed.hpp"
#include "sim/isa.hpp"
#include "tests/benchmark/peers/engine/weeks.hpp"

namespace {

using namespace hybridcare;
using namespace hybridcare::peers;

constexpr struct { const char* name; double Parameters::*place; } kFields[] = {
    {"level_mean", &Parameters::level_mean}, {"level_sd", &Parameters::level_sd},
    {"start_sd", &Parameters::start_sd}, {"alliance_start", &Parameters::alliance_start},
    {"good_start", &Parameters::good_start}, {"bad_start", &Parameters::bad_start},
    {"disclosure", &Parameters::disclosure}, {"noticing", &Parameters::noticing},
    {"memory", &Parameters::memory}, {"failure", &Parameters::failure},
    {"alliance_pull", &Parameters::alliance_pull}, {"alliance_right", &Parameters::alliance_right},
    {"alliance_noticed", &Parameters::alliance_noticed}, {"symptom_return", &Parameters::symptom_return},
    {"gain", &Parameters::gain}, {"noise", &Parameters::noise}, {"leave_base", &Parameters::leave_base},
    {"leave_trust", &Parameters::leave_trust}, {"leave_noticed", &Parameters::leave_noticed},
    {"leave_symptom", &Parameters::leave_symptom}};
constexpr const char* kQuantityNames[kQuantities] = {"symptom", "spread", "severe", "trust", "alliance", "right"};

double number(const std::string& where, const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end) throw UserError(where, "'" + text + "' is not a number");
  return value;
}

std::uint32_t count(const std::string& where, const std::string& text, double most) {
  const double value = number(where, text);
  if (!(value >= 1 && value <= most) || value != static_cast<std::uint32_t>(value))
    throw UserError(where, text + " is not a whole number from 1 to " + std::to_string(static_cast<long>(most)));
  return static_cast<std::uint32_t>(value);
}

Parameters read_parameters(int argc, char* argv[]) {
  std::map<std::string, std::string> given;
  for (int i = 0; i < argc; ++i) {
    const std::string text = argv[i];
    const std::size_t at = text.find('=');
    if (at == std::string::npos || !given.emplace(text.substr(0, at), text.substr(at + 1)).second)
      throw UserError(text, "expected NAME=VALUE, each name once");
  }
  const auto take = [&given](const std::string& name) {
    const auto found = given.find(name);
    if (found == given.end()) throw UserError(name, "is missing");
    const std::string text = found->second;
    given.erase(found);
    return text;
  };
  Parameters p{};
  for (const auto& field : kFields) p.*field.place = number(field.name, take(field.name));
  std::istringstream list(take("accuracy"));
  for (double& accuracy : p.accuracy) {
    std::string item;
    std::getline(list, item, ',');
    accuracy = number("accuracy", item);
  }
  if (!list.eof()) throw UserError("accuracy", "more than " + std::to_string(kEmotions) + " numbers");
  if (!given.empty()) throw UserError(given.begin()->first, "unknown parameter");
  return p;
}

auto kernel(const std::string& set) {
#ifdef HYBRIDCARE_HAS_AVX2
  if (set == "avx512") return &peers::avx512::live;
  if (set == "avx2") return &peers::avx2::live;
#endif
  return &peers::baseline::live;
}

void print(const Readout& readout) {
  std::cout << "{\"in_care\": " << readout.in_care;
  for (int q = 0; q < kQuantities; ++q)
    std::cout << ", \"" << kQuantityNames[q] << "\": [" << from_fixed(readout.sum[q]) << ", "
              << from_fixed(readout.squares[q]) * (q == spread ? 0x1p16 : 1.0) << "]";
  std::cout << "}";
}

#ifdef __clang__
constexpr const char* kCompiler = __VERSION__;  // says that it is Clang
#else
constexpr const char* kCompiler = "g++ " __VERSION__;
#endif

void print_build() {
  std::cout << "{\"compiler\": \"" << kCompiler << "\", \"instruction_sets\": [";
  const char* between = "";
  for (const std::string& set : instruction_sets()) {
    std::cout << between << '"' << set << '"';
    between = ", ";
  }
  std::cout << "]}\n";
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

}  // namespace

int main(int argc, char* argv[]) try {
  if (argc == 2 && std::string(argv[1]) == "build") {
    print_build();
    return 0;
  }
  if (argc < 5) throw UserError("peers", "expected INSTRUCTION_SET CLIENTS WEEKS SEED NAME=VALUE…");
  const auto live = kernel(choose_instruction_set(argv[1]));
  const std::uint32_t clients = count("clients", argv[2], 1e8), weeks = count("weeks", argv[3], 1e6);
  const Key key{count("seed", argv[4], 4294967295.0), 0};
  const Parameters parameters = read_parameters(argc - 5, argv + 5);
  Totals totals;
  const double began = cpu_seconds();
  for (std::uint32_t first = 0; first < clients; first += kBlock)
    live(key, first, static_cast<int>(std::min<std::uint32_t>(kBlock, clients - first)), static_cast<int>(weeks),
         parameters, totals);
  const double seconds = cpu_seconds() - began;
  std::cout << std::setprecision(17) << "{\"seconds\": " << seconds << ", \"clients\": " << clients
            << ", \"client_weeks\": " << totals.client_weeks << ", \"readouts\": {";
  for (int r = 0; r < kReadouts && kReadoutWeeks[r] <= static_cast<int>(weeks); ++r) {
    std::cout << (r ? ", " : "") << '"' << kReadoutWeeks[r] << "\": ";
    print(totals.readout[r]);
  }
  std::cout << "}}\n";
} catch (const hybridcare::UserError& error) {
  std::cerr << error.what() << '\n';
  return 2;
}
