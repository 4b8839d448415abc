#include "agents/alliance.hpp"

#include "sim/math.hpp"
#include "sim/philox.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

void update_alliance(const Contact& contact, Lanes lanes, ClientBlock& block, const Scratch& s) {
  const AllianceParameters p = contact.parameters->alliance;
  const double share = contact.agent->alliance_share;
  AgentColumns& a = columns_of(contact.partner, block);
  const ClientReals& r = block.r;
  const int at = lanes.begin;
  for (int k = 0; k < lanes.count; ++k) {
    const double offered = p.base + p.empathy * s.empathy[k] + p.validation * s.quality[validation][k] +
                           p.attunement * s.quality[attunement][k] +
                           p.autonomy_support * s.quality[autonomy_support][k] + p.trust * a.trust_before[at + k];
    const double better = p.improvement * (r.phq9_start[at + k] - r.phq9[at + k]);
    const double noticed = static_cast<std::int32_t>(s.noticed[k]);
    const double unrepaired = noticed - static_cast<std::int32_t>(s.repaired[k]);
    const double resolved = noticed >= 2 && unrepaired < 2 ? p.resolved : 0.0;
    const double old = a.alliance[at + k];
    const double pulled = old + p.rate * (share * offered + r.halo[at + k] + better - old);
    const double now = clip(pulled - p.rupture * unrepaired + resolved, 0.0, p.most);
    a.alliance[at + k] = now;
    a.alliance_mean[at + k] += p.mean_rate * (now - a.alliance_mean[at + k]);
  }
}

void rate(const Contact& contact, Lanes lanes, ClientBlock& block, Scratch& s) {
  const RatingParameters p = contact.parameters->ratings;
  const double improvement = contact.parameters->alliance.improvement;
  AgentColumns& a = columns_of(contact.partner, block);
  const ClientReals& r = block.r;
  const int at = lanes.begin;
  philox_lanes(contact.key, block.w.id + at, lanes.count, static_cast<std::uint32_t>(contact.partner), contact.when(),
               tag(Purpose::ratings, 0), s.word[0], s.word[1], s.word[2], s.word[3]);
  for (int word = 0; word < 3; ++word) normals(s.word[word], whole_vectors(lanes.count), s.normal[word]);
  for (int k = 0; k < lanes.count; ++k) {
    const double lenient = r.halo[at + k] + improvement * (r.phq9_start[at + k] - r.phq9[at + k]);
    const double unrepaired = static_cast<std::int32_t>(s.noticed[k] - s.repaired[k]);
    const double liked = p.heard_halo * r.halo[at + k] + p.heard_match * a.match[at + k];
    const double heard = liked + p.heard_empathy * s.rated_empathy[k] + p.heard_validation * s.quality[validation][k] +
                         p.heard_unrepaired * (1.0 - unrepaired / 3.0) + p.heard_sd * s.normal[2][k];
    a.alliance_rating[at + k] = a.alliance[at + k] + p.alliance_sd * s.normal[0][k];
    a.empathy_rating[at + k] = s.rated_empathy[k] + lenient + p.empathy_sd * s.normal[1][k];
    a.felt_heard[at + k] = round_half_up(5.0 * clip(heard, 0.0, 1.0));
  }
}

void relax_alliance(const AllianceParameters& parameters, Lanes lanes, AgentColumns& a) {
  const double rate = parameters.mean_rate;
  for (int i = lanes.begin; i < lanes.begin + lanes.count; ++i)
    a.alliance_mean[i] += a.met[i] > 0 ? 0.0 : rate * (a.alliance[i] - a.alliance_mean[i]);
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
