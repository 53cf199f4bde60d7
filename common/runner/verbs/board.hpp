#pragma once

#include <cstddef>
#include <string>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"
#include "runner/student/progress.hpp"

namespace runner {

/// All labs with their stages, points and how far the student is, and what is next. Lines of at
/// most `width` columns.
[[nodiscard]] std::string draw_board(const Workspace& workspace, const Course& course,
                                     const Progress& progress, std::size_t width);

/// The first stage that has not passed; nullptr when all have.
[[nodiscard]] const Stage* open_stage(const Lab& lab, const Progress& progress);

/// The lab to go on with: the first that is begun and has an open stage, else the first with one,
/// else the last. Throws WrongUse when there are no labs.
[[nodiscard]] const Lab& current_lab(const Course& course, const Progress& progress);

/// What is next in a lab: the open stage, in which file and line, and what to type; or the closing
/// page.
[[nodiscard]] std::string draw_next(const Workspace& workspace, const Course& course,
                                    const Lab& lab, const Progress& progress);

/// `lab` alone: prints the board. Returns the exit status.
int board_command(const Workspace& workspace, const Course& course);

}  // namespace runner
