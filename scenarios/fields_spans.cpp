// Between which values a number may lie, where something says so. A screening moves a field over its span; a field
// without one is moved by a convention. Nothing here is a confidence in the number: a range that the model states is
// what it asks to be swept, and the prior of the weights is an assumption like the weights themselves.
#include <algorithm>
#include <cassert>

#include "scenarios/fields_rows.hpp"

namespace hybridcare {
namespace {

constexpr const char* kStated = "range stated by the model";
constexpr const char* kTwice = "none to twice, as the model sweeps it";
constexpr const char* kDirichlet = "95 % of the Dirichlet prior of the weights";
constexpr const char* kInterval = "published 95 % interval";
constexpr const char* kRange = "published range";

struct Known {
  const char* path;
  Span span;
};

/// Model document, sections 2 to 4. The weights' marginals are Beta(25 w, 25 (1 - w)).
constexpr Known kModel[] = {
    {"/course/measurement_sd", {1, 2.2, kStated}},
    {"/course/alliance_effect", {0, 8, kStated}},
    {"/course/waiting_shift", {0, 1.2, "none, up to 97.5 % of the prior N+(.4, .4)"}},
    {"/course/harm", {0, .12, "none to twice: there are no data"}},
    {"/assistant/distance_loss", {0, .6, kStated}},
    {"/assistant/familiarity", {0, .1, kStated}},
    {"/assistant/label_discount", {0, .5, kStated}},
    {"/therapists/learning", {-.01, .01, kStated}},
    {"/change/empathy_elasticity", {0, 4, kStated}},
    {"/leaving/trust", {.04, 3.96, "95 % of the prior N(2, 1)"}},
    {"/leaving/missed", {.08, .15, kStated}},
    {"/service/seek/front_door", {0, .4, kStated}},
    {"/quality/weight/resonance", {.018, .241, kDirichlet}},
    {"/quality/weight/perspective_taking", {.027, .270, kDirichlet}},
    {"/quality/weight/compassion", {.010, .211, kDirichlet}},
    {"/quality/weight/validation", {.027, .270, kDirichlet}},
    {"/quality/weight/autonomy_support", {.018, .241, kDirichlet}},
    {"/quality/weight/attunement", {.018, .241, kDirichlet}},
    {"/quality/weight/curiosity", {.005, .179, kDirichlet}},
    {"/quality/weight/technique", {.156, .511, kDirichlet}},
};

/// The distinct roles of S3: "coefficients [A], swept 0-2x".
constexpr Known kRoles[] = {
    {"/course/resonance_softens", {0, 1, kTwice}},   {"/course/autonomy_decay", {0, 2.4 / .88, kTwice}},
    {"/practice/compassion", {0, 1.2, kTwice}},      {"/trust/success_validation", {0, 1.6, kTwice}},
    {"/roles/insight_gain", {0, .2, kTwice}},        {"/roles/insight_fade", {0, .04, kTwice}},
    {"/roles/insight_effect", {0, .6, kTwice}},      {"/roles/motivation_rate", {0, .2, kTwice}},
    {"/roles/stigma", {0, .04, kTwice}},             {"/recognition/memory_growth", {0, .12, kTwice}},
    {"/repair/attunement", {0, 2, kTwice}},
};

/// Intervals and ranges of scenarios/evidence, in the field's own unit.
constexpr Known kEvidence[] = {
    {"/accounts/threshold_low", {20000, 30000, kRange}},  {"/accounts/threshold_high", {20000, 30000, kRange}},
    {"/accounts/utility/remission", {.67, .73, kInterval}}, {"/accounts/utility/minor", {.58, .65, kInterval}},
    {"/accounts/utility/mild", {.54, .61, kInterval}},      {"/accounts/utility/moderate", {.49, .56, kInterval}},
    {"/accounts/utility/severe", {.35, .43, kInterval}},
};

template <std::size_t count>
void add(const Known (&known)[count], Fields& rows) {
  for (const Known& each : known) {
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [&](const Field& field) { return std::string(field.path) == each.path; });
    assert(row != rows.end());
    if (row != rows.end()) row->span = each.span;
  }
}

}  // namespace

void add_spans(Fields& rows) {
  add(kModel, rows);
  add(kRoles, rows);
  add(kEvidence, rows);
}

}  // namespace hybridcare
