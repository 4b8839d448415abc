#include "sim/isa.hpp"

#include <cstdlib>
#include <string>

#include "sim/error.hpp"
#include "tests/catch.hpp"

using namespace hybridcare;

namespace {

/// Sets HYBRIDCARE_ISA for the time of a test.
class Environment {
 public:
  explicit Environment(const std::string& value) {
    if (const char* old = std::getenv("HYBRIDCARE_ISA")) old_ = old;
    ::setenv("HYBRIDCARE_ISA", value.c_str(), 1);
  }
  ~Environment() { ::setenv("HYBRIDCARE_ISA", old_.c_str(), 1); }  // empty means unset

 private:
  std::string old_;
};

}  // namespace

TEST_CASE("the baseline is always there, the best is chosen, the environment overrides", "[sim]") {
  const auto sets = instruction_sets();
  REQUIRE(!sets.empty());
  CHECK(sets.front() == "baseline");
  {
    const Environment none("");
    CHECK(choose_instruction_set("") == sets.back());
  }
  for (const std::string& set : sets) {
    const Environment environment(set);
    CHECK(choose_instruction_set("") == set);
    CHECK(choose_instruction_set("baseline") == "baseline");  // what the caller says goes first
  }
}

TEST_CASE("an instruction set that is not there is refused by name, and the available ones are named", "[sim]") {
  CHECK_THROWS_AS(choose_instruction_set("avx1024"), UserError);
  try {
    choose_instruction_set("avx1024");
  } catch (const UserError& error) {
    CHECK(error.where() == "instruction set");
    CHECK_THAT(error.what(), Catch::Contains("'avx1024'") && Catch::Contains("baseline"));
  }
  const Environment environment("sse9");
  CHECK_THROWS_WITH(choose_instruction_set(""), Catch::StartsWith("HYBRIDCARE_ISA: 'sse9'"));
}
