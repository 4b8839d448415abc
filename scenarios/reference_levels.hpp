// Levels that the roles of the full model are centred on, so that switching a role on moves the default arms as little
// as can be: what matters is how far a contact lies from them.
#pragma once
#include "agents/parameters.hpp"

namespace hybridcare {

struct ReferenceLevels {
  double human[kQualities];      ///< q-bar: mean quality as expressed by humans
  double assistant[kQualities];  ///< q-bar: the same, by a labelled assistant that reads text
  double insight[kInsightWeeks]; ///< mean insight of clients with a weekly human, as week 0, 1, … begins
};

/// Found by a run: the arms "human" and "ai" of the bundled hybrid_vs_human_vs_ai in the full configuration, every role
/// at its default, 256 replicates with 5,000 therapists each, so that their sampling does not count. q-bar is the mean
/// over all contacts held in weeks 1 to 12 of each quality as expressed, after the floors; insight is the mean over all
/// clients who entered the arm "human", whether or not they left. Repeated with the new levels until none moved by more
/// than .001. A test holds both to within .004 of a run: who changes a default of the full model finds new levels.
const ReferenceLevels& reference_levels();

}  // namespace hybridcare
