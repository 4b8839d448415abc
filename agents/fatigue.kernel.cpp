#include "agents/fatigue.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

void tire(const Parameters& parameters, bool coached, Lanes lanes, ClientBlock& block) {
  const TherapistParameters p = parameters.therapists;
  const double load = p.load, severity = p.caseload_severity;
  if (p.fatigue_start <= 0 && next_fatigue(p, 0.0, load, severity, false) <= 0) return;  // rested people stay rested
  double* const fatigue = block.r.fatigue + lanes.begin;
  for (int k = 0; k < lanes.count; ++k) fatigue[k] = next_fatigue(p, fatigue[k], load, severity, coached);
}

void rely(const Parameters& parameters, bool coached, Lanes lanes, ClientBlock& block) {
  const double rate = parameters.coaching.reliance_rate;
  if (rate == 0) return;
  double* const reliance = block.r.reliance + lanes.begin;
  const double* const met = block.human.met + lanes.begin;
  for (int k = 0; k < lanes.count; ++k) {
    const double used = coached && met[k] > 0 ? 1.0 : 0.0;
    reliance[k] += rate * (used - reliance[k]);
  }
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
