#include "analysis/erosion.hpp"

#include <rapidcheck.h>

#include <cmath>

#include "tests/catch.hpp"

using namespace hybridcare;

namespace {

int eroded_at(const std::vector<double>& trust, double start, ErosionRule rule) {
  ErosionTrack track;
  for (std::size_t k = 0; k < trust.size(); ++k) observe(track, rule, trust[k], start, static_cast<int>(k) + 1);
  return track.eroded_at;
}

struct Person { int contacts; ErosionEnd end; };

std::vector<double> ends_of(const std::vector<Person>& people, int contacts) {
  std::vector<double> ends(static_cast<std::size_t>(contacts) * kErosionEnds);
  for (const Person& person : people)
    ++ends[static_cast<std::size_t>((person.contacts - 1) * kErosionEnds + static_cast<int>(person.end))];
  return ends;
}

/// Incidence of erosion by another road (Efron): whoever is censored leaves their weight to those who go on.
double by_redistribution(const std::vector<Person>& people, int until) {
  std::vector<double> weight(people.size(), 1.0 / static_cast<double>(people.size()));
  for (int k = 1; k <= until; ++k) {
    double lost = 0, heirs = 0;
    for (std::size_t i = 0; i < people.size(); ++i) {
      if (people[i].contacts == k && people[i].end == ErosionEnd::censored) lost += weight[i], weight[i] = 0;
      if (people[i].contacts > k) heirs += weight[i];
    }
    for (std::size_t i = 0; i < people.size(); ++i)
      if (people[i].contacts > k && heirs > 0) weight[i] *= 1 + lost / heirs;
  }
  double incidence = 0;
  for (std::size_t i = 0; i < people.size(); ++i)
    if (people[i].end == ErosionEnd::eroded && people[i].contacts <= until) incidence += weight[i];
  return incidence;
}

}  // namespace

TEST_CASE("trust is eroded at the third contact in a row below the mark", "[analysis]") {
  CHECK(eroded_at({.49, .48, .47}, .60, {}) == 3);
  CHECK(eroded_at({.49, .48, .55, .47, .46}, .60, {}) == 0);        // a good contact starts the count again
  CHECK(eroded_at({.49, .48, .55, .47, .46, .45, .9}, .60, {}) == 6);  // and what came after does not undo it
  CHECK(eroded_at({.51, .51, .51, .51}, .60, {}) == 0);
  CHECK(eroded_at({.54, .54}, .60, {.05, 2}) == 2);
}

TEST_CASE("contacts of one week count as trust after the last of them; the third in a row is the event", "[analysis]") {
  ErosionTrack track;
  observe(track, {}, .49, .60, 2, 2);
  CHECK(track.eroded_at == 0);
  observe(track, {}, .48, .60, 5, 3);
  CHECK(track.eroded_at == 3);
  ErosionTrack busy;
  observe(busy, {}, .55, .60, 4, 4);
  observe(busy, {}, .40, .60, 11, 7);
  CHECK(busy.eroded_at == 7);
}

TEST_CASE("Aalen-Johansen as in a table worked by hand", "[analysis]") {
  // ten people; contact 1: 1 eroded, 1 dropped, 1 censored; 2: 2 eroded, 1 ended; 3: 1 dropped, 3 censored
  const std::vector<double> ends = {1, 1, 0, 1, 2, 0, 1, 0, 0, 1, 0, 3};
  const Incidence all = aalen_johansen(ends);
  CHECK(all.at_risk == std::vector<double>{10, 7, 4});
  CHECK(all.eroded[0] == Approx(.1));
  CHECK(all.eroded[1] == Approx(.1 + .8 * 2 / 7));
  CHECK(all.eroded[2] == Approx(.1 + .8 * 2 / 7));
  CHECK(all.ended[2] == Approx(.8 / 7));
  CHECK(all.dropped[2] == Approx(.1 + .8 * 4 / 7 / 4));
}

TEST_CASE("constant hazards give the incidence known in closed form", "[analysis]") {
  // Hazards .1 (erosion) and .05 (leaving) a contact in a million people, whole numbers by chance-free rounding.
  constexpr double a = .1, b = .05;
  double left = 1e12;
  std::vector<double> ends;
  for (int k = 0; k < 20; ++k) {
    const double censored = left * .02 * (1 - a - b);  // censoring must not matter
    for (const double part : {left * a, left * b, 0.0, k == 19 ? left * (1 - a - b) : censored}) ends.push_back(part);
    left -= left * (a + b) + censored;
  }
  const Incidence all = aalen_johansen(ends);
  for (std::size_t k = 0; k < 20; ++k) {
    const double gone = 1 - std::pow(1 - a - b, static_cast<double>(k + 1));
    CHECK(all.eroded[k] == Approx(a / (a + b) * gone).epsilon(1e-9));
    CHECK(all.dropped[k] == Approx(b / (a + b) * gone).epsilon(1e-9));
  }
}

TEST_CASE("Aalen-Johansen agrees with redistribution to the right", "[analysis]") {
  rc::check("any mixture of ends", [] {
    const auto codes = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 6 * kErosionEnds)));
    std::vector<Person> people;
    for (const int code : codes)
      people.push_back({1 + code / kErosionEnds, static_cast<ErosionEnd>(code % kErosionEnds)});
    const Incidence all = aalen_johansen(ends_of(people, 6));
    for (int k = 1; k <= 6; ++k)
      RC_ASSERT(std::abs(all.eroded[static_cast<std::size_t>(k - 1)] - by_redistribution(people, k)) < 1e-12);
    const LastIncidence last = last_incidence(ends_of(people, 6));
    RC_ASSERT(last.at_risk == static_cast<double>(people.size()));
    RC_ASSERT(std::abs(last.eroded - all.eroded.back()) < 1e-12 && std::abs(last.dropped - all.dropped.back()) < 1e-12);
    RC_ASSERT(std::abs(last.ended - all.ended.back()) < 1e-12);
  });
}

TEST_CASE("nobody met: no incidence, no division by zero", "[analysis]") {
  const Incidence none = aalen_johansen(std::vector<double>(8, 0.0));
  CHECK(none.at_risk == std::vector<double>{0, 0});
  CHECK(none.eroded == std::vector<double>{0, 0});
}
