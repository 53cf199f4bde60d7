#pragma once

#include <string>
#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"

namespace runner {

/// `lab next`: prints what the handout says about the open stage, of the lab that is named or of
/// the one to go on with. When all its stages have passed: the closing page. Returns the exit
/// status. Throws WrongUse.
int next_command(const Workspace& workspace, const Course& course,
                 const std::vector<std::string>& words);

}  // namespace runner
