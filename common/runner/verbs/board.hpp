#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"
#include "runner/student/progress.hpp"

namespace runner {

/// All labs with their stages, points and how far the student is, and what is next. Lines of at
/// most `width` columns.
[[nodiscard]] std::string draw_board(const Workspace& workspace, const Course& course,
                                     const Progress& progress, std::size_t width);

/// How one goes on by hand.
inline constexpr std::string_view next_by_hand =
    "read   ./lab next\nthen   ./lab test   (or ./lab watch: at every save)\n";

/// What is next in a lab: the open stage, in which file and line, and `then`, what to type; or the
/// closing page.
[[nodiscard]] std::string draw_next(const Workspace& workspace, const Course& course,
                                    const Lab& lab, const Progress& progress,
                                    std::string_view then = next_by_hand);

/// `lab` alone: prints the board. Returns the exit status.
int board_command(const Workspace& workspace, const Course& course);

}  // namespace runner
