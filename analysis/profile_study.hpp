// What a measured profile does to a scenario's headline: each item measured against not measured, with all others as
// they are, and how far the measurement leaves the answer open.
#pragma once
#include <memory>
#include <vector>

#include "analysis/table.hpp"
#include "scenarios/profile.hpp"
#include "scenarios/run.hpp"

namespace hybridcare {

struct ProfileStudyOptions {
  RunOptions run;
  std::vector<double> elasticities = {0, 1.5, 3};  ///< b_E, at which everything is shown
};

struct ProfileStudy {
  Table effects;  ///< "profile_effects": by item, b_E, outcome
  Table answers;  ///< "profile_answers": by b_E
  RunReport report;
};

/// The profile as the headline's first assistant would use it.
/// @throws UserError if it can't be read, or if no arm of the headline meets an assistant
std::shared_ptr<const Profile> profile_of(const Experiment& experiment, const std::string& path);

/// "profile": what was learned, what is assumed instead, of the headline's first assistant.
Table profile_table(const Experiment& experiment, const Profile& profile);
std::vector<std::string> profile_notes(const Experiment& experiment, const Profile& profile);

/// Runs the arms of the headline, in the default variant, with this profile for every assistant in them: with all items
/// at their posterior means, without each, without all, without the loss from laboratory to clinic, and with a draw for
/// each replicate.
/// @throws UserError where the headline compares nothing; Cancelled
ProfileStudy study_profile(const Experiment& experiment, const std::shared_ptr<const Profile>& profile,
                           const ProfileStudyOptions& options);

}  // namespace hybridcare
