#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "runner/course/course.hpp"

namespace runner {

/// The Markdown of one part of a page: from its heading, `## echo-once`, up to the next one of that
/// level, without the heading itself. Throws std::runtime_error, which names the page, if that
/// cannot be read or has no such part.
[[nodiscard]] std::string part_of(const std::filesystem::path& page, const std::string& heading);

/// A hint of HINTS.md: `### 2` below `<summary>Hint 2: SIGPIPE, RESET</summary>`.
struct Hint {
    int number = 0;
    std::vector<std::string> verdicts;  ///< for which it comes before the others
    std::string markdown;
};

/// The hints of a stage, in the order of the page. Throws as part_of() does.
[[nodiscard]] std::vector<Hint> read_hints(const Lab& lab, const Stage& stage);

}  // namespace runner
