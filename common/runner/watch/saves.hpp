#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "runner/course/course.hpp"

namespace runner {

/// What is saved of a student's own files: the .cpp and .hpp beside lab.json. Times and sizes are
/// looked at again and again, since containers and network drives tell of nothing.
class Saves {
public:
    /// What stands there now has been seen.
    explicit Saves(const Lab& lab);

    enum class State {
        quiet,     ///< nothing new
        changing,  ///< files change
        saved,     ///< they have changed, and do so no more for a moment; told once
    };

    /// Looks at the files. To be called every few hundredths of a second.
    [[nodiscard]] State look();

    /// The names of the files that have come, gone or changed since this was last asked for.
    [[nodiscard]] std::vector<std::string> take_names();

private:
    using Mark = std::pair<std::filesystem::file_time_type, std::uintmax_t>;
    using Files = std::map<std::string, Mark>;

    [[nodiscard]] Files look_at_files() const;

    const Lab& lab_;
    Files told_;
    Files seen_;
    bool settled_ = true;
    std::chrono::steady_clock::time_point changed_{};
};

}  // namespace runner
