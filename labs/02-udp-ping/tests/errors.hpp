#pragma once

#include <cstddef>
#include <string>

#include "harness/programs/process.hpp"

/// What a program says on stderr of calls that have failed.
namespace pinging {

/// What an errno means, as the system's programs say it, in small letters.
[[nodiscard]] std::string reason_of(int error);

/// Fails unless so many lines on stderr have this reason, in any case of letters, and each of them
/// is `PROGRAM: what it did: why`. Others may stand between them: a program may tell of what it
/// does.
void expect_errors(harness::Process& process, const std::string& reason, std::size_t least,
                   std::size_t most);

}  // namespace pinging
