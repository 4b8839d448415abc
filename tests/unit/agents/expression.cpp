// Model section S2 in full: what is felt, shown, read, asked and taken for what. One effect for each construct, under
// common random numbers; where a rate is compared with a formula, the limit is five standard errors (false alarm 6e-7).
#include <array>

#include "tests/unit/agents/full.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

const auto set = [](auto& column, double value) {
  for (double& cell : column) cell = value;
};

}  // namespace

TEST_CASE("display rule: negative feelings are masked at the rate of the document", "[expression]") {
  FullRoom room;
  room.parameters.recognition.display_base = .10;
  room.parameters.recognition.display_position = .25;
  double expected = 0;
  const Crowd seen = crowd(room.contact(Partner::human), [&](Bench& bench) {
    set(bench.r().expressivity, .25);
    for (int i = 0; i < 256; ++i) {
      double sum = 0, negative = 0;
      for (int e = 0; e < 6; ++e) {
        const RecognitionParameters& r = room.parameters.recognition;
        const double weight = std::exp(r.base[e] + r.slope[e] * (bench.r().symptom[i] - 14));
        sum += weight;
        negative += e < 4 ? weight : 0;
      }
      const double display = .10 + .25 * room.parameters.culture.position[bench.block->w.culture[i]];
      expected += 8 * negative / sum * display * .75 * (1 - .5 * bench.block->human.trust_before[i]);
    }
  });
  CHECK(std::abs(seen.masked - expected) < 5 * std::sqrt(expected));  // a rate off by 3 % of itself is caught
}

TEST_CASE("masking takes accuracy in person and in speech and face, nothing in text", "[expression]") {
  FullRoom room;
  const auto misread = [&](double display, Partner partner) {
    room.parameters.recognition.display_base = display;
    const Crowd seen = crowd(room.contact(partner));
    return seen.turns - seen.right;
  };
  CHECK(misread(.6, Partner::human) > 1.02 * misread(0, Partner::human));
  CHECK(misread(.6, Partner::assistant) == misread(0, Partner::assistant));
  FullRoom::channels(room.parameters.assistant, {1.45, .95, 0, 0}, {0, 1, 1, 0});
  CHECK(misread(.6, Partner::assistant) > misread(0, Partner::assistant));
}

TEST_CASE("expressive and trusting clients mask less", "[expression]") {
  FullRoom room;
  room.parameters.recognition.display_base = .4;
  const auto masked = [&](double expressivity, double trust) {
    return crowd(room.contact(Partner::human), [&](Bench& bench) {
             set(bench.r().expressivity, expressivity);
             set(bench.block->human.trust_before, trust);
           }).masked;
  };
  CHECK(masked(.8, .5) < masked(.2, .5));
  CHECK(masked(.5, .9) < masked(.5, .1));
  CHECK(masked(1, .5) == 0);
}

TEST_CASE("each further modality adds accuracy, the same noise less than fresh noise", "[expression]") {
  FullRoom room;
  AgentParameters& agent = room.parameters.assistant;
  agent.distance_loss = 0;
  const auto accuracy = [&](const std::array<double, 4>& d) {
    FullRoom::channels(agent, d, {0, 1, 1, 0});
    return crowd(room.contact(Partner::assistant), [](Bench&) {}, 1).chance;
  };
  const double text = accuracy({1.45, 0, 0, 0}), with_speech = accuracy({1.45, .95, 0, 0});
  const double with_face = accuracy({1.45, .95, .85, 0}), all = accuracy({1.45, .95, .85, .45});
  CHECK(text < with_speech);
  CHECK(with_speech < with_face);
  CHECK(with_face < all);
  agent.noise_correlation = .9;
  const Crowd alike = crowd(room.contact(Partner::assistant), [](Bench&) {}, 1);
  CHECK(alike.chance < all);
}

TEST_CASE("weights fitted to each client read the distant ones no worse than fixed weights", "[expression]") {
  FullRoom room;
  AgentParameters& agent = room.parameters.assistant;
  FullRoom::channels(agent, {1.45, .95, .85, .45}, {0, 1, 1, 0});
  agent.distance_loss = .6;
  Bench fixed = people(256), fitted = people(256);
  hold(room.contact(Partner::assistant), fixed, Until::read);
  agent.fusion = fusion_by_culture;
  hold(room.contact(Partner::assistant), fitted, Until::read);
  int better = 0;
  for (int i = 0; i < 256; ++i) {
    const double gained = fitted.scratch->right_chance[i] - fixed.scratch->right_chance[i];
    CHECK(gained > -1e-9);
    better += gained > 1e-6;
    if (fixed.block->assistant.distance[i] == 0) CHECK(std::abs(gained) < 1e-9);
  }
  CHECK(better > 100);
}

TEST_CASE("raising any modality's d never lowers the fused d", "[expression]") {
  CHECK(rc::check("monotone fusion", [] {
    const double r = any(0, .9), body = any(0, .5);
    double correlation[kModalities][kModalities], d[kModalities], weight[kModalities];
    for (int m = 0; m < kModalities; ++m)
      for (int n = 0; n < kModalities; ++n)
        correlation[m][n] = m == n ? 1 : m == by_physiology || n == by_physiology ? body * (1 - r) : r;
    bool in_use[kModalities] = {true, true, true, true};
    for (double& each : d) each = any(0, 3);
    const auto fused = [&] {
      fuse(in_use, d, correlation, weight);
      double sum = 0;
      for (int m = 0; m < kModalities; ++m) {
        RC_ASSERT(weight[m] >= 0);
        sum += weight[m] * d[m];
      }
      return sum;
    };
    const double before = fused();
    d[whole(0, kModalities - 1)] += any(0, 1);
    RC_ASSERT(fused() >= before - 1e-12);
  }));
}

TEST_CASE("in-group advantage: distance costs accuracy, contact and competence give it back", "[expression]") {
  FullRoom room;
  const auto chance = [&](double distance, double contacts, double competence, bool twin = false) {
    room.parameters.human.competence = competence;
    Contact c = room.contact(Partner::human);
    c.no_distance = twin;
    return crowd(c, [&](Bench& bench) {
             set(bench.block->human.distance, distance);
             set(bench.block->human.contacts, contacts);
           }, 1).chance;
  };
  CHECK(chance(1, 0, 0) < chance(0, 0, 0));
  CHECK(chance(1, 10, 0) > chance(1, 0, 0));
  CHECK(chance(0, 10, 0) == chance(0, 0, 0));
  CHECK(chance(1, 0, .5) > chance(1, 0, 0));
  CHECK(chance(1, 0, 1) == chance(0, 0, 0));
  CHECK(chance(1, 0, 0, true) == chance(0, 0, 0));
}

TEST_CASE("the agent's confidence knows nothing of distance", "[expression]") {
  FullRoom room;
  const auto at = [&](double distance) {
    return crowd(room.contact(Partner::assistant), [&](Bench& b) { set(b.block->assistant.distance, distance); }, 1);
  };
  const Crowd near_by = at(0), far = at(1);
  CHECK(far.confidence == near_by.confidence);
  CHECK(far.confidence - far.chance > near_by.confidence - near_by.chance + 1);
}

TEST_CASE("context memory sharpens reading, and grows by curiosity", "[expression]") {
  FullRoom room;
  room.parameters.assistant.memory_state = .15;
  room.parameters.assistant.memory_gain = 0;
  const auto chance = [&](double known) {
    return crowd(room.contact(Partner::assistant), [&](Bench& b) { set(b.block->assistant.memory, known); }, 1).chance;
  };
  CHECK(chance(.8) > chance(0));
}

TEST_CASE("an unsure and curious agent asks again: read better, at the cost of time", "[expression]") {
  FullRoom room;
  const Crowd silent = crowd(room.contact(Partner::assistant));
  room.parameters.recognition.asking = 1;
  const Crowd asking = crowd(room.contact(Partner::assistant));
  CHECK(silent.asked == 0);
  CHECK(silent.dose == silent.turns / 8);
  CHECK(asking.asked > .1 * asking.turns);
  CHECK(asking.right > silent.right);
  CHECK(asking.dose == Approx(silent.dose - .5 * asking.asked / 8));
  room.parameters.assistant.quality[curiosity] = .2;
  CHECK(crowd(room.contact(Partner::assistant)).asked < asking.asked);
}

TEST_CASE("intense feelings make a failure noticed; flat noticing does not know severity", "[expression]") {
  FullRoom room;
  const auto noticed = [&](double symptom) {
    const Crowd seen = crowd(room.contact(Partner::assistant), [&](Bench& b) { set(b.r().symptom, symptom); });
    return seen.noticed / (seen.turns - seen.right);
  };
  CHECK(noticed(27) > noticed(3) + .02);
  room.parameters.recognition.noticed_intensity = 0;
  CHECK(std::abs(noticed(27) - noticed(3)) < 5 * std::sqrt(.25 / 30000));
  CHECK(std::abs(noticed(14) - sigma(-.62)) < 5 * std::sqrt(.25 / 30000));
}

TEST_CASE("a failure of valence is noticed more; the mean over confusions stays", "[expression]") {
  FullRoom room;
  room.parameters.recognition.noticed_intensity = 0;
  room.parameters.recognition.noticed_base = -4;  // rare: odds and probabilities hardly differ, so the mean is kept
  const Crowd flat = crowd(room.contact(Partner::assistant));
  room.parameters.recognition.valence_wrong = 1.5;
  room.parameters.recognition.valence_right = .8;
  const Crowd valence = crowd(room.contact(Partner::assistant));
  CHECK(valence.right == flat.right);
  CHECK(valence.noticed != flat.noticed);
  CHECK(std::abs(valence.noticed - flat.noticed) < 5 * std::sqrt(flat.noticed + valence.noticed));
}

TEST_CASE("what is taken for what follows the confusion matrix", "[expression]") {
  FullRoom room;
  room.parameters.recognition.noticed_intensity = 0;
  room.parameters.recognition.valence_wrong = 1.5;
  room.parameters.recognition.valence_right = .5;
  Contact c = room.contact(Partner::assistant);
  const double uniform = crowd(c).noticed;
  // Sadness always taken for fear, or for joy: either way its only confusion, so its own mean is what is noticed.
  for (auto& culture : room.reading[1].mistaken)
    for (int felt = 0; felt < 6; ++felt)
      for (int taken = 0; taken < 6; ++taken) culture[felt][taken] = taken == (felt + 1) % 6 ? 1 : 0;
  const Crowd one = crowd(c);
  CHECK(one.noticed != uniform);
  const double wrong = one.turns - one.right;
  CHECK(std::abs(one.noticed - sigma(-.62) * wrong) < 5 * std::sqrt(.25 * wrong));
}

TEST_CASE("a measured profile reads each emotion at its own rate", "[expression]") {
  FullRoom room;
  Contact c = room.contact(Partner::assistant);
  room.reading[1].by_emotion = true;
  for (auto& culture : room.reading[1].d)
    for (int e = 0; e < 6; ++e) culture[by_text][e] = e < 2 ? 2.5 : .5;
  const Crowd seen = crowd(c);
  CHECK(std::abs(seen.right - 8 * seen.chance) < 5 * std::sqrt(.25 * seen.turns));
  const double flat = crowd(room.contact(Partner::assistant)).chance;
  CHECK(std::abs(seen.chance - flat) > 50);
}

TEST_CASE("without trust, a right turn may not reach the client", "[expression]") {
  FullRoom room;
  const Crowd plain = crowd(room.contact(Partner::assistant));
  room.parameters.recognition.misheard = .5;
  const Crowd missed = crowd(room.contact(Partner::assistant));
  CHECK(plain.heard == plain.right);
  CHECK(missed.right == plain.right);
  CHECK(missed.heard < plain.right);
  CHECK(missed.trust < plain.trust);
}

TEST_CASE("a coached therapist reads better, and a reliant one reads as the assistant does", "[expression]") {
  FullRoom room;
  room.parameters.coaching.discriminability = .35;
  room.parameters.coaching.adoption = .5;
  const auto right = [&](bool coached, double reliance) {
    Contact c = room.contact(Partner::human);
    c.coached = coached;
    return crowd(c, [&](Bench& b) { set(b.r().reliance, reliance); }).right;
  };
  const double alone = right(false, 1), helped = right(true, 0), reliant = right(true, 1);
  CHECK(helped > alone);
  CHECK(reliant < helped);
  room.parameters.assistant.discriminability[0] = 5;
  CHECK(right(true, 1) > helped);
}

TEST_CASE("perfect recognition leaves nothing to notice", "[expression]") {
  FullRoom room;
  room.parameters.recognition.display_base = .4;
  room.parameters.recognition.asking = 1;
  Contact c = room.contact(Partner::assistant);
  c.all_right = true;
  const Crowd seen = crowd(c);
  CHECK(seen.right == seen.turns);
  CHECK(seen.noticed == 0);
}

TEST_CASE("the full contact depends on no neighbour and on no instruction set", "[expression]") {
  FullRoom room;
  room.parameters.recognition.display_base = .3;
  room.parameters.recognition.asking = 1;
  room.parameters.recognition.misheard = .2;
  room.parameters.repair.attunement = 1;
  room.parameters.coaching.adoption = .5;
  room.parameters.affect.effect = .2;
  room.parameters.affect.client_keep = room.parameters.affect.therapist_keep = .6;
  room.parameters.affect.client_pull = room.parameters.affect.therapist_pull = .8;
  FullRoom::channels(room.parameters.assistant, {1.45, .95, .85, .45}, {0, 1, 1, 0});
  for (const int fusion : {fixed_fusion, fusion_by_culture})
    for (const int policy : {no_policy, apology, explanation, handover})
      for (const Partner partner : {Partner::human, Partner::assistant}) {
        room.parameters.assistant.fusion = fusion;
        room.parameters.assistant.repair_policy = policy;
        Contact c = room.contact(partner);
        c.coached = partner == Partner::human;
        check_lanes_and_sets(people(), [&](const Passes& p, Lanes lanes, ClientBlock& b, Scratch& s) {
          hold(p, c, lanes, b, s, Until::ratings);
        });
      }
}
