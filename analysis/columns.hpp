// Columns that several tables share, worded once.
#pragma once
#include <vector>

#include "analysis/table_writer.hpp"

namespace hybridcare {

inline ColumnSpec text(std::string name, std::string meaning) { return {ColumnKind::text, name, "", meaning}; }
inline ColumnSpec real(std::string name, std::string unit, std::string meaning) {
  return {ColumnKind::real, name, unit, meaning};
}
inline ColumnSpec whole(std::string name, std::string unit, std::string meaning) {
  return {ColumnKind::whole, name, unit, meaning};
}

inline ColumnSpec variant_column() { return text("variant", "set of parameters; the first is the default"); }
inline ColumnSpec arm_column() { return text("arm", "protocol of care"); }
inline ColumnSpec twin_column() { return text("twin", "factual, or the same clients with one thing changed"); }
inline ColumnSpec culture_column() { return text("culture", "culture of the client, or all"); }
inline ColumnSpec agent_column() { return text("agent", "human or assistant"); }
inline ColumnSpec metric_column() { return text("metric", "what is estimated"); }
inline ColumnSpec reading_column() { return text("reading", "when it is read; empty: over the whole course"); }
inline ColumnSpec unit_column() { return text("unit", "unit of the estimate and its noise"); }
inline ColumnSpec replicates_column() { return whole("replicates", "replicates", "replicates pooled"); }
/// @param unit  "" where the column `unit` says it
inline ColumnSpec se_column(std::string unit = "") {
  return real("noise_se", unit, "simulation noise (and draws of a measured profile): jackknife error over replicates");
}
inline ColumnSpec low_column(std::string unit = "") {
  return real("noise_low", unit, "estimate - t(.975, replicates - 1) noise_se");
}
inline ColumnSpec high_column(std::string unit = "") {
  return real("noise_high", unit, "estimate + t(.975, replicates - 1) noise_se");
}

}  // namespace hybridcare
