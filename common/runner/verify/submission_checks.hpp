#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "runner/course.hpp"
#include "runner/verify/check.hpp"
#include "runner/workspace.hpp"

namespace runner {

/// The header of a patch in tests/submissions/LAB/wrong: what it proves.
struct WrongSubmission {
    std::string name;
    std::string base;   ///< the folder that it changes
    std::string stage;  ///< "fails:", the stage that catches it
    std::string verdict;
    std::string says;  ///< words that its message must contain, in any case of letters
    std::string bug;
};

/// Throws std::runtime_error that names what is missing.
[[nodiscard]] WrongSubmission read_wrong_submission(const std::filesystem::path& patch);

/// Which test cases have been failed by some wrong submission at its own stage.
class Casualties {
public:
    void add(const std::string& test) {
        const std::scoped_lock lock(mutex_);
        tests_.insert(test);
    }
    [[nodiscard]] bool contains(const std::string& test) const {
        const std::scoped_lock lock(mutex_);
        return tests_.contains(test);
    }

private:
    mutable std::mutex mutex_;
    std::set<std::string> tests_;
};

/// That starters are NOT_STARTED, solutions and right submissions pass, each step passes up to its
/// stage, and wrong submissions fail where and as their headers say.
[[nodiscard]] std::vector<Check> submission_checks(const Workspace& workspace, const Course& course,
                                                   Casualties& casualties);

/// That each test case is failed by at least one wrong submission: to be run after all those.
[[nodiscard]] std::vector<Check> casualty_checks(const Workspace& workspace, const Course& course,
                                                 const Casualties& casualties);

}  // namespace runner
