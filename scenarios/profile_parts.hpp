// Parts of the reader of profiles. Seen by profile*.cpp alone.
#pragma once
#include <string>

#include "scenarios/json_tree.hpp"
#include "scenarios/profile.hpp"

namespace hybridcare::detail {

inline constexpr double kJeffreys = .5;   ///< prior per cell of a row of counts, a rating, a rate
inline constexpr double kMostCount = 1e9;

/// A CSV file that a profile names: where it is, and what messages call it.
struct BesideFile {
  std::string path, shown;
};

/// Cells of a row of counts that the posterior knows: emotions, and perhaps classes without one.
inline int cells_of(const Profile& profile) {
  return static_cast<int>(profile.target.emotions.size()) + (profile.other_class ? 1 : 0);
}

/// "recognition": counts, classes, cultures. @param node  the member  @param csv  the file it names
void read_confusion(const Node& node, const std::string& json, const BesideFile& csv, Profile& profile);
void read_ratings(const BesideFile& csv, Profile& profile);
void read_crisis(const BesideFile& csv, Profile& profile);

}  // namespace hybridcare::detail
