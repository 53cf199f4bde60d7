#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"
#include "runner/student/progress.hpp"
#include "runner/testing/session.hpp"

namespace runner {

/// All labs with their stages, points and how far the student is, and what is next. Lines of at
/// most `width` columns.
[[nodiscard]] std::string draw_board(const Workspace& workspace, const Course& course,
                                     const Progress& progress, std::size_t width);

/// The lab to go on with: the first that is begun and has an open stage, else the first with one,
/// else the last. Throws WrongUse when there are no labs.
[[nodiscard]] const Lab& current_lab(const Course& course, const Progress& progress);

/// "next   1.2 echo-once, in labs/01-tcp-echo/echo_server.cpp:46", what to read, and `then`: what
/// to do after that.
[[nodiscard]] std::string draw_next(const Workspace& workspace, const Lab& lab,
                                    const Progress& progress, std::string_view then = "./lab test");

/// `lab` alone: prints the board. Returns the exit status.
int board_command(const Workspace& workspace, const Course& course);

}  // namespace runner
