#pragma once

#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"
#include "runner/verify/check.hpp"

namespace runner {

/// That the pictures of the terminal in the docs are what the `lab` command prints today, but for
/// times and ports: `<!-- board -->`, and `<!-- failure: LAB wrong/NAME -->` with the seed that the
/// picture itself names.
[[nodiscard]] std::vector<Check> picture_checks(const Workspace& workspace, const Course& course);

}  // namespace runner
