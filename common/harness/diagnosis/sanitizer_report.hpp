#pragma once

#include <optional>
#include <string>

#include "harness/run/test_run.hpp"

namespace harness {

/// The first report of a sanitizer in what a program has written to stderr, cut to the frames in
/// the student's files; of a data race both places.
[[nodiscard]] std::optional<Failure> sanitizer_report(const std::string& err);

}  // namespace harness
