// S17: risk states, who sees them, false alarms, reviews. A model of workload and delay, never of a person's safety.
#pragma once
#include "agents/client.hpp"
#include "agents/parameters.hpp"
#include "agents/scratch.hpp"
#include "sim/draws.hpp"
#include "sim/kernel.hpp"

namespace hybridcare {

/// What a step does about risk in this week.
struct Watch {
  bool in_care = false;       ///< a week at risk that nobody sees counts as missed
  bool review = false;        ///< a human reviews the assistant's care this week
  double review_minutes = 0;  ///< for each client
};

namespace HYBRIDCARE_KERNEL {

/// Every week and for everybody, after the contacts (reads `met`). A risk state can begin above a level of symptoms; it
/// ends when they fall to it or below, or with its detection: by a human or an assistant who met the client this week,
/// or by a review. Counts weeks at risk that were missed in care, weeks until detection and until a human met the
/// client or was told, false alarms, and a human's minutes (adds to week_minutes).
void watch_risk(const Parameters& parameters, const Watch& watch, Key key, int week, Lanes lanes, ClientBlock& block,
                Scratch& scratch);

}  // namespace HYBRIDCARE_KERNEL
}  // namespace hybridcare
