#pragma once

#include <string>
#include <vector>

#include "runner/course/workspace.hpp"

namespace runner {

/// What a build has said.
struct BuildResult {
    bool ok = false;
    std::string first_error;  ///< the compiler's lines about it, paths relative to the checkout
    std::size_t more_errors = 0;
    std::string first_warning;  ///< about a student's file, likewise
    std::size_t more_warnings = 0;
    std::filesystem::path log;        ///< everything that was printed
    std::vector<std::string> failed;  ///< the files that could not be made
};

/// Builds targets in the workspace's tree, which has been configured, with a line of progress.
/// `keep_going`: whatever does not depend on what failed is still built.
enum class OnError { stop, keep_going };
[[nodiscard]] BuildResult build(const Workspace& workspace, const std::vector<std::string>& targets,
                                OnError on_error = OnError::stop);

}  // namespace runner
