#include "scenarios/description.hpp"

#include <cstddef>

#include "scenarios/service.hpp"

namespace hybridcare {
namespace {

using Rows = std::vector<StateVariable>;

Rows therapists() {
  constexpr const char* who = "therapist";
  return {
      {who, "quality", "q", "share", "mean of each of the eight expressed qualities", 0, 0},
      {who, "effectiveness", "Theta", "factor", "on the gain of a contact, beyond expressed quality; mean 1", 0, 0},
      {who, "culture", "", "index", "of the therapist's culture", 0, 0},
      {who, "fatigue", "F", "share", "with a service, of this week; without one it is a column of the client", 0, 0},
      {who, "slots", "", "contacts per week", "with a service: what the therapist can hold", 0, 0},
      {who, "slots_taken", "", "contacts per week", "with a service: taken by the clients in care this week", 0, 0},
      {who, "symptom", "X", "points", "with a service: sum over the clients of the caseload", 0, 0},
      {who, "clients", "", "clients", "with a service: of the caseload", 0, 0},
      {who, "coached", "", "clients", "with a service: of the caseload, in a step in which an assistant coaches", 0, 0},
  };
}

Rows assistants() {
  constexpr const char* who = "assistant";
  return {
      {who, "emotions", "K", "number", "among which a turn is read", 0, 0},
      {who, "by_emotion", "", "flag", "discriminability differs between emotions: with a measured profile alone", 0, 0},
      {who, "home", "", "index", "its own culture, whose rows are its confidence and the twin without distance", 0, 0},
      {who, "in_use", "", "flag", "which of the four modalities it reads", 0, 0},
      {who, "d", "d", "d'", "discriminability before any loss by distance, by culture, modality and emotion", 0, 0},
      {who, "loss", "Delta mu", "share", "of it lost at distance 1, by culture and modality; 0 where measured", 0, 0},
      {who, "mistaken", "B", "probability", "what an emotion is taken for when it is misread, by culture", 0, 0},
      {who, "weight", "w", "factor", "of each modality in the fused discriminability", 0, 0},
      {who, "correlation", "Sigma", "correlation", "of the modalities' noise", 0, 0},
      {who, "odds", "", "odds", "of noticing a misread turn, by severity and by quantile of felt intensity", 0, 0},
  };
}

#define HYBRIDCARE_COUNT(name, unit, meaning) \
  {"service", #name, "", unit, meaning, offsetof(ServiceWeek, name), sizeof(ServiceWeek::name)}

Rows service() {
  return {
      HYBRIDCARE_COUNT(arrived, "clients", "so far"),
      HYBRIDCARE_COUNT(in_need, "clients", "in need and not on the waiting list"),
      HYBRIDCARE_COUNT(on_list, "clients", "on the waiting list"),
      HYBRIDCARE_COUNT(stepping, "clients", "in care, waiting for a place in another step"),
      HYBRIDCARE_COUNT(joined, "clients", "came to the waiting list this week"),
      HYBRIDCARE_COUNT(gave_up, "clients", "left the waiting list unserved this week"),
      HYBRIDCARE_COUNT(admitted, "clients", "began care this week"),
      HYBRIDCARE_COUNT(moved_on, "clients", "got the place in another step this week"),
      HYBRIDCARE_COUNT(in_care, "clients", "in a step that takes capacity"),
      HYBRIDCARE_COUNT(slots_taken, "contacts per week", "of all therapists"),
      HYBRIDCARE_COUNT(slots, "contacts per week", "that all therapists can hold"),
      HYBRIDCARE_COUNT(assistant_taken, "contacts per week", "of the assistants' capacity"),
      HYBRIDCARE_COUNT(money, "money per week", "committed"),
      HYBRIDCARE_COUNT(fatigue, "share", "sum over therapists"),
      HYBRIDCARE_COUNT(people, "clients", "over whom opinions are summed"),
      HYBRIDCARE_COUNT(hearsay_human, "opinion", "of humans, sum over clients"),
      HYBRIDCARE_COUNT(hearsay_assistant, "opinion", "of assistants, sum over clients"),
      HYBRIDCARE_COUNT(stigma, "share", "sum over clients"),
      {"service", "wanted_since", "", "week", "since when a client in care waits for another step", 0, 0},
  };
}

#undef HYBRIDCARE_COUNT

Rows network() {
  constexpr const char* who = "network";
  return {
      {who, "neighbour", "", "client", "whom each client knows; ties are mutual and stay", 0, 0},
      {who, "human", "", "trust", "what a client tells of therapists: change of trust since the first meeting", 0, 0},
      {who, "assistant", "", "trust", "what a client tells of assistants", 0, 0},
      {who, "stigma", "s", "share", "as others perceive it", 0, 0},
      {who, "news", "", "bits", "met a human, met an assistant, data leaked, recovered, dropped out", 0, 0},
      {who, "told", "", "bits", "news that are old and told no more", 0, 0},
  };
}

}  // namespace

const std::vector<StateVariable>& shared_state() {
  static const Rows table = [] {
    Rows rows;
    for (const Rows& part : {therapists(), assistants(), service(), network()})
      rows.insert(rows.end(), part.begin(), part.end());
    return rows;
  }();
  return table;
}

}  // namespace hybridcare
