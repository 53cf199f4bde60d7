#pragma once

#include <string>
#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"

namespace runner {

struct SolutionOptions {
    std::vector<std::string> words;  ///< lab and stage, as typed
    bool yes = false;                ///< the question is answered
};

/// `lab solution`: after a question, shows how the reference differs from the student's files.
/// Returns the exit status. Throws WrongUse.
int solution_command(const Workspace& workspace, const Course& course,
                     const SolutionOptions& options);

}  // namespace runner
