#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runner/testing/test_report.hpp"

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

/// What the submissions of one lab have shown, as they ran. Several threads may add.
class LabProof {
public:
    /// How a wrong submission went at its own stage.
    struct Runs {
        std::size_t count = 0;
        std::map<std::string, std::size_t> failures;  ///< by test: in how many runs it failed
    };

    /// A run of the solution: all that its tests explain is announced.
    void add_solution(const TestReport& report);

    /// A run in which the solution has passed a stage: the programs that its tests start are known.
    void add_passed(const std::string& stage, const TestReport& report);

    /// A run of a wrong submission: the tests of its stage that fail, and what they tell.
    void add(const WrongSubmission& wrong, const TestReport& report);

    /// By the names of the submissions.
    [[nodiscard]] std::map<std::string, Runs> runs() const;

    /// The programs that a stage's tests start; nothing where that is not known (yet).
    [[nodiscard]] std::optional<std::set<std::string>> programs_of(const std::string& stage) const;

    /// Whether some wrong submission has failed this test at its own stage.
    [[nodiscard]] bool has_failed(const std::string& test) const;

    /// The sentences that were announced, in the order of coming, and those of them never told.
    [[nodiscard]] std::vector<std::string> announced() const;
    [[nodiscard]] std::vector<std::string> unsaid() const;

private:
    mutable std::mutex mutex_;
    std::map<std::string, Runs> runs_;
    std::map<std::string, std::set<std::string>> programs_;  ///< by stage
    std::vector<std::string> announced_;
    std::set<std::string> told_;
};

/// By the ids of the labs. All of them are in it before anything runs.
using Proof = std::map<std::string, LabProof>;

}  // namespace runner
