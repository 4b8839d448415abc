// Model section 2.2: the therapists of a replicate.
#include "agents/therapists.hpp"

#include "tests/unit/agents/recipes.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {
std::uint32_t word_of(std::uint32_t therapist, std::uint32_t block, int which) {
  return word(therapist, Purpose::therapist, block, which, 0);
}
}  // namespace

TEST_CASE("skill, quality, effectiveness and culture follow the document", "[therapists]") {
  const TherapistTable table = draw_therapists(default_parameters(), kKey.seed, kKey.replicate);
  const double mean[] = {.70, .75, .70, .70, .65, .70, .65, .75};
  REQUIRE(table.count == 60);
  for (std::uint32_t j = 0; j < 60; ++j) {
    const double skill = normal_of(word_of(j, 0, 1)), u = uniform_of(word_of(j, 0, 0));
    CHECK(table.culture[j] == (u < .55 ? 0u : u < .75 ? 1u : u < .90 ? 2u : 3u));
    CHECK(table.effectiveness[j] == near(std::exp(.22 * skill - .22 * .22 / 2)));
    for (std::uint32_t q = 0; q < kQualities; ++q) {
      const double own = normal_of(word_of(j, 1 + q / 4, static_cast<int>(q % 4)));
      CHECK(table.quality[q * 60 + j] == near(clamp(mean[q] + .16 * (.7 * skill + .7 * own), .2, 1)));
    }
  }
}

TEST_CASE("one more therapist changes none of the others", "[therapists]") {
  Parameters p = default_parameters();
  const TherapistTable few = draw_therapists(p, 1, 2);
  p.therapists.count = 61;
  const TherapistTable more = draw_therapists(p, 1, 2);
  for (std::size_t j = 0; j < 60; ++j) {
    CHECK(few.effectiveness[j] == more.effectiveness[j]);
    CHECK(few.culture[j] == more.culture[j]);
    for (std::size_t q = 0; q < kQualities; ++q) CHECK(few.quality[q * 60 + j] == more.quality[q * 61 + j]);
  }
}

TEST_CASE("seeds and replicates draw different therapists", "[therapists]") {
  const Parameters p = default_parameters();
  const auto base = draw_therapists(p, 1, 2).effectiveness;
  CHECK(draw_therapists(p, 1, 3).effectiveness != base);
  CHECK(draw_therapists(p, 2, 2).effectiveness != base);
  CHECK(draw_therapists(p, 1, 2).effectiveness == base);
}

TEST_CASE("qualities stay in their range; a higher mean never lowers one", "[therapists]") {
  CHECK(rc::check("range, monotone", [] {
    Parameters p = default_parameters();
    p.therapists.spread = any(0, 1);
    p.therapists.common = any(0, 1);
    p.therapists.own = any(0, 1);
    p.therapists.quality_least = any(0, 1);
    p.human.quality[compassion] = any(0, .8);
    const auto seed = static_cast<std::uint32_t>(whole(0, 100000));
    const TherapistTable low = draw_therapists(p, seed, 0);
    p.human.quality[compassion] += .2;
    const TherapistTable high = draw_therapists(p, seed, 0);
    for (std::size_t n = 0; n < low.quality.size(); ++n) {
      RC_ASSERT(low.quality[n] >= p.therapists.quality_least && low.quality[n] <= 1);
      RC_ASSERT(high.quality[n] >= low.quality[n]);
    }
    for (const double theta : low.effectiveness) RC_ASSERT(theta > 0);
  }));
}
