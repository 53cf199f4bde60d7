#pragma once

#include <vector>

#include "runner/course/workspace.hpp"
#include "runner/verify/check.hpp"

namespace runner {

/// That docs/troubleshooting.md quotes what is said, and that it has what is said: each heading
/// `### ` with a message in backticks is one of the course, of errno, or marked as another
/// program's; each WrongUse of the command, and each `say` and `fail` of the launcher, has a
/// heading or an exception, `<!-- no entry: MESSAGE (reason) -->`. Nothing where there is no such
/// page.
[[nodiscard]] std::vector<Check> message_checks(const Workspace& workspace);

}  // namespace runner
