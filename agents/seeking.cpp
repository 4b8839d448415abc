#include "agents/seeking.hpp"

#include "agents/attributes.hpp"
#include "agents/privacy.hpp"
#include "agents/purposes.hpp"
#include "sim/draws.hpp"
#include "sim/math.hpp"

namespace hybridcare {
namespace {
namespace k = HYBRIDCARE_KERNEL;
}

bool preference_met(const FrontDoor& door, double preference) {
  return preference > 0 ? door.assistant : preference < 0 && door.human;
}

double seeking_logit(const Parameters& parameters, const FrontDoor& whole, const ClientBlock& block, int i) {
  const ServiceParameters& p = parameters.service;
  const ClientReals& r = block.r;
  const FrontDoor door = block.w.events[i] & kWithoutAssistant ? FrontDoor{whole.human, false, 1} : whole;
  const double hearsay = door.assistant ? r.hearsay_assistant[i] : r.hearsay_human[i];
  const double severity = (r.phq9[i] - p.severity_reference) / p.severity_unit;
  double logit = p.seek + p.seek_severity * severity - p.seek_stigma * (r.stigma[i] - p.stigma_reference);
  logit += p.seek_hearsay * hearsay;
  logit += preference_met(door, r.preference[i]) ? p.seek_preference : 0.0;
  logit -= p.seek_privacy * k::privacy_scale(parameters.privacy) * r.privacy[i] * (door.modalities - 1);
  logit += k::effect_of(parameters.attributes, on_seeking, r, i);
  return logit + (door.by_assistant_alone() ? p.front_door : 0.0);
}

void decide(const Parameters& parameters, const FrontDoor& door, Key key, int week, std::uint32_t in_need,
            const ClientBlock& block, Decisions& out) {
  alignas(64) Word word[4];
  k::philox_lanes(key, block.w.id, block.size, std::uint32_t{0}, k::when(static_cast<std::uint32_t>(week)),
                  k::tag(Purpose::service), word[0], word[1], word[2], word[3]);
  const std::uint32_t gives_up = k::threshold(parameters.service.reneging);
  for (int i = 0; i < block.size; ++i) {
    out.seeks[i] = block.w.step[i] == in_need &&
                   word[0][i] < k::threshold(k::logistic(seeking_logit(parameters, door, block, i)));
    out.gives_up[i] = word[1][i] < gives_up;
  }
}

void first_meeting(const ServiceParameters& p, int trust_form, double strength, double hearsay, bool unmet,
                   AgentColumns& a, int i) {
  const double good = p.meeting_hearsay * k::max(hearsay, 0.0);
  const double bad = p.meeting_hearsay * k::max(-hearsay, 0.0) + (unmet ? p.unmet_preference : 0.0);
  if (good == 0 && bad == 0) return;
  if (trust_form == rescorla_wagner) {
    a.trust_good[i] = (strength * a.trust_good[i] + good) / (strength + good + bad);
    a.trust_bad[i] = 1.0 - a.trust_good[i];
  } else {
    a.trust_good[i] += good;
    a.trust_bad[i] += bad;
  }
  a.trust_start[i] = a.trust_good[i] / (a.trust_good[i] + a.trust_bad[i]);
  a.trust_before[i] = a.trust_start[i];
}

}  // namespace hybridcare
