#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "runner/course/course.hpp"

namespace runner {

/// Copies the starter of a lab beside its lab.json, where such a file is not there yet: never over
/// anything. Returns the names of the files that were copied. Throws
/// std::filesystem::filesystem_error.
std::vector<std::string> start(const Lab& lab);

/// "labs/01-tcp-echo/echo_server.cpp: copied from the starter; this file is yours", a line for each
/// of these files.
[[nodiscard]] std::string describe_copied(const Lab& lab, const std::vector<std::string>& files);

/// True when each program of the lab has its main file.
[[nodiscard]] bool is_started(const Lab& lab);

/// Where a stage is still marked as not written: `TODO("listen"` in a .cpp or .hpp.
struct Mark {
    std::filesystem::path file;
    int line;
};

/// The first mark of each stage, by stage id, in the sources of a folder; comments do not count.
[[nodiscard]] std::map<std::string, Mark> find_marks(const std::filesystem::path& folder);

}  // namespace runner
