#pragma once

#include <string>
#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"

namespace runner {

struct ResetOptions {
    std::vector<std::string> words;  ///< the lab, as typed
    bool yes = false;                ///< the question is answered
};

/// `lab reset`: puts the student's files of a lab into a dated copy, and starts it anew. Returns
/// the exit status. Throws WrongUse.
int reset_command(const Workspace& workspace, const Course& course, const ResetOptions& options);

}  // namespace runner
