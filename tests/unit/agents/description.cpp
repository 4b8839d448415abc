// The tables in words cover every column of a client and every mechanism of the folder.
#include "agents/description.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

#include "agents/client.hpp"
#include "tests/catch.hpp"

using namespace hybridcare;

namespace {

/// Every byte of a struct of columns belongs to exactly one row.
void check_cover(const std::vector<StateVariable>& rows, std::size_t bytes) {
  std::vector<int> covered(bytes / sizeof(Word), 0);
  for (const StateVariable& row : rows) {
    CAPTURE(row.name);
    REQUIRE(row.offset + row.bytes <= bytes);
    CHECK(std::string(row.meaning).size() > 3);
    for (std::size_t at = row.offset; at < row.offset + row.bytes; at += sizeof(Word)) ++covered[at / sizeof(Word)];
  }
  CHECK(std::all_of(covered.begin(), covered.end(), [](int times) { return times == 1; }));
}

}  // namespace

TEST_CASE("every state variable is described once") {
  check_cover(client_reals(), sizeof(ClientReals));
  check_cover(bond_reals(), sizeof(AgentColumns));
  check_cover(client_words(), sizeof(ClientWords));
}

TEST_CASE("every mechanism is described once") {
  std::multiset<std::string> described, there = {"seeking", "hearsay"};  // those two couple clients: no kernels
  for (const Mechanism& mechanism : mechanisms()) described.insert(mechanism.name);
  const std::string ending = ".kernel.cpp";
  for (const auto& entry : std::filesystem::directory_iterator("agents")) {
    const std::string name = entry.path().filename().string();
    if (name == "packing.kernel.cpp") continue;  // how clients rest between weeks: nothing happens to them
    if (name.ends_with(ending)) there.insert(name.substr(0, name.size() - ending.size()));
  }
  CHECK(described == there);
}
