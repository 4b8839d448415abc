// S14, what clients of a service do to each other in a week: who wants what, who gets it, and how busy that makes
// therapists. Between `begin` and `allocate`, and after it, groups may be worked on by several threads.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "scenarios/allocation.hpp"
#include "scenarios/queue.hpp"
#include "scenarios/service_log.hpp"

namespace hybridcare {

/// A block of clients who arrived in the same week, and what is decided about them this week.
struct Group {
  std::uint32_t first = 0;
  int size = 0;
  int arrival = 0;  ///< calendar week
  std::unique_ptr<ClientBlock> block;
  std::vector<Waiting> waiting;        ///< who wants a place this week
  std::vector<Happening> happenings;
  std::vector<std::uint16_t> wanted_since;  ///< by id - first: week of the client's in which a step was wanted; 0: none
};

/// What therapists carry: sums over their clients at the beginning of a week.
struct Caseload {
  std::vector<std::int64_t> symptom, clients, coached;  ///< by therapist; symptom in points 2^-32
  void clear(std::size_t therapists);
  void add(const Caseload& part);
  /// Mean symptoms, points; the middle of the scale without clients.
  double severity(std::size_t therapist) const;
  bool mostly_coached(std::size_t therapist) const;
};

class ServiceWeekWork {
 public:
  /// @param needs  as of `needs_of`
  ServiceWeekWork(const ServiceWorld& world, const std::vector<Need>& needs);
  void start(int threads);

  void begin();
  /// What is held, and who wants a place.
  /// @param number  place of the group among all
  /// @param week    of the calendar, here and below
  void decide(Group& group, std::size_t number, int week, std::size_t thread);
  /// Gives places to those who wait, in their order, until there is none left for anybody.
  void allocate(std::vector<Group>& groups, std::size_t present, int week);
  /// What was decided happens, and first meetings with it; counts the caseload.
  void bring_about(Group& group, int week, Scratch& scratch, std::size_t thread);
  void note_opinions(const ClientBlock& block);
  /// @param fatigue  of each therapist in this week
  ServiceWeek take_record(const double* fatigue);

  const Resources& resources() const { return resources_; }
  /// Of this week, once all has been brought about.
  Caseload caseload() const;

 private:
  /// What one thread has counted this week.
  struct Part {
    Taken taken;
    Caseload caseload;
    ServiceWeek record;
    Decisions decisions;
  };
  void wait(Group& group, std::size_t number, int lane, int weeks_waited);
  bool give(Group& group, const Waiting& waiting);
  void greet(Group& group, std::uint16_t own_week, Scratch& scratch);
  void count(const Group& group, Part& part) const;
  std::uint32_t goal(const ClientBlock& block, int lane) const;
  /// What a step takes for this client.
  const Need& need(std::size_t step, const ClientBlock& block, int lane) const;

  const ServiceWorld& world_;
  const std::vector<Need>& needs_;
  const bool service_;
  std::vector<std::int64_t> quantiles_;
  Resources resources_;
  std::int64_t least_human_ = 0;  ///< smallest need of a human among the steps
  std::vector<Part> parts_;       ///< by thread
  ServiceWeek record_;
  int week_ = 0;                  ///< of the calendar
};

}  // namespace hybridcare
