// Invented courses of clients, kept as plain histories, and a driver that shows them to a recorder in any order of
// lanes, blocks and tasks. The same histories are counted by hand in the tests.
#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include "analysis/tally.hpp"

namespace fake {

using namespace hybridcare;

struct AgentWeek {
  int met = 0;  ///< contacts held in the week
  double good = 5, bad = 4, confidence = 0, empathy = 0, reliability = .5;
  int right = 0, noticed = 0, repaired = 0, masked = 0, asked = 0;
  int ruptures = 0, missed = 0;  ///< so far
};

struct Week {
  int phq9 = 0;
  double symptom = 0, gain = 0, fatigue = 0, minutes = 0;
  int missed_risk = 0, risk_found = 0, risk_waits = 0, human_reached = 0, human_waits = 0, alarms = 0;  ///< so far
  std::uint32_t step = 3;      ///< at the end of the week
  std::uint32_t exit = 0;
  AgentWeek agents[kAgents];
};

struct Client {
  std::uint32_t culture = 0;
  double trust_start[kAgents] = {.6, .5};
  int first[kAgents] = {};  ///< week of the first contact; before it trust at entry and distance are still others
  double distance[kAgents] = {};
  double waited = 0;
  std::vector<Week> weeks;

  bool has_met(int a, int w) const { return first[a] > 0 && w >= first[a]; }
  double distance_in(int a, int w) const { return distance[a] * (has_met(a, w) ? 1 : .5); }
};

/// An agent as far as trust at entry goes.
inline AgentParameters trusted(double mean, double sd, double bad) {
  AgentParameters agent{};
  agent.trust_mean = mean;
  agent.trust_sd = sd;
  agent.trust_least = 1;
  agent.trust_bad = bad;
  return agent;
}

/// Two arms (human and assistant with different numbers of turns; assistant alone), three cultures.
/// Steps: 0..2 the exits, 3 care, 4 assistant only.
inline Experiment experiment(int replicates, int clients, int weeks) {
  Experiment e;
  e.file = "fake";
  e.replicates = replicates;
  e.clients = clients;
  e.weeks = weeks;
  e.reading_week = weeks - 3;
  e.arms = {{"both", "", false}, {"machine", "", false}};
  e.variants = {{"default", "", false}};
  Scenario scenario;
  scenario.parameters = {};
  scenario.parameters.course.measurement_sd = 1.5;
  scenario.parameters.leaving.trust_human_share = .7;
  scenario.parameters.satisfaction = {-2, 2.5, 2, .12, .03};
  scenario.parameters.culture.count = 3;
  scenario.cultures = {"reference", "near", "far"};
  scenario.parameters.observation = {.6, .15, .08, .1, .05};
  scenario.parameters.human = trusted(7, .8, 5);
  scenario.parameters.assistant = trusted(5, 1, 4.5);
  scenario.pathway.start = 3;
  const auto way_out = [](const char* name, Exit exit) {
    Step step;
    step.name = name;
    step.exit = exit;
    return step;
  };
  Step care, machine;
  care.name = "care";
  care.human = {1, 6, 1, 50};
  care.assistant = {1, 8, 1, 0};
  machine.name = "machine";
  machine.assistant = {1, 10, 1, 0};
  scenario.pathway.steps = {way_out("completed", Exit::completed), way_out("ended_early", Exit::ended_early),
                            way_out("dropped", Exit::dropped), care, machine};
  Scenario alone = scenario;
  alone.pathway.start = 4;
  alone.pathway.steps[3].human.every_weeks = 0;
  e.scenarios = {{scenario, alone}};
  e.headline.arm = "both";
  e.headline.against = "machine";
  return e;
}

inline std::vector<Cell> cells() { return {{0, 0, Twin::factual}, {0, 1, Twin::factual}}; }

/// What the week does not decide on: latent levels, safety, and the human's time beside contacts.
template <class Draw>
void make_up(const Draw& draw, const Week* before, Week& week) {
  if (before != nullptr) {
    week.missed_risk = before->missed_risk + (draw(8) == 0 ? 1 : 0);
    week.alarms = before->alarms + (draw(9) == 0 ? 1 : 0);
    const int found = draw(7) == 0 ? 1 : 0;
    week.risk_found = before->risk_found + found;
    week.risk_waits = before->risk_waits + found * draw(4);
    const int reached = draw(5) == 0 ? 1 : 0;
    week.human_reached = before->human_reached + reached;
    week.human_waits = before->human_waits + reached * draw(6);
    week.minutes = draw(3) == 0 ? draw(100) / 8.0 : 0;
  }
  week.symptom = draw(2700) / 100.0;
  week.gain = draw(900) / 100.0 - 1;
  week.fatigue = draw(1000) / 1000.0;
}

/// A course made up from (replicate, cell, id) alone, along the pathway of the arm.
inline Client course(const Experiment& e, std::uint32_t replicate, int cell, std::uint32_t id, int arm) {
  std::mt19937 chance(replicate * 7919u + id * 31u + static_cast<std::uint32_t>(cell) * 104729u + 1u);
  const auto draw = [&](int n) { return static_cast<int>(chance() % static_cast<std::uint32_t>(n)); };
  Client client;
  client.culture = (replicate + id * 5u) % 7u % 3u;
  const Pathway& pathway = e.scenarios[0][static_cast<std::size_t>(arm)].pathway;
  std::uint32_t step = static_cast<std::uint32_t>(pathway.start), exit = 0;
  client.waited = draw(5);
  for (double& start : client.trust_start) start += draw(100) / 500.0;
  for (double& distance : client.distance) distance = client.culture == 0 ? 0 : draw(130) / 100.0;
  AgentWeek last[kAgents];
  for (int w = 0; w <= e.weeks; ++w) {
    Week week;
    week.phq9 = draw(kScores);
    for (int a = 0; a < kAgents; ++a) {
      const ContactPlan& plan = a == kHuman ? pathway.steps[step].human : pathway.steps[step].assistant;
      last[a].met = w > 0 && plan.every_weeks > 0 && draw(4) > 0 ? 1 + draw(5) / 4 : 0;
      if (last[a].met > 0) {
        client.first[a] = client.first[a] > 0 ? client.first[a] : w;
        const int turns = last[a].met * plan.turns;
        last[a].good += draw(100) / 100.0;
        last[a].bad = draw(8) == 0 ? 3 : last[a].bad + draw(150) / 100.0;  // now and then much is forgiven
        last[a].confidence = draw(1000) / 1000.0;
        last[a].empathy = draw(1000) / 1000.0;
        last[a].reliability = draw(1000) / 1000.0;
        last[a].right = draw(turns + 1);
        last[a].noticed = draw(turns - last[a].right + 1);
        last[a].repaired = draw(last[a].noticed + 1);
        last[a].masked = draw(turns + 1);
        last[a].asked = draw(turns + 1);
        last[a].ruptures += draw(2);
      } else if (w > 0 && draw(3) == 0) {
        ++last[a].missed;
      }
      week.agents[a] = last[a];
    }
    const int fate = w > 0 && exit == 0 ? draw(20) : 20;
    if (fate < 2) exit = 3, step = 2;
    else if (fate == 2) exit = 2, step = 1;
    else if (fate == 3 && step == 3) step = 4;  // handed on: the human is left behind
    else if (w >= 8 && exit == 0) exit = 1, step = 0;
    make_up(draw, w > 0 ? &client.weeks.back() : nullptr, week);
    week.step = step;
    week.exit = exit;
    client.weeks.push_back(week);
  }
  return client;
}

inline Client course(const Experiment& e, std::uint32_t replicate, int cell, std::uint32_t id) {
  return course(e, replicate, cell, id, cell);
}

inline void put(ClientBlock& block, int lane, std::uint32_t id, const Client& client, int w) {
  const Week& week = client.weeks[static_cast<std::size_t>(w)];
  block.w.id[lane] = id;
  block.w.culture[lane] = client.culture;
  block.w.step[lane] = week.step;
  block.w.exit[lane] = week.exit;
  block.r.phq9[lane] = week.phq9;
  block.r.phq9_start[lane] = client.weeks[0].phq9;
  block.r.symptom[lane] = week.symptom;
  block.r.gain[lane] = week.gain;
  block.r.fatigue[lane] = week.fatigue;
  block.r.week_minutes[lane] = week.minutes;
  block.r.missed_risk[lane] = week.missed_risk;
  block.r.risk_found[lane] = week.risk_found;
  block.r.risk_waits[lane] = week.risk_waits;
  block.r.human_reached[lane] = week.human_reached;
  block.r.human_waits[lane] = week.human_waits;
  block.r.alarms[lane] = week.alarms;
  block.r.weeks_waited[lane] = client.waited;
  for (int a = 0; a < kAgents; ++a) {
    AgentColumns& to = a == kHuman ? block.human : block.assistant;
    const AgentWeek& from = week.agents[a];
    to.trust_start[lane] = client.trust_start[a] + (client.has_met(a, w) ? 0 : .2);
    to.trust_good[lane] = from.good;
    to.trust_bad[lane] = from.bad;
    to.distance[lane] = client.distance_in(a, w);
    to.met[lane] = from.met;
    to.reliability[lane] = from.reliability;
    to.masked_turns[lane] = from.masked;
    to.asked_turns[lane] = from.asked;
    to.ruptures[lane] = from.ruptures;
    to.missed[lane] = from.missed;
    to.confidence[lane] = from.confidence;
    to.empathy[lane] = from.empathy;
    to.right_turns[lane] = from.right;
    to.noticed_turns[lane] = from.noticed;
    to.repaired_turns[lane] = from.repaired;
  }
}

/// One (replicate, block) through all cells; lanes are shuffled anew every week.
inline void perform(Recorder<ClientBlock>& recorder, const Experiment& e, std::uint32_t replicate, std::uint32_t first,
                    int size, std::mt19937& chance, const std::vector<Cell>& list = cells()) {
  auto part = recorder.start(replicate, first, size);
  auto block = std::make_unique<ClientBlock>();
  block->size = size;
  for (int cell = 0; cell < static_cast<int>(list.size()); ++cell) {
    const int arm = list[static_cast<std::size_t>(cell)].arm;
    std::vector<std::uint32_t> ids;
    std::vector<Client> clients;
    for (int i = 0; i < size; ++i) {
      ids.push_back(first + static_cast<std::uint32_t>(i));
      clients.push_back(course(e, replicate, cell, ids.back(), arm));
    }
    for (int w = 0; w <= e.weeks; ++w) {
      std::shuffle(ids.begin(), ids.end(), chance);
      for (int i = 0; i < size; ++i)
        put(*block, i, ids[static_cast<std::size_t>(i)], clients[ids[static_cast<std::size_t>(i)] - first], w);
      part->week({replicate, cell, first}, *block, w);
    }
  }
  recorder.finish(std::move(part));
}

/// All tasks, in an order and with lanes that depend on `seed`.
inline void perform_all(Recorder<ClientBlock>& recorder, const Experiment& e, int block, unsigned seed,
                        const std::vector<Cell>& list = cells()) {
  std::mt19937 chance(seed);
  struct Task { std::uint32_t replicate, first; int size; };
  std::vector<Task> tasks;
  for (int r = 0; r < e.replicates; ++r)
    for (int first = 0; first < e.clients; first += block)
      tasks.push_back({static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(first),
                       std::min(block, e.clients - first)});
  std::shuffle(tasks.begin(), tasks.end(), chance);
  for (const Task& task : tasks) perform(recorder, e, task.replicate, task.first, task.size, chance, list);
}

inline Counts counts(const Experiment& e, int block, unsigned seed) {
  Tally tally(e, cells(), 0);
  perform_all(tally, e, block, seed);
  return tally.take();
}

}  // namespace fake
