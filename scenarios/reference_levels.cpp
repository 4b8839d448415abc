#include "scenarios/reference_levels.hpp"

namespace hybridcare {

// By formula, from the defaults of the table of fields: human q (l + (1 - l) .757) with .757 the share of turns read
// right; assistant the same with .571, times .75 for resonance and compassion (labelled) and times .80 for what
// habituates. Insight: from .2, twelve weeks of I + .10 q_PT q_CUR (1 - I), then I - .02 (I - .2), with these levels.
const ReferenceLevels& reference_levels() {
  static constexpr ReferenceLevels levels = {
      {.615, .568, .615, .598, .618, .581, .618, .704},
      {.220, .411, .314, .416, .439, .224, .366, .366},
      {.2,    .2,    .2275, .2535, .2782, .3014, .3234, .3442, .3639, .3825, .4001, .4167, .4325, .4473,
       .4424, .4375, .4328, .4281, .4236, .4191, .4147, .4104, .4062, .4021, .3981, .3941, .3902, .3864,
       .3827, .3790, .3754, .3719, .3685, .3651, .3618, .3586, .3554, .3523, .3493, .3463, .3433, .3405,
       .3377, .3349, .3322, .3296, .3270, .3244, .3220, .3195, .3171, .3148, .3125}};
  return levels;
}

}  // namespace hybridcare
