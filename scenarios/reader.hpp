// Parts of the reader of scenario files. Seen by reader*.cpp and schema.cpp alone.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "scenarios/json_tree.hpp"
#include "scenarios/scenario.hpp"

namespace hybridcare::detail {

/// A whole number of the experiment or the pathway: one list for the reader, the command line and the schema.
struct Whole {
  const char* key;
  double least, most, fallback;
  const char* unit;
  const char* meaning;
};
inline constexpr Whole kSeed{"seed", 0, 4294967295.0, 1, "", "keys every draw"};
inline constexpr Whole kReplicates{"replicates", 1, 100000, 8, "replicates", "independent repetitions"};
inline constexpr Whole kClients{"clients", 1, 10000000, 1000, "clients", "clients per arm and replicate"};
inline constexpr Whole kWeeks{"weeks", 1, 520, 26, "weeks", "weeks that clients are followed for"};
inline constexpr Whole kReadingWeek{"reading_week", 1, 520, 12, "weeks", "week of the main reading, at most 'weeks'"};
inline constexpr Whole kEveryWeeks{"every_weeks", 1, 52, 1, "weeks", "a contact is due every so many weeks"};
inline constexpr Whole kTurns{"turns", 1, 32, 8, "turns", "turns of a contact"};
inline constexpr Whole kPerWeek{"per_week", 1, 7, 1, "contacts",
                                "contacts in a week in which one is due; they share the dose"};
inline constexpr Whole kReviewEvery{"review_every", 1, 52, 0, "weeks",
                                    "a human looks through the assistant's care every so many weeks"};
inline constexpr Whole kStepWeeks{"weeks", 1, 520, 0, "weeks",
                                  "planned length; without it the step lasts until a transition"};
inline constexpr Whole kPriority{"priority", -1000, 1000, 0, "",
                                 "of several transitions that hold, the smallest goes first"};
inline constexpr int kFormat = 1;
inline constexpr int kMostAssistants = 8;
inline constexpr std::size_t kMostArms = 32, kMostVariants = 16, kMostComponents = 5, kMostTransitions = 64;
inline constexpr double kLongestMinutes = 600;
inline constexpr double kReviewMinutes = 15;  ///< of a review, assumed
inline constexpr double kFastestFade = 2;
inline constexpr double kFarthestPosition = 3;
inline constexpr double kSumTolerance = 1e-9;

[[noreturn]] void fail(const std::string& file, const Node& node, const std::string& message);
/// @throws UserError unless the node is of that kind
void need(Node::Kind kind, const Node& node, const std::string& file);
/// @throws UserError for a member that is not in `known`, naming the nearest
void refuse_unknown(const Node& object, const std::vector<std::string>& known, const std::string& file);
/// The member, of that kind. @throws UserError if it is missing
const Node& required(const Node& object, const char* key, Node::Kind kind, const std::string& file);

double read_real(const Node& node, double least, double most, const char* unit, const std::string& file);
int read_whole(const Node& node, const Whole& whole, const std::string& file);
/// The member `whole.key` of the object, or its default.
int optional_whole(const Node& object, const Whole& whole, const std::string& file);
bool optional_switch(const Node& object, const char* key, bool fallback, const std::string& file);
std::string optional_text(const Node& object, const char* key, const std::string& fallback, const std::string& file);
/// "1.4 is outside [0, 1] unit"
std::string outside(double value, double least, double most, const std::string& unit);

/// The names one level below a prefix of field paths: "" gives the sections.
std::vector<std::string> field_children(const std::string& prefix);

/// The file or folder that a member names: in the scenario's folder, whatever links there are, or refused.
/// @throws UserError
std::string file_beside(const Node& name, const std::string& file);

/// Profiles, and tables of ties, read so far: each once, however many arms and variants name it.
struct Profiles {
  std::string bundled;  ///< folder of those that may be named alone; "" if there is none
  std::map<std::string, std::shared_ptr<const Profile>> read;
  std::map<std::string, std::shared_ptr<const std::vector<Edge>>> ties;  ///< by path
  /// Where the profile of that name is: beside the scenario, else among the bundled ones. @throws UserError
  std::string find(const Node& name, const std::string& file) const;
};

/// Members of a section of fields. @param extra  keys of the section that are no fields and are read elsewhere
void read_section(const Node& section, const std::string& prefix, const std::vector<std::string>& extra,
                  const std::string& file, Parameters& parameters);
void read_cultures(const Node& cultures, const std::string& file, Scenario& scenario);
/// Emotions of the scenario's own, in place of the six.
void read_emotions(const Node& emotions, const std::string& file, Scenario& scenario);
/// What an effect of an attribute acts on, and how large it may be.
struct Target {
  const char* name;
  double most;
  const char* unit;
};
/// In the order of AttributeTarget.
const std::vector<Target>& attribute_targets();
/// "attributes" and "joint_shares".
void read_attributes(const Node& resolved, const std::string& file, Scenario& scenario);
/// Keys of an assistant that are no fields.
std::vector<std::string> assistant_keys();
/// By number.
std::vector<std::string> assistant_names(const Node& resolved, const std::string& file);
/// @pre everything else has been read
void read_assistants(const Node& resolved, const std::string& file, Profiles& profiles, Scenario& scenario);

/// "core" or "full", the default. @throws UserError
Configuration read_configuration(const Node& resolved, const std::string& file);
/// One resolved arm. @throws UserError
Scenario read_scenario(const Node& resolved, const std::string& file, Profiles& profiles);
/// Members of a section that name files ("service", "network", "intake"); of any other section none.
std::vector<std::string> coupling_files(const std::string& section);
/// A counted intake, and what couples the arm's clients if it has "service" or "network".
/// @pre parameters and pathway have been read
void read_coupling(const Node& resolved, const std::string& file, Profiles& read, Scenario& scenario);
/// "trial" or "service". @throws UserError
std::string intake_kind(const Node& resolved, const std::string& file);
/// What the names in a pathway can mean.
struct PathwayNames {
  double session_minutes = 0;               ///< of a full human session: a contact's minutes by default, times its dose
  std::vector<std::string> assistants;      ///< by number; never empty
  std::vector<GuardCategory> categories;    ///< for guards
};
Pathway read_pathway(const Node& node, const PathwayNames& names, const std::string& file);

/// An arm on its way: what it is called, and its tree before any variant.
struct ArmDraft {
  ArmInfo info;
  Node resolved;
};
struct VariantDraft {
  VariantInfo info;
  Node patch;
};

}  // namespace hybridcare::detail

namespace hybridcare {

/// The trees that an experiment was made from, so that an arm can be read again with other values.
struct Source {
  std::string bundled;
  std::vector<detail::ArmDraft> arms;          ///< as the experiment's, component arms included
  std::vector<detail::VariantDraft> variants;  ///< as the experiment's
};

}  // namespace hybridcare

namespace hybridcare::detail {

/// One arm in one variant, as a tree.
Node resolved_in(const VariantDraft& variant, Node arm);
/// Scenarios of one arm in every variant.
std::vector<Scenario> read_variants(const Node& arm, const std::vector<VariantDraft>& variants,
                                    const std::string& file, Profiles& profiles);
/// Reads "headline", and adds the cells of its split to the arms.
/// @param node  the member "headline", or null
void read_headline(const Node* node, const std::vector<VariantDraft>& variants, std::vector<ArmDraft>& arms,
                   Profiles& profiles, Experiment& experiment);
/// What tells two scenarios apart: a field's path or a part of the pathway; "" if nothing does.
std::string difference(const Scenario& a, const Scenario& b);

}  // namespace hybridcare::detail
