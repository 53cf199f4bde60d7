#pragma once

#include <string>

#include "runner/course/course.hpp"
#include "runner/student/progress.hpp"

namespace runner {

/// What is said when all stages of a lab pass: what was reached, what is worth reading now, and
/// which lab comes next.
[[nodiscard]] std::string draw_closing_page(const Course& course, const Lab& lab,
                                            const Progress& progress);

}  // namespace runner
