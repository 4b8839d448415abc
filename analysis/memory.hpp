#pragma once
#include <cstddef>
#include <string>

namespace hybridcare {

/// Memory that this process may take: that of the machine, or the limit of its control group if that is less. Bytes.
double machine_bytes();

/// @throws UserError "needs about 41 GiB, this machine has 23 GiB: fewer replicates or arms"
/// @param where  named in the message
void refuse_above(double bytes, double limit, const std::string& where);

}  // namespace hybridcare
