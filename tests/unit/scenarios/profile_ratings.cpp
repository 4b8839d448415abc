// Skill ratings: scale, rater, label, realised replies, one score for three components. At the posterior mean, so that
// every number is a closed form.
#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "agents/reading.hpp"
#include "scenarios/fields.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenarios/profile_files.hpp"

using namespace hybridcare;
using namespace hybridcare::test;

namespace {

const std::string kHead = "quality,scale_least,scale_most,rater,labelled,of,n,mean,sd,counts,accuracy,accuracy_n\n";

Profile profile_of(const std::string& rows, const std::string& widening = "") {
  static const ProfileFolder folder;
  folder.write("profile.json", ProfileFolder::json("", R"("ratings": "ratings.csv")" + widening));
  folder.write("ratings.csv", kHead + rows);
  return folder.read();
}

/// The default assistant, with these ratings at their posterior mean (replicate -1) or as drawn in a replicate.
Parameters rated(const Profile& profile, int replicate = -1) {
  static const Parameters plain = default_parameters(Configuration::full);
  static const ReadingTable table = make_reading(plain, plain.assistant);
  Parameters p = plain;
  ReadingTable reading = table;
  const ProfileUse use{std::shared_ptr<const Profile>(std::shared_ptr<const Profile>(), &profile), ~std::uint64_t{0},
                       replicate < 0};
  draw_profile(use, Key{5, static_cast<std::uint32_t>(std::max(replicate, 0))}, p, reading);
  if (reading.by_emotion) throw std::logic_error("nothing of recognition was measured");
  return p;
}

double level(const std::string& rows, int quality) { return rated(profile_of(rows)).assistant.quality[quality]; }

/// Evidence of ratings on [0, 1], as documented: one more rating, spread as widely as it can be, in the variance.
double weight(double n, double mean, double variance) {
  return n * mean * (1 - mean) / ((n * variance + mean * (1 - mean)) / (n + 1));
}

double shrunk(double mean, double weight) { return (.5 + weight * mean) / (1 + weight); }

/// SD over draws of a quality.
double spread(const std::string& rows, int quality, const std::string& widening = "") {
  double sum = 0, squares = 0;
  constexpr int n = 2000;
  const Profile profile = profile_of(rows, widening);
  for (int r = 0; r < n; ++r) {
    const double x = rated(profile, r).assistant.quality[quality];
    sum += x;
    squares += x * x;
  }
  return std::sqrt(squares / n - sum / n * sum / n);
}

}  // namespace

TEST_CASE("ratings come to [0, 1] by the ends of their scale, whichever they are", "[profile]") {
  const double expected = shrunk(.625, weight(40, .625, 1.0 / 16 * 39 / 40));
  CHECK(level("validation,1,5,client,no,given_correct_reading,40,3.5,1,,,\n", validation) == Approx(expected));
  CHECK(level("validation,0,100,client,no,given_correct_reading,40,62.5,25,,,\n", validation) == Approx(expected));
  CHECK(level("validation,-2,2,client,no,given_correct_reading,40,0.5,1,,,\n", validation) == Approx(expected));
  CHECK(level("validation,0,1,client,no,given_correct_reading,40,0.625,0.25,,,\n", validation) == Approx(expected));
}

TEST_CASE("counts of categories say the same as their mean and spread", "[profile]") {
  // 2 x 1, 3 x 2, 5 x 3, 8 x 4, 2 x 5: mean 3.25, variance 1.2875 over all 20
  const double expected = shrunk(.5625, weight(20, .5625, 1.2875 / 16));
  CHECK(level("attunement,1,5,client,no,given_correct_reading,20,,,2 3 5 8 2,,\n", attunement) == Approx(expected));
  CHECK(level("attunement,1,5,client,no,given_correct_reading,1,,,0 0 0 1 0,,\n", attunement) ==
        Approx(shrunk(.75, weight(1, .75, 0))));
  CHECK(weight(1, .75, 0) == Approx(2));  // one rating is worth two shares, never a certainty
  CHECK(level("attunement,1,5,client,no,given_correct_reading,9,,,0 0 0 0 9,,\n", attunement) == Approx(9.5 / 10));
}

TEST_CASE("the posterior of a rating is as wide as its standard error", "[profile]") {
  const double w = weight(60, .625, 1.0 / 16 * 59 / 60), m = shrunk(.625, w);
  const double sd = spread("validation,1,5,client,no,given_correct_reading,60,3.5,1,,,\n", validation);
  CHECK(sd == Approx(std::sqrt(m * (1 - m) / (w + 2))).epsilon(.08));  // 2,000 draws: a spread off by 8 % is 5 SE
  CHECK(sd == Approx(.25 / std::sqrt(60)).epsilon(.12));
}

TEST_CASE("a label in the rating study is not paid for twice", "[profile]") {
  const std::string rest = ",given_correct_reading,400,3.0,1,,,\n", start = ",1,5,client,";
  for (const int quality : {resonance, compassion}) {
    const std::string name = quality_names()[static_cast<std::size_t>(quality)];
    CHECK(level(name + start + "yes" + rest, quality) == Approx(level(name + start + "no" + rest, quality) / .75));
  }
  for (const int quality : {perspective_taking, validation, technique}) {
    const std::string name = quality_names()[static_cast<std::size_t>(quality)];
    CHECK(level(name + start + "yes" + rest, quality) == level(name + start + "no" + rest, quality));
  }
  // So high a rating that freeing it of the label goes beyond the scale: held where the label leaves the whole scale.
  CHECK(level("resonance,1,5,client,yes,realised,400,4.9,0.2,,0.6,\n", resonance) == Approx(1 / .75));
}

TEST_CASE("realised ratings are divided by what misreading left", "[profile]") {
  const std::string given = "no,given_correct_reading,400,2.2,1,,,\n", realised = "no,realised,400,2.2,1,,0.6,\n";
  const double floors[] = {.5, 0, .5, .4, .8, .3, .8, .75};
  for (int q = 0; q < kQualities; ++q) {
    const std::string start = quality_names()[static_cast<std::size_t>(q)] + ",1,5,client,";
    const double plain = level(start + given, q), held = floors[q] + (1 - floors[q]) * .6;
    INFO(start);
    CHECK(level(start + realised, q) == Approx(plain / held));
    CHECK(plain / held < 1);
  }
  // With a label too, both leave.
  CHECK(level("resonance,1,5,client,yes,realised,400,2.2,1,,0.6,\n", resonance) ==
        Approx(level("resonance,1,5,client," + given, resonance) / (.8 * .75)));
  CHECK(level("perspective_taking,1,5,client,no,realised,400,4,1,,0.3,\n", perspective_taking) == 1);  // the scale ends
}

TEST_CASE("the accuracy of the rating study is drawn where its turns are told", "[profile]") {
  const double known = spread("perspective_taking,0,1,client,no,realised,100000,0.4,0.1,,0.6,\n", perspective_taking);
  const double drawn = spread("perspective_taking,0,1,client,no,realised,100000,0.4,0.1,,0.6,50\n", perspective_taking);
  CHECK(known < .003);
  CHECK(drawn == Approx(.4 / .6 * std::sqrt(.6 * .4 / 52) / .6).epsilon(.12));  // first order
}

TEST_CASE("judges and machines are trusted less: their ratings are widened", "[profile]") {
  const std::string rest = ",no,given_correct_reading,100000,3,0.5,,,\n", start = "validation,1,5,";
  CHECK(spread(start + "client" + rest, validation) < .003);
  CHECK(spread(start + "blind_judge" + rest, validation) == Approx(.05).epsilon(.08));
  CHECK(spread(start + "language_model" + rest, validation) == Approx(.10).epsilon(.08));
  CHECK(spread(start + "language_model" + rest, validation, R"(, "widening": {"language_model": 0.2})") ==
        Approx(.20).epsilon(.08));
  CHECK(level(start + "language_model" + rest, validation) == Approx(.5));  // wider, not elsewhere
}

TEST_CASE("one empathy score feeds three components, each with a spread of its own", "[profile]") {
  const std::string score = "empathy,0,10,client,no,given_correct_reading,100000,6,1,,,\n";
  for (const int quality : {resonance, perspective_taking, compassion}) {
    CHECK(level(score, quality) == Approx(.6).margin(1e-5));
    CHECK(spread(score, quality) == Approx(.10).epsilon(.08));
  }
  const Parameters plain = default_parameters(Configuration::full);
  CHECK(level(score, validation) == plain.assistant.quality[validation]);
  const Parameters drawn = rated(profile_of(score), 7);
  CHECK(drawn.assistant.quality[resonance] != drawn.assistant.quality[compassion]);
  const std::string own = score + "resonance,0,10,client,no,given_correct_reading,100000,3,1,,,\n";
  CHECK(level(own, resonance) == Approx(.3).margin(1e-5));  // what was rated itself is not overruled
  CHECK(level(own, compassion) == Approx(.6).margin(1e-5));
  // Realised and labelled: divided by what label and misreading leave of the weighted three.
  const double l[] = {.75 * (.5 + .5 * .5), .5, .75 * (.5 + .5 * .5)}, w[] = {.10, .12, .08};
  const double held = (w[0] * l[0] + w[1] * l[1] + w[2] * l[2]) / .3;
  CHECK(level("empathy,0,10,client,yes,realised,100000,3,1,,0.5,\n", compassion) == Approx(.3 / held).margin(1e-4));
}

TEST_CASE("what was not rated keeps the scenario's value", "[profile]") {
  const Parameters plain = default_parameters(Configuration::full);
  const Parameters made = rated(profile_of("technique,1,5,client,no,given_correct_reading,40,3,1,,,\n"));
  for (int q = 0; q < kQualities; ++q)
    CHECK((made.assistant.quality[q] == plain.assistant.quality[q]) == (q != technique));
  CHECK(made.safety.assistant_sensitivity == plain.safety.assistant_sensitivity);
}
