// A measured assistant: confusion counts, skill ratings and crisis counts from files, as posteriors that each replicate
// draws from, so that what few data leave open reaches every result. Model S2, S3, S17.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agents/parameters.hpp"
#include "agents/psychometric.hpp"
#include "agents/reading.hpp"
#include "sim/philox.hpp"

namespace hybridcare {

enum class Rater : int { client, blind_judge, language_model };
const char* to_string(Rater rater);
/// Names of the modalities and the qualities, in the order of Modality and Quality.
const std::vector<std::string>& modality_names();
const std::vector<std::string>& quality_names();

/// What a scenario calls the things that a profile speaks of.
struct ProfileTarget {
  std::vector<std::string> emotions;   ///< shape (K,), in the order of RecognitionParameters
  std::vector<std::string> cultures;   ///< in the order of CultureParameters
  int reference = 0;                   ///< culture of the assistant: its distances are measured from there
};

/// Replies of one modality in one culture: rows are felt emotions of the scenario, cells what they were taken for.
struct ConfusionCounts {
  int modality = 0, culture = 0;
  double count[kMostEmotions][kMostEmotions + 1] = {};  ///< last cell: a class that the scenario has no emotion for
  double shown[kMostEmotions] = {};                     ///< replies in the row as measured
  bool pooled[kMostEmotions] = {};                      ///< no data: the other rows of this table stand in
};

/// Ratings of one quality, or of empathy as a whole, on a scale from 0 to 1.
struct RatedQuality {
  int quality = 0;              ///< a Quality; kQualities: empathy as a whole
  Rater rater = Rater::client;
  bool labelled = false;        ///< raters knew that a machine had written it
  bool realised = false;        ///< replies as they came, some after a misreading; else given a correct reading
  double ratings = 0;           ///< how many
  double mean = 0;              ///< on [0, 1]
  double weight = 0;            ///< successes and failures that would say as much: the Beta posterior's evidence
  double accuracy = 1;          ///< realised: share of the rating study's turns that were read right
  double accuracy_turns = 0;    ///< turns behind that share; 0: taken as known
};

struct CrisisCounts {
  double true_positives = 0, false_negatives = 0, false_positives = 0, true_negatives = 0;
};

/// From the laboratory to the clinic: share of the accuracy above chance that is lost, Beta with this mean and SD.
struct ClinicLoss {
  double mean = 0, sd = 0;
  std::string source;
};

/// What is assumed about ratings that are not what a client would feel: SD on [0, 1] around them.
struct Widening {
  double blind_judge = .05;     ///< [A] a judge reads, and does not feel, what was said
  double language_model = .10;  ///< [A] a machine's judgement of a machine
  double component = .10;       ///< [A] of resonance, perspective-taking and compassion around one empathy score
};

/// One thing that was measured, and can be used alone.
struct ProfileItem {
  enum class Kind { recognition, quality, sensitivity, false_alarm } kind = Kind::recognition;
  std::size_t index = 0;        ///< among the tables of counts, or the ratings
  std::string name;             ///< "recognition_text_near", "resonance", "crisis_sensitivity"
};

/// A profile as read, checked against a scenario. A value.
struct Profile {
  std::string file, name, title, source;
  bool illustrative = false;
  std::uint32_t identity = 0;   ///< of its name: two profiles have independent luck, one profile the same in all arms
  std::string digest;           ///< of all that was read, as 16 hexadecimal digits: changes whenever a result may
  ProfileTarget target;
  ClinicLoss clinic;
  Widening widening;
  std::vector<ConfusionCounts> confusion;  ///< by modality, then culture
  std::vector<RatedQuality> ratings;
  std::optional<CrisisCounts> crisis;
  std::vector<ProfileItem> items;
  std::vector<std::string> notes;          ///< what was left out, added up or pooled, in words
  Psychometric psychometric{};
};

/// Reads a profile: a folder with profile.json, or such a file, and the CSV files that it names beside it.
/// @throws UserError "file#/pointer: ..." or "file.csv:line: column ...": what was found, what is allowed
Profile read_profile(const std::string& path, const ProfileTarget& target);

/// A profile in use by one assistant of one arm.
struct ProfileUse {
  std::shared_ptr<const Profile> profile;
  std::uint64_t items = ~std::uint64_t{0};  ///< bit i: profile->items[i] holds; else the scenario's own value
  bool at_mean = false;                     ///< every item at its posterior mean, nothing drawn
  bool operator==(const ProfileUse&) const = default;
};

/// One posterior draw, written over what a scenario says about its assistant.
///
/// A measured modality and culture gets d by emotion, P_c^-1 of the drawn accuracy, and no loss by distance; cultures
/// not measured get the d of the reference culture and keep their loss; `mistaken` mixes the modalities by their fusion
/// weights, which are fitted again. Qualities are levels before the label's discount (a discount above .95 counts as
/// .95 where a labelled rating is freed of it), crisis rates per week.
/// Priors: one half for right and one half for wrong (Jeffreys' Beta), one half for each kind of mistake (Dirichlet),
/// one half for both ends of a rating and of a crisis rate.
/// @param key    seed and replicate; draws have purpose `profile`, second entity the profile's identity
/// @param p      parameters with this assistant in `assistant`
/// @param table  in: make_reading(p, p.assistant)
void draw_profile(const ProfileUse& use, Key key, Parameters& p, ReadingTable& table);

/// The discriminability at which `accuracy` is reached among the alternatives of `psychometric`; 0 at chance and below.
double discriminability_of(const Psychometric& psychometric, double accuracy);

/// Posterior means in closed form: of a row of `counts`, accuracy in the laboratory, and in the clinic before it is
/// held at chance; of a rating as the raters gave it, on [0, 1]; of a rate.
double laboratory_accuracy(const Profile& profile, const ConfusionCounts& counts, int emotion);
double clinic_accuracy(const Profile& profile, const ConfusionCounts& counts, int emotion);
double rating_mean(const RatedQuality& rated);
double rate_mean(double events, double others);
/// The highest level that a quality can have: the whole scale, before the label's discount where raters knew.
double most_level(const RatedQuality& rated, int quality, const Parameters& p);

/// One line of what a profile says.
struct ProfileLine {
  std::string item;             ///< "recognition", "quality", "crisis"
  std::string name;             ///< what: "text, near, sadness"
  std::string state;            ///< "measured", "pooled", "assumed"
  std::string path;             ///< assumed: field whose value stands
  double evidence = 0;          ///< replies, ratings or cases behind it; 0 if pooled or assumed
  double observed = 0;          ///< as counted: share right, mean rating on [0, 1], rate; NaN without evidence
  double study = 0;             ///< posterior mean of the same quantity in the study; NaN if assumed
  double told = 0;              ///< what the model is told: mean over posterior draws
  double low = 0, high = 0;     ///< 95 % interval of it
  double limited = 0;           ///< share of draws held at a limit: accuracy at chance, a level at the end of its scale
  std::string note;
};

/// What was learned, what was not measured. Intervals from `kSummaryDraws` posterior draws, the same ones every time.
/// @param p  the scenario's parameters, whose values stand where nothing was measured
std::vector<ProfileLine> summarise(const Profile& profile, const Parameters& p);
/// What was assumed, added up, pooled or left out on the way, in words.
std::vector<std::string> notes_of(const Profile& profile, const Parameters& p);
inline constexpr int kSummaryDraws = 4000;

}  // namespace hybridcare
