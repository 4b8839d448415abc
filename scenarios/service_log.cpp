#include "scenarios/service_log.hpp"

#include <algorithm>
#include <tuple>

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

bool before(const Happening& a, const Happening& b) {
  return std::tie(a.id, a.week, a.deed) < std::tie(b.id, b.week, b.deed);
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
  std::uint32_t next[kBlock];  // by id - first: lanes change places
  for (int i = 0; i < b.size; ++i) {
    next[b.w.id[i] - at.first] = log.first[b.w.id[i]];
    b.w.arrival[i] = log.arrival_of(b.w.id[i]);
  }
  std::uint64_t contacts = 0;
  for (int week = 1; week <= world.input->plan->weeks; ++week) {
    for (int i = 0; i < b.size; ++i) {
      const std::uint32_t id = b.w.id[i];
      std::uint32_t& place = next[id - at.first];
      for (; place < log.first[id + 1] && log.happenings[place].week == week; ++place)
        apply(world, log.happenings[place], i, b, work.scratch);
    }
    for (int w = 0; w < watchers.count; ++w) watchers.list[w]->week(at, b, week - 1);
    settle(world, log.fatigue, log.therapists, week, b);
    contacts += kernel.week(*world.input, week, b, work.scratch);
  }
  for (int i = 0; i < b.size && !log.opinions.empty(); ++i) {
    const Opinion& heard = log.opinions[b.w.id[i]];
    b.r.hearsay_human[i] = heard.hearsay_human;
    b.r.hearsay_assistant[i] = heard.hearsay_assistant;
    b.r.stigma[i] = heard.stigma;
  }
  for (int w = 0; w < watchers.count; ++w) watchers.list[w]->week(at, b, world.input->plan->weeks);
  return contacts;
}

}  // namespace hybridcare
