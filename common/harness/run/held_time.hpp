#pragma once

#include <sys/types.h>

#include <chrono>

namespace harness {

/// The test's time has stood still for so long.
void hold_time_for(std::chrono::steady_clock::duration duration);

/// From now on the test's time stands still whenever this process does, halted by a debugger. Of
/// one process at a time.
void hold_time_with(pid_t pid);

/// The opposite; nothing if that is not the process.
void forget_held(pid_t pid);

/// How long the test's time has stood still so far. Looks at the process, and takes it for halted
/// since the last look if it is, or was then: to be asked often. Without a process no time at all.
[[nodiscard]] std::chrono::steady_clock::duration held_time();

/// Whether a debugger has this process; and whether it has halted it (tracing stop, proc(5)).
[[nodiscard]] bool is_traced(pid_t pid);
[[nodiscard]] bool is_halted(pid_t pid);

}  // namespace harness
