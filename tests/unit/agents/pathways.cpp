// Model section S9: four pathways that need no empathy, one by one; expressive writing pays later.
#include "agents/practice.hpp"

#include "agents/writing.hpp"
#include "tests/unit/agents/care.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

Offer offer_of(std::initializer_list<int> pathways, Partner carrier = Partner::assistant, bool guided = false) {
  Offer offer;
  for (const int m : pathways) offer.offers[m] = true;
  offer.carrier = carrier;
  offer.guided = guided;
  return offer;
}
const Offer kAll = offer_of({mindfulness, expressive_writing, bias_modification, focusing});

void practise(const Parameters& p, const Offer& offer, Bench& bench, int week = 5) {
  baseline::passes.practise_offer(p, offer, kKey, week, bench.all(), *bench.block, *bench.scratch);
}

double compassion_term(const Parameters& p, const Bench& bench, const Offer& offer, int i) {
  if (offer.carrier == Partner::none) return 0;
  const AgentColumns& a = columns_of(offer.carrier, *bench.block);
  const AgentParameters& agent = offer.carrier == Partner::human ? p.human : p.assistant;
  return a.contacts[i] > 0 ? .6 * (a.compassion[i] - agent.reference[compassion]) : 0;
}

/// Whether client i practises each of the four slots, in the words of the document.
std::vector<bool> slots(const Parameters& p, const Bench& bench, const Offer& offer, int i, std::uint32_t week) {
  const ClientReals& r = bench.block->r;
  const double trust = offer.carrier == Partner::none ? .5 : columns_of(offer.carrier, *bench.block).trust_before[i];
  const double chance = sigma(-.2 + 1.6 * (trust - .5) + (offer.guided ? .8 : 0) + .8 * (r.motivation[i] - .556) -
                              .035 * r.weeks_in_care[i] + compassion_term(p, bench, offer, i));
  std::vector<bool> done;
  for (int slot = 0; slot < 4; ++slot)
    done.push_back(happens(word(bench.block->w.id[i], Purpose::practice, 0, slot, week), chance));
  return done;
}

double focus(const Bench& bench, const Offer& offer, int i) {
  const AgentColumns* a = offer.carrier == Partner::none ? nullptr : &columns_of(offer.carrier, *bench.block);
  const double asked = a && a->contacts[i] > 0 ? sigma(10 * (a->curiosity[i] - .45)) : .5;
  return (.5 + bench.block->r.insight[i]) * asked;
}

/// Gain of this week's practice, writing apart; and x of writing.
struct Week { double gain = 0, writing = 0; int practised = 0; };
Week expected(const Parameters& p, const Bench& bench, const Offer& offer, int i, std::uint32_t week) {
  std::vector<int> open;
  for (int m = 0; m < kPathways; ++m)
    if (offer.offers[m]) open.push_back(m);
  double count[kPathways] = {}, dealt[kPathways] = {};
  const auto done = slots(p, bench, offer, i, week);
  Week out;
  for (std::size_t slot = 0; slot < 4; ++slot) {
    dealt[open[slot % open.size()]] += 1;
    count[open[slot % open.size()]] += done[slot];
    out.practised += done[slot];
  }
  const ClientReals& r = bench.block->r;
  for (const int m : open) {
    const double x = dealt[m] > 0 ? count[m] / dealt[m] : 0;
    if (m == expressive_writing) out.writing = x;
    else out.gain += kWeekly * kShares[m] * x * (.7 + .3 * r.responsiveness[i]) * r.fit[m][i] *
                     (m == focusing ? focus(bench, offer, i) : 1);
  }
  return out;
}

double total_gain(const Bench& before, const Bench& after) {
  double sum = 0;
  for (int i = 0; i < before.block->size; ++i) sum += after.block->r.week_gain[i] - before.block->r.week_gain[i];
  return sum;
}

}  // namespace

TEST_CASE("each pathway's practice and gain follow the document", "[pathways]") {
  const Parameters p = full_care();
  for (const Partner carrier : {Partner::none, Partner::human, Partner::assistant})
    for (const Offer& offer : {offer_of({0, 1, 2, 3}, carrier, carrier == Partner::human), offer_of({0}, carrier),
                               offer_of({1}, carrier), offer_of({2, 3}, carrier), offer_of({0, 1, 3}, carrier, true)}) {
      Bench bench = cared(256);
      const Bench before(bench);
      practise(p, offer, bench);
      int wrong = 0;
      for (int i = 0; i < 256; ++i) {
        const Week week = expected(p, before, offer, i, 5);
        wrong += std::abs(bench.r().week_gain[i] - before.block->r.week_gain[i] - week.gain) > 1e-12;
        wrong += std::abs(baseline::written(bench.block->w.writing[i], 0) - week.writing) > 1e-15;
        wrong += bench.r().practised[i] != week.practised;
      }
      INFO("carrier " << static_cast<int>(carrier));
      CHECK(wrong == 0);
      CHECK(changed(before, bench).count("symptom") == 0);
    }
}

TEST_CASE("each pathway is open to what it should be, and to nothing else", "[pathways][feature]") {
  const Parameters p = full_care();
  const Bench start = cared(256);
  struct Case { int pathway; bool insight, curiosity; };
  for (const Case& c : {Case{mindfulness, false, false}, Case{expressive_writing, false, false},
                        Case{bias_modification, false, false}, Case{focusing, true, true}}) {
    const Offer offer = offer_of({c.pathway});
    Bench base(start), wiser(start), asked(start), fitter(start), kinder(start);
    for (int i = 0; i < 256; ++i) {
      wiser.r().insight[i] += .1;
      asked.block->assistant.curiosity[i] += .1;
      fitter.r().fit[c.pathway][i] += .5;
      kinder.block->assistant.compassion[i] += .3;
      kinder.block->assistant.contacts[i] += 1;
      base.block->assistant.contacts[i] = wiser.block->assistant.contacts[i] = asked.block->assistant.contacts[i] =
          fitter.block->assistant.contacts[i] = kinder.block->assistant.contacts[i];
    }
    const auto all_paid = [&](Bench& bench) {  // this week's practice, and writing's in the four that follow
      practise(p, offer, bench);
      for (int week = 0; week < 4; ++week) baseline::passes.pay_writing(p, bench.all(), *bench.block);
      return total_gain(start, bench);
    };
    const double gain = all_paid(base);
    INFO("pathway " << c.pathway);
    CHECK(gain > 0);
    CHECK((all_paid(wiser) > gain) == c.insight);
    CHECK((all_paid(asked) > gain) == c.curiosity);
    CHECK(all_paid(fitter) > gain);
    CHECK(all_paid(kinder) > gain);  // compassion fits tasks: more is practised
    for (int i = 0; i < 256; ++i) CHECK(kinder.r().practised[i] >= base.r().practised[i]);  // slot by slot
  }
}

TEST_CASE("compassion and curiosity count from the first contact with the carrier on", "[pathways][feature]") {
  const Parameters p = full_care();
  Bench start = cared(256);
  for (int i = 0; i < 256; ++i) start.block->assistant.contacts[i] = 0;
  Bench base(start), other(start);
  for (int i = 0; i < 256; ++i) other.block->assistant.compassion[i] = other.block->assistant.curiosity[i] = 1;
  practise(p, kAll, base);
  practise(p, kAll, other);
  CHECK(changed(base, other) == Names{"assistant.compassion", "assistant.curiosity"});
  Parameters rival = p;
  rival.rival.contact_only = true;  // there neither ever counts
  Bench one = cared(256), two(one);
  for (int i = 0; i < 256; ++i) two.block->assistant.compassion[i] = two.block->assistant.curiosity[i] = 1;
  practise(rival, kAll, one);
  practise(rival, kAll, two);
  CHECK(changed(one, two) == Names{"assistant.compassion", "assistant.curiosity"});
}

TEST_CASE("a pathway without a share brings nothing, and one alone brings its share of full practice", "[pathways]") {
  Parameters p = full_care();
  p.practice.intercept = 50;  // every slot
  for (int m = 0; m < kPathways; ++m) {
    Bench bench = newcomers(0, [](ClientBlock& b, int i) { b.r.insight[i] = .2; });
    practise(p, offer_of({m}, Partner::none), bench);
    for (int week = 0; week < 4; ++week) baseline::passes.pay_writing(p, bench.all(), *bench.block);
    for (int i = 0; i < kBlock; ++i)
      CHECK(bench.r().week_gain[i] == near(kWeekly * kShares[m] * (m == focusing ? .7 * .5 : 1)));
  }
  p.practice.share[bias_modification] = 0;
  Bench none = newcomers(0);
  practise(p, offer_of({bias_modification}), none);
  for (int i = 0; i < kBlock; ++i) CHECK((none.r().week_gain[i] == 0 && none.r().practised[i] == 4));
}

TEST_CASE("writing pays exactly its sum, in four equal parts in the weeks that follow, also after care",
          "[pathways][writing]") {
  const Parameters p = full_care();
  Bench bench = cared(256);
  const Offer writing = offer_of({expressive_writing});
  std::vector<double> owed(256), paid(256);
  std::vector<std::vector<double>> parts(256, std::vector<double>(12));
  for (int week = 1; week <= 12; ++week) {
    for (int i = 0; i < 256; ++i) bench.r().week_gain[i] = 0;
    baseline::passes.pay_writing(p, bench.all(), *bench.block);
    for (std::size_t i = 0; i < 256; ++i) {
      parts[i][static_cast<std::size_t>(week - 1)] = bench.r().week_gain[i];
      paid[i] += bench.r().week_gain[i];
    }
    if (week > 6) continue;  // care has ended
    practise(p, writing, bench, week);
    for (std::size_t i = 0; i < 256; ++i)
      owed[i] += kWeekly * .15 * bench.r().practised[i] / 4 * (.7 + .3 * bench.r().responsiveness[i]) *
                 bench.r().fit[expressive_writing][i];
  }
  double all = 0;
  for (std::size_t i = 0; i < 256; ++i) {
    CHECK(paid[i] == Approx(owed[i]).epsilon(1e-12).margin(1e-14));
    CHECK((parts[i][0] == 0 && parts[i][10] == 0 && parts[i][11] == 0));
    CHECK(bench.block->w.writing[i] == 0);
    all += owed[i];
  }
  CHECK(all > 10);
  Bench one = newcomers(0, [](ClientBlock& b, int i) { b.w.writing[i] = baseline::written_week(3, 4); });
  for (int week = 1; week <= 5; ++week) {
    baseline::passes.pay_writing(p, one.all(), *one.block);
    CHECK(one.r().week_gain[9] == near(kWeekly * .15 * .75 / 4 * std::min(week, 4)));
  }
}

TEST_CASE("a week of writing raises symptoms for one week by .3 of its share, and nothing else",
          "[pathways][writing]") {
  const Parameters p = full_care();
  Parameters off = p;
  off.course.writing_cost = 0;
  for (const int practised : {0, 1, 2, 4}) {
    Bench with = newcomers(0, [&](ClientBlock& b, int i) {
      b.r.episode[i] = b.r.baseline[i] = b.r.symptom[i] = 13;  // far from both ends of the scale
      b.w.writing[i] = baseline::written_week(practised, 2);
    });
    Bench without(with);
    for (Bench* bench : {&with, &without})
      baseline::passes.natural_course((bench == &with ? p : off).course, p.monitoring, kKey, 3, bench->all(), 0, false,
                                      *bench->block, *bench->scratch);
    for (int i = 0; i < kBlock; ++i)
      CHECK(with.r().symptom[i] - without.r().symptom[i] == Approx(.3 * std::min(1.0, practised / 2.0)).margin(1e-12));
    baseline::passes.pay_writing(p, with.all(), *with.block);  // a week later
    CHECK(baseline::written(with.block->w.writing[0], 0) == 0);
    CHECK(baseline::written(with.block->w.writing[0], 1) == practised / 2.0);
    baseline::passes.pay_writing(off, without.all(), *without.block);
    for (Bench* bench : {&with, &without})
      baseline::passes.natural_course((bench == &with ? p : off).course, p.monitoring, kKey, 4, bench->all(), 0, false,
                                      *bench->block, *bench->scratch);
    for (int i = 0; i < kBlock; ++i)  // and nothing is left of it
      CHECK(with.r().symptom[i] - without.r().symptom[i] == Approx(0).margin(1e-12));
  }
}

TEST_CASE("pathways depend on no neighbour and on no instruction set", "[pathways]") {
  const Parameters q = full_care();
  for (const bool planned : {false, true}) {
    Offer offer = kAll;
    offer.planned = planned;
    check_lanes_and_sets(cared(200), [&](const Passes& p, Lanes lanes, ClientBlock& b, Scratch& s) {
      for (int i = lanes.begin; i < lanes.begin + lanes.count; ++i) b.w.writing[i] = 0x42414243u >> (b.w.id[i] % 24);
      p.pay_writing(q, lanes, b);
      p.practise_offer(q, offer, kKey, 6, lanes, b, s);
      p.natural_course(q.course, q.monitoring, kKey, 7, lanes, 0, false, b, s);
    });
  }
}
