// Who the clients are, by names of the scenario's own: cultures, emotions, named attributes.
#include <algorithm>
#include <cmath>

#include "scenarios/csv.hpp"
#include "scenarios/fields.hpp"
#include "scenarios/names.hpp"
#include "scenarios/reader.hpp"
#include "sim/error.hpp"

namespace hybridcare::detail {
namespace {

constexpr double kSharesOfFile = 1e-6;  ///< shares in a file are rounded
constexpr CsvLimits kJointTable{std::size_t{1} << 20, 100000};
constexpr const char* kNamed = " is named by a letter and up to 39 letters, digits and underscores";

std::vector<std::string> target_names() {
  std::vector<std::string> names;
  for (const Target& target : attribute_targets()) names.push_back(target.name);
  return names;
}

/// Place of a level among the attribute's. @throws UserError
int find_level(const Node& at, const std::string& name, const Attribute& attribute, const std::string& file) {
  const auto it = std::find(attribute.levels.begin(), attribute.levels.end(), name);
  if (it == attribute.levels.end()) fail(file, at, unknown_name("level of " + attribute.name, name, attribute.levels));
  return static_cast<int>(it - attribute.levels.begin());
}

std::vector<std::string> read_levels(const Node& node, const std::string& file) {
  const Node& list = required(node, "levels", Node::Kind::array, file);
  const double count = static_cast<double>(list.items.size());
  if (count < 2 || count > kMostLevels) fail(file, list, outside(count, 2, kMostLevels, "levels"));
  std::vector<std::string> levels;
  for (const Node& item : list.items) {
    need(Node::Kind::text, item, file);
    if (!is_name(item.text) || item.text == "all") {
      fail(file, item, std::string("a level") + kNamed + ", and not 'all'");
    }
    if (std::find(levels.begin(), levels.end(), item.text) != levels.end()) {
      fail(file, item, in_quotes(item.text) + " stands more than once");
    }
    levels.push_back(item.text);
  }
  return levels;
}

void read_effects(const Node& node, int place, const Attribute& attribute, const std::string& file,
                  AttributeParameters& parameters) {
  const Node* effects = node.find("effects");
  if (!effects) return;
  need(Node::Kind::object, *effects, file);
  for (const NodeMember& level : effects->members) {
    const int index = find_level(level.value, level.name, attribute, file);
    need(Node::Kind::object, level.value, file);
    refuse_unknown(level.value, target_names(), file);
    for (int target = 0; target < kAttributeTargets; ++target) {
      const Target& known = attribute_targets()[static_cast<std::size_t>(target)];
      const Node* effect = level.value.find(known.name);
      if (!effect) continue;
      parameters.effect[target][place][index] = read_real(*effect, -known.most, known.most, known.unit, file);
    }
  }
}

void read_access(const Node& node, int place, const Attribute& attribute, const std::string& file,
                 AttributeParameters& parameters) {
  const Node* list = node.find("without_assistant");
  if (!list) return;
  need(Node::Kind::array, *list, file);
  for (const Node& item : list->items) {
    need(Node::Kind::text, item, file);
    parameters.without_assistant[place][find_level(item, item.text, attribute, file)] = true;
  }
}

/// Shares of one attribute's levels.
std::vector<double> read_shares(const Node& node, const Attribute& attribute, const std::string& file) {
  const Node& list = required(node, "shares", Node::Kind::array, file);
  if (list.items.size() != attribute.levels.size()) {
    fail(file, list, std::to_string(list.items.size()) + " shares for " + std::to_string(attribute.levels.size()) +
                         " levels");
  }
  std::vector<double> shares;
  double sum = 0;
  for (const Node& item : list.items) sum += shares.emplace_back(read_real(item, 0, 1, "share", file));
  if (std::abs(sum - 1) > kSumTolerance) fail(file, list, "shares sum to " + number_text(sum) + ", not to 1");
  return shares;
}

/// One row of a joint table: a share for one level of each attribute.
struct Joint {
  std::vector<std::vector<int>> levels;
  std::vector<double> shares;
};

Joint joint_of_file(const Node& name, const std::vector<Attribute>& attributes, const std::string& file) {
  std::vector<CsvColumn> columns;
  for (const Attribute& each : attributes) columns.push_back(choice_column(each.name, each.levels));
  columns.push_back(real_column("share", 0, 1, "share"));
  const std::string path = file_beside(name, file);
  const CsvTable table = read_csv_file(path, path, columns, kJointTable);
  Joint joint;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    std::vector<int>& cell = joint.levels.emplace_back();
    for (const Attribute& each : attributes) cell.push_back(table.choice(each.name, row));
    if (std::count(joint.levels.begin(), joint.levels.end(), cell) > 1) {
      table.fail(row, attributes.front().name, "these levels stand twice");
    }
    joint.shares.push_back(table.number("share", row));
  }
  return joint;
}

Joint joint_of_list(const Node& list, const std::vector<Attribute>& attributes, const std::string& file) {
  std::vector<std::string> known = {"share"};
  for (const Attribute& each : attributes) known.push_back(each.name);
  if (list.items.size() > kMostCells) {
    fail(file, list, outside(static_cast<double>(list.items.size()), 1, kMostCells, "rows"));
  }
  Joint joint;
  for (const Node& item : list.items) {
    need(Node::Kind::object, item, file);
    refuse_unknown(item, known, file);
    std::vector<int>& cell = joint.levels.emplace_back();
    for (const Attribute& each : attributes) {
      const Node& level = required(item, each.name.c_str(), Node::Kind::text, file);
      cell.push_back(find_level(level, level.text, each, file));
    }
    if (std::count(joint.levels.begin(), joint.levels.end(), cell) > 1) fail(file, item, "these levels stand twice");
    joint.shares.push_back(read_real(required(item, "share", Node::Kind::number, file), 0, 1, "share", file));
  }
  return joint;
}

/// Running sums of the cells' shares. @param shares  shape (cells,), the last attribute's levels fastest
void set_cells(const std::vector<double>& shares, AttributeParameters& parameters) {
  double sum = 0;
  for (int cell = 0; cell < parameters.cells; ++cell) {
    sum += shares[static_cast<std::size_t>(cell)];
    parameters.below[cell] = cell + 1 == parameters.cells ? 1.0 : sum;
  }
}

/// Attributes are independent: a cell's share is the product of its levels'.
void set_independent(const Node& list, const std::vector<Attribute>& attributes, const std::string& file,
                     AttributeParameters& parameters) {
  std::vector<double> shares = {1};
  for (std::size_t a = 0; a < attributes.size(); ++a) {
    std::vector<double> finer;
    for (const double share : shares)
      for (const double own : read_shares(list.members[a].value, attributes[a], file)) finer.push_back(share * own);
    shares = std::move(finer);
  }
  set_cells(shares, parameters);
}

void set_joint(const Node& node, const Node& list, const std::vector<Attribute>& attributes, const std::string& file,
               AttributeParameters& parameters) {
  for (const NodeMember& member : list.members) {
    const Node* own = member.value.find("shares");
    if (own) fail(file, *own, "'joint_shares' says how many clients are of each level");
  }
  if (node.kind != Node::Kind::text) need(Node::Kind::array, node, file);
  const Joint joint = node.kind == Node::Kind::text ? joint_of_file(node, attributes, file)
                                                    : joint_of_list(node, attributes, file);
  std::vector<double> shares(static_cast<std::size_t>(parameters.cells), 0);
  double sum = 0;
  for (std::size_t row = 0; row < joint.shares.size(); ++row) {
    std::size_t cell = 0;
    for (std::size_t a = 0; a < attributes.size(); ++a) {
      cell = cell * attributes[a].levels.size() + static_cast<std::size_t>(joint.levels[row][a]);
    }
    shares[cell] = joint.shares[row];
    sum += joint.shares[row];
  }
  if (std::abs(sum - 1) > kSharesOfFile) fail(file, node, "shares sum to " + number_text(sum) + ", not to 1");
  for (double& share : shares) share /= sum;
  set_cells(shares, parameters);
}

void check_attribute_name(const NodeMember& member, const std::string& file) {
  if (!is_name(member.name) || member.name == "share") {
    fail(file, member.value, std::string("an attribute") + kNamed + ", and not 'share'");
  }
  if (member.name == "culture") fail(file, member.value, "'culture' is known already; name the attribute otherwise");
  for (const GuardVariable& variable : guard_variables()) {
    if (member.name == variable.name) {
      fail(file, member.value, in_quotes(member.name) + " is a variable of guards; name the attribute otherwise");
    }
  }
}

}  // namespace

const std::vector<Target>& attribute_targets() {
  static const std::vector<Target> targets = {
      {"leaving", 5, "logit"},         {"help_seeking", 5, "logit"},        {"practice", 5, "logit"},
      {"trust_human", 20, "evidence"}, {"trust_assistant", 20, "evidence"}, {"privacy_concern", 1, "share"},
      {"stigma", 1, "share"},          {"motivation", 1, "share"}};
  return targets;
}

void read_cultures(const Node& cultures, const std::string& file, Scenario& scenario) {
  need(Node::Kind::object, cultures, file);
  CultureParameters& culture = scenario.parameters.culture;
  culture.count = 0;
  scenario.cultures.clear();
  if (cultures.members.empty() || cultures.members.size() > kMostCultures) {
    fail(file, cultures, outside(static_cast<double>(cultures.members.size()), 1, kMostCultures, "cultures"));
  }
  double sum = 0;
  int references = 0;
  for (const NodeMember& member : cultures.members) {
    if (!is_name(member.name) || member.name == "all") {
      fail(file, member.value, std::string("a culture") + kNamed + ", and not 'all'");
    }
    need(Node::Kind::object, member.value, file);
    refuse_unknown(member.value, {"position", "share"}, file);
    const Node& position = required(member.value, "position", Node::Kind::number, file);
    const Node& share = required(member.value, "share", Node::Kind::number, file);
    const int index = culture.count++;
    culture.position[index] = read_real(position, 0, kFarthestPosition, "", file);
    culture.share[index] = read_real(share, 0, 1, "share", file);
    if (culture.share[index] == 0) fail(file, share, "a culture without clients; leave it out");
    if (culture.position[index] == 0) culture.reference = index;
    references += culture.position[index] == 0;
    sum += culture.share[index];
    scenario.cultures.push_back(member.name);
  }
  if (std::abs(sum - 1) > kSumTolerance) fail(file, cultures, "shares sum to " + number_text(sum) + ", not to 1");
  if (references != 1) {
    fail(file, cultures, std::to_string(references) + " cultures have position 0; exactly one is the reference");
  }
}

void read_emotions(const Node& emotions, const std::string& file, Scenario& scenario) {
  need(Node::Kind::object, emotions, file);
  const double count = static_cast<double>(emotions.members.size());
  if (count < 2 || count > kMostEmotions) fail(file, emotions, outside(count, 2, kMostEmotions, "emotions"));
  RecognitionParameters& p = scenario.parameters.recognition;
  scenario.emotions.clear();
  for (const NodeMember& member : emotions.members) {
    if (!is_name(member.name)) fail(file, member.value, std::string("an emotion") + kNamed);
    need(Node::Kind::object, member.value, file);
    refuse_unknown(member.value, {"base", "slope", "positive"}, file);
    const std::size_t e = scenario.emotions.size();
    const Field &base = *find_field("/recognition/emotion/sadness/base"),
                &slope = *find_field("/recognition/emotion/sadness/slope");
    p.base[e] = read_real(required(member.value, "base", Node::Kind::number, file), base.least, base.most, base.unit,
                          file);
    p.slope[e] = read_real(required(member.value, "slope", Node::Kind::number, file), slope.least, slope.most,
                           slope.unit, file);
    p.positive[e] = required(member.value, "positive", Node::Kind::truth, file).truth;
    scenario.emotions.push_back(member.name);
  }
  p.emotions = count;
}

void read_attributes(const Node& resolved, const std::string& file, Scenario& scenario) {
  const Node *list = resolved.find("attributes"), *joint = resolved.find("joint_shares");
  if (joint && !list) fail(file, *joint, "'joint_shares' needs 'attributes'");
  if (!list) return;
  need(Node::Kind::object, *list, file);
  const double count = static_cast<double>(list->members.size());
  if (count < 1 || count > kMostAttributes) fail(file, *list, outside(count, 1, kMostAttributes, "attributes"));
  AttributeParameters& parameters = scenario.parameters.attributes;
  parameters.cells = 1;
  for (const NodeMember& member : list->members) {
    check_attribute_name(member, file);
    need(Node::Kind::object, member.value, file);
    refuse_unknown(member.value, {"levels", "shares", "effects", "without_assistant"}, file);
    const Attribute attribute{member.name, read_levels(member.value, file)};
    const int place = parameters.count++;
    parameters.levels[place] = static_cast<int>(attribute.levels.size());
    parameters.cells *= parameters.levels[place];
    read_effects(member.value, place, attribute, file, parameters);
    read_access(member.value, place, attribute, file, parameters);
    scenario.attributes.push_back(attribute);
  }
  if (parameters.cells > kMostCells) {
    fail(file, *list, outside(parameters.cells, 1, kMostCells, "combinations of levels"));
  }
  if (joint) set_joint(*joint, *list, scenario.attributes, file, parameters);
  else set_independent(*list, scenario.attributes, file, parameters);
}

}  // namespace hybridcare::detail
