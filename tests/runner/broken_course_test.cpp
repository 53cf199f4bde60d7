// The checker checked: a toy course that is right, and many that are not, each in one way, by a
// patch in tests/courses/broken. `lab verify` must refuse each, and say what is wrong.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "toy_course.hpp"

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::EndsWith;
using runner_test::failed_checks;
using runner_test::ToyCourse;

namespace fs = std::filesystem;

namespace {

/// What stands above the patch.
struct Expected {
    std::multiset<std::string> fails;  ///< the names of the checks that must fail, and no others
    std::string says;
};

Expected read_header(const fs::path& patch) {
    Expected expected;
    std::ifstream file(patch);
    for (std::string line; std::getline(file, line) && !line.starts_with("--- ");) {
        if (line.starts_with("fails: ")) expected.fails.insert(line.substr(7));
        if (line.starts_with("says: ")) expected.says = line.substr(6);
    }
    return expected;
}

/// A test case for one patch.
class Refused : public Catch::ITestInvoker {
public:
    explicit Refused(fs::path patch) : patch_(std::move(patch)) {}

    void invoke() const override {
        const Expected expected = read_header(patch_);
        REQUIRE_FALSE(expected.fails.empty());
        REQUIRE_FALSE(expected.says.empty());
        const ToyCourse course;
        course.apply(patch_);
        const auto outcome = course.lab({"verify", "--quick"});
        INFO(outcome.output);
        if (outcome.output.find("commands in the pages: ") != std::string::npos &&
            outcome.output.find(" SKIPPED: ") != std::string::npos &&
            expected.fails.begin()->ends_with(": commands work"))
            SKIP("this machine cannot run the commands of the pages");
        CHECK(failed_checks(outcome.output) == expected.fails);
        CHECK_THAT(outcome.output, ContainsSubstring(expected.says));
        CHECK(outcome.status == 1);
    }

private:
    fs::path patch_;
};

/// One test case a patch, so that they run side by side.
const bool registered = [] {
    std::vector<fs::path> patches;
    for (const auto& entry : fs::directory_iterator(LAB_SOURCE "/tests/courses/broken"))
        patches.push_back(entry.path());
    std::sort(patches.begin(), patches.end());
    for (const fs::path& patch : patches) {
        const std::string name = "a broken course is refused: " + patch.stem().string();
        const Catch::AutoReg add(Catch::Detail::make_unique<Refused>(patch),
                                 CATCH_INTERNAL_LINEINFO, {}, {name, "[broken]"});
    }
    return !patches.empty();
}();

void expect_proven(const runner::Outcome& outcome) {
    INFO(outcome.output);
    CHECK(failed_checks(outcome.output).empty());
    CHECK_THAT(outcome.output, EndsWith(" 0 failed\n"));
    CHECK(outcome.status == 0);
}

}  // namespace

TEST_CASE("a course that is right is not refused", "[courses]") {
    REQUIRE(registered);
    const ToyCourse course;
    expect_proven(course.lab({"verify", "--quick"}));
}

TEST_CASE("where a tool is missing the commands of the pages are SKIPPED, and it is told",
          "[courses]") {
    const ToyCourse course;
    const runner_test::TempDir tools;
    std::istringstream folders(std::getenv("PATH"));
    for (std::string folder; std::getline(folders, folder, ':');) {
        if (!fs::is_directory(folder)) continue;
        for (const auto& entry : fs::directory_iterator(folder)) {
            const fs::path link = tools.path() / entry.path().filename();
            if (link.filename() != "strace" && !fs::is_symlink(link))
                fs::create_symlink(entry.path(), link);
        }
    }
    const auto outcome = runner::run(
        {.words = {std::string(LAB_BUILD) + "/lab", "verify", "--quick", "--only", "commands work"},
         .folder = course.root(),
         .environment = {{"LAB_ROOT", course.root().string()}, {"PATH", tools.path().string()}}});
    CHECK_THAT(outcome.output,
               ContainsSubstring("- commands in the pages: 5 checks SKIPPED: there is no strace"));
    CHECK_THAT(outcome.output, EndsWith("5 skipped, 1 passed, 0 failed\n"));
}

TEST_CASE("what comes out now so, now otherwise is told when checks are repeated", "[courses]") {
    const ToyCourse course;
    const auto folder = course.root() / "tests" / "submissions" / "01-toy" / "right" / "politely";
    // mkdir(2) is all or nothing, also side by side.
    runner_test::write_file(folder / "greet.cpp",
                            "#!/bin/sh\n[ \"$1\" = twice ] || exec echo hello\n"
                            "mkdir \"$0.turn\" 2>/dev/null && exit 1\n"
                            "rmdir \"$0.turn\"\necho \"$2 $2\"\n");
    const auto outcome = course.lab({"verify", "--only", "right/", "--repeat", "6"});
    INFO(outcome.output);
    CHECK(failed_checks(outcome.output) ==
          std::multiset<std::string>{"01-toy: right/politely: twice is PASS"});
    CHECK_THAT(outcome.output, ContainsSubstring("differs from run to run, of 6:"));
    CHECK_THAT(outcome.output, ContainsSubstring(" × it holds"));
    CHECK_THAT(outcome.output, ContainsSubstring(" × should be PASS, is OUTPUT:"));
}

TEST_CASE("each verdict that the real labs do not show is shown by a toy", "[courses]") {
    const ToyCourse course;
    course.add("verdicts");
    course.add_tests("02-verdicts", "verdict_tests.cpp");
    CHECK(failed_checks(course.lab({"verify", "--quick"}).output) ==
          std::multiset<std::string>{"docs/proof.md is current"});
    expect_proven(course.lab({"verify", "--quick", "--update-proof"}));
    expect_proven(course.lab({"verify", "--quick"}));
}
