// Every pass of agents/, once per instruction set, for tests alone: one test then checks all that a machine can run.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "agents/alliance.hpp"
#include "agents/change.hpp"
#include "agents/course.hpp"
#include "agents/fatigue.hpp"
#include "agents/growth.hpp"
#include "agents/intake.hpp"
#include "agents/leaving.hpp"
#include "agents/plan.hpp"
#include "agents/practice.hpp"
#include "agents/privacy.hpp"
#include "agents/quality.hpp"
#include "agents/recognition.hpp"
#include "agents/repair.hpp"
#include "agents/safety.hpp"
#include "agents/trust.hpp"
#include "scenarios/lanes.hpp"
#include "sim/isa.hpp"

namespace hybridcare {

/// Pointers to the passes of one instruction set; all have the same signatures.
struct Passes {
  const char* name;
  decltype(&HYBRIDCARE_KERNEL::enter) enter;
  decltype(&HYBRIDCARE_KERNEL::natural_course) natural_course;
  decltype(&HYBRIDCARE_KERNEL::waiting_shift) waiting_shift;
  decltype(&HYBRIDCARE_KERNEL::accumulate_gain) accumulate_gain;
  decltype(&HYBRIDCARE_KERNEL::usual_care) usual_care;
  decltype(&HYBRIDCARE_KERNEL::prepare) prepare;
  decltype(&HYBRIDCARE_KERNEL::recognise) recognise;
  decltype(&HYBRIDCARE_KERNEL::play_turns) play_turns;
  decltype(&HYBRIDCARE_KERNEL::express) express;
  decltype(&HYBRIDCARE_KERNEL::change) change;
  decltype(&HYBRIDCARE_KERNEL::sudden_gain) sudden_gain;
  decltype(&HYBRIDCARE_KERNEL::hold_trust) hold_trust;
  decltype(&HYBRIDCARE_KERNEL::update_trust) update_trust;
  decltype(&HYBRIDCARE_KERNEL::update_alliance) update_alliance;
  decltype(&HYBRIDCARE_KERNEL::rate) rate;
  decltype(&HYBRIDCARE_KERNEL::practise) practise;
  decltype(&HYBRIDCARE_KERNEL::hazard) hazard;
  decltype(&HYBRIDCARE_KERNEL::leave) leave;
  decltype(&HYBRIDCARE_KERNEL::attend) attend;
  decltype(&HYBRIDCARE_KERNEL::sort_lanes) sort_lanes;
  decltype(&HYBRIDCARE_KERNEL::holds) holds;
  double (*accuracy)(const double* term, double d);
  decltype(&HYBRIDCARE_KERNEL::meet_therapist) meet_therapist;
  decltype(&HYBRIDCARE_KERNEL::start_bond) start_bond;
  decltype(&HYBRIDCARE_KERNEL::grow) grow;
  decltype(&HYBRIDCARE_KERNEL::fade_insight) fade_insight;
  decltype(&HYBRIDCARE_KERNEL::practise_offer) practise_offer;
  decltype(&HYBRIDCARE_KERNEL::pay_writing) pay_writing;
  decltype(&HYBRIDCARE_KERNEL::choose_pathway) choose_pathway;
  decltype(&HYBRIDCARE_KERNEL::learn_fit) learn_fit;
  decltype(&HYBRIDCARE_KERNEL::make_use) make_use;
  decltype(&HYBRIDCARE_KERNEL::tire) tire;
  decltype(&HYBRIDCARE_KERNEL::rely) rely;
  decltype(&HYBRIDCARE_KERNEL::lose_privacy) lose_privacy;
  decltype(&HYBRIDCARE_KERNEL::watch_risk) watch_risk;
};

namespace baseline { extern const Passes passes; }
namespace avx2 { extern const Passes passes; }
namespace avx512 { extern const Passes passes; }

/// The passes of every instruction set that is compiled in and that this machine can run, baseline first.
inline std::vector<const Passes*> all_passes() {
  std::vector<const Passes*> found;
  for ([[maybe_unused]] const std::string& set : instruction_sets()) {
    if (set == "baseline") found.push_back(&baseline::passes);
#ifdef HYBRIDCARE_HAS_AVX2
    if (set == "avx2") found.push_back(&avx2::passes);
#endif
#ifdef HYBRIDCARE_HAS_AVX512
    if (set == "avx512") found.push_back(&avx512::passes);
#endif
  }
  return found;
}

}  // namespace hybridcare
