#pragma once

namespace harness::faults {

/// Keeps the stack where a fatal signal strikes, for each that would kill the program now: whoever
/// handles or ignores one, a sanitizer for example, goes on doing so.
void keep_stack_of_crashes();

}  // namespace harness::faults
