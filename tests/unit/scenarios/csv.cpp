// Tables from anybody: what is read, and every way in which a file can be refused.
#include "scenarios/csv.hpp"

#include <rapidcheck.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include "sim/error.hpp"
#include "tests/catch.hpp"

using namespace hybridcare;

namespace {

const std::vector<CsvColumn> kColumns = {
    text_column("culture"), choice_column("modality", {"text", "speech", "face"}),
    whole_column("count", 0, 1e9, "replies"), real_column("mean", -5, 5).optional()};

CsvTable read(std::string_view text, const CsvLimits& limits = {}) { return read_csv(text, "t.csv", kColumns, limits); }

std::string refusal(std::string_view text, const CsvLimits& limits = {}) {
  try {
    read(text, limits);
  } catch (const UserError& error) {
    return error.what();
  }
  return "accepted";
}

struct Case {
  std::string text;
  std::string message;
};

const std::string kHead = "culture,modality,count\n";

/// A folder of this test's own, gone afterwards.
struct Folder {
  const std::string name = "hybridcare_csv_" + std::to_string(::getpid());
  std::filesystem::path path = std::filesystem::temp_directory_path() / name;
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
};

std::string file_refusal(const std::filesystem::path& path, const CsvLimits& limits = {}) {
  try {
    read_csv_file(path.string(), "t.csv", kColumns, limits);
  } catch (const UserError& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("a table is read by its columns' names, in any order", "[csv]") {
  const CsvTable table = read("count,mean,modality,culture\n3,-1.5,face,near\n1e2,,text,far\n0,0.25,face,near\n");
  REQUIRE(table.rows() == 3);
  CHECK(table.number("count", 1) == 100);
  CHECK(table.choice("modality", 0) == 2);
  CHECK(table.text("modality", 1) == "text");
  CHECK(table.text("culture", 2) == "near");
  CHECK(table.choices("culture")[0] == table.choices("culture")[2]);
  CHECK(table.given("mean", 0));
  CHECK_FALSE(table.given("mean", 1));
  CHECK(table.number("mean", 2) == .25);
  CHECK(table.where(2) == "t.csv:4");
  CHECK_FALSE(read(kHead + "a,text,1\n").has("mean"));
  CHECK(std::isnan(read(kHead + "a,text,1\n").number("mean", 0)));
}

TEST_CASE("quotes, byte order mark, line ends and blank lines are those of spreadsheets", "[csv]") {
  const CsvTable table =
      read("\xEF\xBB\xBF" "culture,modality,count\r\n\"a, \"\"b\"\"\",\"text\",\"7\"\r\n\r\nc,text,8");
  REQUIRE(table.rows() == 2);
  CHECK(table.text("culture", 0) == "a, \"b\"");
  CHECK(table.number("count", 0) == 7);
  CHECK(table.number("count", 1) == 8);
  CHECK(table.where(1) == "t.csv:4");
  CHECK(read(kHead + "\xC3\xA4,text,1").text("culture", 0) == "\xC3\xA4");
}

TEST_CASE("a table that is wrong is refused, with file, line, column, what was found and what is allowed", "[csv]") {
  const std::vector<Case> cases = {
      {"", "t.csv: the file is empty; its first line names the columns: culture, modality, count, mean"},
      {"\n\n", "t.csv: the file is empty"},
      {"\xEF\xBB\xBF", "t.csv: the file is empty"},
      {"\xEF\xBB", "t.csv:1: not UTF-8"},
      {"\xEFx", "t.csv:1: not UTF-8"},
      {kHead, "t.csv: no row below the line that names the columns"},
      {"culture,modality\na,text\n", "t.csv:1: column 'count' is missing; found: culture, modality"},
      {"culture,modality,cuont\n",
       "t.csv:1: unknown column 'cuont'; nearest: 'count'; known: culture, modality, count"},
      {"culture,modality,count,\n", "t.csv:1: unknown column ''"},
      {"culture,modality,count,count\n", "t.csv:1: column 'count' stands twice"},
      {"culture;modality;count\n", "t.csv:1: columns are separated by commas, here by semicolons"},
      {"culture\tmodality\tcount\n", "t.csv:1: columns are separated by commas, here by tabs"},
      {kHead + "a,text,1\nb,text\n", "t.csv:3: expected 3 cells, as in the first line, found 2"},
      {kHead + "a,text,1,2\n", "t.csv:2: expected 3 cells, as in the first line, found 4"},
      {kHead + "a,text,many\n", "t.csv:2: column 'count': 'many' is not a number; allowed: [0, 1000000000] replies"},
      {kHead + "a,text,\"1,5\"\n", "t.csv:2: column 'count': '1,5' is not a number; decimals stand after a point"},
      {kHead + "a,text, 1\n", "t.csv:2: column 'count': ' 1' is not a number"},
      {kHead + "a,text,0x10\n", "t.csv:2: column 'count': '0x10' is not a number"},
      {kHead + "a,text,-4\n", "t.csv:2: column 'count': -4 is outside [0, 1000000000] replies"},
      {kHead + "a,text,2.5\n", "t.csv:2: column 'count': 2.5 is not a whole number"},
      {kHead + "a,text,nan\n", "t.csv:2: column 'count': 'nan' is no finite number"},
      {kHead + "a,text,-inf\n", "t.csv:2: column 'count': '-inf' is no finite number"},
      {kHead + "a,text,1e999\n", "t.csv:2: column 'count': '1e999' is beyond what a number can hold"},
      {kHead + "a,text,\n", "t.csv:2: column 'count': the cell is empty"},
      {kHead + ",text,1\n", "t.csv:2: column 'culture': the cell is empty"},
      {kHead + "a,txt,1\n", "t.csv:2: unknown modality 'txt'; nearest: 'text'; known: text, speech, face"},
      {kHead + "a,te\"xt,1\n", "t.csv:2: a quote inside a cell that does not begin with one"},
      {kHead + "a,\"text\"s,1\n", "t.csv:2: text after a closing quote; a quote inside quotes is doubled"},
      {kHead + "\"a,text,1\nb,text,2\n", "t.csv:2: a quote opens here and is never closed"},
      {kHead + "a,text,1\rb,text,2\n", "t.csv:2: a carriage return without a line feed"},
      {kHead + std::string("a\0,text,1\n", 10), "t.csv:2: a zero byte"},
      {std::string("\xff\xfe" "c\0", 4), "t.csv:1: this is UTF-16; save it as UTF-8"},
      {kHead + "\xff,text,1\n", "t.csv:2: column 'culture': bytes that are no UTF-8"},
      {kHead + "\xed\xa0\x80,text,1\n", "t.csv:2: column 'culture': bytes that are no UTF-8"},
      {kHead + "\xc0\xaf,text,1\n", "t.csv:2: column 'culture': bytes that are no UTF-8"},
      {kHead + "a\xc3,text,1\n", "t.csv:2: column 'culture': bytes that are no UTF-8"},
      {kHead + "\x1b[2J,text,1\n", "t.csv:2: column 'culture': bytes that are no UTF-8, or control characters"},
      {kHead + std::string(5000, 'x'), "t.csv:2: a cell has at most 4096 bytes"},
      {std::string(100, ','), "t.csv:1: a row has at most 64 cells"},
  };
  for (const Case& each : cases) {
    INFO(each.text.substr(0, 100));
    const std::string said = refusal(each.text);
    CHECK(said.substr(0, each.message.size()) == each.message);
    CHECK(said.find('\n') == std::string::npos);
    CHECK(said.find('\x1b') == std::string::npos);
    CHECK(said.size() < 400);
  }
}

TEST_CASE("too long a table is refused where the limit is met", "[csv]") {
  const std::string rows = kHead + "a,text,1\nb,text,2\nc,text,3\n";
  CHECK(refusal(rows, {1000, 3}) == "accepted");
  CHECK(refusal(rows, {1000, 2}) == "t.csv: more than 2 rows, the most that is read");
  CHECK(refusal(rows, {rows.size(), 3}) == "accepted");
  CHECK(refusal(rows, {rows.size() - 1, 3}).rfind("t.csv: more than ", 0) == 0);
}

TEST_CASE("ten million rows are refused from the disk without being held", "[csv]") {
  const Folder folder;
  const auto path = folder.path / "long.csv";
  {
    std::ofstream file(path, std::ios::binary);
    file << kHead;
    std::string piece;
    for (int i = 0; i < 10'000; ++i) piece += "a,text,1\n";
    for (int i = 0; i < 1000; ++i) file << piece;
  }
  CHECK(file_refusal(path) == "t.csv: more than 1000000 rows, the most that is read");
  CHECK(file_refusal(path, {1 << 20, 100'000'000}) == "t.csv: more than 1048576 bytes, the most that is read");
}

TEST_CASE("what is no regular file is refused", "[csv]") {
  const Folder folder;
  CHECK(file_refusal(folder.path / "none.csv") == "t.csv: no such file");
  CHECK(file_refusal(folder.path) == "t.csv: not a regular file");
  CHECK(file_refusal("/dev/zero") == "t.csv: not a regular file");
  const auto pipe = folder.path / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(file_refusal(pipe) == "t.csv: not a regular file");
  const auto good = folder.path / "good.csv";
  std::ofstream(good, std::ios::binary) << kHead << "a,text,1\n";
  CHECK(file_refusal(good) == "accepted");
}

TEST_CASE("any bytes are read or refused by name", "[csv]") {
  CHECK(rc::check("bytes", [](const std::string& text) {
    const std::string said = refusal(text);
    RC_ASSERT(said == "accepted" || said.rfind("t.csv", 0) == 0);
  }));
  CHECK(rc::check("damaged tables", [] {
    std::string text = kHead + "a,text,1\n\"b, c\",speech,22\n";
    for (int i = 0; i < 3; ++i) text[*rc::gen::inRange<std::size_t>(0, text.size())] = *rc::gen::arbitrary<char>();
    const std::string said = refusal(text);
    RC_ASSERT(said == "accepted" || said.rfind("t.csv", 0) == 0);
  }));
  CHECK(rc::check("what is written is read", [](std::string cell) {
    for (char& c : cell) c = static_cast<char>(0x20 + static_cast<unsigned char>(c) % 0x5F);
    RC_PRE(!cell.empty());
    std::string quoted;
    for (const char c : cell) quoted += c == '"' ? "\"\"" : std::string(1, c);
    RC_ASSERT(read(kHead + "\"" + quoted + "\",text,1\n").text("culture", 0) == cell);
  }));
}
