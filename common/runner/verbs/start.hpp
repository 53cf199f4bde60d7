#pragma once

#include <string>
#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"

namespace runner {

/// `lab start`: copies the starter of a lab, where there is no such file yet. Returns the exit
/// status. Throws WrongUse.
int start_command(const Workspace& workspace, const Course& course,
                  const std::vector<std::string>& words);

}  // namespace runner
