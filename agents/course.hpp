// S1: the natural course, slow and fast; what care moves; how it is measured. Monitoring's expected course.
#pragma once
#include <cstdint>

#include "agents/client.hpp"
#include "agents/parameters.hpp"
#include "agents/scratch.hpp"
#include "sim/draws.hpp"
#include "sim/kernel.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {

/// Episode M, then symptom X (which reads last week's gain and alliance, and rises a little after a week of expressive
/// writing), then the week's measurement y and whether it lies above the expected course. PHQ-9 points.
/// @param shift   moves the attractor of X, points (waiting list)
/// @param frozen  noise-only twin: M stays where it is
void natural_course(const CourseParameters& parameters, const MonitoringParameters& monitoring, Key key, int week,
                    Lanes lanes, double shift, bool frozen, ClientBlock& block, Scratch& scratch);

/// Attractor shift while waiting, points: shift (1 - exp(-weeks / time constant)). S0.
double waiting_shift(const CourseParameters& parameters, int weeks_in_step);

/// G with this week's gain, jump and harm; decays every week, in care or not, the slower the more autonomy support the
/// client has met. Saturates towards gain_cap.
/// @param feedback  the step gives progress feedback: gains count more while off track (S11)
void accumulate_gain(const CourseParameters& parameters, const MonitoringParameters& monitoring, Lanes lanes,
                     bool feedback, ClientBlock& block);

/// A step of usual care: a weekly gain in proportion to responsiveness and nothing else. S0.
void usual_care(const CourseParameters& parameters, Lanes lanes, ClientBlock& block);

}  // namespace hybridcare::HYBRIDCARE_KERNEL
