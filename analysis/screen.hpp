// Which numbers drive a result: every field of the scenario moved down and up, alone, for the same clients with the
// same chance. One at a time and local, so it sees no interactions; how far a field is moved is a convention where
// nothing says how far it may lie off, and the rank hangs on that.
#pragma once
#include <cstdint>
#include <string>

#include "analysis/noise.hpp"
#include "analysis/table.hpp"
#include "scenarios/run.hpp"

namespace hybridcare {

/// The result in question.
struct Question {
  std::string metric = "phq9";   ///< of `estimates`; or misread_ and rate_, difference_ or spread_, and an agent
  std::string reading;           ///< "": the main reading where the metric has one, else the whole course
  std::string culture = "all";
  std::string arm, against;      ///< arm minus against; against "": the arm alone; both "": the headline's
  std::string twin;              ///< not "": as it is minus that twin, what the twin's change costs
  std::string variant;           ///< "": the default
};

struct ScreenOptions {
  RunOptions run;                ///< replicates, clients: -1 as `size_of` says
  bool design = false;           ///< move also what is a choice of the design
  bool brief = false;            ///< only fields that have a span, those always shown, and those that make a service
};

/// What a screening costs.
struct ScreenSize {
  int replicates = 0, clients = 0, weeks = 0;
  int fields = 0, moves = 0;     ///< that are tried
  double client_weeks = 0;       ///< of all moves; a coupled population counts with everybody in it
};

struct Screening {
  Question question;             ///< with nothing left open
  std::string unit;              ///< of the result
  Estimate estimate;             ///< the result as it is, from as few clients as the moves
  ScreenSize size;
  int moving = 0;                ///< fields that move the result: the rows of the table
  int still = 0;                 ///< fields that leave it exactly as it is
  int refused = 0;               ///< fields that can't be moved: the reader refuses both ways, or a file says them
  int off = 0;                   ///< fields of what these arms or this configuration have not: not tried
  int design = 0;                ///< choices of the design: not tried
  int left = 0;                  ///< fields that a brief screening leaves out
  Table table;                   ///< "drivers", by rank
  RunReport report;              ///< of all runs together
};

/// @throws UserError for unknown names, or a result that nobody is counted for
ScreenSize size_of(const Experiment& experiment, const Question& question, const ScreenOptions& options);

/// The same for any number of threads, block size or instruction set.
/// @pre the experiment was read from a file
/// @throws UserError for unknown names, a result that nobody is counted for, or too little memory; Cancelled
Screening screen(const Experiment& experiment, const Question& question, const ScreenOptions& options);

}  // namespace hybridcare
