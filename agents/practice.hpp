// S9: pathways that need no empathy (mindfulness, expressive writing, bias modification, focusing), practised between
// contacts: as one bundle (core), or one by one.
#pragma once
#include "agents/client.hpp"
#include "agents/parameters.hpp"
#include "agents/purposes.hpp"
#include "agents/scratch.hpp"
#include "sim/draws.hpp"
#include "sim/kernel.hpp"

namespace hybridcare {

/// Pathways that a step offers one by one.
struct Offer {
  bool offers[kPathways] = {};
  Partner carrier = Partner::none;  ///< who brings them: the assistant, else the human, else none (a leaflet)
  bool guided = false;              ///< a human is in the step
  bool planned = false;             ///< a personalised plan gives all slots of a week to one of them (S11)
};

namespace HYBRIDCARE_KERNEL {

/// The bundle. Each of the week's slots is practised or not; the share practised adds to the week's gain (PHQ-9
/// points).
/// @param carrier  who brings the bundle: the assistant, else the human, else none (a leaflet: no trust, no guide)
/// @param guided   a human is in the step
void practise(const Parameters& parameters, Partner carrier, bool guided, Key key, int week, Lanes lanes,
              ClientBlock& block, Scratch& scratch);

/// The pathways of an offer. Slots are dealt round robin, or as a personalised plan chooses; each that is practised
/// adds to the week's gain (PHQ-9 points) in proportion to the client's fit: focusing by insight and by the carrier's
/// curiosity at the latest contact; expressive writing not now but in `pay_writing`.
/// @pre 1 to 15 slots
void practise_offer(const Parameters& parameters, const Offer& offer, Key key, int week, Lanes lanes,
                    ClientBlock& block, Scratch& scratch);

/// Expressive writing of each of the last four weeks pays a quarter of its gain, in care or not. Every week and for
/// everybody, before this week's practice.
void pay_writing(const Parameters& parameters, Lanes lanes, ClientBlock& block);

}  // namespace HYBRIDCARE_KERNEL
}  // namespace hybridcare
