#include "scenarios/service_run.hpp"

#include <algorithm>
#include <iterator>

#include "agents/fatigue.hpp"
#include "scenarios/network_week.hpp"
#include "scenarios/service_week.hpp"
#include "sim/tasks.hpp"

namespace hybridcare {
namespace {

namespace k = HYBRIDCARE_KERNEL;

/// Everybody, and the calendar that moves them.
class ServiceRun {
 public:
  ServiceRun(const Kernel& kernel, const ServiceWorld& world, const std::vector<Need>& needs,
             const ServiceOptions& options)
      : kernel_(kernel), world_(world), options_(options), log_(std::make_shared<ServiceLog>()),
        week_(world, needs) {}

  std::shared_ptr<const ServiceLog> run() {
    arrive();
    populate();
    for (int week = 1; week <= log_->arrivals.weeks(); ++week) live(week);
    finish();
    return log_;
  }

 private:
  template <class Work>
  void for_groups(std::size_t count, const Work& work) {
    run_tasks(count, options_.threads, options_.cancel, {},
              [&](std::size_t g, int thread) { work(g, groups_[g], static_cast<std::size_t>(thread)); });
  }

  void arrive();
  void populate();
  void connect();
  void live(int week);
  void tire(int week);
  void talk(std::size_t present);
  void keep_opinions(const Group& group, int week);
  void finish();

  const Kernel& kernel_;
  const ServiceWorld& world_;
  const ServiceOptions& options_;
  std::shared_ptr<ServiceLog> log_;
  ServiceWeekWork week_;
  std::vector<Group> groups_;               ///< in the order of ids
  std::vector<std::size_t> groups_by_;      ///< [calendar week] how many groups have arrived by then
  std::vector<std::unique_ptr<Scratch>> scratch_;  ///< by thread
  std::unique_ptr<WordOfMouth> mouths_;
};

void ServiceRun::arrive() {
  const Coupling& c = *world_.coupling;
  const ServiceParameters& p = world_.parameters().service;
  const std::vector<double> means = !c.service ? std::vector<double>{0}
                                    : c.arrivals.empty() ? std::vector<double>{p.arrivals} : c.arrivals;
  const int in_need = c.service ? p.in_need : options_.clients;
  log_->arrivals = draw_arrivals(world_.input->key, means, in_need, options_.clients, options_.weeks);
  std::uint32_t first = 0;
  for (const std::uint32_t came : log_->arrivals.by_week) {
    log_->first_id.push_back(first);
    first += came;
  }
}

/// All clients as they are at entry, those who come later too: the network knows them before they are in need.
void ServiceRun::populate() {
  for (std::size_t week = 0; week < log_->arrivals.by_week.size(); ++week) {
    const std::uint32_t end = log_->first_id[week] + log_->arrivals.by_week[week];
    for (std::uint32_t first = log_->first_id[week]; first < end; first += static_cast<std::uint32_t>(options_.block)) {
      const auto size = std::min(static_cast<std::uint32_t>(options_.block), end - first);
      groups_.push_back({first, static_cast<int>(size), static_cast<int>(week), nullptr, {}, {}, {}});
    }
    groups_by_.push_back(groups_.size());
  }
  const int threads = threads_to_use(groups_.size(), options_.threads);
  for (int t = 0; t < threads; ++t) scratch_.push_back(std::make_unique<Scratch>());
  for_groups(groups_.size(), [&](std::size_t, Group& group, std::size_t thread) {
    group.block = std::make_unique<ClientBlock>();
    kernel_.enter(*world_.input, group.first, group.size, *group.block, *scratch_[thread]);
    for (int i = 0; i < group.size; ++i) group.block->w.arrival[i] = static_cast<std::uint32_t>(group.arrival);
  });
  log_->therapists = world_.input->therapists.count;
  week_.start(threads);
  log_->fatigue.assign(2 * static_cast<std::size_t>(log_->therapists), world_.parameters().therapists.fatigue_start);
  log_->weeks.emplace_back();
  if (world_.coupling->network) connect();
}

void ServiceRun::connect() {
  const NetworkParameters& p = world_.parameters().network;
  std::vector<Edge> edges;
  const std::uint32_t clients = log_->arrivals.clients;
  if (!world_.coupling->edges) {
    std::vector<std::uint8_t> culture;
    culture.reserve(clients);
    for (const Group& group : groups_)
      for (int i = 0; i < group.size; ++i) culture.push_back(static_cast<std::uint8_t>(group.block->w.culture[i]));
    edges = small_world(p, world_.input->key, culture);
  } else {
    const auto known = [&](const Edge& e) { return e.first < clients && e.second < clients; };
    std::copy_if(world_.coupling->edges->begin(), world_.coupling->edges->end(), std::back_inserter(edges), known);
  }
  log_->opinions.resize(static_cast<std::size_t>(options_.clients));
  const bool trust_absent = world_.parameters().attribution.trust_absent;
  mouths_ = std::make_unique<WordOfMouth>(p, make_network(std::move(edges), clients), trust_absent);
  for_groups(groups_.size(), [&](std::size_t, Group& group, std::size_t) { mouths_->listen(*group.block); });
  mouths_->turn();
}

void ServiceRun::live(int week) {
  const std::size_t present = groups_by_[static_cast<std::size_t>(week)];
  week_.begin();
  for_groups(present, [&](std::size_t g, Group& group, std::size_t thread) { week_.decide(group, g, week, thread); });
  week_.allocate(groups_, present, week);
  std::vector<std::uint64_t> contacts(scratch_.size(), 0);
  for_groups(present, [&](std::size_t, Group& group, std::size_t thread) {
    week_.bring_about(group, week, *scratch_[thread], thread);
    settle(world_, log_->fatigue, log_->therapists, week - group.arrival + 1, *group.block);
    contacts[thread] += kernel_.week(*world_.input, week - group.arrival + 1, *group.block, *scratch_[thread]);
  });
  for (const std::uint64_t each : contacts) log_->contacts += each;
  for (std::size_t g = 0; g < present; ++g) {
    std::vector<Happening>& here = groups_[g].happenings;
    for (const Happening& each : here)
      if (each.id < static_cast<std::uint32_t>(options_.clients)) log_->happenings.push_back(each);
    here.clear();
  }
  if (mouths_) talk(present);
  for (std::size_t g = 0; g < present; ++g) keep_opinions(groups_[g], week);
  const std::size_t row = static_cast<std::size_t>(week) * static_cast<std::size_t>(log_->therapists);
  log_->weeks.push_back(week_.take_record(world_.coupling->service ? log_->fatigue.data() + row : nullptr));
  tire(week);
}

/// The row of the next calendar week.
void ServiceRun::tire(int week) {
  if (!world_.coupling->service) return;
  const auto count = static_cast<std::size_t>(log_->therapists);
  const std::size_t row = static_cast<std::size_t>(week) * count;
  const Caseload caseload = week_.caseload();
  log_->fatigue.resize(row + 2 * count);
  for (std::size_t j = 0; j < count; ++j) {
    const auto load = week_.resources().load(static_cast<std::uint32_t>(j));
    log_->fatigue[row + count + j] = k::next_fatigue(world_.parameters().therapists, log_->fatigue[row + j], load,
                                                     caseload.severity(j), caseload.mostly_coached(j));
  }
}

void ServiceRun::talk(std::size_t present) {
  for_groups(groups_.size(), [&](std::size_t, Group& group, std::size_t) { mouths_->spread(*group.block); });
  for_groups(groups_.size(), [&](std::size_t, Group& group, std::size_t) { mouths_->listen(*group.block); });
  mouths_->turn();
  for (std::size_t g = 0; g < present; ++g) week_.note_opinions(*groups_[g].block);
}

/// In the last week for which a group is followed.
void ServiceRun::keep_opinions(const Group& group, int week) {
  if (!mouths_ || week - group.arrival + 1 != options_.weeks) return;
  const ClientBlock& b = *group.block;
  for (int i = 0; i < b.size; ++i)
    if (b.w.id[i] < log_->opinions.size())
      log_->opinions[b.w.id[i]] = {b.r.hearsay_human[i], b.r.hearsay_assistant[i], b.r.stigma[i]};
}

/// Each client's happenings together: what a course needs to be lived again.
void ServiceRun::finish() {
  groups_.clear();
  std::sort(log_->happenings.begin(), log_->happenings.end(),
            [](const Happening& a, const Happening& b) { return before(a, b); });
  const auto clients = static_cast<std::size_t>(options_.clients);
  log_->first.assign(clients + 1, 0);
  for (const Happening& each : log_->happenings) ++log_->first[each.id + 1];
  for (std::size_t id = 0; id < clients; ++id) log_->first[id + 1] += log_->first[id];
}

}  // namespace

double coupled_bytes(const Experiment& experiment, std::size_t cells, int block, int together) {
  constexpr double kHappenings = 3, kTie = 40;  // of a client, on average; bytes, while the graph is being made
  double most = 0;
  for (const std::vector<Scenario>& arms : experiment.scenarios)
    for (const Scenario& scenario : arms) {
      const Coupling* coupling = scenario.coupling.get();
      if (!coupling) continue;
      const ServiceParameters& p = scenario.parameters.service;
      double weekly = coupling->service ? p.arrivals : 0;
      for (const double mean : coupling->arrivals) weekly = std::max(weekly, mean);
      const double first = std::max<double>(coupling->service ? p.in_need : 0, experiment.clients);
      const double people = first + weekly * experiment.weeks;
      const double drawn = coupling->network ? people * scenario.parameters.network.neighbours / 2 : 0;
      const double ties = coupling->edges ? static_cast<double>(coupling->edges->size()) : drawn;
      const double lone = weekly > 0 ? people / weekly + experiment.weeks : 1;  // blocks that are not full
      most = std::max(most, (people / block + lone) * sizeof(ClientBlock) + kTie * ties + 40 * people);
    }
  if (most == 0) return 0;
  const double log = kHappenings * sizeof(Happening) + sizeof(Opinion) + sizeof(std::uint32_t);
  return together * (most + log * experiment.clients * static_cast<double>(cells));
}

FrontDoor front_door(const CoursePlan& plan, const Coupling& coupling) {
  FrontDoor door;
  if (!coupling.service) return door;
  const StepPlan& step = plan.steps[static_cast<std::size_t>(coupling.door)];
  door.human = step.human.every_weeks > 0;
  door.assistant = step.assistant.every_weeks > 0;
  if (!door.assistant) return door;
  const auto number = static_cast<std::size_t>(step.assistant_number);
  door.modalities = 0;
  for (const bool used : plan.assistants[number].parameters->assistant.uses) door.modalities += used ? 1 : 0;
  return door;
}

/// @param minutes  of a contact with the human
Need need_of(const StepPlan& step, double minutes, const AccountParameters& price) {
  const MeetingPlan &human = step.human, &assistant = step.assistant;
  Need need;
  need.human = units_of(human.every_weeks, human.per_week);
  need.assistant = units_of(assistant.every_weeks, assistant.per_week);
  double money = 0;
  const double minute = human.dose < 1 ? price.guidance_minute : price.session_minute;  // as in the accounts
  const double contact = minutes * minute + (step.coached ? price.assistant_contact : 0.0);
  if (human.every_weeks > 0) money += contact * human.per_week / human.every_weeks;
  if (assistant.every_weeks > 0) money += price.assistant_contact * assistant.per_week / assistant.every_weeks;
  need.money = millionths(money);
  return need;
}

std::vector<Need> needs_of(const CoursePlan& plan, const Pathway& pathway) {
  std::vector<Need> needs;
  for (const std::vector<StepPlan>* steps : {&plan.steps, &plan.alone})
    for (std::size_t s = 0; s < steps->size(); ++s)
      needs.push_back(need_of((*steps)[s], pathway.steps[s].human.minutes, plan.parameters->accounts));
  return needs;
}

std::shared_ptr<const ServiceLog> run_service(const Kernel& kernel, const ServiceWorld& world,
                                              const std::vector<Need>& needs, const ServiceOptions& options) {
  return ServiceRun(kernel, world, needs, options).run();
}

}  // namespace hybridcare
