#pragma once

#include <cstddef>
#include <string>

#include "runner/course/course.hpp"
#include "runner/student/progress.hpp"

namespace runner {

/// The last line of the window: what goes on now, the keys, and how far the student is; the longest
/// form that fits into `width` columns.
[[nodiscard]] std::string draw_status(const std::string& doing, const Lab& lab,
                                      const Progress& progress, std::size_t width);

}  // namespace runner
