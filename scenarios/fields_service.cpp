// A service that has not enough for everybody (S14), and a network of clients who talk (S15). They hold where a
// scenario has the objects "service" and "network", in either configuration; without them no client knows of another.
#include "scenarios/fields_rows.hpp"

namespace hybridcare {
namespace {

Fields capacity() {
  using enum Grade;
  using S = ServiceParameters;
  constexpr auto G = &Parameters::service;
  return {
      field<G, &S::arrivals>("/service/arrivals", "Lambda", "clients per week", 0, 1000000, 20, design, "",
          "clients who come to be in need each week, on average; Poisson. A file of arrivals replaces it"),
      field<G, &S::in_need>("/service/in_need", "", "clients", 0, 10000000, 0, design, "",
          "clients in need when the service opens"),
      field<G, &S::slots>("/service/slots", "", "contacts per week", 0, 1000, 20, assumed, "",
          "human contacts a week that each therapist can hold. A file of slots replaces it"),
      field<G, &S::assistant_contacts>("/service/assistant_contacts", "", "contacts per week", 0, 100000000, 0, design,
          "", "contacts a week that all assistants together can hold; 0: no limit"),
      choice<G, &S::matching>("/service/matching", 0, {"drawn", "culture", "preference"},
          "whom a client is given among therapists with a free slot: the one drawn at random, one of the same culture "
          "first, or the first in an order of the client's own"),
      field<G, &S::budget>("/service/budget", "", "money per week", 0, 1000000000, 0, design, "",
          "what contacts may cost a week, at the prices of the accounts; 0: no limit"),
      field<G, &S::ageing>("/service/ageing", "", "quantiles per week", 0, 10, .05, assumed, "",
          "priority on the waiting list: gained per week waited, in quantiles of severity"),
      field<G, &S::reneging>("/service/reneging", "", "probability per week", 0, 1, .02, assumed, "",
          "a client on the waiting list gives up; may seek help again"),
      field<G, &S::meeting_hearsay>("/service/meeting_hearsay", "", "counts", 0, 20, 2, assumed, "",
          "trust at a first meeting: counts added per unit of what was heard of this kind of agent"),
      field<G, &S::unmet_preference>("/service/unmet_preference", "", "counts", 0, 20, .5, assumed, "",
          "mistrust at a first meeting: counts added where the client would rather have met the other kind of agent"),
  };
}

Fields seeking() {
  using enum Grade;
  using S = ServiceParameters;
  constexpr auto G = &Parameters::service;
  return {
      field<G, &S::seek>("/service/seek/intercept", "", "logit", -20, 50, -3, assumed, "",
          "seeking help in a week: logit at the reference values"),
      field<G, &S::seek_severity>("/service/seek/severity", "", "logit", -10, 10, .35, assumed, "",
          "seeking help: effect of severity"),
      field<G, &S::severity_reference>("/service/seek/severity_reference", "", "points", 0, 27, 10, assumed, "",
          "PHQ-9 at which its effect is zero"),
      field<G, &S::severity_unit>("/service/seek/severity_unit", "", "points", .1, 27, 5, assumed, "",
          "PHQ-9 points that count once"),
      field<G, &S::seek_stigma>("/service/seek/stigma", "", "logit", -10, 20, 2, assumed, "",
          "seeking help: what stigma takes away"),
      field<G, &S::stigma_reference>("/service/seek/stigma_reference", "", "share", 0, 1, .44, assumed, "",
          "stigma at which its effect is zero"),
      field<G, &S::seek_hearsay>("/service/seek/hearsay", "", "logit", -10, 20, .5, assumed, "",
          "seeking help: effect of what was heard of the agent behind the door"),
      field<G, &S::seek_preference>("/service/seek/preference", "", "logit", -10, 20, .4, assumed, "",
          "seeking help: effect of finding there whom one would rather see"),
      field<G, &S::seek_privacy>("/service/seek/privacy", "", "logit per modality", -10, 20, .10, assumed, "",
          "seeking help: what each modality beyond the first takes away per unit of privacy concern"),
      field<G, &S::front_door>("/service/seek/front_door", "h_AI", "logit", -5, 5, .1, assumed, "",
          "seeking help: effect of a door with an assistant alone"),
  };
}

Fields network() {
  using enum Grade;
  using N = NetworkParameters;
  constexpr auto G = &Parameters::network;
  return {
      field<G, &N::neighbours>("/network/neighbours", "k", "clients", 2, 100, 6, assumed, "",
          "whom each client knows, on average; an even number"),
      field<G, &N::rewiring>("/network/rewiring", "", "share", 0, 1, .1, assumed, "",
          "ties that lead far away"),
      field<G, &N::homophily>("/network/homophily", "", "share", 0, 1, .7, assumed, "",
          "ties that are sought within the own culture"),
      field<G, &N::keep>("/network/keep", "", "share per week", 0, 1, .95, assumed, "",
          "of an opinion from hearsay, what is left after a week without news"),
      field<G, &N::hear>("/network/hear", "", "per unit of trust", 0, 5, .03, assumed, "",
          "opinion gained a week per unit by which the neighbours' trust rose since they met the agent"),
      field<G, &N::bad_news>("/network/bad_news", "", "factor", 0, 20, 2.5, assumed, "",
          "how much more a loss of trust is told than a gain"),
      field<G, &N::breach>("/network/breach", "", "opinion", 0, 2, .1, assumed, "",
          "opinion of assistants lost, once, for each neighbour whose data leaked"),
      field<G, &N::mixing>("/network/mixing", "", "share per week", 0, 1, .02, assumed, "",
          "stigma: share of the way to the neighbours' mean"),
      field<G, &N::recovered>("/network/recovered", "", "stigma", 0, 1, .01, assumed, "",
          "stigma lost in a week with news of a neighbour's recovery"),
      field<G, &N::left>("/network/left", "", "stigma", 0, 1, .01, assumed, "",
          "stigma gained in a week with news that a neighbour dropped out"),
  };
}

}  // namespace

Fields service_fields() {
  Fields rows = capacity();
  for (const Fields& more : {seeking(), network()}) rows.insert(rows.end(), more.begin(), more.end());
  return rows;
}

}  // namespace hybridcare
