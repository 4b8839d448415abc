// What care costs and what health is worth (S18). Read by the accounts alone: no course depends on them.
#include "scenarios/fields_rows.hpp"

namespace hybridcare {
namespace {

using A = AccountParameters;
constexpr auto G = &Parameters::accounts;

Fields prices() {
  using enum Grade;
  return {
      field<G, &A::session_minute>("/accounts/price/session_minute", "", "money per minute", 0, 10000, 3.54, assumed,
          "cost_hi_session",
          "a human's minute in a session: the published session with its overheads, taken as 50 minutes"),
      field<G, &A::guidance_minute>("/accounts/price/guidance_minute", "", "money per minute", 0, 10000, 3.30, assumed,
          "cost_li_session", "a human's minute in a contact of less than a full dose: the published low-intensity "
          "session, taken as 30 minutes"),
      field<G, &A::other_minute>("/accounts/price/other_minute", "", "money per minute", 0, 10000, 3.54, assumed, "",
          "a human's minute in reviews, alarms and turns handed over: as in a session"),
      field<G, &A::assistant_contact>("/accounts/price/assistant_contact", "", "money per contact", 0, 10000, .5,
          assumed, "", "a contact with the assistant, or one in which it coaches; nobody has published one"),
      field<G, &A::price_year>("/accounts/price_year", "", "year", 1990, 2100, 2010, design, "",
          "year of the prices; printed in the unit of every cost, and never used to inflate"),
      choice<G, &A::currency>("/accounts/currency", 0, {"GBP", "EUR", "USD", "INR", "CHF", "other"},
          "of the prices; printed, and never used to convert"),
      field<G, &A::threshold_low>("/accounts/threshold_low", "", "money per QALY", 0, 10000000, 20000, measured,
          "nice_threshold_low", "what a QALY may cost, lower end"),
      field<G, &A::threshold_high>("/accounts/threshold_high", "", "money per QALY", 0, 10000000, 30000, measured,
          "nice_threshold_low", "what a QALY may cost, upper end"),
  };
}

/// Published for states of depression by instrument-based cut-offs; that these are the bands of the PHQ-9 is assumed.
Fields utilities() {
  using enum Grade;
  return {
      element<G, &A::utility, remission>("/accounts/utility/remission", "", "utility", -1, 1, .70, assumed,
          "utility_remission", "of a week with a PHQ-9 below 5: published for remission"),
      element<G, &A::utility, minor_depression>("/accounts/utility/minor", "", "utility", -1, 1, .62, assumed,
          "utility_minor", "of a week with a PHQ-9 of 5 to 9: published for minor depression"),
      element<G, &A::utility, mild_depression>("/accounts/utility/mild", "", "utility", -1, 1, .57, assumed,
          "utility_mild", "of a week with a PHQ-9 of 10 to 14: published for mild depression"),
      element<G, &A::utility, moderate_depression>("/accounts/utility/moderate", "", "utility", -1, 1, .52, assumed,
          "utility_moderate", "of a week with a PHQ-9 of 15 to 19: published for moderate depression"),
      element<G, &A::utility, severe_depression>("/accounts/utility/severe", "", "utility", -1, 1, .39, assumed,
          "utility_severe", "of a week with a PHQ-9 of 20 or more: published for severe depression"),
  };
}

}  // namespace

Fields accounts_fields() {
  Fields rows = prices();
  for (const Field& row : utilities()) rows.push_back(row);
  return rows;
}

}  // namespace hybridcare
