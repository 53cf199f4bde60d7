#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "runner/course/workspace.hpp"
#include "runner/verify/check.hpp"

namespace runner {

/// The course's own files with one of these extensions: not what is built, nor a student's
/// programs.
[[nodiscard]] std::vector<std::filesystem::path> files_of(
    const Workspace& workspace, const std::vector<std::string>& extensions);

/// That every source is formatted (clang-format 14).
[[nodiscard]] std::vector<Check> format_checks(const Workspace& workspace);

/// The first of these programs that is in PATH: {"clang-tidy-14", "clang-tidy"}; the last if none
/// is.
[[nodiscard]] std::string first_in_path(const std::vector<std::string>& names);

}  // namespace runner
