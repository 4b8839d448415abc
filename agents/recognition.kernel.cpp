#include "agents/recognition.hpp"

#include "sim/math.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {
namespace {

/// Columns that an agent's reading of these clients depends on.
struct Reader {
  const AgentParameters& agent;
  const ReadingTable& table;
  const AgentColumns& bond;
  double added;      ///< to d, by coaching
  bool no_distance;  ///< twin: as if of the agent's culture
};

/// One channel without context memory: what the core has.
HYBRIDCARE_INLINE bool reads_plainly(const AgentParameters& p) {
  bool one = p.uses[by_text];
  for (int m = by_text + 1; m < kModalities; ++m) one = one && !p.uses[m];
  return one && p.memory_state == 0;
}

/// Core: one channel, no emotions drawn.
void recognise_plainly(const Contact& contact, Lanes lanes, ClientBlock& block, Scratch& s) {
  const AgentParameters p = *contact.agent;
  const double keep = contact.no_distance ? 0.0 : 1.0 - p.competence;
  AgentColumns& a = columns_of(contact.partner, block);
  const double *const distance = a.distance + lanes.begin, *const contacts = a.contacts + lanes.begin;
  const double* const tau = block.r.weeks_in_care + lanes.begin;
  double *const as_it_is = s.right_chance, *const as_it_seems = s.logit;
  const int count = whole_vectors(lanes.count);
  for (int k = 0; k < count; ++k) {
    const double familiar = exp(-p.familiarity * contacts[k]);
    const double recalled = 1.0 + p.memory_gain * p.memory * sqrt(tau[k]);
    const double memory = recalled < p.memory_most ? recalled : p.memory_most;
    as_it_is[k] = discriminability(p, keep * distance[k], familiar, memory);
    as_it_seems[k] = discriminability(p, 0.0, familiar, memory);
  }
  double *const x = s.normal[0], *const b1 = s.normal[1], *const b2 = s.normal[2];
  accuracies(contact.psychometric, as_it_is, count, x, b1, b2, s.right_chance);
  accuracies(contact.psychometric, as_it_seems, count, x, b1, b2, as_it_seems);
  for (int k = 0; k < lanes.count; ++k) a.confidence[lanes.begin + k] = as_it_seems[k];
}

/// Probability of feeling each emotion, into s.quality[e], and their running sums as thresholds, into s.feels[e].
void set_feelings(const RecognitionParameters& p, int emotions, Lanes lanes, const ClientReals& r, Scratch& s) {
  const double* const symptom = r.symptom + lanes.begin;
  const int count = whole_vectors(lanes.count);
  double* const sum = s.normal[0];
  for (int k = 0; k < count; ++k) sum[k] = 0.0;
  for (int e = 0; e < emotions; ++e) {
    double* const share = s.quality[e];
    for (int k = 0; k < count; ++k) {
      share[k] = exp(p.base[e] + p.slope[e] * (symptom[k] - p.symptom_reference));
      sum[k] += share[k];
    }
  }
  double* const below = s.normal[1];
  for (int k = 0; k < count; ++k) below[k] = 0.0;
  for (int e = 0; e < emotions; ++e)
    for (int k = 0; k < count; ++k) {
      s.quality[e][k] /= sum[k];
      below[k] += s.quality[e][k];
      s.feels[e][k] = threshold(below[k]);
    }
}

/// What distance and memory do to d, lane by lane: into s.normal[3] (distance that shows) and s.normal[4] (memory).
void set_closeness(const Reader& reader, Lanes lanes, const ClientReals& r, Scratch& s) {
  const AgentParameters& p = reader.agent;
  const double keep = reader.no_distance ? 0.0 : 1.0 - p.competence;
  const double* const distance = reader.bond.distance + lanes.begin;
  const double* const contacts = reader.bond.contacts + lanes.begin;
  const double *const known = reader.bond.memory + lanes.begin, *const tau = r.weeks_in_care + lanes.begin;
  const int count = whole_vectors(lanes.count);
  for (int k = 0; k < count; ++k) {
    s.normal[3][k] = keep * distance[k] * exp(-p.familiarity * contacts[k]);
    const double recalled = 1.0 + p.memory_gain * p.memory * sqrt(tau[k]) + p.memory_state * known[k];
    s.normal[4][k] = recalled < p.memory_most ? recalled : p.memory_most;
  }
}

/// Fused d of emotion e without memory: plain into `plain`, with masked modalities weakened into `masked`.
/// @param at_home  as if the client were of the agent's culture: what the agent believes
void fuse_lanes(const Reader& reader, double weakened, int e, bool at_home, Lanes lanes, const ClientWords& w,
                Scratch& s, double* plain, double* masked) {
  const ReadingTable& t = reader.table;
  const auto home = static_cast<std::uint32_t>(t.home);
  const bool one_row = at_home || reader.no_distance;
  const int count = whole_vectors(lanes.count);
  for (int k = 0; k < count; ++k) plain[k] = masked[k] = 0.0;
  for (int m = 0; m < kModalities; ++m) {
    if (!t.in_use[m]) continue;
    const double left = 1.0 - reader.agent.masking[m] * (1.0 - weakened);
    const std::uint32_t* const culture = w.culture + lanes.begin;
    for (int k = 0; k < count; ++k) {
      const auto c = static_cast<std::int32_t>(one_row ? home : culture[k]);
      const double far = at_home ? 0.0 : s.normal[3][k];
      const double d = (t.d[c][m][e] + reader.added) * (1.0 - t.loss[c][m] * far);
      plain[k] += t.weight[m] * (d > 0 ? d : 0.0);
      masked[k] += t.weight[m] * left * (d > 0 ? d : 0.0);
    }
  }
}

/// The same with weights fitted to each client: one active set a lane, and only where a scenario asks for it.
void fuse_each(const Reader& reader, double weakened, int e, bool at_home, Lanes lanes, const ClientWords& w,
               const Scratch& s, double* plain, double* masked) {
  const ReadingTable& t = reader.table;
  for (int k = 0; k < lanes.count; ++k) {
    const std::uint32_t own = w.culture[lanes.begin + k];
    const std::uint32_t c = at_home || reader.no_distance ? static_cast<std::uint32_t>(t.home) : own;
    double d[kModalities], weight[kModalities];
    for (int m = 0; m < kModalities; ++m) {
      const double far = at_home ? 0.0 : s.normal[3][k];
      const double left = (t.d[c][m][e] + reader.added) * (1.0 - t.loss[c][m] * far);
      d[m] = left > 0 ? left : 0.0;
    }
    fuse(t.in_use, d, t.correlation, weight);
    plain[k] = masked[k] = 0.0;
    for (int m = 0; m < kModalities; ++m) {
      plain[k] += weight[m] * d[m];
      masked[k] += weight[m] * d[m] * (1.0 - reader.agent.masking[m] * (1.0 - weakened));
    }
  }
}

void fused(const Reader& reader, const Contact& c, int e, bool at_home, Lanes lanes, const ClientBlock& b, Scratch& s,
           double* plain, double* masked) {
  const double weakened = c.parameters->recognition.masked;
  if (reader.agent.fusion == fusion_by_culture)
    fuse_each(reader, weakened, e, at_home, lanes, b.w, s, plain, masked);
  else
    fuse_lanes(reader, weakened, e, at_home, lanes, b.w, s, plain, masked);
}

/// Probability right at d times memory times `factor`, into `out`.
void chance_of(const Contact& c, const double* d, double factor, int count, Scratch& s, double* out) {
  for (int k = 0; k < count; ++k) out[k] = d[k] * s.normal[4][k] * factor;
  accuracies(c.psychometric, out, count, s.normal[0], s.normal[1], s.normal[2], out);
}

/// Whether a display rule acts on anything that the agent reads; if not, masked is plain.
bool is_masked(const AgentParameters& agent) {
  bool found = false;
  for (int m = 0; m < kModalities; ++m) found = found || (agent.uses[m] && agent.masking[m] > 0);
  return found;
}

/// Thresholds of reading emotion e right, plain and masked, at s.chance[first] and s.chance[first + 1]; and the plain
/// probability in s.logit.
void set_chances(const Contact& c, const Reader& reader, const double* plain, const double* masked, double factor,
                 int first, int e, int count, Scratch& s) {
  double* const chance = s.logit;
  const bool apart = is_masked(reader.agent);
  if (apart) {
    chance_of(c, masked, factor, count, s, chance);
    for (int k = 0; k < count; ++k) s.chance[first + 1][e][k] = threshold(chance[k]);
  }
  chance_of(c, plain, factor, count, s, chance);
  for (int k = 0; k < count; ++k) s.chance[first][e][k] = threshold(chance[k]);
  if (apart) return;
  for (int k = 0; k < count; ++k) s.chance[first + 1][e][k] = s.chance[first][e][k];
}

void read_fully(const Contact& c, Lanes lanes, ClientBlock& b, Scratch& s) {
  const RecognitionParameters& p = c.parameters->recognition;
  AgentColumns& bond = columns_of(c.partner, b);
  const double coached = c.coached ? c.parameters->coaching.discriminability : 0.0;
  const Reader reader{*c.agent, *c.reading, bond, coached, c.no_distance};
  set_feelings(p, reader.table.emotions, lanes, b.r, s);
  set_closeness(reader, lanes, b.r, s);
  const int classes = reader.table.by_emotion ? reader.table.emotions : 1;
  double *const plain = s.normal[5], *const masked = s.normal[6], *const chance = s.logit;
  double* const confidence = s.normal[7];
  const int count = whole_vectors(lanes.count);
  for (int k = 0; k < count; ++k) s.right_chance[k] = confidence[k] = 0.0;
  for (int e = 0; e < classes; ++e) {
    fused(reader, c, e, false, lanes, b, s, plain, masked);
    if (p.asking > 0) set_chances(c, reader, plain, masked, p.second_look, 2, e, count, s);
    set_chances(c, reader, plain, masked, 1.0, 0, e, count, s);
    for (int k = 0; k < count; ++k) s.right_chance[k] += chance[k] * (classes > 1 ? s.quality[e][k] : 1.0);
    fused(reader, c, e, true, lanes, b, s, plain, masked);
    chance_of(c, plain, 1.0, count, s, chance);
    for (int k = 0; k < count; ++k) confidence[k] += chance[k] * (classes > 1 ? s.quality[e][k] : 1.0);
  }
  for (int k = 0; k < lanes.count; ++k) bond.confidence[lanes.begin + k] = confidence[k];
}

/// What the coaching assistant would read in these clients, for the turns in which a therapist takes over its reading.
void read_as_assistant(const Contact& c, Lanes lanes, const ClientBlock& b, Scratch& s) {
  const Reader reader{c.parameters->assistant, *c.second_reader, b.assistant, 0.0, c.no_distance};
  set_closeness(reader, lanes, b.r, s);
  const int classes = reader.table.by_emotion ? reader.table.emotions : 1;
  double *const plain = s.normal[5], *const masked = s.normal[6];
  for (int e = 0; e < classes; ++e) {
    fused(reader, c, e, false, lanes, b, s, plain, masked);
    set_chances(c, reader, plain, masked, 1.0, 4, e, whole_vectors(lanes.count), s);
  }
}

}  // namespace

void recognise(const Contact& contact, Lanes lanes, ClientBlock& block, Scratch& s) {
  const bool drawn = contact.parameters->recognition.emotions_drawn;
  if (!drawn && reads_plainly(*contact.agent)) return recognise_plainly(contact, lanes, block, s);
  read_fully(contact, lanes, block, s);
  if (contact.coached) read_as_assistant(contact, lanes, block, s);
}

void remember(const Contact& contact, Lanes lanes, ClientBlock& block, const Scratch& s) {
  const double growth = contact.parameters->recognition.memory_growth * contact.agent->memory;
  if (growth == 0.0) return;
  double* const known = columns_of(contact.partner, block).memory + lanes.begin;
  for (int k = 0; k < lanes.count; ++k) known[k] += growth * s.quality[curiosity][k] * (1.0 - known[k]);
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
