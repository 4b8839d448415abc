// S7 and S8: what a contact changes, and sudden gains.
#pragma once
#include "agents/contact.hpp"
#include "sim/kernel.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

/// Adds this contact's gain (PHQ-9 points, before saturation) to the week's: larger early on, in proportion to
/// responsiveness, uptake by trust (before the update), expressed quality, the elasticities of empathy and of single
/// qualities, insight as the week began against that of the default human arm and, for a human, the therapist's
/// residual effectiveness. Asking again costs a share of the contact. Under the rival "contact only", quality and
/// uptake are constants, and insight has no effect.
/// With ChangeParameters::dose_by_week an assistant's contact counts less the more human contacts were held this week
/// (reads `met`; Contact::dose then holds no discount of its own).
void change(const Contact& contact, Lanes lanes, ClientBlock& block, const Scratch& scratch);

/// With a small weekly probability that grows with trust and responsiveness, a jump (PHQ-9 points, before saturation).
/// @param partner  whose trust counts: the human where the step has one
void sudden_gain(const Parameters& parameters, Partner partner, Key key, int week, Lanes lanes, ClientBlock& block,
                 Scratch& scratch);

}  // namespace hybridcare::HYBRIDCARE_KERNEL
