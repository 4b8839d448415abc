#include "analysis/erosion.hpp"

namespace hybridcare {

Incidence aalen_johansen(std::span<const double> ends) {
  const std::size_t contacts = ends.size() / kErosionEnds;
  double at_risk = 0;
  for (const double count : ends) at_risk += count;
  Incidence result;
  double free = 1, eroded = 0, dropped = 0, ended = 0;  // free: no event of any kind so far
  for (std::size_t k = 0; k < contacts; ++k) {
    const std::span<const double> at = ends.subspan(k * kErosionEnds, kErosionEnds);
    result.at_risk.push_back(at_risk);
    if (at_risk > 0) {
      const double share = free / at_risk;
      eroded += share * at[0];
      dropped += share * at[1];
      ended += share * at[2];
      free -= share * (at[0] + at[1] + at[2]);
      at_risk -= at[0] + at[1] + at[2] + at[3];
    }
    result.eroded.push_back(eroded);
    result.dropped.push_back(dropped);
    result.ended.push_back(ended);
  }
  return result;
}

LastIncidence last_incidence(std::span<const double> ends) {
  LastIncidence last;
  for (const double count : ends) last.at_risk += count;
  double at_risk = last.at_risk, free = 1;
  for (std::size_t k = 0; k + kErosionEnds <= ends.size() && at_risk > 0; k += kErosionEnds) {
    const double share = free / at_risk;
    last.eroded += share * ends[k];
    last.dropped += share * ends[k + 1];
    last.ended += share * ends[k + 2];
    free -= share * (ends[k] + ends[k + 1] + ends[k + 2]);
    at_risk -= ends[k] + ends[k + 1] + ends[k + 2] + ends[k + 3];
  }
  return last;
}

}  // namespace hybridcare
