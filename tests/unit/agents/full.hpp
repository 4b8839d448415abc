// The full model's contact, switched on for tests of single constructs: values as in the model document.
#pragma once
#include "tests/unit/agents/recipes.hpp"

namespace hybridcare::test {

/// A room in which emotions are drawn; everything else that the full model adds is off until a test switches it on.
struct FullRoom : Room {
  FullRoom() {
    RecognitionParameters& r = parameters.recognition;
    r.emotions = 6;
    r.emotions_drawn = true;
    const double base[] = {.9, .6, 0, 0, 0, 0}, slope[] = {.04, .03, .01, .03, -.06, -.05};
    for (int e = 0; e < 6; ++e) {
      r.base[e] = base[e];
      r.slope[e] = slope[e];
      r.positive[e] = e >= 4;
    }
    r.symptom_reference = 14;
    r.display_base = r.display_position = 0;
    r.trust_unmasks = .5;
    r.masked = .35;
    r.noticed_base = -.62;
    r.noticed_intensity = .9;
    r.valence_wrong = r.valence_right = 1;
    r.misheard = r.asking = 0;
    r.second_look = 1.4142135623730951;
    r.ask_cost = .5;
    parameters.repair = {};
    parameters.repair.explanation = 1;
    parameters.repair.rupture_turns = 2;
    parameters.repair.rupture_trust = .08;
    parameters.coaching = {};
    parameters.affect = {};
    channels(parameters.human, {2.05, 0, 0, 0}, {1, 0, 0, 0});
    channels(parameters.assistant, {1.45, 0, 0, 0}, {0, 1, 1, 0});
  }
  static void channels(AgentParameters& agent, const std::array<double, 4>& d, const std::array<double, 4>& masking) {
    const double mu[] = {agent.modality[0], 1.0, 1.2, .4};
    for (std::size_t m = 0; m < 4; ++m) {
      agent.uses[m] = d[m] > 0;
      agent.discriminability[m] = d[m];
      agent.masking[m] = masking[m];
      agent.modality[m] = mu[m];
    }
    agent.noise_correlation = .35;
    agent.physiology_correlation = .10;
    agent.fusion = fixed_fusion;
  }
};

/// Many clients under the same numbers: sums over the lanes of several blocks of made-up people.
struct Crowd {
  double right = 0, noticed = 0, repaired = 0, masked = 0, asked = 0, heard = 0, turns = 0, minutes = 0, trust = 0;
  double chance = 0, confidence = 0, dose = 0;
};

/// @param prepare  changes each block before the contact, under the same random people
template <class Prepare>
Crowd crowd(const Contact& contact, Prepare prepare, int blocks = 40) {
  Crowd sum;
  for (int number = 0; number < blocks; ++number) {
    Bench bench = people(256, static_cast<unsigned>(number + 1));
    for (int i = 0; i < 256; ++i) bench.block->w.id[i] = static_cast<std::uint32_t>(number * 256 + i);
    prepare(bench);
    hold(contact, bench, Until::trust);
    const AgentColumns& a = bench.of(contact.partner);
    for (int i = 0; i < 256; ++i) {
      sum.right += a.right_turns[i];
      sum.noticed += a.noticed_turns[i];
      sum.repaired += a.repaired_turns[i];
      sum.masked += a.masked_turns[i];
      sum.asked += a.asked_turns[i];
      sum.heard += bench.scratch->heard[i];
      sum.minutes += bench.r().week_minutes[i];
      sum.trust += a.trust_good[i] / (a.trust_good[i] + a.trust_bad[i]);
      sum.chance += bench.scratch->right_chance[i];
      sum.confidence += a.confidence[i];
      sum.dose += bench.scratch->dose[i];
      sum.turns += contact.turns;
    }
  }
  return sum;
}
inline Crowd crowd(const Contact& contact) {
  return crowd(contact, [](Bench&) {});
}

}  // namespace hybridcare::test
