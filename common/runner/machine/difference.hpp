#pragma once

#include <filesystem>
#include <string>

namespace runner {

/// One of two files that are compared. One that is missing counts as empty.
struct Compared {
    std::filesystem::path file;
    std::string name;  ///< as it stands above the difference
};

/// Whether it makes a difference how many blanks stand between words, or at the end of a line.
enum class Blanks { count, do_not_count };

/// What differs between two texts, line by line, as diff -u tells it; empty if nothing does. Throws
/// std::runtime_error where diff(1) cannot do it.
[[nodiscard]] std::string difference(const Compared& before, const Compared& after, Blanks blanks);

/// The same text with its lines in colours, if stdout is a terminal that shows them.
[[nodiscard]] std::string coloured(const std::string& difference);

}  // namespace runner
