// Posterior draws of a profile, and what they do to a scenario's assistant.
#include <algorithm>
#include <cstring>

#include "agents/purposes.hpp"
#include "scenarios/profile.hpp"
#include "scenarios/profile_parts.hpp"
#include "sim/draws.hpp"
#include "sim/math.hpp"

namespace hybridcare {
namespace {

namespace k = HYBRIDCARE_KERNEL;
using detail::kJeffreys;

// Rows of the draws of a profile: felt emotions by modality and culture first. Append-only.
constexpr std::uint32_t kClinicRow = 256, kRatingRow = 257, kSensitivityRow = 270, kFalseAlarmRow = 271;
static_assert(kModalities * kMostCultures * kMostEmotions <= kClinicRow);
constexpr std::uint32_t kMistakeCells = 2;  ///< of a row of counts: right, wrong, then what it is taken for
constexpr std::uint32_t kAttempts = 64;   ///< of a gamma draw; more than two are rarely needed
constexpr double kLeastFactor = .05;      ///< a rating is divided by no less: what would be left says nothing

/// Keyed posterior draws of one profile in one replicate; or, in place of each, its mean.
class Luck {
 public:
  Luck(Key key, std::uint32_t identity, bool at_mean) : key_(key), identity_(identity), at_mean_(at_mean) {}

  /// Gamma with this shape and scale 1. Source: Marsaglia & Tsang 2000, doi 10.1145/358407.358414; below shape 1 their
  /// boost. The attempt stands in the block, so that a draw depends on nothing drawn before.
  double gamma(std::uint32_t row, std::uint32_t cell, double shape) const {
    if (at_mean_) return shape;
    const double d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3, c = 1 / k::sqrt(9 * d);
    for (std::uint32_t attempt = 0; attempt < kAttempts; ++attempt) {
      const auto words = k::philox(key_, row, identity_, 0, k::tag(Purpose::profile, cell * kAttempts + attempt));
      const double x = k::normal(words.w[0]);
      const double root = 1 + c * x;
      if (root <= 0) continue;
      const double v = root * root * root;
      if (k::log(k::uniform(words.w[1])) >= .5 * x * x + d - d * v + d * k::log(v)) continue;
      return d * v * (shape < 1 ? k::exp(k::log(k::uniform(words.w[2])) / shape) : 1.0);
    }
    return shape;
  }

  double beta(std::uint32_t row, std::uint32_t cell, double a, double b) const {
    const double good = gamma(row, cell, a), bad = gamma(row, cell + 1, b);
    return good / (good + bad);
  }

  /// A share around `mean`: Beta with that mean and SD, the SD capped where a Beta would no longer have one hump.
  double around(std::uint32_t row, std::uint32_t cell, double mean, double sd) const {
    if (!(sd > 0) || mean <= 0 || mean >= 1) return mean;
    const double room = mean * (1 - mean);
    const double strength = room / std::min(sd * sd, room / 3) - 1;
    return beta(row, cell, strength * mean, strength * (1 - mean));
  }

 private:
  Key key_;
  std::uint32_t identity_;
  bool at_mean_;
};

bool in_use(const ProfileUse& use, std::size_t item) { return item < 64 && (use.items >> item & 1) != 0; }

/// Confusions of one modality and culture: [felt][taken for], rows without their diagonal, summing to 1.
struct Mistakes {
  bool given = false;
  double share[kMostEmotions][kMostEmotions] = {};
};
using MistakesByModality = Mistakes[kModalities][kMostCultures];

/// What is left in the clinic of an accuracy in the laboratory: the loss takes its share of what is above chance.
double in_clinic(double accuracy, double chance, double loss) {
  return accuracy > chance ? chance + (accuracy - chance) * (1 - loss) : accuracy;
}

/// Draws the row of one felt emotion: d, and what it is mistaken for.
double draw_row(const Profile& profile, const ConfusionCounts& counts, int felt, const Luck& luck, double loss,
                Mistakes& mistakes) {
  const int emotions = static_cast<int>(profile.target.emotions.size());
  const int place = (counts.modality * kMostCultures + counts.culture) * kMostEmotions + felt;
  const auto row = static_cast<std::uint32_t>(place);
  const double right = counts.count[felt][felt], wrong = detail::replies_of(profile, counts, felt) - right;
  const double accuracy = luck.beta(row, 0, right + kJeffreys, wrong + kJeffreys);
  double drawn[kMostEmotions], all = 0;
  for (int taken = 0; taken < emotions; ++taken) {
    const auto cell = kMistakeCells + static_cast<std::uint32_t>(taken);
    drawn[taken] = taken == felt ? 0.0 : luck.gamma(row, cell, counts.count[felt][taken] + kJeffreys);
    all += drawn[taken];
  }
  for (int taken = 0; taken < emotions; ++taken) mistakes.share[felt][taken] = drawn[taken] / all;
  return discriminability_of(profile.psychometric, in_clinic(accuracy, 1.0 / emotions, loss));
}

void draw_counts(const Profile& profile, const ConfusionCounts& counts, const Luck& luck, double loss,
                 ReadingTable& table, MistakesByModality& mistakes) {
  Mistakes& here = mistakes[counts.modality][counts.culture];
  here.given = true;
  for (int felt = 0; felt < table.emotions; ++felt)
    table.d[counts.culture][counts.modality][felt] = draw_row(profile, counts, felt, luck, loss, here);
  table.loss[counts.culture][counts.modality] = 0;
  table.by_emotion = true;
}

/// Cultures without counts in a measured modality read as the reference does, and keep their loss by distance.
void fill_from_reference(int modality, int reference, ReadingTable& table, MistakesByModality& mistakes) {
  if (!mistakes[modality][reference].given) return;
  for (int c = 0; c < kMostCultures; ++c) {
    if (mistakes[modality][c].given) continue;
    mistakes[modality][c] = mistakes[modality][reference];
    std::memcpy(table.d[c][modality], table.d[reference][modality], sizeof table.d[c][modality]);
  }
}

/// Fusion weights fitted again on the reference culture, at the mean of d over emotions.
void fit_weights(int reference, ReadingTable& table) {
  double d[kModalities];
  for (int m = 0; m < kModalities; ++m) {
    d[m] = 0;
    for (int e = 0; e < table.emotions; ++e) d[m] += table.d[reference][m][e] / table.emotions;
  }
  fuse(table.in_use, d, table.correlation, table.weight);
}

/// What a culture's emotions are mistaken for, over the modalities in use, by their weights.
void mix_mistakes(int culture, const MistakesByModality& mistakes, ReadingTable& table) {
  double share[kModalities], all = 0;
  int used = 0;
  for (int m = 0; m < kModalities; ++m) {
    all += table.in_use[m] ? table.weight[m] : 0.0;
    used += table.in_use[m];
  }
  for (int m = 0; m < kModalities; ++m)
    share[m] = !table.in_use[m] ? 0.0 : all > 0 ? table.weight[m] / all : 1.0 / used;
  for (int felt = 0; felt < table.emotions; ++felt)
    for (int taken = 0; taken < table.emotions; ++taken) {
      double sum = 0;
      for (int m = 0; m < kModalities; ++m) {
        const double even = felt == taken ? 0.0 : 1.0 / (table.emotions - 1);
        sum += share[m] * (mistakes[m][culture].given ? mistakes[m][culture].share[felt][taken] : even);
      }
      table.mistaken[culture][felt][taken] = sum;
    }
}

void draw_recognition(const ProfileUse& use, const Luck& luck, ReadingTable& table) {
  const Profile& profile = *use.profile;
  const double loss = luck.around(kClinicRow, 0, profile.clinic.mean, profile.clinic.sd);
  MistakesByModality mistakes;
  for (std::size_t i = 0; i < profile.items.size(); ++i) {
    if (profile.items[i].kind != ProfileItem::Kind::recognition || !in_use(use, i)) continue;
    draw_counts(profile, profile.confusion[profile.items[i].index], luck, loss, table, mistakes);
  }
  if (!table.by_emotion) return;
  table.home = profile.target.reference;
  for (int m = 0; m < kModalities; ++m) fill_from_reference(m, profile.target.reference, table, mistakes);
  fit_weights(profile.target.reference, table);
  for (int c = 0; c < kMostCultures; ++c) mix_mistakes(c, mistakes, table);
}

bool felt_less_when_labelled(int quality) { return quality == resonance || quality == compassion; }

double label_factor(const RatedQuality& rated, int quality, const Parameters& p) {
  if (!rated.labelled || !felt_less_when_labelled(quality)) return 1.0;
  return std::max(kLeastFactor, 1 - p.assistant.label_discount);
}

/// What a rating holds of the level behind it: the discount of a label, and what misreadings took of the replies.
double factor_of(const RatedQuality& rated, const Parameters& p, double accuracy) {
  const auto one = [&](int quality) {
    const double floor = p.quality.floor[quality];
    return label_factor(rated, quality, p) * (rated.realised ? floor + (1 - floor) * accuracy : 1.0);
  };
  if (rated.quality < kQualities) return std::max(kLeastFactor, one(rated.quality));
  double held = 0, all = 0;
  for (const int quality : {resonance, perspective_taking, compassion}) {
    held += p.quality.weight[quality] * one(quality);
    all += p.quality.weight[quality];
  }
  return std::max(kLeastFactor, all > 0 ? held / all : 1.0);
}

double rater_sd(const Widening& widening, Rater rater) {
  if (rater == Rater::blind_judge) return widening.blind_judge;
  return rater == Rater::language_model ? widening.language_model : 0.0;
}

void set_level(const RatedQuality& rated, int quality, double level, Parameters& p) {
  p.assistant.quality[quality] = std::min(level, most_level(rated, quality, p));
}

void draw_rating(const Profile& profile, const RatedQuality& rated, const Luck& luck, Parameters& p) {
  const std::uint32_t row = kRatingRow + static_cast<std::uint32_t>(rated.quality);
  const double seen =
      luck.beta(row, 0, kJeffreys + rated.weight * rated.mean, kJeffreys + rated.weight * (1 - rated.mean));
  const double turns = rated.accuracy_turns;
  const double accuracy = turns > 0 ? luck.beta(row, 2, kJeffreys + turns * rated.accuracy,
                                                kJeffreys + turns * (1 - rated.accuracy))
                                    : rated.accuracy;
  const double as_client = luck.around(row, 4, seen, rater_sd(profile.widening, rated.rater));
  const double factor = factor_of(rated, p, accuracy);
  if (rated.quality < kQualities) return set_level(rated, rated.quality, as_client / factor, p);
  for (const int quality : {resonance, perspective_taking, compassion}) {
    const auto is_rated = [&](const RatedQuality& other) { return other.quality == quality; };
    if (std::any_of(profile.ratings.begin(), profile.ratings.end(), is_rated)) continue;
    const double own =
        luck.around(row, 6 + 2 * static_cast<std::uint32_t>(quality), as_client, profile.widening.component);
    set_level(rated, quality, own / factor, p);
  }
}

}  // namespace

double discriminability_of(const Psychometric& psychometric, double accuracy) {
  double low = 0, high = kMostDiscriminability, x, b1, b2, reached;
  k::accuracies(psychometric.term, &low, 1, &x, &b1, &b2, &reached);
  if (!(accuracy > reached)) return 0;
  for (int halving = 0; halving < 50; ++halving) {
    const double middle = (low + high) / 2;
    k::accuracies(psychometric.term, &middle, 1, &x, &b1, &b2, &reached);
    (reached < accuracy ? low : high) = middle;
  }
  return (low + high) / 2;
}

double laboratory_accuracy(const Profile& profile, const ConfusionCounts& counts, int emotion) {
  return (counts.count[emotion][emotion] + kJeffreys) / (detail::replies_of(profile, counts, emotion) + 2 * kJeffreys);
}

double clinic_accuracy(const Profile& profile, const ConfusionCounts& counts, int emotion) {
  const double chance = 1.0 / static_cast<double>(profile.target.emotions.size());
  return in_clinic(laboratory_accuracy(profile, counts, emotion), chance, profile.clinic.mean);
}

double rating_mean(const RatedQuality& rated) {
  return (kJeffreys + rated.weight * rated.mean) / (2 * kJeffreys + rated.weight);
}

double rate_mean(double events, double others) { return (events + kJeffreys) / (events + others + 2 * kJeffreys); }

double most_level(const RatedQuality& rated, int quality, const Parameters& p) {
  return 1 / label_factor(rated, quality, p);
}

void draw_profile(const ProfileUse& use, Key key, Parameters& p, ReadingTable& table) {
  const Profile& profile = *use.profile;
  const Luck luck(key, profile.identity, use.at_mean);
  draw_recognition(use, luck, table);
  for (std::size_t i = 0; i < profile.items.size(); ++i) {
    if (!in_use(use, i)) continue;
    const ProfileItem& item = profile.items[i];
    if (item.kind == ProfileItem::Kind::quality) draw_rating(profile, profile.ratings[item.index], luck, p);
    if (item.kind == ProfileItem::Kind::sensitivity)
      p.safety.assistant_sensitivity = luck.beta(kSensitivityRow, 0, profile.crisis->true_positives + kJeffreys,
                                                 profile.crisis->false_negatives + kJeffreys);
    if (item.kind == ProfileItem::Kind::false_alarm)
      p.safety.false_alarm = luck.beta(kFalseAlarmRow, 0, profile.crisis->false_positives + kJeffreys,
                                       profile.crisis->true_negatives + kJeffreys);
  }
}

}  // namespace hybridcare
