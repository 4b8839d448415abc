// Arms with a service or a network, made by hand.
#pragma once
#include "scenarios/service.hpp"
#include "tests/unit/scenarios/week_arms.hpp"

namespace hybridcare::test {

/// Puts a service before the pathway of an arm: everybody seeks help at once, nobody gives up, nothing was heard or
/// wished for. Tests then switch on what they are about.
inline Scenario with_service(Scenario s, double slots, double arrivals = 0, int in_need = 0) {
  Coupling c = s.coupling ? *s.coupling : Coupling{};
  c.service = true;
  c.door = s.pathway.start;
  for (const char* name : {"in_need", "waiting_list"}) {
    Step step;
    step.name = name;
    s.pathway.steps.push_back(step);
  }
  c.in_need = static_cast<int>(s.pathway.steps.size()) - 2;
  c.on_list = c.in_need + 1;
  s.pathway.start = c.in_need;
  s.coupling = std::make_shared<const Coupling>(c);
  ServiceParameters& p = s.parameters.service;
  p = {};
  p.slots = slots, p.arrivals = arrivals, p.in_need = in_need;
  p.seek = 50, p.severity_unit = 5, p.ageing = .05;
  return s;
}

inline Scenario with_network(Scenario s) {
  Coupling c = s.coupling ? *s.coupling : Coupling{};
  c.network = true;
  s.coupling = std::make_shared<const Coupling>(c);
  s.parameters.network = {6, .1, .7, .95, .03, 2.5, .1, .02, .01, .01};
  s.parameters.service.meeting_hearsay = 2;
  return s;
}

/// Care by a human every week for so many weeks, from which nobody leaves early, by as many therapists.
inline Scenario steady(int weeks, int therapists) {
  Scenario s = arm_of({1, 0, false, false, Comparator::none, weeks});
  s.parameters.therapists.count = therapists;
  s.parameters.leaving.intercept = -700;
  s.parameters.leaving.ending = 0;
  return s;
}

inline int last_step(const Scenario& s) { return static_cast<int>(s.pathway.steps.size()) - 1; }

}  // namespace hybridcare::test
