// Compiled once per instruction set, like the passes that it lists.
#include "tests/unit/agents/passes.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {
namespace {

#define HYBRIDCARE_TEXT(name) #name
#define HYBRIDCARE_NAME(name) HYBRIDCARE_TEXT(name)

double accuracy_at(const double* term, double d) {
  double x, b1, b2, found;
  accuracies(term, &d, 1, &x, &b1, &b2, &found);
  return found;
}

}  // namespace

extern const Passes passes;
const Passes passes = {HYBRIDCARE_NAME(HYBRIDCARE_KERNEL),
                       enter, natural_course, waiting_shift, accumulate_gain, usual_care, prepare, recognise,
                       play_turns, express, change, sudden_gain, hold_trust, update_trust, update_alliance, rate,
                       practise, hazard, leave, attend, sort_lanes, holds, accuracy_at, meet_therapist, start_bond,
                       grow, fade_insight, practise_offer, pay_writing, choose_pathway, learn_fit, make_use, tire,
                       rely, lose_privacy, watch_risk};

}  // namespace hybridcare::HYBRIDCARE_KERNEL
