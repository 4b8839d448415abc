// What a coupled run decided from outside about each client: enough to live through a client's course a second time
// without the others. Recorders watch that second time, block by block through all arms, as in independent runs.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "agents/seeking.hpp"
#include "scenarios/arrivals.hpp"
#include "scenarios/service.hpp"
#include "scenarios/week.hpp"

namespace hybridcare {

/// In the order in which they happen within a week.
enum class Deed : std::uint8_t { gives_up, joins, admitted, greets };

struct Happening {
  std::uint32_t id = 0;
  std::uint16_t week = 0;  ///< of the client, 1 in the week of arrival: holds from the beginning of it
  Deed deed = Deed::joins;
  std::uint8_t agents = 0;       ///< greets: 1 the human, 2 the assistant
  std::uint32_t step = 0;        ///< admitted: to which step
  std::uint32_t therapist = 0;   ///< admitted: whom the client is given
  double hearsay_human = 0, hearsay_assistant = 0;  ///< greets
};

/// What a client has heard by the end of the weeks followed.
struct Opinion {
  double hearsay_human = 0, hearsay_assistant = 0, stigma = 0;
};

/// What happened to a group of clients with consecutive ids, in the order in which it happened: four bytes each, and
/// what a deed is about where it is about something.
class GroupLog {
 public:
  explicit GroupLog(std::uint32_t first) : first_(first) {}
  std::uint32_t first() const { return first_; }
  /// @pre first() <= happening.id < first() + kBlock
  void add(const Happening& happening);
  /// Appends the happenings of clients with ids in [begin, end).
  void read(std::uint32_t begin, std::uint32_t end, std::vector<Happening>& out) const;
  std::size_t bytes() const { return bytes_.capacity() + opinions.capacity() * sizeof(Opinion); }

  std::vector<Opinion> opinions;  ///< [id - first()]; empty without a network

 private:
  template <class T>
  void put(const T& value);

  std::uint32_t first_;
  std::vector<std::byte> bytes_;
};

struct ServiceLog {
  Arrivals arrivals;
  std::vector<std::uint32_t> first_id;    ///< [calendar week] smallest id of those who arrive then
  std::vector<GroupLog> groups;           ///< in the order of ids, without gaps
  int therapists = 0;
  std::vector<double> fatigue;            ///< [calendar week][therapist], during that week
  std::vector<ServiceWeek> weeks;         ///< [calendar week]; week 0 is empty
  std::uint64_t contacts = 0;             ///< held in the coupled run

  std::uint32_t arrival_of(std::uint32_t id) const;
  /// Of the clients with ids in [begin, end), by week; within a week in the order in which it happened to each.
  std::vector<Happening> happenings(std::uint32_t begin, std::uint32_t end) const;
  /// Null without a network.
  const Opinion* opinion_of(std::uint32_t id) const;

 private:
  /// The group with this client.
  std::size_t group_of(std::uint32_t id) const;
};

/// The world of a coupled cell, the same in both passes.
struct ServiceWorld {
  const CourseInput* input = nullptr;
  const Coupling* coupling = nullptr;
  FrontDoor door;
  const Parameters& parameters() const { return *input->plan->parameters; }
  /// Of the client in lane i.
  const StepPlan& step(const ClientBlock& b, int i) const { return input->plan->step_of(b.w.step[i], b, i); }
};

/// Whether a step has another assistant than the one that the client in lane i has a bond with.
bool another_assistant(const StepPlan& step, const ClientBlock& block, int i);

/// Brings a happening about in lane i.
void apply(const ServiceWorld& world, const Happening& happening, int i, ClientBlock& block, Scratch& scratch);

/// What holds while a week is lived: the therapist's fatigue, one more week on the list.
/// @param fatigue  shape (calendar weeks, therapists); each lane reads the row of its own calendar week
/// @param week     of the clients
void settle(const ServiceWorld& world, const std::vector<double>& fatigue, int therapists, int week,
            ClientBlock& block);

/// A block's course, watched, with what the log says about its clients. What others say changes from week to week in
/// the coupled run alone; here hearsay enters first meetings, and the columns of the last week hold what was heard by
/// then.
/// @pre work.block holds the clients at entry, in the plan's first step
std::uint64_t replay(const Kernel& kernel, const ServiceWorld& world, const ServiceLog& log, const CourseAt& at,
                     Workspace& work, const Watchers& watchers);

}  // namespace hybridcare
