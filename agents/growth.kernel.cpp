#include "agents/growth.hpp"

#include "sim/math.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {
namespace {

void grow_insight(double rate, Lanes lanes, ClientReals& r, const Scratch& s) {
  double* const insight = r.insight + lanes.begin;
  const double *const seen = s.quality[perspective_taking], *const asked = s.quality[curiosity];
  for (int k = 0; k < lanes.count; ++k) insight[k] += rate * seen[k] * asked[k] * (1.0 - insight[k]);
}

void move_motivation(double rate, Lanes lanes, ClientReals& r, const Scratch& s) {
  double* const motivation = r.motivation + lanes.begin;
  const double* const supported = s.quality[autonomy_support];
  for (int k = 0; k < lanes.count; ++k) motivation[k] += rate * (supported[k] - motivation[k]);
}

void lower_stigma(const RoleParameters p, Lanes lanes, ClientReals& r, const Scratch& s) {
  double* const stigma = r.stigma + lanes.begin;
  const double* const validated = s.quality[validation];
  for (int k = 0; k < lanes.count; ++k)
    stigma[k] = clip(stigma[k] - p.stigma * (validated[k] - p.stigma_reference), 0.0, 1.0);
}

/// The mean over all contacts so far; the reference that stands there before the first goes with it.
void average_autonomy(Lanes lanes, ClientReals& r, const Scratch& s) {
  double* const mean = r.autonomy + lanes.begin;
  const double *const supported = s.quality[autonomy_support], *const before = r.contacts + lanes.begin;
  for (int k = 0; k < lanes.count; ++k) mean[k] += (supported[k] - mean[k]) / (before[k] + 1.0);
}

}  // namespace

void grow(const Contact& contact, Lanes lanes, ClientBlock& block, const Scratch& s) {
  const Parameters& p = *contact.parameters;
  ClientReals& r = block.r;
  if (!p.rival.contact_only) {
    if (p.roles.insight_gain != 0) grow_insight(p.roles.insight_gain, lanes, r, s);
    if (p.roles.motivation_rate != 0) move_motivation(p.roles.motivation_rate, lanes, r, s);
    if (p.roles.stigma != 0) lower_stigma(p.roles, lanes, r, s);
    if (p.course.autonomy_decay != 0) average_autonomy(lanes, r, s);
  }
  double* const contacts = r.contacts + lanes.begin;
  for (int k = 0; k < lanes.count; ++k) contacts[k] += 1.0;
}

void fade_insight(const Parameters& parameters, Lanes lanes, ClientBlock& block) {
  const RoleParameters p = parameters.roles;
  if (p.insight_gain == 0 && p.insight_fade == 0) return;
  double *const insight = block.r.insight + lanes.begin, *const before = block.r.insight_before + lanes.begin;
  for (int k = 0; k < lanes.count; ++k) {
    const double faded = insight[k] - p.insight_fade * (insight[k] - p.insight_rest);
    insight[k] = faded;
    before[k] = faded;
  }
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
