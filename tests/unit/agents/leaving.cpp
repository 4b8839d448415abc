// Model section S10: leaving, planned ends, missed contacts.
#include "agents/leaving.hpp"

#include "tests/unit/agents/care.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

double trust_now(const AgentColumns& a, int i) { return a.trust_good[i] / (a.trust_good[i] + a.trust_bad[i]); }

const LeavingContext kHuman{true, false, true, false, false}, kAssistant{false, true, false, false, false},
    kHybrid{true, true, true, false, false}, kSeldom{true, true, false, false, false},
    kLeaflet{false, false, false, false, false}, kUsual{false, false, false, true, false};

/// The logit in the words of the document; `format` is b_AI or b_g where they apply.
double expected_logit(const Bench& bench, int i, double trust, double format, bool feedback) {
  const ClientReals& r = bench.block->r;
  return -4.07 + std::exp(-(r.weeks_in_care[i] - 1) / 3) + 1.06 * (.6 - trust) + .30 * r.week_unrepaired[i] +
         .14 * (r.phq9[i] - r.phq9_start[i]) + format - (feedback && r.off_track[i] == 1 ? .22 : 0);
}

std::vector<double> logits(const Parameters& p, const LeavingContext& context, Bench& bench) {
  baseline::passes.hazard(p, context, bench.all(), *bench.block, *bench.scratch);
  return {bench.scratch->logit, bench.scratch->logit + bench.block->size};
}

}  // namespace

TEST_CASE("the hazard follows the document in every kind of step", "[leaving]") {
  const Parameters p = default_parameters();
  Bench bench = people();
  for (const bool feedback : {false, true})
    for (LeavingContext context : {kHuman, kAssistant, kHybrid, kSeldom}) {
      context.feedback = feedback;
      const auto found = logits(p, context, bench);
      const double format = !context.human ? .21 : context.assistant && context.often_human ? -.36 : 0;
      for (int i = 0; i < bench.block->size; ++i) {
        const double human = trust_now(bench.block->human, i), assistant = trust_now(bench.block->assistant, i);
        const double trust = !context.assistant ? human : !context.human ? assistant : .7 * human + .3 * assistant;
        CHECK(found[static_cast<std::size_t>(i)] == near(expected_logit(bench, i, trust, format, feedback)));
      }
    }
  const auto leaflet = logits(p, kLeaflet, bench), usual = logits(p, kUsual, bench);
  for (int i = 0; i < bench.block->size; ++i) {
    CHECK(leaflet[static_cast<std::size_t>(i)] == near(expected_logit(bench, i, .6, 0, false)));  // nobody to trust
    CHECK(usual[static_cast<std::size_t>(i)] == -4.07);                                           // b0 alone
  }
}

TEST_CASE("distrust, failures and worsening drive clients out; feedback holds them off track alone", "[leaving]") {
  Parameters p = default_parameters();
  CHECK(rc::check("directions", [&] {
    p.leaving.trust = any(.01, 5);
    p.leaving.unrepaired = any(.01, 2);
    p.leaving.worsening = any(.01, 1);
    LeavingContext context = *rc::gen::element(kHuman, kAssistant, kHybrid);
    Bench base = people(1, static_cast<unsigned>(whole(1, 500)));
    const double before = logits(p, context, base)[0];
    Bench wary(base), hurt(base), worse(base), later(base), held(base);
    (context.human ? wary.block->human : wary.block->assistant).trust_bad[0] += .5;
    hurt.r().week_unrepaired[0] += 1;
    worse.r().phq9[0] += 1;
    later.r().weeks_in_care[0] += 1;
    RC_ASSERT(logits(p, context, wary)[0] > before && logits(p, context, hurt)[0] > before);
    RC_ASSERT(logits(p, context, worse)[0] > before && logits(p, context, later)[0] < before);
    context.feedback = true;
    const double fed = logits(p, context, held)[0];
    RC_ASSERT((held.r().off_track[0] == 1 ? fed < before : fed == before));
  }));
}

TEST_CASE("dropout is drawn first; planned ends come from those who stay, are well and better", "[leaving]") {
  Parameters p = default_parameters();
  p.leaving.intercept = -1;  // many leave
  int ended = 0, dropped = 0;
  for (std::uint32_t week = 1; week < 20; ++week) {
    Bench bench = people(256, week);
    baseline::passes.leave(p, kHuman, kKey, static_cast<int>(week), bench.all(), *bench.block, *bench.scratch);
    int wrong = 0;
    for (int i = 0; i < 256; ++i) {
      const std::uint32_t id = bench.block->w.id[i];
      const ClientReals& r = bench.block->r;
      const double logit = expected_logit(bench, i, trust_now(bench.block->human, i), 0, false) + 4.07 - 1;
      const bool drops = happens(word(id, Purpose::leaving, 0, 0, week), sigma(logit));
      const bool well = r.phq9[i] <= 9 && r.phq9_start[i] - r.phq9[i] >= 5;
      const bool ends = !drops && well && happens(word(id, Purpose::leaving, 0, 1, week), .14);
      const Exit exit = drops ? Exit::dropped : ends ? Exit::ended_early : Exit::none;
      wrong += bench.scratch->right[i] != static_cast<std::uint32_t>(exit);
      ended += ends;
      dropped += drops;
    }
    CHECK(wrong == 0);
  }
  CHECK((ended > 50 && dropped > 500));
}

TEST_CASE("usual care has no planned end", "[leaving]") {
  Parameters p = default_parameters();
  p.leaving.ending = 1;
  Bench bench = people(256);
  baseline::passes.leave(p, kUsual, kKey, 2, bench.all(), *bench.block, *bench.scratch);
  for (int i = 0; i < 256; ++i) CHECK(bench.scratch->right[i] != static_cast<std::uint32_t>(Exit::ended_early));
}

TEST_CASE("a higher hazard loses everybody whom a lower one loses", "[leaving]") {
  Parameters p = default_parameters();
  CHECK(rc::check("coupling", [&] {
    p.leaving.intercept = any(-6, 1);
    Bench low = people(64, static_cast<unsigned>(whole(1, 99))), high(low);
    const int week = whole(1, 100);
    baseline::passes.leave(p, kHuman, kKey, week, low.all(), *low.block, *low.scratch);
    p.leaving.intercept += any(0, 2);
    baseline::passes.leave(p, kHuman, kKey, week, high.all(), *high.block, *high.scratch);
    for (int i = 0; i < 64; ++i) RC_ASSERT(low.scratch->right[i] != 3 || high.scratch->right[i] == 3);
  }));
}

TEST_CASE("attendance: who misses is drawn by client, counted, and moved behind those who come",
          "[leaving][attendance]") {
  for (const double missed : {0.0, .1, .5, 1.0})
    for (const Lanes lanes : {Lanes{0, 200}, Lanes{13, 70}, Lanes{199, 1}}) {
      Bench bench = people(200);
      const Bench before(bench);
      const int present = baseline::passes.attend(missed, Partner::assistant, kKey, 4u << 3, lanes, *bench.block,
                                                  *bench.scratch);
      int expected = 0, wrong = 0;
      std::map<std::uint32_t, int> old;
      for (int i = 0; i < 200; ++i) old[before.block->w.id[i]] = i;
      for (int i = 0; i < 200; ++i) {
        const std::uint32_t id = bench.block->w.id[i];
        const bool due = i >= lanes.begin && i < lanes.begin + lanes.count;
        const bool misses = due && happens(word(id, Purpose::attendance, 0, 0, 4, Partner::assistant), missed);
        expected += due && !misses;
        wrong += due && misses != (i >= lanes.begin + present);
        wrong += bench.block->assistant.missed[i] != (misses ? 1 : 0) || bench.block->human.missed[i] != 0;
        wrong += bench.r().symptom[i] != before.block->r.symptom[old[id]];  // whole clients move, not single columns
        wrong += bench.block->human.alliance[i] != before.block->human.alliance[old[id]];
      }
      INFO("missed " << missed << ", lanes from " << lanes.begin << ", " << lanes.count);
      CHECK(wrong == 0);
      if (missed < 1) CHECK(present == expected);
    }
}

TEST_CASE("leaving and attendance depend on no neighbour and on no instruction set", "[leaving][attendance]") {
  Parameters parameters = default_parameters();
  parameters.leaving.intercept = -1;
  for (const LeavingContext& context : {kHuman, kHybrid, kUsual})
    check_lanes_and_sets(people(200), [&](const Passes& p, Lanes lanes, ClientBlock& b, Scratch& s) {
      p.leave(parameters, context, kKey, 6, lanes, b, s);
    });
  check_lanes_and_sets(people(200), [&](const Passes& p, Lanes lanes, ClientBlock& b, Scratch& s) {
    p.attend(.3, Partner::human, kKey, 6u << 3, lanes, b, s);
  });
}

TEST_CASE("weeks waited, privacy where care is not transparent, and failures per turn enter the logit",
          "[leaving][feature]") {
  const Parameters p = full_care();
  Bench bench = cared(256);
  for (const LeavingContext& context : {kHuman, kAssistant, kHybrid}) {
    const auto found = logits(p, context, bench);
    Parameters core = p;
    core.leaving.per_turn = false;
    core.leaving.waited = core.leaving.privacy = 0;
    const auto plain = logits(core, context, bench);
    for (int i = 0; i < 256; ++i) {
      const ClientReals& r = bench.block->r;
      const double failed = r.week_turns[i] > 0 ? 8 * r.week_unrepaired[i] / r.week_turns[i] : 0;
      const double more = .30 * (failed - r.week_unrepaired[i]) + .02 * std::min(r.weeks_waited[i], 26.0) +
                          (context.assistant ? .3 * r.privacy[i] * (1 - .8) : 0);
      CHECK(found[static_cast<std::size_t>(i)] == near(plain[static_cast<std::size_t>(i)] + more));
    }
  }
  const auto usual = logits(p, kUsual, bench);
  for (int i = 0; i < 256; ++i) CHECK(usual[static_cast<std::size_t>(i)] == -4.07);
}

TEST_CASE("who felt unheard this week, and who met a human before an assistant alone, enter the logit",
          "[leaving][feature]") {
  Parameters p = full_care();
  const Parameters plain = p;
  p.leaving.unheard = .7;
  p.leaving.heard_reference = 3;
  p.leaving.met_human = -1.02;
  Bench bench = cared(256);
  ClientBlock& b = *bench.block;
  for (int i = 0; i < 256; ++i) {  // all pairs of ratings, met or not
    b.human.felt_heard[i] = i % 6, b.assistant.felt_heard[i] = i / 6 % 6;
    b.human.met[i] = i % 2, b.assistant.met[i] = i / 2 % 2;
    b.human.contacts[i] = b.human.met[i] + (i % 3 == 0 ? 1 : 0);
  }
  for (const LeavingContext& context : {kHuman, kAssistant, kHybrid}) {
    const auto found = logits(p, context, bench), without = logits(plain, context, bench);
    for (int i = 0; i < 256; ++i) {
      double worst = 5;
      if (b.human.met[i] > 0) worst = std::min(worst, b.human.felt_heard[i]);
      if (b.assistant.met[i] > 0) worst = std::min(worst, b.assistant.felt_heard[i]);
      const bool before = !context.human && b.human.contacts[i] > 0;
      const double more = .7 * std::max(0.0, 3 - worst) - (before ? 1.02 : 0);
      CHECK(found[static_cast<std::size_t>(i)] == near(without[static_cast<std::size_t>(i)] + more));
    }
  }
}

TEST_CASE("transparency, consent and short retention each ease concern, in those who are concerned alone",
          "[leaving][feature]") {
  const Parameters usual = full_care();
  Parameters open = usual, asked = usual, brief = usual;
  open.privacy.transparency = 1;
  asked.privacy.consent = 1;
  brief.privacy.retention = 0;
  Bench bench = cared(256);
  for (int i = 0; i < 256; i += 2) bench.r().privacy[i] = 0;
  const auto base = logits(usual, kAssistant, bench), transparent = logits(open, kAssistant, bench);
  const auto consenting = logits(asked, kAssistant, bench), retained = logits(brief, kAssistant, bench);
  for (std::size_t i = 0; i < 256; ++i) {
    const double effect = .3 * bench.r().privacy[i] * .2;
    CHECK(base[i] - transparent[i] == Approx(effect).margin(1e-12));
    CHECK(base[i] - consenting[i] == Approx(.5 * effect).margin(1e-12));
    CHECK(base[i] - retained[i] == Approx(.5 * effect).margin(1e-12));
    if (i % 2 == 0) CHECK((base[i] == transparent[i] && base[i] == consenting[i] && base[i] == retained[i]));
  }
  CHECK(logits(usual, kHuman, bench) == logits(open, kHuman, bench));  // nothing to hide without an assistant
}

TEST_CASE("use: who does not make use of what is offered is drawn apart from who misses, and moved behind the others",
          "[leaving][attendance]") {
  for (const double used : {1.0, .9, .3, 0.0})
    for (const Lanes lanes : {Lanes{0, 200}, Lanes{13, 70}}) {
      Bench bench = people(200);
      const Bench before(bench);
      const int present = baseline::passes.make_use(used, Partner::assistant, kKey, 4u << 3, lanes, *bench.block,
                                                    *bench.scratch);
      int expected = 0, wrong = 0;
      for (int i = lanes.begin; i < lanes.begin + lanes.count; ++i) {
        const bool uses =
            used >= 1 || happens(word(bench.block->w.id[i], Purpose::attendance, 0, 1, 4, Partner::assistant), used);
        expected += uses;
        wrong += uses != (i < lanes.begin + present);
        wrong += bench.block->assistant.missed[i] != before.block->assistant.missed[i];  // use is no missed contact
      }
      CHECK(wrong == 0);
      CHECK(present == expected);
    }
}

TEST_CASE("leaving in full depends on no neighbour and on no instruction set", "[leaving]") {
  Parameters q = full_care();
  q.leaving.intercept = -1;
  check_lanes_and_sets(cared(200), [&](const Passes& p, Lanes lanes, ClientBlock& b, Scratch& s) {
    p.leave(q, kHybrid, kKey, 6, lanes, b, s);
  });
  check_lanes_and_sets(cared(200), [&](const Passes& p, Lanes lanes, ClientBlock& b, Scratch& s) {
    p.make_use(.6, Partner::assistant, kKey, 6u << 3, lanes, b, s);
  });
}
