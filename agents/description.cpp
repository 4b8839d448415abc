#include "agents/description.hpp"

#include "agents/client.hpp"

namespace hybridcare {

#define HYBRIDCARE_REAL(name, symbol, unit, meaning) \
  {"client", #name, symbol, unit, meaning, offsetof(ClientReals, name), sizeof(ClientReals::name)}
#define HYBRIDCARE_BOND(name, symbol, unit, meaning) \
  {"bond", #name, symbol, unit, meaning, offsetof(AgentColumns, name), sizeof(AgentColumns::name)}
#define HYBRIDCARE_WORD(name, symbol, unit, meaning) \
  {"client", #name, symbol, unit, meaning, offsetof(ClientWords, name), sizeof(ClientWords::name)}

const std::vector<StateVariable>& client_reals() {
  static const std::vector<StateVariable> table = {
      HYBRIDCARE_REAL(episode, "M", "points", "slow level of symptoms without care, 0 to 27"),
      HYBRIDCARE_REAL(symptom, "X", "points", "momentary level of symptoms, 0 to 27"),
      HYBRIDCARE_REAL(phq9, "y", "points", "measured this week: whole points, 0 to 27"),
      HYBRIDCARE_REAL(phq9_start, "y0", "points", "measured at entry"),
      HYBRIDCARE_REAL(phq9_before, "", "points", "measured in the week before"),
      HYBRIDCARE_REAL(baseline, "m", "points", "long-run personal mean of the slow level"),
      HYBRIDCARE_REAL(gain, "G", "points", "change by care so far; a deterioration is negative"),
      HYBRIDCARE_REAL(gain_cap, "Gmax", "points", "most change that care can give"),
      HYBRIDCARE_REAL(responsiveness, "rho", "factor", "how much care changes this client, mean 1"),
      HYBRIDCARE_REAL(halo, "h", "rating", "leniency in ratings"),
      HYBRIDCARE_REAL(motivation, "Mo", "share", "to practise between contacts"),
      HYBRIDCARE_REAL(insight, "I", "share", "what perspective-taking and curiosity have built; fades to its rest"),
      HYBRIDCARE_REAL(insight_before, "I", "share", "insight as the week began: what the gains of a week read"),
      HYBRIDCARE_REAL(contacts, "", "contacts", "held so far, with anybody"),
      HYBRIDCARE_REAL(autonomy, "", "share", "running mean of autonomy support as expressed by all agents"),
      HYBRIDCARE_REAL(expressivity, "z", "share", "how openly feelings are shown; lowers masking"),
      HYBRIDCARE_REAL(privacy, "p", "share", "concern about privacy"),
      HYBRIDCARE_REAL(stigma, "s", "share", "felt about seeking help"),
      HYBRIDCARE_REAL(preference, "pref", "SD", "wish for an assistant (above 0) or a human (below 0)"),
      HYBRIDCARE_REAL(hearsay_human, "q", "opinion", "of humans, by word of mouth, -1 to 1"),
      HYBRIDCARE_REAL(hearsay_assistant, "q", "opinion", "of assistants, by word of mouth, -1 to 1"),
      HYBRIDCARE_REAL(attribute, "", "level",
                      "of each named attribute: age band, deprivation, language, digital access or others"),
      HYBRIDCARE_REAL(week, "", "weeks", "of the study: 0 at entry, 1 in the first"),
      HYBRIDCARE_REAL(weeks_in_care, "tau", "weeks", "since care of this episode began, 1 in its first week; 0 before"),
      HYBRIDCARE_REAL(weeks_in_step, "", "weeks", "in this step of the pathway, 1 in its first week"),
      HYBRIDCARE_REAL(weeks_waited, "", "weeks", "for a first contact"),
      HYBRIDCARE_REAL(off_track, "o", "flag", "this week's measure lies above the expected course"),
      HYBRIDCARE_REAL(week_gain, "", "points", "of this week's contacts and practice, before saturation"),
      HYBRIDCARE_REAL(week_jump, "", "points", "sudden gain of this week, before saturation"),
      HYBRIDCARE_REAL(week_unrepaired, "f", "turns", "of this week: misread, noticed and not repaired"),
      HYBRIDCARE_REAL(week_harm, "", "turns", "the same, each softened by the resonance of its contact"),
      HYBRIDCARE_REAL(week_turns, "", "turns", "of this week, all agents"),
      HYBRIDCARE_REAL(week_minutes, "", "minutes",
                      "of human time this week outside planned contacts: reviews, alarms, turns handed over"),
      HYBRIDCARE_REAL(practised, "", "slots", "practised this week"),
      HYBRIDCARE_REAL(fit, "fit", "factor", "to each pathway without empathy, mean 1"),
      HYBRIDCARE_REAL(plan_weight, "", "precision",
                      "personalised plan: of what is believed of the fit to each pathway"),
      HYBRIDCARE_REAL(plan_sum, "", "precision", "personalised plan: the same, times the believed fit"),
      HYBRIDCARE_REAL(plan_load, "", "points", "personalised plan: what last week's practice should bring at fit 1"),
      HYBRIDCARE_REAL(fatigue, "F", "share", "of the client's therapist"),
      HYBRIDCARE_REAL(reliance, "R", "share", "of the client's therapist on the assistant's readings"),
      HYBRIDCARE_REAL(risk, "", "weeks", "in a risk state that nobody has seen, 1 in its first; 0: in none"),
      HYBRIDCARE_REAL(risk_flag, "", "flag", "a risk was detected or an alarm raised this week"),
      HYBRIDCARE_REAL(missed_risk, "", "weeks", "in care at risk and not detected, so far"),
      HYBRIDCARE_REAL(risk_waits, "", "weeks", "from onset to detection, summed over risk states"),
      HYBRIDCARE_REAL(risk_found, "", "states", "of risk detected so far"),
      HYBRIDCARE_REAL(human_waits, "", "weeks", "from onset of a risk until a human met the client or was told"),
      HYBRIDCARE_REAL(human_reached, "", "states", "of risk in which a human has met the client or has been told"),
      HYBRIDCARE_REAL(alarms, "", "alarms", "false ones so far"),
      HYBRIDCARE_REAL(triage, "", "SD", "score of severity at entry, with its error"),
  };
  return table;
}

const std::vector<StateVariable>& bond_reals() {
  static const std::vector<StateVariable> table = {
      HYBRIDCARE_BOND(trust_good, "alpha", "evidence", "good evidence that trust rests on"),
      HYBRIDCARE_BOND(trust_bad, "beta", "evidence", "bad evidence that trust rests on"),
      HYBRIDCARE_BOND(trust_start, "T(0)", "trust", "at entry, 0 to 1"),
      HYBRIDCARE_BOND(trust_before, "T", "trust", "before this week's contacts, 0 to 1"),
      HYBRIDCARE_BOND(alliance, "A", "alliance", "working alliance, 0 to 1.2"),
      HYBRIDCARE_BOND(alliance_mean, "A-bar", "alliance", "its running level"),
      HYBRIDCARE_BOND(distance, "chi", "distance", "cultural distance to the agent; 0 within a culture"),
      HYBRIDCARE_BOND(match, "d_ij", "share", "how well this pair fits: added to resonance, attunement and validation"),
      HYBRIDCARE_BOND(memory, "k_mem", "share", "what the agent knows of this client"),
      HYBRIDCARE_BOND(contacts, "k", "contacts", "held so far"),
      HYBRIDCARE_BOND(missed, "", "contacts", "missed so far"),
      HYBRIDCARE_BOND(met, "", "contacts", "held this week"),
      HYBRIDCARE_BOND(weeks_since, "", "weeks", "since the first contact"),
      HYBRIDCARE_BOND(confidence, "", "share", "of turns the agent believed to read right at the last contact"),
      HYBRIDCARE_BOND(empathy, "E", "share", "as expressed at the last contact"),
      HYBRIDCARE_BOND(compassion, "q", "share", "as expressed at the last contact"),
      HYBRIDCARE_BOND(curiosity, "q", "share", "as expressed at the last contact"),
      HYBRIDCARE_BOND(reliability, "", "share", "mean over contacts of accuracy times overall quality"),
      HYBRIDCARE_BOND(ruptures, "", "contacts", "with a rupture so far"),
      HYBRIDCARE_BOND(alliance_rating, "", "rating", "by the client at the last contact"),
      HYBRIDCARE_BOND(empathy_rating, "", "rating", "by the client at the last contact"),
      HYBRIDCARE_BOND(felt_heard, "", "rating", "by the client at the last contact, 0 to 5"),
      HYBRIDCARE_BOND(right_turns, "s", "turns", "of this week: read right"),
      HYBRIDCARE_BOND(noticed_turns, "", "turns", "of this week: misread and noticed by the client"),
      HYBRIDCARE_BOND(repaired_turns, "", "turns", "of this week: noticed and repaired"),
      HYBRIDCARE_BOND(masked_turns, "", "turns", "of this week: the feeling was masked"),
      HYBRIDCARE_BOND(asked_turns, "", "turns", "of this week: the agent asked again"),
  };
  return table;
}

const std::vector<StateVariable>& client_words() {
  static const std::vector<StateVariable> table = {
      HYBRIDCARE_WORD(id, "", "number", "of the client: keys every draw"),
      HYBRIDCARE_WORD(culture, "c", "index", "of the client's culture"),
      HYBRIDCARE_WORD(therapist, "j", "index", "of the client's therapist"),
      HYBRIDCARE_WORD(step, "", "index", "step of the pathway"),
      HYBRIDCARE_WORD(exit, "", "code", "how the client left the pathway: not yet, completed, ended early, dropped"),
      HYBRIDCARE_WORD(left_week, "", "week", "in which the client left the pathway; 0 before"),
      HYBRIDCARE_WORD(type, "", "code", "of trust: rational, oscillating, disbelieving"),
      HYBRIDCARE_WORD(writing, "", "slots",
                      "of expressive writing practised in each of the last four weeks, and dealt to it, 4 bits each"),
      HYBRIDCARE_WORD(assistant, "", "index", "of the assistant that the client's bond is with"),
      HYBRIDCARE_WORD(events, "", "bits",
                      "found out about an unlabelled assistant; data leaked; the leak told to neighbours; met by a "
                      "human, or reported to one, since the present risk began; what others said has entered the "
                      "first meeting with a human, with an assistant; no access to an assistant"),
      HYBRIDCARE_WORD(arrival, "", "week", "of arrival in a service; 0 without one"),
      HYBRIDCARE_WORD(wanted, "", "index", "step that a client of a service waits for, plus 1; 0: none"),
  };
  return table;
}

#undef HYBRIDCARE_REAL
#undef HYBRIDCARE_BOND
#undef HYBRIDCARE_WORD

const std::vector<Mechanism>& mechanisms() {
  static const std::vector<Mechanism> table = {
      {"intake", "2, 2.1",
       "who enters: severity with or without selection, traits, first measurement, first bonds",
       "all, at entry",
       "intake human assistant culture",
       ""},
      {"attributes", "2.1",
       "named attributes of clients: what they add at entry, to leaving, practice and seeking help; who has no access "
       "to an assistant",
       "attribute, events, privacy, stigma, motivation",
       "attributes",
       ""},
      {"course", "S0, S1, S11",
       "natural course of symptoms as a fast process around a slow one, measurement, what care moves, usual care, "
       "waiting",
       "episode, symptom, phq9, off_track, gain",
       "course monitoring",
       "Tschacher & Haken: drift and diffusion, moved by care"},
      {"plan", "S11",
       "a personalised plan: Thompson sampling over the pathways that a step offers",
       "plan_weight, plan_sum, plan_load",
       "practice",
       "Thompson 1933"},
      {"quality", "S3",
       "what an agent means to express, and what misreading leaves of it",
       "empathy, compassion, curiosity, reliability, week_harm",
       "human assistant quality therapists monitoring coaching roles attribution",
       "Salil et al. 2025 for the constructs; floors are our own"},
      {"recognition", "S2",
       "how well felt emotions are told apart, by modality and culture, and the agent's confidence",
       "confidence",
       "human assistant recognition culture coaching",
       "Elfenbein & Ambady 2002 for the in-group advantage; equal-variance Gaussian choice"},
      {"repair", "S2, S4",
       "the turns of a contact: felt, shown, read, noticed, repaired",
       "right_turns, noticed_turns, repaired_turns, masked_turns, asked_turns, week_unrepaired, week_turns, "
       "week_minutes",
       "human assistant recognition repair monitoring",
       "Safran & Muran for rupture and repair"},
      {"affect", "S3",
       "optional coupled affect of client and agent within a contact",
       "none: it changes attunement",
       "affect",
       "Liebovitch, Peluso et al. 2011"},
      {"trust", "S5",
       "trust as evidence with forgetting, in two forms and three types of client",
       "trust_good, trust_bad, trust_before",
       "trust human assistant attribution",
       "Guo & Yang 2021; Slovic 1993; Rescorla & Wagner 1972"},
      {"alliance", "S6",
       "working alliance, its running level, and what a client would rate",
       "alliance, alliance_mean, alliance_rating, empathy_rating, felt_heard, ruptures",
       "alliance ratings human assistant",
       ""},
      {"change", "S7, S8",
       "what a contact changes, and sudden gains",
       "week_gain, week_jump",
       "change sudden_gain rival roles",
       "Howard 1986: a negatively accelerated dose curve must emerge"},
      {"growth", "S3",
       "what qualities build in a client: insight, motivation, autonomy, less stigma",
       "insight, insight_before, motivation, autonomy, contacts, stigma",
       "roles recognition",
       ""},
      {"privacy", "S16",
       "data leaked, and an unlabelled assistant found out",
       "trust_good, trust_bad, events",
       "privacy",
       ""},
      {"safety", "S17",
       "risk states, who sees them, false alarms, reviews",
       "risk, risk_flag, missed_risk, risk_waits, risk_found, human_waits, human_reached, alarms, week_minutes, events",
       "safety",
       ""},
      {"practice", "S9",
       "four pathways that need no empathy, practised between contacts",
       "practised, week_gain, writing, plan_load",
       "practice rival attribution",
       ""},
      {"leaving", "S10",
       "dropout, planned end, contacts missed or not made use of",
       "missed, exit",
       "leaving monitoring privacy attribution",
       ""},
      {"fatigue", "S12, S13",
       "a therapist's fatigue, and reliance on an assistant's readings",
       "fatigue, reliance",
       "therapists coaching",
       ""},
      {"seeking", "S14",
       "with a service: who seeks help, who gives up waiting, and first meetings with an agent that others talk about",
       "step, wanted, therapist, weeks_waited, trust_good, trust_bad, trust_start",
       "service",
       ""},
      {"hearsay", "S15",
       "with a network: what clients hear of therapists, assistants and care from those they know, a week late",
       "hearsay_human, hearsay_assistant, stigma",
       "network attribution",
       "Watts & Strogatz 1998 for the network; the rest is our own"},
  };
  return table;
}

}  // namespace hybridcare
