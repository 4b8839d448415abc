// S3: the quality that an agent expresses, and how much of each part survives misreading.
#pragma once
#include "agents/contact.hpp"
#include "sim/kernel.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

/// Sets scratch.quality[p], scratch.empathy (E), scratch.overall (Q) and scratch.novelty (n).
/// Perspective-taking and attunement die with misreading; technique and autonomy support hardly do: an assumption,
/// therefore swept. An assistant's parts other than perspective-taking and technique wear off by repetition.
void express(const Contact& contact, Lanes lanes, ClientBlock& block, Scratch& scratch);

}  // namespace hybridcare::HYBRIDCARE_KERNEL
