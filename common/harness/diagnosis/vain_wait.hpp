#pragma once

#include "harness/programs/process.hpp"

namespace harness {

/// For a wait that ended in vain: what the program did instead. It computes, it is stuck, or it
/// waits for input; with the place of every thread.
[[nodiscard]] Failure of_wait(const Process& process, Failure failure);

/// Ends the test because a program computes where there is nothing to do; says where it does.
[[noreturn]] void fail_for_cpu(const Process& process, Failure failure);

/// Ends the test because a program goes on that should have ended; says what it does instead.
[[noreturn]] void fail_to_end(const Process& process, Failure failure);

}  // namespace harness
