#pragma once

#include <functional>
#include <stop_token>
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

/// `keep_going`: whatever does not depend on what failed is still built.
enum class OnError { stop, keep_going };

/// A step of a build that has been done: "3/25" and what it was.
struct BuildStep {
    int number = 0;
    int of = 0;
    std::string what;
};

struct BuildOptions {
    OnError on_error = OnError::stop;
    std::function<void(const BuildStep&)> on_step{};  ///< without it: a line of progress on stderr
    std::stop_token stop{};
};

/// Builds targets in the workspace's tree, which has been configured. Throws Cancelled.
[[nodiscard]] BuildResult build(const Workspace& workspace, const std::vector<std::string>& targets,
                                const BuildOptions& options = {});

}  // namespace runner
