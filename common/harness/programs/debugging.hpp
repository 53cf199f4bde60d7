#pragma once

#include <cstddef>

namespace harness {

/// Which start of a student's program in a test waits for a debugger, from 1, as the environment
/// variable LAB_DEBUG says; 0: none.
[[nodiscard]] std::size_t debugged_start();

}  // namespace harness
