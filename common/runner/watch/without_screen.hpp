#pragma once

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"

namespace runner {

/// Watches a lab where there is no terminal: prints what `lab test` would, each time below a line
/// that says what was saved. Until a signal ends it.
[[noreturn]] void watch_without_screen(const Workspace& workspace, const Course& course,
                                       const Lab& lab);

}  // namespace runner
