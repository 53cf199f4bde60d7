#pragma once

#include <string>

#include "harness/programs/faults.hpp"

namespace harness {

/// "each send takes one byte", "the 3rd write to a file ending in .part fails: No space left on
/// device (ENOSPC)".
[[nodiscard]] std::string describe(const Fault& fault);

/// "no recv failed with EINTR", "no write to a file was cut short".
[[nodiscard]] std::string never_met(const Fault& fault);

/// What an order did first: "send accepted only 17 of 512 bytes".
[[nodiscard]] std::string met(const faults::Order& order);

}  // namespace harness
