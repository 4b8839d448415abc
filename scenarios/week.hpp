// The week loop: the phases of a week, in the order in which they happen. One list, read by the loop and by the
// documentation.
#pragma once
#include <cstdint>

#include "agents/client.hpp"
#include "agents/packing.hpp"
#include "agents/scratch.hpp"
#include "agents/therapists.hpp"
#include "scenarios/plan.hpp"
#include "sim/philox.hpp"
#include "sim/recorder.hpp"

namespace hybridcare {

enum class Phase {
  begin, course, jump, meet_human, meet_assistant, privacy, safety, practise, gain, leave, move, tire
};

struct PhaseInfo {
  Phase phase;
  const char* name;
  const char* meaning;
};

static constexpr PhaseInfo kWeek[] = {
    {Phase::begin, "begin", "weeks in step and in care advance; trust is held as the week's reading of it"},
    {Phase::course, "course", "episode, then symptom (reads last week's gain and alliance), then measurement"},
    {Phase::jump, "jump", "sudden gain"},
    {Phase::meet_human, "meet_human", "the human's contacts, if due: turns, quality, change, trust, alliance, ratings"},
    {Phase::meet_assistant, "meet_assistant", "the assistant's contacts, if due"},
    {Phase::privacy, "privacy", "data leaked; an unlabelled assistant found out: both cost trust"},
    {Phase::safety, "safety", "risk states begin, are seen, or end; false alarms; a human's review"},
    {Phase::practise, "practise", "practice between contacts of the pathways that need no empathy"},
    {Phase::gain, "gain", "accumulated gain: this week's gain and harm; it decays every week, in care or not"},
    {Phase::leave, "leave", "dropout, then planned end"},
    {Phase::move, "move", "transitions of the pathway, then the planned length; re-entry"},
    {Phase::tire, "tire", "the therapist's fatigue and reliance on the assistant; insight fades"},
};

/// What holds while a client is with one of an arm's assistants, in one replicate.
struct AssistantView {
  const Parameters* parameters = nullptr;
  const ReadingTable* reading = nullptr;
};

/// A therapist's and a client's world for one course.
struct CourseInput {
  const CoursePlan* plan = nullptr;
  TherapistView therapists;
  Key key;
  const AssistantView* assistants = nullptr;     ///< by number
  const ReadingTable* human_reading = nullptr;
  bool coupled = false;                          ///< a service decides who moves into a step with a human, and tires
};

/// What a task keeps in hand: no allocation in the week loop.
struct Workspace {
  ClientBlock entry;    ///< the clients as drawn, reused by cells of the same entry group
  ClientBlock block;    ///< the clients in their course
  Scratch scratch;
};

/// Recorders of one task; called for week 0 and after each week.
struct Watchers {
  BlockRecorder<ClientBlock>* const* list = nullptr;
  int count = 0;
};

/// One instruction set's kernel.
struct Kernel {
  void (*enter)(const CourseInput&, std::uint32_t first, int size, ClientBlock&, Scratch&);
  /// A whole course, watched. Returns the number of contacts held.
  std::uint64_t (*course)(const CourseInput&, const CourseAt&, Workspace&, const Watchers&);
  /// One week of one block, unwatched: what coupled runs repeat between barriers. Returns the number of contacts held.
  std::uint64_t (*week)(const CourseInput&, int week, ClientBlock&, Scratch&);
  /// What coupled runs do with a block between its weeks, see agents/packing.hpp.
  std::size_t (*pack)(const ClientBlock&, const Kept&, const std::uint64_t* last, std::uint64_t*);
  void (*unpack)(const std::uint64_t*, const Kept&, ClientBlock&);
};

namespace baseline { extern const Kernel kernel; }
namespace avx2 { extern const Kernel kernel; }
namespace avx512 { extern const Kernel kernel; }

}  // namespace hybridcare
