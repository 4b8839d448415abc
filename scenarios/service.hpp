// What couples the clients of an arm: a service that has not enough for everybody, and a network of people who talk.
#pragma once
#include <cstdint>
#include <iterator>
#include <memory>
#include <vector>

#include "scenarios/network.hpp"

namespace hybridcare {

/// Files and switches of a coupled arm; its numbers are in Parameters::service and Parameters::network.
struct Coupling {
  bool service = false;           ///< clients arrive, seek help, wait and are served as capacity allows
  bool network = false;           ///< clients hear from each other
  int door = -1;                  ///< service: step of the pathway in which care begins
  int in_need = -1, on_list = -1; ///< service: steps before it, added to the pathway
  std::vector<double> arrivals;   ///< mean of each week, from a file; empty: the field for all weeks
  std::vector<double> slots;      ///< of each therapist, from a file; empty: the field for all of them
  std::shared_ptr<const std::vector<Edge>> edges;  ///< ties, from a file, read once; null: a small world
};

/// One calendar week of a service, everybody included. Sums are integers.
struct ServiceWeek {
  std::int64_t arrived = 0, in_need = 0, on_list = 0, stepping = 0;  ///< clients; stepping: in care, wait for a step
  std::int64_t joined = 0, gave_up = 0, admitted = 0, moved_on = 0;  ///< clients, this week
  std::int64_t in_care = 0;       ///< clients in a step that takes capacity
  std::int64_t slots_taken = 0, slots = 0;  ///< units of kSlot
  std::int64_t assistant_taken = 0;         ///< units of kSlot
  std::int64_t money = 0;         ///< committed, millionths
  std::int64_t fatigue = 0;       ///< sum over therapists, 2^-32
  std::int64_t people = 0;        ///< clients who have arrived, over whom the following are summed
  std::int64_t hearsay_human = 0, hearsay_assistant = 0, stigma = 0;  ///< 2^-32
};

/// All of its counts.
inline constexpr std::int64_t ServiceWeek::* kServiceCounts[] = {
    &ServiceWeek::arrived, &ServiceWeek::in_need, &ServiceWeek::on_list, &ServiceWeek::stepping,
    &ServiceWeek::joined, &ServiceWeek::gave_up, &ServiceWeek::admitted, &ServiceWeek::moved_on,
    &ServiceWeek::in_care, &ServiceWeek::slots_taken, &ServiceWeek::slots, &ServiceWeek::assistant_taken,
    &ServiceWeek::money, &ServiceWeek::fatigue, &ServiceWeek::people, &ServiceWeek::hearsay_human,
    &ServiceWeek::hearsay_assistant, &ServiceWeek::stigma};
static_assert(sizeof(ServiceWeek) == sizeof(std::int64_t) * std::size(kServiceCounts));

}  // namespace hybridcare
