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

/// What a client who wants a place takes and holds: all that giving places must know, while the client is at rest.
struct Claim {
  static constexpr std::uint16_t kNothing = UINT16_MAX;
  std::uint32_t therapist = 0;
  std::uint16_t to = 0;            ///< step
  std::uint16_t wants = 0;         ///< which of the needs
  std::uint16_t holds = kNothing;  ///< which of the needs; kNothing: not in care
  std::uint8_t culture = 0;
  bool met = false;                ///< has met the therapist
};

/// Clients who arrived in the same week, at rest, and what is decided about them.
struct Group {
  std::uint32_t first = 0;
  int size = 0;
  int arrival = 0;  ///< calendar week
  PackedWords clients;
  std::vector<Waiting> waiting;        ///< who wants a place in the coming week
  std::vector<Claim> claims;           ///< of those
  std::vector<Happening> happenings;   ///< in the coming week; who seeks help joins, unless admitted
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

  /// What is held in a week to come, and who wants a place in it. Of each group once, before the week is allocated.
  /// @param number  place of the group among all
  /// @param week    of the calendar, here and below
  void decide(Group& group, const ClientBlock& block, std::size_t number, int week, std::size_t thread);
  /// Gives places to those who wait, in their order, until there is none left for anybody. Begins the week.
  void allocate(std::vector<Group>& groups, std::size_t present, int week);
  /// What was decided happens, and first meetings with it; counts the caseload.
  /// @param log  of the group; null where nobody is followed
  /// @param followed  ids below this are written down
  void bring_about(Group& group, ClientBlock& block, int week, Scratch& scratch, std::size_t thread, GroupLog* log,
                   std::uint32_t followed);
  void note_opinions(const ClientBlock& block, std::size_t thread);
  /// @param fatigue  of each therapist in this week
  ServiceWeek take_record(const double* fatigue);

  const Resources& resources() const { return resources_; }
  /// Of this week, once all has been brought about.
  Caseload caseload() const;

 private:
  /// What one thread has counted this week.
  struct Part {
    Taken taken;  ///< in the coming week
    Caseload caseload;
    ServiceWeek record;
    Decisions decisions;
    std::vector<Happening> greetings;
  };
  void begin();
  void wait(Group& group, const ClientBlock& block, std::size_t number, int lane, int weeks_waited);
  void give(Group& group, const Waiting& waiting);
  void greet(const ClientBlock& block, std::uint16_t own_week, std::vector<Happening>& greetings) const;
  void count(const ClientBlock& block, Part& part) const;
  std::uint32_t goal(const ClientBlock& block, int lane) const;
  /// What a step takes for this client: number among the needs.
  std::size_t need_number(std::size_t step, const ClientBlock& block, int lane) const;
  const Need& need(std::size_t step, const ClientBlock& block, int lane) const {
    return needs_[need_number(step, block, lane)];
  }
  Need held_by(const Claim& claim) const { return claim.holds == Claim::kNothing ? Need{} : needs_[claim.holds]; }

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
