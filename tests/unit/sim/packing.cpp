// Columns at rest: nothing is lost, and what is simple takes little.
#include "sim/packing.hpp"

#include <rapidcheck.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "tests/catch.hpp"

using namespace hybridcare;

namespace {

template <class T>
std::vector<T> fitting(std::vector<T> column) {
  column.resize(sizeof(Real) / sizeof(double));
  return column;
}

/// What a column becomes; the lanes beyond its size must keep what they held.
template <class T>
std::vector<T> there_and_back(const std::vector<T>& column, const std::vector<T>* before, ColumnForm& form,
                              std::size_t& words) {
  const int size = static_cast<int>(column.size());
  std::vector<std::uint64_t> packed(kColumnWords, 0xABABABABABABABABu);
  const std::vector<T> whole = fitting(column), other = before ? fitting(*before) : std::vector<T>{};
  const T* const beside = before ? other.data() : nullptr;
  words = static_cast<std::size_t>(baseline::pack_column(whole.data(), beside, size, form, packed.data()) -
                                   packed.data());
  RC_ASSERT(words <= kColumnWords);
  std::vector<T> back(whole.size(), static_cast<T>(77));
  const std::uint64_t* const end = baseline::unpack_column(form, packed.data(), beside, size, back.data());
  RC_ASSERT(end == packed.data() + words);
  for (std::size_t i = column.size(); i < back.size(); ++i) RC_ASSERT(back[i] == static_cast<T>(77));
  back.resize(column.size());
  return back;
}

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

/// Values that columns hold, and values on which a careless packer breaks.
double a_value(int kind) {
  const int number = *rc::gen::inRange(0, 300);
  switch (kind) {
    case 0: return 0;
    case 1: return number % 28;
    case 2: return 65000 + number * 4;  // around the largest number of 16 bits
    case 3: return number / 7.0;
    case 4: return -number;
    default: {
      const double odd[] = {-0.0, std::nan(""), std::numeric_limits<double>::infinity(), 1e300, -1e300, 5e-324, 255,
                            256, 65535, 65536, 4294967296.0};
      return odd[static_cast<std::size_t>(number) % std::size(odd)];
    }
  }
}

/// Columns of few values and columns of many; of one kind, or mixed.
std::vector<double> a_column(int size) {
  const int most = *rc::gen::inRange(0, 6), rare = *rc::gen::inRange(0, 6), percent = *rc::gen::inRange(0, 101);
  const double common = a_value(most);
  std::vector<double> column;
  for (int i = 0; i < size; ++i) {
    const bool other = *rc::gen::inRange(0, 100) < percent;
    column.push_back(other ? a_value(rare) : percent % 2 != 0 ? common : a_value(most));
  }
  return column;
}

ColumnForm form_of(const std::vector<double>& column, const std::vector<double>* before = nullptr,
                   std::size_t* words = nullptr) {
  ColumnForm form = ColumnForm::zero;
  std::size_t count;
  there_and_back(column, before, form, count);
  if (words) *words = count;
  return form;
}

}  // namespace

TEST_CASE("a column that was packed is what it was, bit by bit", "[packing]") {
  CHECK(rc::check("reals", [] {
    const int size = *rc::gen::inRange(1, kBlock + 1);
    const std::vector<double> column = a_column(size), before = a_column(size);
    const std::vector<double>* const none = nullptr;
    for (const ColumnForm hint : {ColumnForm::zero, ColumnForm::whole})
      for (const std::vector<double>* beside : {none, &before, &column}) {
        ColumnForm form = hint;
        std::size_t words;
        RC_ASSERT(same_bits(there_and_back(column, beside, form, words), column));
        RC_ASSERT(words <= 1 + static_cast<std::size_t>(size) + 5);
      }
  }));
  CHECK(rc::check("words", [] {
    const int size = *rc::gen::inRange(1, kBlock + 1);
    const auto base = *rc::gen::arbitrary<std::uint32_t>();
    const auto wide = *rc::gen::element(1u, 2u, 250u, 300u, 65536u, 70000u, 0xFFFFFFFFu);
    std::vector<std::uint32_t> column;
    for (int i = 0; i < size; ++i) column.push_back(base + *rc::gen::arbitrary<std::uint32_t>() % wide);
    const std::vector<std::uint32_t>* const none = nullptr;
    const auto& same = column;
    for (const std::vector<std::uint32_t>* beside : {none, &same}) {
      ColumnForm form = ColumnForm::zero;
      std::size_t words;
      RC_ASSERT(same_bits(there_and_back(column, beside, form, words), column));
    }
  }));
}

TEST_CASE("a column takes what it says and no more", "[packing]") {
  std::size_t words;
  const std::vector<double> nothing(256, 0.0), third(256, 1.0 / 3);
  std::vector<double> points, counts, reals, few = third;
  for (int i = 0; i < 256; ++i) {
    points.push_back(i % 28);
    counts.push_back(i * 50);
    reals.push_back(std::sqrt(i + 2.5));
  }
  for (int i = 0; i < 30; ++i) few[static_cast<std::size_t>(i) * 8 + 3] = i * .1;
  CHECK(form_of(nothing, nullptr, &words) == ColumnForm::zero);
  CHECK(words == 0);
  CHECK(form_of(third, nullptr, &words) == ColumnForm::constant);
  CHECK(words == 1);
  CHECK(form_of(points, nullptr, &words) == ColumnForm::bytes);
  CHECK(words == 32);
  CHECK(form_of(counts, nullptr, &words) == ColumnForm::halves);
  CHECK(words == 64);
  CHECK(form_of(reals, nullptr, &words) == ColumnForm::whole);
  CHECK(words == 256);
  CHECK(form_of(reals, &reals, &words) == ColumnForm::as_before);
  CHECK(words == 0);
  CHECK(form_of(few, nullptr, &words) == ColumnForm::few_whole);
  CHECK(words == 1 + 4 + 30);
}

TEST_CASE("what is kept in pieces comes back, and pieces are used again", "[packing]") {
  PiecePool pool;
  std::vector<PackedWords> all(20);
  std::vector<std::vector<std::uint64_t>> kept(20);
  std::uint64_t* const spare = pool.take();
  pool.give(spare);
  CHECK(pool.take() == spare);
  for (std::uint64_t turn = 0; turn < 200; ++turn) {
    const std::size_t n = turn * 7 % 20;
    kept[n].assign(turn * 37 % 1500, turn);
    if (!kept[n].empty()) kept[n].front() = 1, kept[n].back() = 2;
    all[n].keep(kept[n].data(), kept[n].size(), pool);
    for (std::size_t m = 0; m < all.size(); ++m) {
      REQUIRE(all[m].size() == kept[m].size());
      std::vector<std::uint64_t> back(kept[m].size());
      all[m].copy(back.data());
      REQUIRE(back == kept[m]);
    }
  }
}
