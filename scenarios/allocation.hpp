// S14: what a service has to give, and who gets it: therapists' slots, assistants' contacts, money. All in integers.
#pragma once
#include <cstdint>
#include <vector>

#include "agents/service_parameters.hpp"
#include "agents/therapists.hpp"
#include "scenarios/gaps.hpp"
#include "sim/philox.hpp"

namespace hybridcare {

inline constexpr std::int64_t kSlot = 720720;  ///< units of a weekly contact: divisible by all numbers up to 16

/// Units that a contact every so many weeks takes, `per_week` of them in such a week; rounded up. 0 without contacts.
std::int64_t units_of(int every_weeks, int per_week);

/// What a client in a step takes every week.
struct Need {
  std::int64_t human = 0;      ///< units of kSlot, of one therapist
  std::int64_t assistant = 0;  ///< units of kSlot, of all assistants together
  std::int64_t money = 0;      ///< millionths
  bool nothing() const { return human == 0 && assistant == 0 && money == 0; }
  /// What a step takes beyond another.
  Need beyond(const Need& now) const { return {human - now.human, assistant - now.assistant, money - now.money}; }
};

/// What is taken in all. Sums of integers: parts may be counted in any order.
struct Taken {
  std::vector<std::int64_t> human;  ///< by therapist
  std::int64_t assistant = 0, money = 0;
  void add(std::uint32_t therapist, const Need& need) {
    if (need.human != 0) human[therapist] += need.human;
    assistant += need.assistant;
    money += need.money;
  }
  void clear();
};

/// What decides about a client's therapist.
struct Wish {
  std::uint32_t id = 0;
  std::uint32_t culture = 0;
  std::uint32_t therapist = 0;  ///< as drawn at entry, or the one that was met
  bool bound = false;           ///< has a therapist, and waits for that one
};

class Resources {
 public:
  static constexpr std::int64_t kUnlimited = INT64_MAX / 4;

  /// @param slots  of each therapist, weekly contacts, >= 0
  Resources(const std::vector<double>& slots, double assistant_contacts, double budget);

  /// Forgets what is taken.
  void clear();
  /// Takes without asking: who is in care stays in care, even where capacity has shrunk.
  void hold(std::uint32_t therapist, const Need& need);
  void hold(const Taken& part);
  /// The therapist for this client if all that the client needs is there, else -1. Does not take it. A need below 0,
  /// of a client who comes to a step that takes less, is always met.
  /// As drawn: that therapist, or the next one by number with room. By culture: of those with room, of the client's
  /// culture where there is one, the first in the client's keyed order. By preference: the first in that order.
  int find(const Wish& wish, const Need& need, Matching matching, const TherapistView& therapists, Key key) const;
  /// Whether nobody with at least this need of a human can be served any more.
  bool exhausted(std::int64_t least_human) const { return gaps_.largest() < least_human; }

  std::int64_t taken(std::uint32_t therapist) const { return taken_.human[therapist]; }
  std::int64_t capacity(std::uint32_t therapist) const { return capacity_[therapist]; }
  const Taken& all() const { return taken_; }
  std::int64_t taken_in_all() const;
  std::int64_t capacity_in_all() const;
  /// Share of this therapist's slots that are taken; 0 without slots and load.
  double load(std::uint32_t therapist) const;

 private:
  std::int64_t gap(std::size_t therapist) const { return capacity_[therapist] - taken_.human[therapist]; }
  int find_preferred(const Wish& wish, std::int64_t need, bool by_culture, const TherapistView& therapists,
                     Key key) const;

  std::vector<std::int64_t> capacity_;
  Taken taken_;
  Gaps gaps_;  ///< what each therapist has left
  std::int64_t assistant_capacity_, budget_;
};

/// Weekly cost in millionths of money.
std::int64_t millionths(double money);

}  // namespace hybridcare
