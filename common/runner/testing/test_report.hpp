#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"
#include "runner/student/student_files.hpp"

namespace runner {

/// A step of a conversation between a test and a student's program.
struct Event {
    std::chrono::microseconds at{};
    bool by_program = false;
    std::string what;
};

/// What a program wrote during a test.
struct ProgramOutput {
    std::string program;
    std::string out;
    std::string err;
    bool is_students = true;  ///< false for one of the system's that was the peer
};

/// What became of one test, as the test program reported it.
struct TestRecord {
    std::string test;
    std::string stage;
    std::string program;  ///< the student's that failed; empty if it is not known
    std::string verdict;
    std::string says;
    std::string means;
    int concept_number = 0;
    std::size_t start = 0;  ///< which start of a student's program in the test failed, from 1
    std::vector<std::string> details;
    std::vector<std::string>
        explained{};                   ///< all texts of the test that a failure might have meant
    std::set<std::string> programs{};  ///< all of the student's that the test has started
    std::vector<Event> events;
    std::vector<ProgramOutput> outputs;
};

/// A run of a lab's tests.
struct TestReport {
    std::vector<TestRecord> records;
    std::uint32_t seed = 0;
    std::string broken;  ///< why the run as a whole proves nothing; empty when it came to its end
};

/// What to run, and against which programs.
struct TestOrder {
    const Lab* lab = nullptr;
    std::vector<const Stage*> stages;
    std::vector<std::filesystem::path> programs;  ///< folders, the first that has a program counts
    std::uint32_t seed = 0;
    double patience = 1;             ///< a factor on every time limit, beside LAB_TIME_SCALE
    std::string only_test{};         ///< of the stages' tests that one alone; empty: all
    std::size_t debugged_start = 0;  ///< this start of a student's program waits for a debugger,
                                     ///< and the run has no time limit; 0: none
    std::function<void(const std::string&)> on_line{};  ///< each line that the test program prints
    std::stop_token stop{};
};

/// Runs the tests of some stages under a supervisor, within the sum of the stages' time limits.
/// Throws Cancelled.
[[nodiscard]] TestReport run_tests(const Workspace& workspace, const TestOrder& order);

/// A test's name as Catch2 takes it on the command line, where a comma or a bracket is more than
/// itself.
[[nodiscard]] std::string as_pattern(const std::string& test);

/// A test of a lab, as the build has listed it.
struct ListedTest {
    std::string name;
    std::string stage;
    std::vector<std::string> tags;
};

/// All tests of a lab.
[[nodiscard]] std::vector<ListedTest> listed_tests(const Workspace& workspace, const Lab& lab);

/// The names of a stage's tests.
[[nodiscard]] std::vector<std::string> tests_of(const Workspace& workspace, const Lab& lab,
                                                const Stage& stage);

/// The verdict on a stage.
struct StageResult {
    const Stage* stage = nullptr;
    std::string verdict;
    TestRecord told{};      ///< the failure to tell; empty for PASS
    std::size_t tests = 0;  ///< how many reported
    std::uint32_t seed = 0;
    std::map<std::string, std::size_t> runs{};  ///< of several: how many had which verdict
};

/// PASS only by positive evidence: the run came to its end, and each expected test reported PASS.
/// Of several failures the one whose concept comes first is told. SKIPPED is the whole stage when
/// nothing failed and a test could not run: what it asks for is not proven. A failure under a
/// standing mark of the stage is NOT_STARTED.
[[nodiscard]] StageResult judge(const Stage& stage, const std::vector<std::string>& expected,
                                const TestReport& report, bool marked);

/// Runs and judges. `sources` is where the marks are looked for. Throws Cancelled.
[[nodiscard]] std::vector<StageResult> test_stages(const Workspace& workspace,
                                                   const TestOrder& order,
                                                   const std::filesystem::path& sources);

/// A seed for a run that was given none.
[[nodiscard]] std::uint32_t random_seed();

}  // namespace runner
