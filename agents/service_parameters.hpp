// What a service, its intake and a network of clients need to be told. Model sections S14 and S15. No numbers here.
#pragma once

namespace hybridcare {

enum Matching : int { match_as_drawn, match_by_culture, match_by_preference };

inline constexpr int kIntakeRows = 28;  ///< PHQ-9 points 0 to 27, one row each

/// Who comes, as a service has counted them. Read from a file, so no fields.
struct IntakeHistogram {
  int scores;                   ///< rows in use; 0: the intake's mean and spread hold
  double below[kIntakeRows];        ///< share of clients up to and with each row, ascending to 1
  double episode[kIntakeRows];      ///< mean slow level of a row's clients, points
  double spread;                ///< SD of the slow level within a row, points
};

struct ServiceParameters {      // S14
  double arrivals;              ///< clients who come to be in need, mean a week
  int in_need;                  ///< clients in need when the service opens, in week 1
  double slots;                 ///< human contacts a week of each therapist
  double assistant_contacts;    ///< contacts a week that the assistants can hold together; 0: no limit
  int matching;                 ///< a Matching
  double seek, seek_severity, severity_reference, severity_unit;  ///< logit of seeking help; points
  double seek_stigma, stigma_reference, seek_hearsay, seek_preference, seek_privacy, front_door;  ///< logit
  double ageing;                ///< priority, in quantiles of severity, per week waited
  double reneging;              ///< probability per week of giving up waiting
  double meeting_hearsay;       ///< trust counts at a first meeting per unit of hearsay
  double unmet_preference;      ///< mistrust at a first meeting with the kind of agent that was not wished for
  double budget;                ///< money a week for contacts, at the prices of the accounts; 0: no limit
};

struct NetworkParameters {      // S15
  int neighbours;               ///< k, even
  double rewiring;              ///< share of ties that lead far away
  double homophily;             ///< share of ties that are sought within the own culture
  double keep;                  ///< of hearsay, per week
  double hear;                  ///< hearsay per unit of the neighbours' mean change of trust, per week
  double bad_news;              ///< factor on a loss of trust
  double breach;                ///< hearsay lost per neighbour whose data were leaked, once
  double mixing;                ///< stigma: share of the way to the neighbours' mean, per week
  double recovered, left;       ///< stigma: less in a week with news of a recovery, more with news of a dropout
};

}  // namespace hybridcare
