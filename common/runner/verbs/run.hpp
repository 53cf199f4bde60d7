#pragma once

#include <string>
#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"

namespace runner {

struct RunOptions {
    std::string program;
    std::vector<std::string> arguments;
};

/// `lab run`: builds a program of the student's, says what to talk to it with, and becomes it.
/// Returns the exit status if that cannot be. Throws WrongUse.
int run_command(const Workspace& workspace, const Course& course, const RunOptions& options);

}  // namespace runner
