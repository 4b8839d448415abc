// The passes of a contact in their order, up to any of them; and numbers for RapidCheck.
#pragma once
#include <rapidcheck.h>

#include "tests/unit/agents/bench.hpp"

namespace hybridcare::test {

enum class Until { read, turns, quality, change, trust, alliance, ratings };

/// A contact's passes in the order of the week, up to and with `until`.
inline void hold(const Passes& p, const Contact& c, Lanes lanes, ClientBlock& b, Scratch& s, Until until) {
  p.prepare(c, lanes, b, s);
  p.recognise(c, lanes, b, s);
  if (until >= Until::turns) p.play_turns(c, lanes, b, s);
  if (until >= Until::quality) p.express(c, lanes, b, s);
  if (until >= Until::change) p.change(c, lanes, b, s);
  if (until >= Until::trust) p.update_trust(c, lanes, b, s);
  if (until >= Until::alliance) p.update_alliance(c, lanes, b, s);
  if (until >= Until::ratings) p.rate(c, lanes, b, s);
}

/// The same with the baseline, over all lanes of a bench.
inline void hold(const Contact& c, Bench& bench, Until until) {
  hold(baseline::passes, c, bench.all(), *bench.block, *bench.scratch, until);
}

/// A random number of [lo, hi], both ends included, for use inside rc::check.
inline double any(double lo, double hi) { return lo + (hi - lo) * (*rc::gen::inRange(0, 1000001)) * 1e-6; }
inline int whole(int lo, int hi) { return *rc::gen::inRange(lo, hi + 1); }

/// Sets the turns of a contact by hand, as if they had been played.
inline void set_turns(Scratch& s, int k, int right, int noticed, int repaired) {
  s.right[k] = static_cast<std::uint32_t>(right);
  s.noticed[k] = static_cast<std::uint32_t>(noticed);
  s.repaired[k] = static_cast<std::uint32_t>(repaired);
  s.heard[k] = s.right[k];
  s.dose[k] = 1;
}

}  // namespace hybridcare::test
