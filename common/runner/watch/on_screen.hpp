#pragma once

#include <string>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"

namespace runner {

/// Watches a lab on a terminal, with keys, until q is typed. `greeting` stands on the screen until
/// the first verdict.
void watch_on_screen(const Workspace& workspace, const Course& course, const Lab& lab,
                     const std::string& greeting);

}  // namespace runner
