#pragma once

#include <string>
#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"

namespace runner {

/// `lab next`: prints what the handout says about the open stage, or the one that is named, and
/// what is next. When all stages of the lab have passed and none is named: the closing page.
/// Returns the exit status. Throws WrongUse.
int next_command(const Workspace& workspace, const Course& course,
                 const std::vector<std::string>& words);

}  // namespace runner
