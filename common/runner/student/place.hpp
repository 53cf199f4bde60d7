#pragma once

#include <string>
#include <vector>

#include "runner/course/course.hpp"
#include "runner/student/progress.hpp"

namespace runner {

/// A stage and its lab.
struct Place {
    const Lab* lab = nullptr;
    const Stage* stage = nullptr;  ///< nullptr: no stage is open
};

/// The first stage that has not passed; nullptr when all have.
[[nodiscard]] const Stage* open_stage(const Lab& lab, const Progress& progress);

/// The stage where the student is: the open one; if that has passed before and works no more, the
/// first behind it that never has: whoever has mended it is where they were. The last one when
/// there is none; nullptr when all stages pass.
[[nodiscard]] const Stage* stage_to_reach(const Lab& lab, const Progress& progress);

/// The lab to go on with: of those that are begun and have an open stage the one where a file was
/// saved last, else the first with an open stage, else the last. Throws WrongUse when there are no
/// labs.
[[nodiscard]] const Lab& current_lab(const Course& course, const Progress& progress);

/// The lab that these words name, with its stage if they name one; without words the current lab.
/// Throws WrongUse.
[[nodiscard]] Place named_place(const Course& course, const Progress& progress,
                                const std::vector<std::string>& words);

/// As named_place(), and where no stage is named the open one.
[[nodiscard]] Place place_to_go_on(const Course& course, const Progress& progress,
                                   const std::vector<std::string>& words);

}  // namespace runner
