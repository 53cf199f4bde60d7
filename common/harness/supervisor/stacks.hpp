#pragma once

#include <sys/types.h>

#include <nlohmann/json.hpp>

namespace harness::supervisor {

/// Where every thread of a process and its descendants stands, as parse_stacks() in
/// harness/diagnosis/live_stack.hpp reads it. Stops them for it, for some 0.1 s in all (ptrace(2));
/// a call that is interrupted by this may fail with EINTR. Empty where that is not allowed.
[[nodiscard]] nlohmann::json stacks_of(pid_t pid);

}  // namespace harness::supervisor
