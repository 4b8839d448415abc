// Trust looked at closely: erosion under every rule, by trust at entry and as measured; what is lost, how deep, for how
// long; calibration; recognition week by week (model document, section 6).
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "analysis/erosion.hpp"
#include "analysis/theme.hpp"

namespace hybridcare {

inline constexpr double kDepths[] = {.05, .10, .15};  ///< delta
inline constexpr int kSpans[] = {2, 3, 4};            ///< w, contacts in a row
inline constexpr int kDepthCount = 3, kSpanCount = 3, kRules = kDepthCount * kSpanCount;
inline constexpr int kDefaultDepth = 1, kDefaultSpan = 1;
inline constexpr int kDefaultRule = kDefaultDepth * kSpanCount + kDefaultSpan;
inline constexpr int kQuartiles = 4;
inline constexpr double kBack = .05;       ///< trust is back when it is within this of trust at entry
inline constexpr int kBackContacts = 8;    ///< permanent: not back by this many contacts after the event

/// Whose contacts are counted in one set of ends.
enum class Ends : int { rule = 0, quartile = kRules, measured = kRules + kQuartiles };
inline constexpr int kEndSets = kRules + kQuartiles + 1;

/// By week.
enum class BondWeek : int {
  met,                     ///< clients who have met the agent by then
  over, under,             ///< sums over those of trust above and below reliability at their latest contact, 2^-32
  turns, misread, masked   ///< of the week's contacts
};
inline constexpr int kBondWeeks = 6;

/// Over the whole course.
enum class BondTotal : int {
  met,                     ///< clients who met the agent
  area,                    ///< sum over contacts of trust below trust at entry, 2^-32
  depth,                   ///< sum over clients of the most that trust was below trust at entry, 2^-32
  never,                   ///< clients who never met the agent
  hearsay, hearsay_absolute///< sums over those of what they have heard of this kind of agent, 2^-32
};
inline constexpr int kBondTotals = 6;

/// Where each sum of one (replicate, cell, culture) stands.
struct BondLayout {
  int weeks = 0, contacts = 0;

  int at(int agent, BondTotal total) const { return agent * of_agent() + static_cast<int>(total); }
  int at(int agent, BondWeek series, int week) const {
    return agent * of_agent() + kBondTotals + static_cast<int>(series) * (weeks + 1) + week;
  }
  /// Counts of shape (contacts, kErosionEnds). @param index  of a rule or quartile
  int ends(int agent, Ends set, int index = 0) const {
    const int before = kBondTotals + kBondWeeks * (weeks + 1);
    return agent * of_agent() + before + (static_cast<int>(set) + index) * contacts * kErosionEnds;
  }
  int ends_size() const { return contacts * kErosionEnds; }
  /// Counts of shape (kBackContacts, kErosionEnds) by contacts since the event: back (as eroded), or censored.
  int back(int agent) const { return ends(agent, Ends::measured, 1); }
  int size() const { return kAgents * of_agent(); }

 private:
  int of_agent() const {
    return kBondTotals + kBondWeeks * (weeks + 1) + kEndSets * contacts * kErosionEnds + kBackContacts * kErosionEnds;
  }
};

/// Trust at entry below which a quarter, a half and three quarters of all clients begin: of the distribution that they
/// are drawn from, not of those drawn. @param types  whether some are of the disbelieving type
struct TrustQuartiles { double cut[kQuartiles - 1]; };
TrustQuartiles trust_quartiles(const Parameters& parameters, const AgentParameters& agent);

struct BondCell {
  int turns[kAgents][kMostSteps] = {};
  bool has_agent[kAgents] = {};
  bool measured = false;               ///< trust as measured is followed too: in factual courses
  double trust_sd = 0;
  TrustQuartiles quartiles[kAgents];
};

/// What the recorder needs to know.
struct BondPlan {
  CloseCells looked;
  std::vector<BondCell> cells;  ///< by place
  BondLayout layout;
  std::uint32_t seed = 0;
  int cultures = 0;
  BondPlan(const Experiment& experiment, const std::vector<Cell>& cells);
  Sums empty(int replicates) const;
};

ThemeBytes bonds_bytes(const Experiment& experiment, const std::vector<Cell>& cells);
/// Looks at the default variant's arms and their twins. Tables: "erosion_rules", "trust_loss", "calibration",
/// "recognition".
std::unique_ptr<Theme> make_bonds(const Experiment& experiment, const std::vector<Cell>& cells,
                                  std::uint32_t first_replicate);

Table erosion_rules_table(const Estimates& all, const BondPlan& plan, const Sums& sums);
Table trust_loss_table(const Estimates& all, const BondPlan& plan, const Sums& sums);
Table calibration_table(const Estimates& all, const BondPlan& plan, const Sums& sums);
Table recognition_table(const Estimates& all, const BondPlan& plan, const Sums& sums);

}  // namespace hybridcare
