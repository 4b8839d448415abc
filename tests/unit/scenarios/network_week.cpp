// Word of mouth over a population: synchronous, by neighbours alone, and with consequences.
#include "scenarios/network_week.hpp"

#include "agents/hearsay.hpp"
#include "sim/fixed.hpp"
#include "tests/unit/scenarios/service_arms.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

const NetworkParameters kNetwork{6, .1, .7, .95, .03, 2.5, .1, .02, .01, .01};

/// Four clients; the first has met an assistant and lost trust from .6 to .4.
std::unique_ptr<ClientBlock> four() {
  auto b = std::make_unique<ClientBlock>();
  b->size = 4;
  for (int i = 0; i < 4; ++i) {
    b->w.id[i] = static_cast<std::uint32_t>(i);
    b->r.stigma[i] = .2 * i;
    for (AgentColumns* a : {&b->human, &b->assistant})
      a->trust_good[i] = 6, a->trust_bad[i] = 4, a->trust_start[i] = .6;
  }
  b->assistant.trust_good[0] = 4, b->assistant.trust_bad[0] = 6, b->assistant.contacts[0] = 3;
  return b;
}

}  // namespace

TEST_CASE("news travel one tie a week", "[network]") {
  WordOfMouth mouths(kNetwork, make_network({{0, 1}, {1, 2}}, 4));
  const auto b = four();
  mouths.spread(*b);  // nobody has been listened to
  CHECK(b->r.hearsay_assistant[1] == 0);
  mouths.listen(*b);
  mouths.turn();
  mouths.spread(*b);
  const double once = .03 * 2.5 * -.2;
  CHECK(b->r.hearsay_assistant[1] == Approx(once).margin(1e-7));
  CHECK(b->r.hearsay_assistant[0] == 0);
  CHECK(b->r.hearsay_assistant[2] == 0);
  CHECK(b->r.hearsay_assistant[3] == 0);
  CHECK(b->r.hearsay_human[1] == 0);
  mouths.spread(*b);  // what is said now counts from the next turn on
  CHECK(b->r.hearsay_assistant[1] == Approx(.95 * once + once).margin(1e-7));
}

TEST_CASE("a great loss of trust that counts much is still a loss", "[network]") {
  NetworkParameters loud = kNetwork;
  loud.bad_news = 20;  // times a loss of .5: more than a story can hold
  WordOfMouth mouths(loud, make_network({{0, 1}}, 4));
  const auto b = four();
  b->assistant.trust_good[0] = 1, b->assistant.trust_bad[0] = 9;
  mouths.listen(*b);
  mouths.turn();
  mouths.spread(*b);
  CHECK(b->r.hearsay_assistant[1] == Approx(.03 * -8).margin(1e-6));
  CHECK(b->r.stigma[1] == Approx(.2 + .02 * (0 - .2)).margin(1e-6));
}

TEST_CASE("each kind of agent has a reputation of its own, made by those who met it", "[network]") {
  WordOfMouth mouths(kNetwork, make_network({{0, 3}, {1, 3}, {2, 3}}, 4));
  const auto b = four();
  b->human.trust_good[1] = 7, b->human.trust_bad[1] = 3, b->human.contacts[1] = 2;  // gained .1
  b->human.trust_good[2] = 1, b->human.trust_bad[2] = 9, b->assistant.trust_good[2] = 1;  // has met nobody
  mouths.listen(*b);
  mouths.turn();
  mouths.spread(*b);
  CHECK(b->r.hearsay_human[3] == Approx(.03 * .1).margin(1e-7));
  CHECK(b->r.hearsay_assistant[3] == Approx(.03 * 2.5 * -.2).margin(1e-7));
}

TEST_CASE("the order in which people are looked at does not matter", "[network]") {
  const auto walk = [](bool backwards) {
    WordOfMouth mouths(kNetwork, make_network({{0, 1}, {1, 2}, {2, 3}, {0, 3}}, 4));
    auto b = four();
    const Swaps swaps{backwards ? 2 : 0, {0, 1}, {3, 2}};
    swap_lanes<double>(b->r, swaps);
    swap_lanes<double>(b->human, swaps);
    swap_lanes<double>(b->assistant, swaps);
    swap_lanes<std::uint32_t>(b->w, swaps);
    for (int week = 0; week < 5; ++week) {
      mouths.listen(*b);
      mouths.turn();
      mouths.spread(*b);
    }
    std::vector<double> by_id(12);
    for (int i = 0; i < 4; ++i) {
      by_id[b->w.id[i] * 3] = b->r.hearsay_assistant[i];
      by_id[b->w.id[i] * 3 + 1] = b->r.hearsay_human[i];
      by_id[b->w.id[i] * 3 + 2] = b->r.stigma[i];
    }
    return by_id;
  };
  CHECK(walk(false) == walk(true));
  CHECK(walk(false)[3] != 0);
}

TEST_CASE("a leak, a recovery and a dropout are told once", "[network]") {
  WordOfMouth mouths(kNetwork, make_network({{0, 1}}, 4));
  const auto b = four();
  b->assistant.trust_start[0] = .4;  // nothing to tell about trust
  b->r.stigma[0] = b->r.stigma[1] = .5;
  b->w.events[0] = kBreached;
  b->r.phq9_start[0] = 18, b->r.phq9[0] = 6;
  const auto week = [&] {
    mouths.listen(*b);
    mouths.turn();
    mouths.spread(*b);
  };
  week();
  CHECK(b->r.hearsay_assistant[1] == Approx(-.1));
  CHECK(b->r.stigma[1] == Approx(.49).margin(1e-7));
  b->r.stigma[0] = b->r.stigma[1] = .5;
  b->w.exit[0] = static_cast<std::uint32_t>(Exit::dropped);
  week();
  CHECK(b->r.hearsay_assistant[1] == Approx(-.095));
  CHECK(b->r.stigma[1] == Approx(.51).margin(1e-7));
  b->r.stigma[0] = b->r.stigma[1] = .5;
  week();
  CHECK(b->r.stigma[1] == Approx(.5).margin(1e-7));
}

TEST_CASE("a network alone leaves first courses as they are, and later meetings hear of earlier ones", "[network]") {
  const Rows plain = rows_of(experiment_of({restless()}, 300, 24));
  const Rows talking = rows_of(experiment_of({with_network(restless())}, 300, 24));
  int same_first = 0, differ_later = 0, met = 0;
  for (const auto& [where, weeks] : plain) {
    const auto& other = talking.at(where);
    same_first += weeks[1].of_assistant(&AgentColumns::trust_good) == other[1].of_assistant(&AgentColumns::trust_good);
    if (weeks.back().of_human(&AgentColumns::contacts) == 0) continue;
    ++met;
    const auto start = &AgentColumns::trust_start;
    differ_later += other.back().of_human(start) != weeks.back().of_human(start);
  }
  CHECK(same_first == 600);
  CHECK(met > 100);
  CHECK(differ_later > 20);  // most are stepped up at the same time, with nobody to tell them
  Scenario deaf = with_network(restless());
  deaf.parameters.network.hear = 0;
  deaf.parameters.network.breach = 0;
  const Rows unmoved = rows_of(experiment_of({deaf}, 300, 24));
  for (const auto& [where, weeks] : plain) {
    const auto& other = unmoved.at(where);
    CHECK(std::memcmp(weeks.back().human, other.back().human, sizeof weeks.back().human) == 0);
    CHECK(std::memcmp(weeks.back().assistant, other.back().assistant, sizeof weeks.back().assistant) == 0);
  }
}

TEST_CASE("an assistant that loses trust is sought less by those who hear of it", "[network]") {
  const auto sought = [](double bad_news) {
    Scenario s = with_network(with_service(arm_of({0, 1, true}), 0, 0, 1000));
    s.parameters.service.seek = -3;
    s.parameters.service.seek_hearsay = 20;
    s.parameters.network.bad_news = bad_news;
    s.parameters.network.hear = .3;
    s.parameters.assistant.contact_cost = 3;  // trust falls with every contact
    Experiment x = experiment_of({s}, 1000, 26);
    x.replicates = 1;
    std::int64_t admitted = 0;
    const RunReport report = run(x, factual_cells(x), {}, {});
    for (const ServiceWeek& week : report.services[0].weeks) admitted += week.admitted;
    return admitted;
  };
  CHECK(sought(2.5) < sought(0));  // same people, same chance
  CHECK(sought(0) > 600);
}
