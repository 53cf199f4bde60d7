#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"
#include "runner/verify/check.hpp"

namespace runner {

/// That the commands in the pages work: a check a page. Each line of its `sh` blocks is typed into
/// a terminal, in a checkout where nobody has begun, on a machine of its own as far as processes
/// and network go (namespaces), so that every port is free. docs/add-a-lab.md has the conventions.
[[nodiscard]] std::vector<Check> command_checks(const Workspace& workspace, const Course& course);

/// What this machine lacks to run them, in its own words; nothing if they can be run.
[[nodiscard]] std::optional<std::string> why_no_command_runs();

/// How many commands of the pages are not run, by the reason that their marks give.
[[nodiscard]] std::map<std::string, int> commands_not_run(const Workspace& workspace);

}  // namespace runner
