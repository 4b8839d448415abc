#include "analysis/satisfaction.hpp"

#include "sim/math.hpp"

namespace hybridcare {

double satisfaction(const SatisfactionParameters& p, double trust, double empathy, double improvement, double waited) {
  return baseline::logistic(p.intercept + p.trust * trust + p.empathy * empathy + p.improvement * improvement -
                            p.waited * waited);
}

}  // namespace hybridcare
