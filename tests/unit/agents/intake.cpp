// Model sections 2 and 2.1: who enters, and with what.
#include "agents/intake.hpp"

#include "tests/unit/agents/recipes.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

constexpr std::uint32_t kFirst = 5000;

Bench entered(const Parameters& parameters, int size, std::uint32_t first = kFirst,
              const Passes& passes = baseline::passes) {
  static const Team team;
  Bench bench;
  passes.enter(parameters, view(team.table), kKey, first, size, 3, *bench.block, *bench.scratch);
  return bench;
}

Parameters service() {
  Parameters parameters = default_parameters();
  for (const Preset& preset : service_intake()) set_value(*find_field(preset.path), parameters, preset.value);
  return parameters;
}

struct Entry {
  double episode = 0, symptom = 0, phq9 = 0;
};

/// One attempt of the trial intake, in the words of the document.
Entry attempt(std::uint32_t id, std::uint32_t block, double mean, double sd) {
  Entry e;
  e.episode = mean + sd * normal_of(word(id, Purpose::intake, block, 0, 0));
  const double spread = std::sqrt(1.4 * 1.4 / (1 - .7 * .7));
  e.symptom = clamp(e.episode + spread * normal_of(word(id, Purpose::intake, block, 1, 0)), 0, 27);
  e.phq9 = std::round(clamp(e.symptom + 1.5 * normal_of(word(id, Purpose::intake, block, 2, 0)), 0, 27));
  return e;
}

Entry trial_entry(std::uint32_t id) {
  Entry e;
  for (std::uint32_t block = 0; block < 60; ++block) {
    e = attempt(id, block, 14.0, 4.2);
    if (e.episode > 3 && e.episode < 26 && e.phq9 >= 10) break;
  }
  return e;
}

/// P(Beta(5, 4) < x) = P(Binomial(8, x) >= 5).
double beta_5_4(double x) {
  const double choose[] = {1, 8, 28, 56, 70, 56, 28, 8, 1};
  double sum = 0;
  for (int j = 5; j <= 8; ++j) sum += choose[j] * std::pow(x, j) * std::pow(1 - x, 8 - j);
  return sum;
}

}  // namespace

TEST_CASE("a trial redraws until the entry rule holds; symptom and measurement follow the episode", "[intake]") {
  const Bench bench = entered(default_parameters(), 256);
  int redrawn = 0;
  for (int i = 0; i < 256; ++i) {
    const Entry e = trial_entry(bench.block->w.id[i]);
    const ClientReals& r = bench.block->r;
    CHECK(r.episode[i] == near(e.episode));
    CHECK(r.symptom[i] == near(e.symptom));
    CHECK(r.phq9[i] == e.phq9);
    CHECK(r.phq9_start[i] == e.phq9);
    redrawn += attempt(bench.block->w.id[i], 0, 14.0, 4.2).phq9 != e.phq9;
    CHECK((r.episode[i] > 3 && r.episode[i] < 26 && r.phq9[i] >= 10));
    CHECK((r.gain[i] == 0 && r.weeks_in_care[i] == 0 && bench.block->w.step[i] == 3 && bench.block->w.exit[i] == 0));
  }
  CHECK(redrawn > 10);  // about one in eight has to be drawn again: the rule was at work
}

TEST_CASE("a service takes everybody, clipped to the scale", "[intake]") {
  const Bench bench = entered(service(), 256);
  int below_cut = 0;
  for (int i = 0; i < 256; ++i) {
    const Entry e = attempt(bench.block->w.id[i], 0, 15.4, 4.9);
    CHECK(bench.block->r.episode[i] == near(clamp(e.episode, 0, 27)));
    below_cut += bench.block->r.phq9[i] < 10;
  }
  CHECK(below_cut > 10);
}

TEST_CASE("traits follow the document", "[intake]") {
  const Bench bench = entered(default_parameters(), 256);
  const ClientReals& r = bench.block->r;
  for (int i = 0; i < 256; ++i) {
    const std::uint32_t id = bench.block->w.id[i];
    const auto z = [&](std::uint32_t block, int which) {
      return normal_of(word(id, Purpose::traits, block, which, 0));
    };
    const double good = std::max(1.0, 6.5 + .8 * z(1, 0));
    const double z_m = (r.episode[i] - 14) / 4.2, rho = z(0, 1);
    // .866 in the document is sqrt(1 - .5^2)
    CHECK(r.baseline[i] == near(clamp(6.63 + 3.5 * (.5 * z_m + std::sqrt(.75) * z(0, 0)), 0, 22)));
    CHECK(r.gain_cap[i] == near(.61 * r.episode[i]));
    CHECK(r.responsiveness[i] == near(std::exp(.69 * rho - .69 * .69 / 2)));
    CHECK(r.halo[i] == near(.11 * (.45 * rho + std::sqrt(1 - .45 * .45) * z(0, 2))));
    CHECK(beta_5_4(r.motivation[i]) == near(uniform_of(word(id, Purpose::traits, 0, 3, 0))));
    CHECK(bench.block->human.trust_start[i] == near(good / (good + 3.5)));
    CHECK(bench.block->assistant.trust_good[i] == near(std::max(1.0, 5 + z(1, 1))));
    CHECK(bench.block->assistant.trust_bad[i] == 4.5);
    CHECK(bench.block->human.alliance[i] == near(clamp(.55 + r.halo[i], 0, 1.2)));
    CHECK(bench.block->assistant.alliance_mean[i] == bench.block->human.alliance[i]);
  }
}

TEST_CASE("two kinds of course and unresponsive clients leave both means as they were", "[intake]") {
  Parameters p = default_parameters();
  p.intake.persistent_share = .3;
  p.intake.persistent_shift = 5;
  p.intake.unresponsive_share = .2;
  const Bench plain = entered(default_parameters(), 256), bench = entered(p, 256);
  int persistent = 0, unresponsive = 0;
  for (int i = 0; i < 256; ++i) {
    const std::uint32_t id = bench.block->w.id[i];
    const bool persists = uniform_of(word(id, Purpose::people, 3, 0, 0)) < .3;
    const bool unmoved = uniform_of(word(id, Purpose::people, 3, 1, 0)) < .2;
    const double before = plain.block->r.baseline[i];  // at an end of the scale it was clipped, and tells too little
    if (before > 0 && before < 22)
      CHECK(bench.block->r.baseline[i] == near(clamp(before + (persists ? 5 * .7 : -5 * .3), 0, 22)));
    CHECK(bench.block->r.responsiveness[i] == near(unmoved ? 0.0 : plain.block->r.responsiveness[i] / .8));
    CHECK(bench.block->r.halo[i] == plain.block->r.halo[i]);
    CHECK(bench.block->w.culture[i] == plain.block->w.culture[i]);
    persistent += persists;
    unresponsive += unmoved;
  }
  CHECK((persistent > 40 && unresponsive > 25));
}

TEST_CASE("culture, therapist and distance follow the document", "[intake]") {
  const Bench bench = entered(default_parameters(), 256);
  const double position[] = {0, .35, .60, .90};
  for (int i = 0; i < 256; ++i) {
    const std::uint32_t id = bench.block->w.id[i];
    const double u = uniform_of(word(id, Purpose::traits, 1, 2, 0));
    const std::uint32_t culture = u < .55 ? 0 : u < .75 ? 1 : u < .90 ? 2 : 3;
    const auto therapist = static_cast<std::uint32_t>(uniform_of(word(id, Purpose::traits, 1, 3, 0)) * kTherapists);
    CHECK(bench.block->w.culture[i] == culture);
    CHECK(bench.block->w.therapist[i] == therapist);
    const auto chi = [&](std::uint32_t agent, Partner partner) {
      const double jitter = .16 * (uniform_of(word(id, Purpose::distance, 0, 0, 0, partner)) - .5);
      const double apart = std::abs(position[culture] - position[agent]) * (culture == 0 ? .6 : 1);
      return culture == agent ? 0.0 : clamp(apart + jitter, 0, 1.3);
    };
    CHECK(bench.block->human.distance[i] == near(chi(therapist % 4, Partner::human)));  // the team's cultures
    CHECK(bench.block->assistant.distance[i] == near(chi(0, Partner::assistant)));
  }
}

TEST_CASE("a client's entry depends on nobody else's, nor on the instruction set", "[intake]") {
  for (const Parameters& parameters : {default_parameters(), service()}) {
    Bench block = entered(parameters, 256);
    Outcome expected, alone;
    block.wipe();
    note(block.all(), *block.block, *block.scratch, expected);
    for (int i = 0; i < 256; ++i) {
      Bench one = entered(parameters, 1, kFirst + static_cast<std::uint32_t>(i));
      one.wipe();
      note(one.all(), *one.block, *one.scratch, alone);
    }
    CHECK(same_bits(alone, expected));
    for (const Passes* passes : all_passes()) {
      Bench other = entered(parameters, 256, kFirst, *passes);
      Outcome found;
      other.wipe();
      note(other.all(), *other.block, *other.scratch, found);
      INFO(passes->name);
      CHECK(same_bits(found, expected));
    }
  }
}

TEST_CASE("whatever the intake parameters, everything that enters is in range", "[intake]") {
  CHECK(rc::check("ranges at entry", [] {
    Parameters p = default_parameters();
    p.intake.selected = *rc::gen::arbitrary<bool>();
    p.intake.episode_mean = any(0, 27);
    p.intake.episode_sd = any(0, 15);
    p.intake.baseline_mean = any(0, 27);
    p.intake.baseline_correlation = any(-1, 1);
    p.intake.responsiveness_sd = any(0, 2);
    p.intake.motivation_good = whole(1, 20);
    p.intake.motivation_bad = whole(1, 20);
    p.human.trust_mean = any(.1, 50);
    p.human.trust_sd = any(0, 10);
    const Bench bench = entered(p, 16, static_cast<std::uint32_t>(whole(0, 1000000)));
    const ClientReals& r = bench.block->r;
    for (int i = 0; i < 16; ++i) {
      RC_ASSERT(r.episode[i] >= 0 && r.episode[i] <= 27 && r.symptom[i] >= 0 && r.symptom[i] <= 27);
      RC_ASSERT(r.phq9[i] >= 0 && r.phq9[i] <= 27 && r.phq9[i] == std::floor(r.phq9[i]));
      RC_ASSERT(r.baseline[i] >= 0 && r.baseline[i] <= 22 && r.gain_cap[i] > 0 && r.responsiveness[i] > 0);
      RC_ASSERT(r.motivation[i] >= 0 && r.motivation[i] <= 1 && bench.block->human.alliance[i] >= 0);
      RC_ASSERT(bench.block->human.trust_start[i] > 0 && bench.block->human.trust_start[i] < 1);
      RC_ASSERT(bench.block->w.culture[i] < 4 && bench.block->w.therapist[i] < kTherapists);
    }
  }));
}
