#pragma once

#include <cstddef>

#include "runner/course/course.hpp"
#include "runner/student/progress.hpp"

namespace runner {

/// How far a student is in a lab, by the last tests.
struct Score {
    std::size_t stages = 0;  ///< that pass
    int points = 0;
    int of_points = 0;
};

[[nodiscard]] Score score_of(const Lab& lab, const Progress& progress);

}  // namespace runner
