#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "runner/testing/test_report.hpp"

namespace runner {

/// The failure of a stage as a student reads it: what both sides did, what it means, where to look,
/// and how to run it again. Lines of at most `width` columns, readable without colour.
[[nodiscard]] std::string draw_failure(const Lab& lab, const StageResult& result,
                                       std::size_t width);

/// The same in at most `rows` lines, with as much as fits. The first to be left out is the middle
/// of the conversation, then what the program wrote, then where to look; the headline, what was
/// seen and what it means stay to the last.
[[nodiscard]] std::vector<std::string> draw_failure_in(const Lab& lab, const StageResult& result,
                                                       std::size_t width, std::size_t rows);

/// `1.3` for the third stage of lab 1.
[[nodiscard]] std::string number_of(const Lab& lab, const Stage& stage);

/// "✓ 1.1 Open the door …  PASS": a line with a verdict at its end.
[[nodiscard]] std::string headline(const Lab& lab, const StageResult& result, std::size_t width);

}  // namespace runner
