#include "scenarios/service_log.hpp"

#include <algorithm>
#include <cstring>

#include "agents/intake.hpp"
#include "scenarios/lanes.hpp"

namespace hybridcare {
namespace {

namespace k = HYBRIDCARE_KERNEL;

void enter_step(std::uint32_t step, int i, ClientBlock& b) {
  b.w.step[i] = step;
  b.w.wanted[i] = 0;
  b.r.weeks_in_step[i] = 0.0;
}

void admit(const ServiceWorld& world, const Happening& h, int i, ClientBlock& b, Scratch& scratch) {
  enter_step(h.step, i, b);
  if (b.w.therapist[i] == h.therapist) return;
  b.w.therapist[i] = h.therapist;
  k::meet_therapist(world.parameters(), world.input->therapists, world.input->key, {i, 1}, b, scratch);
}

/// A bond with another assistant begins here, before what was heard of assistants enters it.
void greet(const ServiceWorld& world, const Happening& h, int i, ClientBlock& b, Scratch& scratch) {
  const StepPlan& step = world.step(b, i);
  const Parameters& p = *world.input->assistants[step.assistant_number].parameters;
  if ((h.agents & 2) && another_assistant(step, b, i))
    k::start_bond(p, world.input->key, step.assistant_number, {i, 1}, b, scratch);
  const FrontDoor here{step.human.every_weeks > 0, step.assistant.every_weeks > 0, 1};
  const double wish = b.r.preference[i];
  const bool unmet = world.coupling->service && wish != 0 && !preference_met(here, wish);
  const auto meet = [&](const AgentParameters& agent, double hearsay, AgentColumns& columns) {
    first_meeting(p.service, p.trust.form, agent.trust_mean + agent.trust_bad, hearsay, unmet, columns, i);
  };
  if (h.agents & 1) meet(p.human, h.hearsay_human, b.human);
  if (h.agents & 2) meet(p.assistant, h.hearsay_assistant, b.assistant);
  b.w.events[i] |= (h.agents & 1 ? kGreetedHuman : 0u) | (h.agents & 2 ? kGreetedAssistant : 0u);
}

}  // namespace

bool another_assistant(const StepPlan& step, const ClientBlock& b, int i) {
  return step.assistant.every_weeks > 0 && b.w.assistant[i] != static_cast<std::uint32_t>(step.assistant_number);
}

namespace {

// A happening's head: place of the client in the group, week, deed, agents, and whose hearsay follows.
constexpr unsigned kWeekBit = 9, kDeedBit = 20, kAgentsBit = 22, kHumanBit = 24, kAssistantBit = 25;
static_assert(kBlock <= 1 << kWeekBit && kMostServiceWeeks < 1 << (kDeedBit - kWeekBit));

template <class T>
T take(const std::byte*& from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  from += sizeof value;
  return value;
}

}  // namespace

template <class T>
void GroupLog::put(const T& value) {
  const auto* from = reinterpret_cast<const std::byte*>(&value);
  bytes_.insert(bytes_.end(), from, from + sizeof value);
}

void GroupLog::add(const Happening& h) {
  const std::size_t room = sizeof(std::uint32_t) + 2 * sizeof(double);
  if (bytes_.size() + room > bytes_.capacity()) bytes_.reserve(bytes_.size() + bytes_.size() / 8 + 8 * room);
  const bool human = (h.agents & 1) && h.hearsay_human != 0, assistant = (h.agents & 2) && h.hearsay_assistant != 0;
  put((h.id - first_) | std::uint32_t{h.week} << kWeekBit | static_cast<std::uint32_t>(h.deed) << kDeedBit |
      std::uint32_t{h.agents} << kAgentsBit | (human ? 1u : 0u) << kHumanBit | (assistant ? 1u : 0u) << kAssistantBit);
  if (h.deed == Deed::admitted) put(h.step), put(h.therapist);
  if (human) put(h.hearsay_human);
  if (assistant) put(h.hearsay_assistant);
}

void GroupLog::read(std::uint32_t begin, std::uint32_t end, std::vector<Happening>& out) const {
  const auto bits = [](std::uint32_t head, unsigned from, unsigned to) {
    return head >> from & ((1u << (to - from)) - 1);
  };
  for (const std::byte *at = bytes_.data(), *last = at + bytes_.size(); at != last;) {
    const auto head = take<std::uint32_t>(at);
    Happening h;
    h.id = first_ + bits(head, 0, kWeekBit);
    h.week = static_cast<std::uint16_t>(bits(head, kWeekBit, kDeedBit));
    h.deed = static_cast<Deed>(bits(head, kDeedBit, kAgentsBit));
    h.agents = static_cast<std::uint8_t>(bits(head, kAgentsBit, kHumanBit));
    if (h.deed == Deed::admitted) {
      h.step = take<std::uint32_t>(at);
      h.therapist = take<std::uint32_t>(at);
    }
    if (bits(head, kHumanBit, kAssistantBit)) h.hearsay_human = take<double>(at);
    if (bits(head, kAssistantBit, kAssistantBit + 1)) h.hearsay_assistant = take<double>(at);
    if (h.id >= begin && h.id < end) out.push_back(h);
  }
}

std::size_t ServiceLog::group_of(std::uint32_t id) const {
  const auto after = std::upper_bound(groups.begin(), groups.end(), id,
                                      [](std::uint32_t i, const GroupLog& group) { return i < group.first(); });
  return static_cast<std::size_t>(after - groups.begin()) - 1;
}

std::vector<Happening> ServiceLog::happenings(std::uint32_t begin, std::uint32_t end) const {
  std::vector<Happening> all;
  for (std::size_t g = group_of(begin); g < groups.size() && groups[g].first() < end; ++g)
    groups[g].read(begin, end, all);
  std::stable_sort(all.begin(), all.end(), [](const Happening& a, const Happening& b) { return a.week < b.week; });
  return all;
}

const Opinion* ServiceLog::opinion_of(std::uint32_t id) const {
  const GroupLog& group = groups[group_of(id)];
  return group.opinions.empty() ? nullptr : &group.opinions[id - group.first()];
}

std::uint32_t ServiceLog::arrival_of(std::uint32_t id) const {
  return static_cast<std::uint32_t>(std::upper_bound(first_id.begin(), first_id.end(), id) - first_id.begin()) - 1;
}

void apply(const ServiceWorld& world, const Happening& happening, int i, ClientBlock& block, Scratch& scratch) {
  switch (happening.deed) {
    case Deed::joins: return enter_step(static_cast<std::uint32_t>(world.coupling->on_list), i, block);
    case Deed::gives_up: return enter_step(static_cast<std::uint32_t>(world.coupling->in_need), i, block);
    case Deed::admitted: return admit(world, happening, i, block, scratch);
    case Deed::greets: return greet(world, happening, i, block, scratch);
  }
}

void settle(const ServiceWorld& world, const std::vector<double>& fatigue, int therapists, int week,
            ClientBlock& block) {
  if (!world.coupling->service) return;
  const auto list = static_cast<std::uint32_t>(world.coupling->on_list);
  for (int i = 0; i < block.size; ++i) {
    const std::size_t calendar = block.w.arrival[i] + static_cast<std::size_t>(week) - 1;
    block.r.fatigue[i] = fatigue[calendar * static_cast<std::size_t>(therapists) + block.w.therapist[i]];
    block.r.weeks_waited[i] += block.w.step[i] == list ? 1.0 : 0.0;
  }
}

std::uint64_t replay(const Kernel& kernel, const ServiceWorld& world, const ServiceLog& log, const CourseAt& at,
                     Workspace& work, const Watchers& watchers) {
  ClientBlock& b = work.block;
  for (int i = 0; i < b.size; ++i) b.w.arrival[i] = log.arrival_of(b.w.id[i]);
  const std::vector<Happening> all = log.happenings(at.first, at.first + static_cast<std::uint32_t>(b.size));
  std::uint64_t contacts = 0;
  auto next = all.begin();
  for (int week = 1; week <= world.input->plan->weeks; ++week) {
    if (next != all.end() && next->week == week) {
      int lane[kBlock];  // by id - first: lanes change places
      for (int i = 0; i < b.size; ++i) lane[b.w.id[i] - at.first] = i;
      for (; next != all.end() && next->week == week; ++next)
        apply(world, *next, lane[next->id - at.first], b, work.scratch);
    }
    for (int w = 0; w < watchers.count; ++w) watchers.list[w]->week(at, b, week - 1);
    settle(world, log.fatigue, log.therapists, week, b);
    contacts += kernel.week(*world.input, week, b, work.scratch);
  }
  for (int i = 0; i < b.size; ++i) {
    const Opinion* const heard = log.opinion_of(b.w.id[i]);
    if (!heard) continue;
    b.r.hearsay_human[i] = heard->hearsay_human;
    b.r.hearsay_assistant[i] = heard->hearsay_assistant;
    b.r.stigma[i] = heard->stigma;
  }
  for (int w = 0; w < watchers.count; ++w) watchers.list[w]->week(at, b, world.input->plan->weeks);
  return contacts;
}

}  // namespace hybridcare
