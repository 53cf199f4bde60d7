#pragma once

#include <string>
#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"

namespace runner {

struct PackOptions {
    std::vector<std::string> words;  ///< the lab, as typed
    std::string output;              ///< the archive to write; empty: a name of our own
};

/// `lab pack`: writes the student's files of a lab into one archive. Returns the exit status.
/// Throws WrongUse.
int pack_command(const Workspace& workspace, const Course& course, const PackOptions& options);

}  // namespace runner
