// What a user asks to be measured beside the standard outcomes, as written.
#pragma once
#include <string>
#include <vector>

namespace hybridcare {

/// A measure as asked for.
struct MeasureRequest {
  std::string name;
  std::string of;            ///< a number or a condition, such as "phq9_start - phq9 >= 6"
  std::string given;         ///< condition on the clients counted, read at the same time; "": all
  std::string when = "at";   ///< "at" the week, or over weeks 1 to it: "ever" (a condition), "mean", "total"
  int week = -1;             ///< -1: the reading week for "at", else all weeks followed
  double least = 0;          ///< a client counts as higher or lower in an arm from this difference on; 0: any
};
/// Groups of clients as asked for, read at entry.
struct GroupingRequest {
  std::string name;
  std::string of;            ///< a category, such as "culture"; a condition; or a number, cut into bands
  std::vector<double> cuts;  ///< ascending; a band holds its lower cut
};
struct WatchRequest {
  std::vector<MeasureRequest> measures;
  std::vector<GroupingRequest> groupings;
};

}  // namespace hybridcare
