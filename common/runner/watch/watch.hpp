#pragma once

#include <string>
#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"

namespace runner {

/// `lab watch`: tests a lab at every save, until q is typed. Returns the exit status. Throws
/// WrongUse.
int watch_command(const Workspace& workspace, const Course& course,
                  const std::vector<std::string>& words);

}  // namespace runner
