#pragma once

#include <optional>

#include "harness/programs/process.hpp"

namespace harness {

/// A report of a sanitizer, an end by a signal that nobody sent, or too much output: what no
/// program may do, whatever the test was about.
[[nodiscard]] std::optional<Failure> abnormal_ending(const Process& process);

/// What to tell when a check has failed: the check's own failure, or what comes before it in the
/// order of the verdicts because a program crashed, ended, spins, or is stuck.
[[nodiscard]] Failure diagnose(Failure failure);

}  // namespace harness
