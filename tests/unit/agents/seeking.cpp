// Model section S14: seeking help, giving up, first meetings.
#include "agents/seeking.hpp"

#include <cmath>
#include <memory>
#include <tuple>

#include "agents/parameters.hpp"
#include "agents/privacy.hpp"
#include "agents/purposes.hpp"
#include "sim/draws.hpp"
#include "tests/catch.hpp"

using namespace hybridcare;

namespace {

Approx near(double x) { return Approx(x).epsilon(1e-12).margin(1e-13); }
double uniform_of(std::uint32_t word) { return (word + 0.5) / 4294967296.0; }

ServiceParameters service() {
  ServiceParameters p{};
  p.seek = -3, p.seek_severity = .35, p.severity_reference = 10, p.severity_unit = 5;
  p.seek_stigma = 2, p.stigma_reference = .44, p.seek_hearsay = .5, p.seek_preference = .4, p.seek_privacy = .1;
  p.front_door = .1, p.reneging = .02, p.meeting_hearsay = 2, p.unmet_preference = .5;
  return p;
}

std::unique_ptr<ClientBlock> people(int size) {
  auto b = std::make_unique<ClientBlock>();
  b->size = size;
  for (int i = 0; i < size; ++i) {
    b->w.id[i] = static_cast<std::uint32_t>(1000 + i);
    b->r.phq9[i] = i % 28;
    b->r.stigma[i] = (i % 10) / 10.0;
    b->r.privacy[i] = (i % 7) / 7.0;
    b->r.preference[i] = i % 2 ? .8 : -.8;
    b->r.hearsay_human[i] = (i % 5 - 2) / 4.0;
    b->r.hearsay_assistant[i] = (i % 3 - 1) / 4.0;
    b->human.trust_good[i] = 6.5, b->human.trust_bad[i] = 3.5;
  }
  return b;
}

}  // namespace

TEST_CASE("the logit of seeking help is that of the document", "[service]") {
  Parameters p{};
  p.service = service();
  p.privacy.retention = 1;
  const auto b = people(60);
  const FrontDoor doors[] = {{true, false, 1}, {false, true, 3}, {true, true, 2}};
  for (const FrontDoor& door : doors)
    for (int i = 0; i < 60; ++i) {
      const double q = door.assistant ? b->r.hearsay_assistant[i] : b->r.hearsay_human[i];
      const bool wish = i % 2 ? door.assistant : door.human;
      const double expected = -3 + .35 * (b->r.phq9[i] - 10) / 5 - 2 * (b->r.stigma[i] - .44) + .5 * q +
                              (wish ? .4 : 0) - .1 * b->r.privacy[i] * (door.modalities - 1) +
                              (door.assistant && !door.human ? .1 : 0);
      CHECK(seeking_logit(p, door, *b, i) == near(expected));
    }
}

TEST_CASE("consent and retention scale privacy concern at the door as they do in leaving", "[service]") {
  Parameters p{};
  p.service = service();
  p.privacy = {.8, 0, 1, .5, .5, 0, 0, 0, 0};
  const auto b = people(7);
  const FrontDoor door{false, true, 4};
  for (const auto& [consent, retention, scale] :
       {std::tuple{0., 1., 1.}, {1., 1., .5}, {0., 0., .5}, {1., 0., .25}, {.4, .5, .6}}) {
    p.privacy.consent = consent, p.privacy.retention = retention;
    CHECK(baseline::privacy_scale(p.privacy) == near(scale));
    for (int i = 0; i < 7; ++i) {
      Parameters open = p;
      open.service.seek_privacy = 0;
      const double taken = seeking_logit(open, door, *b, i) - seeking_logit(p, door, *b, i);
      CHECK(taken == near(.1 * scale * b->r.privacy[i] * 3));
    }
  }
}

TEST_CASE("attributes act on seeking help, and who has no access sees the door without its assistant", "[service]") {
  Parameters p{}, plainly{};
  plainly.service = p.service = service();
  const auto b = people(60);
  AttributeParameters& attributes = p.attributes;
  attributes.count = 1;
  attributes.cells = attributes.levels[0] = 3;
  attributes.effect[on_seeking][0][1] = .7;
  for (int i = 0; i < 60; ++i) b->r.attribute[0][i] = i % 3;
  const FrontDoor both{true, true, 3}, human{true, false, 1}, assistant{false, true, 3}, nobody{false, false, 1};
  for (int i = 0; i < 60; ++i) {
    const double plain = seeking_logit(plainly, both, *b, i);
    CHECK(seeking_logit(p, both, *b, i) == near(plain + (i % 3 == 1 ? .7 : 0)));
    const double without = seeking_logit(p, human, *b, i);
    const double shut = seeking_logit(p, nobody, *b, i);
    b->w.events[i] = kWithoutAssistant;
    CHECK(seeking_logit(p, both, *b, i) == without);
    CHECK(seeking_logit(p, assistant, *b, i) == shut);
  }
}

TEST_CASE("decisions are words of the client's own, whatever the place in the block", "[service]") {
  Parameters p{};
  p.service = service();
  const auto b = people(200);
  const FrontDoor door{true, false, 1};
  const Key key{5, 6};
  Decisions all, some;
  constexpr std::uint32_t in_need = 4;
  for (int i = 0; i < 200; ++i) b->w.step[i] = i % 5 == 0 ? 3 : in_need;
  decide(p, door, key, 9, in_need, *b, all);
  for (int i = 0; i < 200; ++i) {
    const auto w = baseline::philox(key, b->w.id[i], 0, baseline::when(9), baseline::tag(Purpose::service));
    const double logit = seeking_logit(p, door, *b, i);
    CHECK(all.seeks[i] == (i % 5 != 0 && uniform_of(w.w[0]) < 1 / (1 + std::exp(-logit))));
    CHECK(all.gives_up[i] == (uniform_of(w.w[1]) < .02));
  }
  const Swaps swaps{1, {3}, {150}};
  swap_lanes<double>(b->r, swaps);
  swap_lanes<std::uint32_t>(b->w, swaps);
  decide(p, door, key, 9, in_need, *b, some);
  CHECK(some.seeks[3] == all.seeks[150]);
  CHECK(some.gives_up[150] == all.gives_up[3]);
}

TEST_CASE("a first meeting brings hearsay and an unmet wish into trust, in both forms of trust", "[service]") {
  const ServiceParameters p = service();
  const auto b = people(3);
  first_meeting(p, beta_trust, 10, .4, false, b->human, 0);
  CHECK(b->human.trust_good[0] == near(6.5 + .8));
  CHECK(b->human.trust_bad[0] == near(3.5));
  CHECK(b->human.trust_start[0] == near(7.3 / 10.8));
  first_meeting(p, beta_trust, 10, -.4, true, b->human, 1);
  CHECK(b->human.trust_good[1] == near(6.5));
  CHECK(b->human.trust_bad[1] == near(3.5 + .8 + .5));
  CHECK(b->human.trust_before[1] == b->human.trust_start[1]);
  b->human.trust_good[2] = .65, b->human.trust_bad[2] = .35;
  first_meeting(p, rescorla_wagner, 10, -.4, true, b->human, 2);
  CHECK(b->human.trust_good[2] == near(6.5 / 11.3));
  CHECK(b->human.trust_good[2] + b->human.trust_bad[2] == near(1));
}

TEST_CASE("who hears nothing and gets whom they wished for meets as without a service", "[service]") {
  const auto b = people(1);
  b->human.trust_start[0] = .123;
  first_meeting(service(), beta_trust, 10, 0, false, b->human, 0);
  CHECK(b->human.trust_good[0] == 6.5);
  CHECK(b->human.trust_start[0] == .123);
}
