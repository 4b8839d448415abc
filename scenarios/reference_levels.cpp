#include "scenarios/reference_levels.hpp"

namespace hybridcare {

// Found by the run that the header describes; tests/statistical/reference_levels.cpp repeats it in small and, with
// HYBRIDCARE_PRINT set, prints these numbers anew.
const ReferenceLevels& reference_levels() {
  static constexpr ReferenceLevels levels = {
      {.597, .575, .617, .600, .617, .567, .599, .700},
      {.256, .436, .365, .486, .502, .263, .418, .370},
      {.2000, .2000, .2244, .2464, .2664, .2848, .3014, .3165, .3300, .3421, .3528, .3623, .3705, .3776,
       .3741, .3706, .3672, .3638, .3606, .3574, .3542, .3511, .3481, .3451, .3422, .3394, .3366, .3339,
       .3312, .3286, .3260, .3235, .3210, .3186, .3162, .3139, .3116, .3094, .3072, .3051, .3029, .3009,
       .2989, .2969, .2950, .2931, .2912, .2894, .2876, .2858, .2841, .2824, .2808}};
  return levels;
}

}  // namespace hybridcare
