// S3: what qualities build in a client over contacts: insight, motivation, less stigma; and the running mean of
// autonomy support, on which it depends how long gains last (S1).
#pragma once
#include "agents/contact.hpp"
#include "sim/kernel.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

/// After `change` and before the contact is counted: perspective-taking with curiosity adds to insight, motivation
/// moves towards the autonomy support expressed, validation lowers stigma. Reads scratch. Under the rival "contact
/// only" nothing grows: there qualities have no effect.
void grow(const Contact& contact, Lanes lanes, ClientBlock& block, const Scratch& scratch);

/// At the end of every week and for everybody: insight fades towards its rest and is held for next week's gains.
void fade_insight(const Parameters& parameters, Lanes lanes, ClientBlock& block);

}  // namespace hybridcare::HYBRIDCARE_KERNEL
