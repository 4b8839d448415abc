// Model sections S0 and S1: the natural course, its measurement, accumulated gain, usual care, waiting.
#include "agents/course.hpp"

#include "tests/unit/agents/care.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

constexpr std::uint32_t kWeekNow = 6;

void walk(const Parameters& p, Bench& bench, double shift = 0, bool frozen = false) {
  baseline::passes.natural_course(p.course, p.monitoring, kKey, kWeekNow, bench.all(), shift, frozen, *bench.block,
                                  *bench.scratch);
}

double noise(const Bench& bench, int i, int which) {
  return normal_of(word(bench.block->w.id[i], Purpose::course, 0, which, kWeekNow));
}

void gain(const Parameters& p, Bench& bench, bool feedback = false) {
  baseline::passes.accumulate_gain(p.course, p.monitoring, bench.all(), feedback, *bench.block);
}

}  // namespace

TEST_CASE("episode, symptom and measurement follow the document, in this order", "[course]") {
  Parameters p = default_parameters();
  for (const double b_a : {0.0, 4.0})
    for (const double shift : {0.0, .7}) {
      p.course.alliance_effect = b_a;
      Bench bench = people(256);
      const Bench before(bench);
      walk(p, bench, shift);
      for (int i = 0; i < 256; ++i) {
        const ClientReals &old = before.block->r, &now = bench.block->r;
        const double pulled = old.episode[i] + .0215 * (old.baseline[i] - old.episode[i]);
        const double m = clamp(pulled + 1.20 * noise(bench, i, 0), 0, 27);
        const double h = before.block->human.alliance[i] - before.block->human.alliance_mean[i];
        const double a = before.block->assistant.alliance[i] - before.block->assistant.alliance_mean[i];
        const double lift = std::abs(h) >= std::abs(a) ? h : a;
        const double attractor = std::max(0.0, m - old.gain[i]) + shift;
        const double drawn = old.symptom[i] - .30 * (old.symptom[i] - attractor) + 1.4 * noise(bench, i, 1);
        const double x = clamp(drawn - b_a * lift, 0, 27);
        const double y = std::round(clamp(x + 1.5 * noise(bench, i, 2), 0, 27));
        CHECK(now.episode[i] == near(m));
        CHECK(now.symptom[i] == near(x));
        CHECK(now.phq9[i] == y);
        CHECK(now.off_track[i] == (y > old.phq9_start[i] - .225 * std::min(old.weeks_in_care[i], 12.0) ? 1 : 0));
      }
    }
}

TEST_CASE("the noise-only twin keeps its episode", "[course]") {
  Bench bench = people();
  const Bench before(bench);
  walk(default_parameters(), bench, 0, true);
  for (int i = 0; i < bench.block->size; ++i) CHECK(bench.r().episode[i] == before.block->r.episode[i]);
}

TEST_CASE("the course stays on the scale, and care, alliance and waiting shift it their way", "[course]") {
  Parameters p = default_parameters();
  CHECK(rc::check("bounds, directions", [&] {
    p.course.episode_return = any(0, 1);
    p.course.episode_sd = any(0, 10);
    p.course.symptom_return = any(.01, 1);
    p.course.symptom_sd = any(0, 10);
    p.course.measurement_sd = any(0, 10);
    p.course.alliance_effect = any(0, 8);
    Bench base = people(32, static_cast<unsigned>(whole(1, 500)));
    Bench better(base), liked(base), waiting(base);
    for (int i = 0; i < 32; ++i) {
      better.r().gain[i] += any(0, 5);
      liked.block->human.alliance[i] = 1.2;
      liked.block->human.alliance_mean[i] = 0;
    }
    walk(p, base);
    walk(p, better);
    walk(p, liked);
    walk(p, waiting, any(0, 3));
    for (int i = 0; i < 32; ++i) {
      const ClientReals& r = base.r();
      RC_ASSERT(r.episode[i] >= 0 && r.episode[i] <= 27 && r.symptom[i] >= 0 && r.symptom[i] <= 27);
      RC_ASSERT(r.phq9[i] >= 0 && r.phq9[i] <= 27 && r.phq9[i] == std::floor(r.phq9[i]));
      RC_ASSERT(better.r().symptom[i] <= r.symptom[i] && better.r().episode[i] == r.episode[i]);
      RC_ASSERT(liked.r().symptom[i] <= r.symptom[i] && waiting.r().symptom[i] >= r.symptom[i]);
    }
  }));
}

TEST_CASE("waiting shifts by nu_w (1 - exp(-t / 4))", "[course]") {
  CourseParameters p = default_parameters().course;
  CHECK(baseline::passes.waiting_shift(p, 12) == 0);  // nu_w is 0 in the core
  p.waiting_shift = .4;
  for (const int week : {1, 4, 12, 52})
    CHECK(baseline::passes.waiting_shift(p, week) == near(.4 * (1 - std::exp(-week / 4.0))));
}

TEST_CASE("accumulated gain follows the document", "[course][gain]") {
  const Parameters p = default_parameters();
  for (const bool feedback : {false, true}) {
    Bench bench = people(256);
    const Bench before(bench);
    gain(p, bench, feedback);
    for (int i = 0; i < 256; ++i) {
      const ClientReals& r = before.block->r;
      const double boost = feedback && r.off_track[i] == 1 ? 1.86 : 1;
      const double open = clamp(1 - r.gain[i] / r.gain_cap[i], 0, 1);
      const double g = .994 * r.gain[i] + (r.week_gain[i] * boost + r.week_jump[i]) * open - .06 * r.week_harm[i];
      CHECK(bench.r().gain[i] == near(clamp(g, -6, r.gain_cap[i])));
    }
  }
}

TEST_CASE("without saturation gains add up until they reach the cap", "[course][gain]") {
  Parameters p = default_parameters();
  p.course.saturation = 0;
  Bench bench = people(256, 7);
  for (int i = 0; i < 256; ++i) bench.r().week_gain[i] = .1 * i, bench.r().week_harm[i] = 0;
  const Bench before(bench);
  gain(p, bench);
  int capped = 0;
  for (int i = 0; i < 256; ++i) {
    const ClientReals& r = before.block->r;
    const double g = .994 * r.gain[i] + r.week_gain[i] + r.week_jump[i];
    CHECK(bench.r().gain[i] == near(clamp(g, -6, r.gain_cap[i])));
    capped += g > r.gain_cap[i];
  }
  CHECK((capped > 20 && capped < 236));
}

TEST_CASE("gain is bounded and saturates; harm and decay lower it; feedback helps off track alone", "[course][gain]") {
  Parameters p = default_parameters();
  CHECK(rc::check("bounds, directions", [&] {
    p.course.harm = any(.01, 2);
    p.course.gain_decay = any(0, 1);
    p.monitoring.gain_boost = any(.01, 5);
    Bench base = people(32, static_cast<unsigned>(whole(1, 500)));
    Bench more(base), harmed(base), fed(base);
    for (int i = 0; i < 32; ++i) more.r().week_gain[i] += any(0, 3), harmed.r().week_harm[i] += whole(0, 8);
    const Bench before(base);
    gain(p, base);
    gain(p, more);
    gain(p, harmed);
    gain(p, fed, true);
    for (int i = 0; i < 32; ++i) {
      const double g = base.r().gain[i];
      RC_ASSERT(g >= -6 && g <= base.r().gain_cap[i]);
      RC_ASSERT(more.r().gain[i] >= g && harmed.r().gain[i] <= g);
      RC_ASSERT((base.r().off_track[i] == 1 ? fed.r().gain[i] >= g : fed.r().gain[i] == g));
    }
  }));
}

TEST_CASE("without care gain fades by .6 % a week", "[course][gain]") {
  const Parameters p = default_parameters();
  Bench bench = people();
  const Bench before(bench);
  for (int week = 0; week < 10; ++week) {
    for (int i = 0; i < bench.block->size; ++i)
      bench.r().week_gain[i] = bench.r().week_jump[i] = bench.r().week_harm[i] = 0;
    gain(p, bench);
  }
  for (int i = 0; i < bench.block->size; ++i)
    CHECK(bench.r().gain[i] == near(std::pow(.994, 10) * before.block->r.gain[i]));
}

TEST_CASE("usual care gains .25 rho a week and nothing else", "[course][usual_care]") {
  const Parameters p = default_parameters();
  Bench bench = people();
  const Bench before(bench);
  baseline::passes.usual_care(p.course, bench.all(), *bench.block);
  for (int i = 0; i < bench.block->size; ++i) {
    CHECK(bench.r().week_gain[i] == near(before.block->r.week_gain[i] + .25 * bench.r().responsiveness[i]));
    CHECK(bench.block->human.trust_good[i] == before.block->human.trust_good[i]);
  }
}

TEST_CASE("course, gain and usual care depend on no neighbour and on no instruction set", "[course]") {
  Parameters q = default_parameters();
  q.course.alliance_effect = 4;
  check_lanes_and_sets(people(200), [&](const Passes& p, Lanes lanes, ClientBlock& b, Scratch& s) {
    p.natural_course(q.course, q.monitoring, kKey, 6, lanes, .3, false, b, s);
    p.usual_care(q.course, lanes, b);
    p.accumulate_gain(q.course, q.monitoring, lanes, true, b);
  });
}

TEST_CASE("gains last longer the more autonomy support was met: closed form, and nothing without the coefficient",
          "[course][gain][feature]") {
  const Parameters p = full_care();
  Parameters core = p;
  core.course.autonomy_decay = 0;
  const auto after_year = [](const Parameters& q, double autonomy) {
    Bench bench = newcomers(0, [&](ClientBlock& b, int i) {
      b.r.gain[i] = 4;
      b.r.gain_cap[i] = 9;
      b.r.autonomy[i] = autonomy;
    });
    for (int week = 0; week < 52; ++week) gain(q, bench);
    return bench.r().gain[11];
  };
  for (const double autonomy : {.3, .6, .8}) {
    const double decay = .006 * (1.6 - 1.2 * autonomy) / .88;  // as the document writes it
    CHECK(after_year(p, autonomy) == Approx(4 * std::pow(1 - decay, 52)).epsilon(1e-10));
    CHECK(after_year(core, autonomy) == after_year(core, .6));
  }
  CHECK((after_year(p, .8) > after_year(p, .6) && after_year(p, .6) == near(after_year(core, .1))));
}

TEST_CASE("harm is counted in softened turns", "[course][gain][feature]") {
  const Parameters p = full_care();
  Bench bench = newcomers(0, [](ClientBlock& b, int i) { b.r.gain_cap[i] = 9, b.r.week_harm[i] = 2.5; });
  for (int i = 0; i < 256; ++i) bench.r().week_unrepaired[i] = 4;
  gain(p, bench);
  for (int i = 0; i < 256; ++i) CHECK(bench.r().gain[i] == near(-.06 * 2.5));
}
