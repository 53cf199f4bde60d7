#pragma once

#include <string>

#include "runner/testing/test_report.hpp"

namespace runner {

/// The failure of a stage as a student reads it: what both sides did, what it means, where to look,
/// and how to run it again. Lines of at most `width` columns, readable without colour.
[[nodiscard]] std::string draw_failure(const Lab& lab, const StageResult& result,
                                       std::size_t width);

/// `1.3` for the third stage of lab 1.
[[nodiscard]] std::string number_of(const Lab& lab, const Stage& stage);

/// "✓ 1.1 Open the door …  PASS": a line with a verdict at its end.
[[nodiscard]] std::string headline(const Lab& lab, const StageResult& result, std::size_t width);

}  // namespace runner
