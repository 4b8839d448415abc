// Parts of the reader of profiles. Seen by profile*.cpp alone.
#pragma once
#include <numeric>
#include <string>

#include "scenarios/json_tree.hpp"
#include "scenarios/profile.hpp"

namespace hybridcare::detail {

inline constexpr double kJeffreys = .5;   ///< prior for right and for wrong, each kind of mistake, both ends of a share
inline constexpr double kMostCount = 1e9;

/// A CSV file that a profile names: where it is, and what messages call it.
struct BesideFile {
  std::string path, shown;
};

/// Replies in the row of an emotion, those included that were taken for a class without one.
inline double replies_of(const Profile& profile, const ConfusionCounts& counts, int emotion) {
  const std::size_t emotions = profile.target.emotions.size();
  return std::accumulate(counts.count[emotion], counts.count[emotion] + emotions + 1, 0.0);
}

/// "recognition": counts, classes, cultures. @param node  the member  @param csv  the file it names
void read_confusion(const Node& node, const std::string& json, const BesideFile& csv, Profile& profile);
void read_ratings(const BesideFile& csv, Profile& profile);
void read_crisis(const BesideFile& csv, Profile& profile);

}  // namespace hybridcare::detail
