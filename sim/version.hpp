// Which build this is. Every result records it.
#pragma once

namespace hybridcare {

const char* version();   ///< of the project, e.g. "0.1.0"
const char* commit();    ///< abbreviated git commit, with "+" if the tree had changes; "unknown" without git
const char* compiler();  ///< e.g. "GNU 12.2.0"

}  // namespace hybridcare
