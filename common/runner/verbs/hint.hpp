#pragma once

#include <string>
#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"

namespace runner {

/// `lab hint`: prints one more hint about the open stage, or the one that is named: first a hint
/// that fits the stage's last verdict, then in the order of HINTS.md. When all have been read, all
/// of them again. Remembers in the progress which were. Returns the exit status. Throws WrongUse.
int hint_command(const Workspace& workspace, const Course& course,
                 const std::vector<std::string>& words);

}  // namespace runner
