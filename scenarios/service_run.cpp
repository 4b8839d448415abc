#include "scenarios/service_run.hpp"

#include <algorithm>
#include <utility>

#include "agents/fatigue.hpp"
#include "scenarios/network_week.hpp"
#include "scenarios/service_week.hpp"
#include "sim/tasks.hpp"

namespace hybridcare {
namespace {

namespace k = HYBRIDCARE_KERNEL;

constexpr int kLookAgain = 8;  ///< weeks after which all columns are looked at for a shorter form

/// Everybody, and the calendar that moves them.
class ServiceRun {
 public:
  ServiceRun(const Kernel& kernel, const ServiceWorld& world, const std::vector<Need>& needs,
             const ServiceOptions& options)
      : kernel_(kernel), world_(world), options_(options), log_(std::make_shared<ServiceLog>()),
        week_(world, needs), kept_(kept_columns(columns_read(*world.input->plan))) {}

  std::shared_ptr<const ServiceLog> run() {
    arrive();
    populate();
    for (int week = 1; week <= last_week(); ++week) live(week);
    return log_;
  }

 private:
  /// What a thread keeps in hand: a block is unpacked, lives its week, and is packed again.
  struct Bench {
    ClientBlock block;
    Scratch scratch;
    std::uint64_t woken[kPackedWords];   ///< the block as it was packed last
    std::uint64_t packed[kPackedWords];
    std::uint64_t contacts = 0;
  };

  /// @param work  called with (place of the group, bench, thread)
  template <class Work>
  void for_groups(std::size_t count, const Work& work) {
    run_tasks(count, options_.threads, options_.cancel, {}, [&](std::size_t g, int thread) {
      work(g, *benches_[static_cast<std::size_t>(thread)], static_cast<std::size_t>(thread));
    });
  }

  int last_week() const { return log_->arrivals.weeks(); }
  void wake(const Group& group, Bench& bench) const {
    group.clients.copy(bench.woken);
    kernel_.unpack(bench.woken, kept_, bench.block);
  }
  void rest(Group& group, Bench& bench, int week) {
    const std::uint64_t* const last = week % kLookAgain != 0 ? bench.woken : nullptr;
    group.clients.keep(bench.packed, kernel_.pack(bench.block, kept_, last, bench.packed), pool_);
  }

  void arrive();
  void form_groups();
  void populate();
  void connect(const std::vector<std::uint8_t>& culture);
  void open();
  void live(int week);
  void live_group(std::size_t g, int week, Bench& bench, std::size_t thread);
  void tire(int week);
  void keep_opinions(const ClientBlock& block, GroupLog& log) const;

  const Kernel& kernel_;
  const ServiceWorld& world_;
  const ServiceOptions& options_;
  std::shared_ptr<ServiceLog> log_;
  ServiceWeekWork week_;
  PiecePool pool_;
  std::vector<Group> groups_;               ///< in the order of ids
  std::vector<std::size_t> groups_by_;      ///< [calendar week] how many groups have arrived by then
  std::vector<std::unique_ptr<Bench>> benches_;  ///< by thread
  std::unique_ptr<WordOfMouth> mouths_;
  const Kept kept_;
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

void ServiceRun::form_groups() {
  const auto clients = static_cast<std::uint32_t>(options_.clients);
  for (std::size_t week = 0; week < log_->arrivals.by_week.size(); ++week) {
    const std::uint32_t end = log_->first_id[week] + log_->arrivals.by_week[week];
    for (std::uint32_t first = log_->first_id[week]; first < end; first += static_cast<std::uint32_t>(options_.block)) {
      const auto size = std::min(static_cast<std::uint32_t>(options_.block), end - first);
      Group& group = groups_.emplace_back();
      group.first = first;
      group.size = static_cast<int>(size);
      group.arrival = static_cast<int>(week);
      if (first < clients) log_->groups.emplace_back(first);
    }
    groups_by_.push_back(groups_.size());
  }
  const int threads = threads_to_use(groups_.size(), options_.threads);
  for (int t = 0; t < threads; ++t) benches_.push_back(std::make_unique<Bench>());
  week_.start(threads);
}

/// All clients as they are at entry, those who come later too: the network knows them before they are in need.
void ServiceRun::populate() {
  form_groups();
  const bool drawn = world_.coupling->network && !world_.coupling->edges;
  std::vector<std::uint8_t> culture(drawn ? log_->arrivals.clients : 0);
  for_groups(groups_.size(), [&](std::size_t g, Bench& bench, std::size_t) {
    Group& group = groups_[g];
    ClientBlock& b = bench.block;
    kernel_.enter(*world_.input, group.first, group.size, b, bench.scratch);
    for (int i = 0; i < group.size; ++i) b.w.arrival[i] = static_cast<std::uint32_t>(group.arrival);
    for (int i = 0; i < group.size && drawn; ++i) culture[b.w.id[i]] = static_cast<std::uint8_t>(b.w.culture[i]);
    rest(group, bench, 0);
  });
  log_->therapists = world_.input->therapists.count;
  log_->fatigue.assign(2 * static_cast<std::size_t>(log_->therapists), world_.parameters().therapists.fatigue_start);
  log_->weeks.emplace_back();
  if (world_.coupling->network) connect(culture);
  open();
}

void ServiceRun::connect(const std::vector<std::uint8_t>& culture) {
  const NetworkParameters& p = world_.parameters().network;
  const Coupling& c = *world_.coupling;
  const bool trust_absent = world_.parameters().attribution.trust_absent;
  Network network = c.edges ? make_network(*c.edges, log_->arrivals.clients)
                            : small_world_network(p, world_.input->key, culture);
  mouths_ = std::make_unique<WordOfMouth>(p, std::move(network), trust_absent);
}

/// What is told and decided before the first week.
void ServiceRun::open() {
  const std::size_t present = groups_by_[static_cast<std::size_t>(std::min(1, last_week()))];
  for_groups(mouths_ ? groups_.size() : present, [&](std::size_t g, Bench& bench, std::size_t thread) {
    wake(groups_[g], bench);
    if (mouths_) mouths_->listen(bench.block);
    if (g < present) week_.decide(groups_[g], bench.block, g, 1, thread);
  });
  if (mouths_) mouths_->turn();
}

/// A group's week, and what it decides about the next one. Those who arrive later hear of others already.
void ServiceRun::live_group(std::size_t g, int week, Bench& bench, std::size_t thread) {
  Group& group = groups_[g];
  ClientBlock& b = bench.block;
  const int own_week = week - group.arrival + 1;
  GroupLog* const log = g < log_->groups.size() ? &log_->groups[g] : nullptr;
  wake(group, bench);
  if (own_week >= 1) {
    week_.bring_about(group, b, week, bench.scratch, thread, log, static_cast<std::uint32_t>(options_.clients));
    settle(world_, log_->fatigue, log_->therapists, own_week, b);
    bench.contacts += kernel_.week(*world_.input, own_week, b, bench.scratch);
  }
  if (mouths_) mouths_->spread(b);
  if (mouths_ && own_week >= 1) week_.note_opinions(b, thread);
  if (week == last_week()) group.clients.clear(pool_);
  if (mouths_ && log && own_week == options_.weeks) keep_opinions(b, *log);
  if (week == last_week()) return;
  if (mouths_) mouths_->listen(b);
  if (own_week >= 0) week_.decide(group, b, g, week + 1, thread);
  rest(group, bench, week);
}

void ServiceRun::live(int week) {
  const auto now = static_cast<std::size_t>(week);
  week_.allocate(groups_, groups_by_[now], week);
  const std::size_t coming = groups_by_[std::min(now + 1, groups_by_.size() - 1)];
  for_groups(mouths_ ? groups_.size() : coming,
             [&](std::size_t g, Bench& bench, std::size_t thread) { live_group(g, week, bench, thread); });
  for (const auto& bench : benches_) log_->contacts += std::exchange(bench->contacts, 0);
  if (mouths_) mouths_->turn();
  const std::size_t row = now * static_cast<std::size_t>(log_->therapists);
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

/// In the last week for which a group is followed.
void ServiceRun::keep_opinions(const ClientBlock& b, GroupLog& log) const {
  log.opinions.resize(static_cast<std::size_t>(b.size));
  for (int i = 0; i < b.size; ++i)
    log.opinions[b.w.id[i] - log.first()] = {b.r.hearsay_human[i], b.r.hearsay_assistant[i], b.r.stigma[i]};
}

}  // namespace

std::vector<std::int32_t> columns_read(const CoursePlan& plan) {
  std::vector<std::int32_t> read;
  const auto add = [&](const TransitionPlan& transition) {
    for (int n = 0; n < transition.length; ++n)
      if (transition.code[n].op == GuardOp::variable) read.push_back(transition.code[n].column);
  };
  for (const TransitionPlan& transition : plan.transitions) add(transition);
  add(plan.re_entry);
  return read;
}

double coupled_bytes(const Experiment& experiment, std::size_t cells, int block, int together) {
  // Bytes of a client: at rest; what is told, and who waits; what is written down. Of a tie, and of a group.
  constexpr double kRest = .4 * kClientBytes, kTold = 80, kLog = 40, kTie = 8, kGroup = 2500;
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
      most = std::max(most, (people / block + lone) * kGroup + (kRest + kTold) * people + kTie * ties);
    }
  if (most == 0) return 0;
  return together * (most + (kLog + sizeof(Opinion)) * experiment.clients * static_cast<double>(cells));
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
