#pragma once

#include <cstddef>
#include <string>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"

namespace runner {

struct VerifyOptions {
    bool quick = false;
    std::string only;           ///< of all checks those with this in their name
    std::size_t jobs = 0;       ///< 0: one a core
    std::size_t repeat = 1;     ///< how often each check is made
    bool update_proof = false;  ///< write docs/proof.md instead of comparing it
};

/// `lab verify`: proves the course, in a build tree of its own. Ends with the line "N passed, N
/// failed". Returns the exit status.
int verify_command(const Workspace& here, const Course& course, const VerifyOptions& options);

}  // namespace runner
