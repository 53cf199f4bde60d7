#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"
#include "runner/machine/zip.hpp"

namespace runner {

/// What a student hands in of a lab: the main files of its programs, and every other .cpp and .hpp
/// in its folder.
struct Submission {
    std::vector<ZipEntry> files;            ///< sorted by name
    std::vector<std::string> left_out;      ///< what else lies there; a folder ends with /
    std::vector<std::string> unacceptable;  ///< why the grader would refuse it, each with its name
};

/// The most bytes that a grader takes of one file, and of all together.
constexpr std::size_t largest_file = 262'144;
constexpr std::size_t largest_submission = 20'000'000;

/// Throws std::system_error.
[[nodiscard]] Submission collect_submission(const Lab& lab);

/// The archive: the files, and submission.json, which names the lab, the version of the course, and
/// each file with its digest. The same files make the same bytes. Throws std::runtime_error.
[[nodiscard]] std::string make_archive(const Workspace& workspace, const Lab& lab,
                                       const Submission& submission);

}  // namespace runner
