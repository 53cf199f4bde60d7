#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"

namespace runner {

struct TestOptions {
    std::vector<std::string> words;  ///< lab and stage, as typed; none: go on where one is
    bool all = false;
    bool json = false;
    std::optional<std::uint32_t> seed{};
    std::size_t repeat = 1;
};

/// `lab test`: builds, runs the open stage first and then the earlier ones (or what was named, or
/// all), prints what became of them and keeps the progress. Returns the exit status. Throws
/// WrongUse.
int test_command(const Workspace& workspace, const Course& course, const TestOptions& options);

}  // namespace runner
