#pragma once

#include <vector>

#include "runner/course/workspace.hpp"
#include "runner/verify/check.hpp"

namespace runner {

/// That clang-tidy 14 has nothing to say of any source. What it has passed is remembered in the
/// build tree, until the source, a header or the rules change.
[[nodiscard]] std::vector<Check> tidy_checks(const Workspace& workspace);

}  // namespace runner
