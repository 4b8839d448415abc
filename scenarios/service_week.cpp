#include "scenarios/service_week.hpp"

#include <algorithm>
#include <limits>

#include "sim/fixed.hpp"
#include "sim/math.hpp"

namespace hybridcare {
namespace {

namespace k = HYBRIDCARE_KERNEL;

constexpr double kMiddle = 13.5;  ///< points: half of the scale, where a caseload neither tires nor rests

std::vector<double> slots_of(const ServiceWorld& world) {
  if (!world.coupling->slots.empty()) return world.coupling->slots;
  return std::vector<double>(static_cast<std::size_t>(world.input->therapists.count), world.parameters().service.slots);
}

/// Spread of the first measurement: episode, momentary deviation and measurement.
double score_sd(const Parameters& p) {
  const double keep = 1.0 - p.course.symptom_return;
  const double momentary = p.course.symptom_sd * p.course.symptom_sd / (1.0 - keep * keep);
  return k::sqrt(p.intake.episode_sd * p.intake.episode_sd + momentary +
                 p.course.measurement_sd * p.course.measurement_sd);
}

bool in_care(const ClientBlock& b, int i) { return b.w.exit[i] == static_cast<std::uint32_t>(Exit::none); }

}  // namespace

void Caseload::clear(std::size_t therapists) {
  for (auto* sums : {&symptom, &clients, &coached}) sums->assign(therapists, 0);
}

void Caseload::add(const Caseload& part) {
  for (std::size_t j = 0; j < clients.size(); ++j) {
    symptom[j] += part.symptom[j];
    clients[j] += part.clients[j];
    coached[j] += part.coached[j];
  }
}

double Caseload::severity(std::size_t j) const {
  return clients[j] > 0 ? from_fixed(symptom[j]) / static_cast<double>(clients[j]) : kMiddle;
}

bool Caseload::mostly_coached(std::size_t j) const { return 2 * coached[j] > clients[j]; }

ServiceWeekWork::ServiceWeekWork(const ServiceWorld& world, const std::vector<Need>& needs)
    : world_(world),
      needs_(needs),
      service_(world.coupling->service),
      quantiles_(severity_quantiles(world.parameters().intake.episode_mean, score_sd(world.parameters()))),
      resources_(slots_of(world), world.parameters().service.assistant_contacts, world.parameters().service.budget),
      least_human_(std::numeric_limits<std::int64_t>::max()) {
  for (const Need& need : needs)
    if (need.human > 0) least_human_ = std::min(least_human_, need.human);
}

void ServiceWeekWork::start(int threads) {
  parts_.resize(static_cast<std::size_t>(threads));
  for (Part& part : parts_) part.taken.human.assign(static_cast<std::size_t>(world_.input->therapists.count), 0);
}

void ServiceWeekWork::begin() {
  for (Part& part : parts_) {
    part.caseload.clear(static_cast<std::size_t>(world_.input->therapists.count));
    part.record = {};
  }
  record_ = {};
}

std::size_t ServiceWeekWork::need_number(std::size_t step, const ClientBlock& b, int i) const {
  const CoursePlan& plan = *world_.input->plan;
  const bool alone = !plan.alone.empty() && (b.w.events[i] & kWithoutAssistant) != 0;
  return step + (alone ? plan.steps.size() : 0);
}

/// The step that a client waits for.
std::uint32_t ServiceWeekWork::goal(const ClientBlock& b, int i) const {
  return b.w.wanted[i] > 0 ? b.w.wanted[i] - 1 : static_cast<std::uint32_t>(world_.coupling->door);
}

void ServiceWeekWork::wait(Group& group, const ClientBlock& b, std::size_t number, int i, int weeks_waited) {
  Waiting waiting;
  waiting.priority = priority_of(quantiles_, b.r.phq9[i], world_.parameters().service.ageing, weeks_waited);
  waiting.arrival = static_cast<std::uint32_t>(group.arrival);
  waiting.luck = luck_of(world_.input->key, b.w.id[i]);
  waiting.id = b.w.id[i];
  waiting.place = static_cast<std::uint32_t>(number) * kBlock + static_cast<std::uint32_t>(group.claims.size());
  group.waiting.push_back(waiting);
  Claim claim;
  claim.therapist = b.w.therapist[i];
  claim.to = static_cast<std::uint16_t>(goal(b, i));
  claim.wants = static_cast<std::uint16_t>(need_number(claim.to, b, i));
  if (b.w.wanted[i] > 0) claim.holds = static_cast<std::uint16_t>(need_number(b.w.step[i], b, i));
  claim.culture = static_cast<std::uint8_t>(b.w.culture[i]);
  claim.met = b.human.contacts[i] > 0;
  group.claims.push_back(claim);
}

void ServiceWeekWork::decide(Group& group, const ClientBlock& b, std::size_t number, int week, std::size_t thread) {
  if (!service_) return;
  Part& part = parts_[thread];
  const auto in_need = static_cast<std::uint32_t>(world_.coupling->in_need);
  const auto on_list = static_cast<std::uint32_t>(world_.coupling->on_list);
  const auto own_week = static_cast<std::uint16_t>(week - group.arrival + 1);
  group.wanted_since.resize(static_cast<std::size_t>(group.size), 0);
  const bool undecided = std::any_of(b.w.step, b.w.step + b.size,
                                     [&](std::uint32_t step) { return step == in_need || step == on_list; });
  if (undecided)
    hybridcare::decide(world_.parameters(), world_.door, world_.input->key, own_week, in_need, b, part.decisions);
  for (int i = 0; i < b.size; ++i) {
    if (b.r.risk_flag[i] > 0) part.taken.human[b.w.therapist[i]] += kSlot;  // last week's alarm is looked into
    const std::uint32_t step = b.w.step[i];
    std::uint16_t& since = group.wanted_since[b.w.id[i] - group.first];
    if (!in_care(b, i) || b.w.wanted[i] == 0) since = 0;
    if (step == in_need) {
      if (!part.decisions.seeks[i]) continue;
      wait(group, b, number, i, 0);
      group.happenings.push_back({b.w.id[i], own_week, Deed::joins, 0, 0, 0, 0, 0});
    } else if (step == on_list) {
      if (part.decisions.gives_up[i])
        group.happenings.push_back({b.w.id[i], own_week, Deed::gives_up, 0, in_need, 0, 0, 0});
      else
        wait(group, b, number, i, static_cast<int>(b.r.weeks_in_step[i]));
    } else if (in_care(b, i)) {
      part.taken.add(b.w.therapist[i], need(step, b, i));
      if (b.w.wanted[i] == 0) continue;
      since = since > 0 ? since : own_week;
      wait(group, b, number, i, own_week - since);
    }
  }
}

/// A place for the client in front of the list, if there is one.
void ServiceWeekWork::give(Group& group, const Waiting& waiting) {
  const Claim& claim = group.claims[waiting.place % kBlock];
  const bool begins = claim.holds == Claim::kNothing;
  const Need held = held_by(claim), more = needs_[claim.wants].beyond(held);
  const Wish wish{waiting.id, claim.culture, claim.therapist, claim.met || held.human > 0};
  const auto matching = static_cast<Matching>(world_.parameters().service.matching);
  const int therapist = resources_.find(wish, more, matching, world_.input->therapists, world_.input->key);
  if (therapist < 0) return;
  const auto given = static_cast<std::uint32_t>(therapist);
  resources_.hold(given, more);
  const auto own_week = static_cast<std::uint16_t>(week_ - group.arrival + 1);
  group.happenings.push_back({waiting.id, own_week, Deed::admitted, 0, claim.to, given, 0, 0});
  ++(begins ? record_.admitted : record_.moved_on);
}

void ServiceWeekWork::allocate(std::vector<Group>& groups, std::size_t present, int week) {
  week_ = week;
  begin();
  if (!service_) return;
  resources_.clear();
  std::size_t waiting = 0;
  for (Part& part : parts_) {
    resources_.hold(part.taken);
    part.taken.clear();
  }
  for (std::size_t g = 0; g < present; ++g) waiting += groups[g].waiting.size();
  WaitingList list(waiting);
  bool all_need_more = true;  // of a human: then a service without a gap is done for the week
  for (std::size_t g = 0; g < present; ++g) {
    for (const Claim& claim : groups[g].claims)
      all_need_more = all_need_more && needs_[claim.wants].human >= held_by(claim).human + least_human_;
    for (const Waiting& each : groups[g].waiting) list.add(each);
    groups[g].waiting = {};
  }
  list.order();
  while (!list.empty() && !(all_need_more && resources_.exhausted(least_human_))) {
    const Waiting first = list.take();
    give(groups[first.place / kBlock], first);
  }
}

void ServiceWeekWork::bring_about(Group& group, ClientBlock& b, int week, Scratch& scratch, std::size_t thread,
                                  GroupLog* log, std::uint32_t followed) {
  Part& part = parts_[thread];
  const auto own_week = static_cast<std::uint16_t>(week - group.arrival + 1);
  bool admitted[kBlock] = {};
  int lane[kBlock];
  for (int i = 0; i < b.size; ++i) lane[b.w.id[i] - group.first] = i;
  for (const Happening& each : group.happenings)
    if (each.deed == Deed::admitted) admitted[each.id - group.first] = true;
  const auto happens = [&](const Happening& each) {
    apply(world_, each, lane[each.id - group.first], b, scratch);
    if (log && each.id < followed) log->add(each);
  };
  for (const Happening& each : group.happenings) {
    part.record.gave_up += each.deed == Deed::gives_up ? 1 : 0;
    part.record.joined += each.deed == Deed::joins ? 1 : 0;
    if (each.deed != Deed::joins || !admitted[each.id - group.first]) happens(each);
  }
  group.happenings = {};
  group.claims = {};
  part.greetings.clear();
  greet(b, own_week, part.greetings);
  for (const Happening& each : part.greetings) {
    const bool heard = each.hearsay_human != 0 || each.hearsay_assistant != 0;
    if (service_ || heard) happens(each);
    else apply(world_, each, lane[each.id - group.first], b, scratch);
  }
  count(b, part);
}

/// First meetings. Without a service those of whom nothing was heard need not be written down.
void ServiceWeekWork::greet(const ClientBlock& b, std::uint16_t own_week, std::vector<Happening>& greetings) const {
  for (int i = 0; i < b.size; ++i) {
    const StepPlan& step = world_.step(b, i);
    unsigned agents = step.human.every_weeks > 0 && !(b.w.events[i] & kGreetedHuman) ? 1 : 0;
    const bool known = (b.w.events[i] & kGreetedAssistant) && !another_assistant(step, b, i);
    agents |= step.assistant.every_weeks > 0 && !known ? 2 : 0;
    if (agents == 0 || !in_care(b, i)) continue;
    greetings.push_back({b.w.id[i], own_week, Deed::greets, static_cast<std::uint8_t>(agents), 0, 0,
                         b.r.hearsay_human[i], b.r.hearsay_assistant[i]});
  }
}

void ServiceWeekWork::count(const ClientBlock& b, Part& part) const {
  const Coupling& c = *world_.coupling;
  ServiceWeek& record = part.record;
  record.arrived += b.size;
  for (int i = 0; i < b.size; ++i) {
    const std::uint32_t step = b.w.step[i];
    record.in_need += static_cast<int>(step) == c.in_need ? 1 : 0;
    record.on_list += static_cast<int>(step) == c.on_list ? 1 : 0;
    if (!in_care(b, i)) continue;
    record.stepping += b.w.wanted[i] > 0 ? 1 : 0;
    const Need& taken = need(step, b, i);
    record.in_care += taken.nothing() ? 0 : 1;
    if (taken.human == 0) continue;
    const std::uint32_t j = b.w.therapist[i];
    part.caseload.symptom[j] += to_fixed(b.r.symptom[i]);
    part.caseload.clients[j] += 1;
    part.caseload.coached[j] += world_.step(b, i).coached ? 1 : 0;
  }
}

void ServiceWeekWork::note_opinions(const ClientBlock& b, std::size_t thread) {
  ServiceWeek& record = parts_[thread].record;
  record.people += b.size;
  for (int i = 0; i < b.size; ++i) {
    record.hearsay_human += to_fixed(b.r.hearsay_human[i]);
    record.hearsay_assistant += to_fixed(b.r.hearsay_assistant[i]);
    record.stigma += to_fixed(b.r.stigma[i]);
  }
}

Caseload ServiceWeekWork::caseload() const {
  Caseload sum = parts_.front().caseload;
  for (std::size_t t = 1; t < parts_.size(); ++t) sum.add(parts_[t].caseload);
  return sum;
}

ServiceWeek ServiceWeekWork::take_record(const double* fatigue) {
  for (const Part& part : parts_)
    for (const auto count : kServiceCounts) record_.*count += part.record.*count;
  if (service_) {
    record_.slots_taken = resources_.taken_in_all();
    record_.slots = resources_.capacity_in_all();
    record_.assistant_taken = resources_.all().assistant;
    record_.money = resources_.all().money;
    for (int j = 0; j < world_.input->therapists.count; ++j) record_.fatigue += to_fixed(fatigue[j]);
  }
  return record_;
}

}  // namespace hybridcare
