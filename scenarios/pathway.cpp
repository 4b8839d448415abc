// Checks at the door, on the pathway as a Boost graph.
#include "scenarios/pathway.hpp"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/reverse_graph.hpp>
#include <queue>

#include "scenarios/names.hpp"
#include "sim/error.hpp"

namespace hybridcare {
namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS>;

constexpr int kCompleted = 0, kEndedEarly = 1;

Graph graph_of(const Pathway& pathway) {
  Graph graph(pathway.steps.size());
  for (std::size_t i = 0; i < pathway.steps.size(); ++i) {
    if (pathway.steps[i].then >= 0) boost::add_edge(i, static_cast<std::size_t>(pathway.steps[i].then), graph);
  }
  for (const Transition& each : pathway.transitions) {
    boost::add_edge(static_cast<std::size_t>(each.from), static_cast<std::size_t>(each.to), graph);
  }
  if (pathway.re_entry >= 0) {
    for (const int from : {kCompleted, kEndedEarly}) {
      boost::add_edge(static_cast<std::size_t>(from), static_cast<std::size_t>(pathway.re_entry), graph);
    }
  }
  return graph;
}

/// Which steps can be reached from `start`, itself included.
template <class AnyGraph>
std::vector<bool> reached(const AnyGraph& graph, int start) {
  std::vector<boost::default_color_type> colors(boost::num_vertices(graph), boost::white_color);
  auto color_map = boost::make_iterator_property_map(colors.begin(), boost::get(boost::vertex_index, graph));
  boost::queue<typename boost::graph_traits<AnyGraph>::vertex_descriptor> open;
  boost::breadth_first_visit(graph, static_cast<std::size_t>(start), open, boost::bfs_visitor<>(), color_map);
  std::vector<bool> result;
  for (const auto color : colors) result.push_back(color != boost::white_color);
  return result;
}

void refuse_overlap(const Transition& a, const Transition& b, const std::string& step, const std::string& where) {
  if (a.from != b.from || a.priority != b.priority || provably_disjoint(a.guard, b.guard)) return;
  throw UserError(where, "transitions " + in_quotes(a.name) + " and " + in_quotes(b.name) + " of step " +
                             in_quotes(step) + " may hold in the same week; give them different priorities");
}

const char* name_of(std::int32_t column) {
  for (const GuardVariable& variable : guard_variables())
    if (variable.column == column) return variable.name;
  return "";
}

/// A guard on what a service knows of an agent whom no step meets says nothing.
void refuse_strangers(const Guard& guard, const std::string& what, const Pathway& pathway, const std::string& where) {
  const auto meets = [&](ContactPlan Step::*agent) {
    return std::any_of(pathway.steps.begin(), pathway.steps.end(),
                       [&](const Step& step) { return (step.*agent).every_weeks > 0; });
  };
  for (const GuardCode& code : guard.code) {
    if (code.op != GuardOp::variable) continue;
    const std::string name = name_of(code.column);
    const bool human = name.rfind("human_", 0) == 0, assistant = name.rfind("assistant_", 0) == 0;
    if ((human && !meets(&Step::human)) || (assistant && !meets(&Step::assistant))) {
      throw UserError(where, what + " reads " + in_quotes(name) + ", but no step has contacts with " +
                                 (human ? "a human" : "an assistant"));
    }
  }
}

}  // namespace

const std::vector<const char*>& pathway_names() {
  static const std::vector<const char*> names = {"mindfulness", "expressive_writing", "bias_modification", "focusing"};
  return names;
}

void check(const Pathway& pathway, const std::string& where) {
  const Graph graph = graph_of(pathway);
  const std::vector<bool> from_start = reached(graph, pathway.start);
  const std::vector<bool> to_exit = reached(boost::make_reverse_graph(graph), kCompleted);
  const std::string& start = pathway.steps[static_cast<std::size_t>(pathway.start)].name;
  for (std::size_t i = 0; i < pathway.steps.size(); ++i) {
    const Step& step = pathway.steps[i];
    if (step.exit != Exit::none) continue;
    if (!from_start[i]) {
      throw UserError(where, "step " + in_quotes(step.name) + " cannot be reached from the start " + in_quotes(start));
    }
    if (!to_exit[i]) {
      throw UserError(where, "step " + in_quotes(step.name) + " cannot reach the exit 'completed'");
    }
  }
  for (const Transition& each : pathway.transitions) {
    refuse_strangers(each.guard, "transition " + in_quotes(each.name), pathway, where);
  }
  refuse_strangers(pathway.re_entry_when, "re_entry", pathway, where);
  for (std::size_t i = 0; i < pathway.transitions.size(); ++i) {
    for (std::size_t j = i + 1; j < pathway.transitions.size(); ++j) {
      const auto from = static_cast<std::size_t>(pathway.transitions[i].from);
      refuse_overlap(pathway.transitions[i], pathway.transitions[j], pathway.steps[from].name, where);
    }
  }
}

}  // namespace hybridcare
