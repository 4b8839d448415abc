#include "agents/hearsay.hpp"

#include "sim/fixed.hpp"
#include "sim/math.hpp"

namespace hybridcare {
namespace {
namespace k = HYBRIDCARE_KERNEL;
}

std::int64_t told(const NetworkParameters& parameters, double trust, double trust_start) {
  const double change = trust - trust_start;
  return to_fixed(change < 0 ? parameters.bad_news * change : change);
}

double hear(const NetworkParameters& p, double opinion, const Hearsay& heard) {
  const double mean = heard.met > 0 ? from_fixed(heard.sum) / heard.met : 0.0;
  return k::clip(p.keep * opinion + p.hear * mean - p.breach * heard.breaches, -1.0, 1.0);
}

double stigma_after(const NetworkParameters& p, double stigma, const Neighbourhood& around) {
  const double mean = around.neighbours > 0 ? from_fixed(around.stigma) / around.neighbours : stigma;
  const double news = (around.left ? p.left : 0.0) - (around.recovered ? p.recovered : 0.0);
  return k::clip(stigma + p.mixing * (mean - stigma) + news, 0.0, 1.0);
}

}  // namespace hybridcare
