// `lab test --repeat`: several runs of a stage, side by side, as one result.

#include "runner/testing/repetition.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <csignal>
#include <nlohmann/json.hpp>

#include "runner/testing/side_by_side.hpp"
#include "toy_course.hpp"
#include "waiting.hpp"

using namespace runner;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;
using runner_test::comes_true;
using runner_test::is_gone;
using runner_test::read_file;
using runner_test::TempDir;
using runner_test::ToyCourse;
using runner_test::write_file;

namespace fs = std::filesystem;

namespace {

StageResult run_with(const std::string& verdict, std::uint32_t seed) {
    return {.verdict = verdict, .told = {.verdict = verdict, .says = "it is so"}, .seed = seed};
}

StageResult sum_of(const std::vector<std::string>& verdicts) {
    std::vector<StageResult> runs;
    runs.reserve(verdicts.size());
    std::uint32_t seed = 100;
    for (const std::string& verdict : verdicts) runs.push_back(run_with(verdict, seed++));
    return sum_up(runs);
}

/// A checkout with a script for the student's program of lab 01-toy; `$0.…` are files of its own.
class Student {
public:
    explicit Student(const std::string& hello, const std::string& twice = "echo \"$2 $2\"") {
        course_.configure();
        write_file(
            course_.root() / "labs" / "01-toy" / "greet.cpp",
            "#!/bin/sh\nif [ \"$1\" = hello ]; then\n" + hello + "\nelse\n" + twice + "\nfi\n");
    }

    [[nodiscard]] const ToyCourse& course() const { return course_; }
    [[nodiscard]] std::string file(const std::string& ending) const {
        return course_.root() / "build" / "dev" / "labs" / "01-toy" / ("greet" + ending);
    }
    [[nodiscard]] Outcome test(std::vector<std::string> words) const {
        words.insert(words.begin(), "test");
        return course_.lab(std::move(words));
    }
    [[nodiscard]] json result(std::vector<std::string> words) const {
        words.emplace_back("--json");
        return json::parse(test(std::move(words)).output).at("stages").at(0);
    }

private:
    ToyCourse course_;
};

/// Does the one thing and the other in turn. mkdir(2) is all or nothing, also side by side.
std::string in_turn(const std::string& one, const std::string& other) {
    return "if mkdir \"$0.turn\" 2>/dev/null; then " + one +
           "; else rmdir \"$0.turn\" 2>/dev/null; " + other + "; fi";
}

}  // namespace

TEST_CASE("runs of one verdict have that verdict", "[repetition]") {
    CHECK(sum_of({"PASS", "PASS"}).verdict == "PASS");
    const auto failed = sum_of({"HANG", "HANG"});
    CHECK(failed.verdict == "HANG");
    CHECK(failed.told.says == "it is so");
    CHECK(failed.seed == 100);
    CHECK(sum_of({"NOT_STARTED", "NOT_STARTED"}).verdict == "NOT_STARTED");
}

TEST_CASE("k of n failures are FLAKY, with the seed of one that failed", "[repetition]") {
    const auto result = sum_of({"PASS", "RESET", "PASS", "RESET"});
    CHECK(result.verdict == "FLAKY");
    CHECK(result.seed == 101);
    CHECK(result.told.says == "it is so (2 of 4 runs failed: 2 × RESET; this is one with RESET)");
    CHECK(result.runs == std::map<std::string, std::size_t>{{"PASS", 2}, {"RESET", 2}});
}

TEST_CASE("of different failures the verdict that comes first is told", "[repetition]") {
    const auto failed = sum_of({"NO_REPLY", "RESET", "NO_REPLY"});
    CHECK(failed.verdict == "RESET");
    CHECK(failed.seed == 101);
    CHECK_THAT(failed.told.says, ContainsSubstring("3 of 3 runs failed: 1 × RESET, 2 × NO_REPLY"));
    const auto flaky = sum_of({"NO_REPLY", "PASS", "CRASH"});
    CHECK(flaky.verdict == "FLAKY");
    CHECK(flaky.seed == 102);
}

TEST_CASE("what no program is to blame for is never FLAKY", "[repetition]") {
    CHECK(sum_of({"PASS", "TEST_BUG", "RESET"}).verdict == "TEST_BUG");
    CHECK(sum_of({"PASS", "SKIPPED"}).verdict == "SKIPPED");
    CHECK(sum_of({"SKIPPED", "RESET"}).verdict == "RESET");
    CHECK(sum_of({"PASS", "NOT_STARTED"}).verdict == "NOT_STARTED");
}

TEST_CASE("work is done side by side, each piece once, and the first exception comes out",
          "[repetition]") {
    std::vector<std::atomic<int>> done(100);
    side_by_side(done.size(), 4, [&](std::size_t i) { ++done[i]; });
    CHECK(std::all_of(done.begin(), done.end(), [](const auto& times) { return times == 1; }));
    side_by_side(0, 4, [](std::size_t) { throw std::runtime_error("nothing to do"); });
    CHECK_THROWS_WITH(side_by_side(9, 3, [](std::size_t) { throw std::runtime_error("thrown"); }),
                      "thrown");
}

TEST_CASE("a program that works every second time is FLAKY", "[repetition]") {
    const Student student(in_turn("echo hello", "echo hullo"));
    const auto outcome = student.test({"1.1", "--repeat", "6", "--seed", "40"});
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.output, ContainsSubstring("FLAKY") &&
                                   ContainsSubstring("of 6 runs failed") &&
                                   ContainsSubstring("this is one with OUTPUT"));
    CHECK_THAT(outcome.output, ContainsSubstring("./lab test 01 hello --seed 4"));
}

TEST_CASE("a program that fails in two ways is told by the first, with how many of each",
          "[repetition]") {
    const Student student(in_turn("yes | head -c 2000000", "echo hullo"));
    const auto result = student.result({"1.1", "--repeat", "6"});
    CHECK(result.at("verdict") == "LIMIT");
    CHECK(result.at("runs").at("LIMIT").get<int>() + result.at("runs").value("OUTPUT", 0) == 6);
}

TEST_CASE("a program that is right passes all runs", "[repetition]") {
    const Student student("echo hello");
    const auto outcome = student.test({"1", "--all", "--repeat", "10"});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.output, ContainsSubstring("10 of 10 runs passed"));
}

TEST_CASE("runs go side by side", "[repetition]") {
    if (cores() < 2) SKIP("this machine has one core");
    // Says hello when somebody else is there as well; waits for that, but not for ever.
    const Student student(
        "mkdir -p \"$0.met/$$\"\ni=0\n"
        "while [ \"$(ls \"$0.met\" | wc -l)\" -lt 2 ] && [ $i -lt 150 ]; do\n"
        "  sleep 0.02; i=$((i+1))\ndone\n[ $i -lt 150 ] && echo hello");
    CHECK(student.result({"1.1", "--repeat", "2"}).at("verdict") == "PASS");
}

TEST_CASE("a seed draws the same again, alone, among others, and repeated", "[repetition]") {
    const Student student("echo hello", R"(echo "$2" >>"$0.log"; echo "$2 $2")");
    const auto words_of = [&](const std::vector<std::string>& words) {
        fs::remove(student.file(".log"));
        CHECK(student.test(words).status == 0);
        std::istringstream log(read_file(student.file(".log")));
        std::multiset<std::string> drawn;
        for (std::string word; log >> word;) drawn.insert(word);
        return drawn;
    };
    const auto all = words_of({"1.2", "--repeat", "3", "--seed", "70"});
    std::multiset<std::string> one_by_one;
    for (const char* seed : {"70", "71", "72"}) one_by_one.merge(words_of({"1.2", "--seed", seed}));
    CHECK(all == one_by_one);
    CHECK(words_of({"1", "--all", "--seed", "71"}) == words_of({"1.2", "--seed", "71"}));
    CHECK(words_of({"1.2", "--seed", "70"}) != words_of({"1.2", "--seed", "71"}));
}

TEST_CASE("interrupted runs leave nothing", "[repetition]") {
    const Student student("trap '' TERM INT\nmkdir -p \"$0.pids/$$\"\nwhile :; do sleep 0.1; done");
    const TempDir temporary;
    const pid_t lab = ::fork();
    REQUIRE(lab != -1);
    if (lab == 0) {
        std::signal(SIGINT, SIG_DFL);  // Catch2 has a handler of its own
        ::setpgid(0, 0);
        ::setenv("TMPDIR", temporary.path().c_str(), 1);
        (void)student.test({"1.1", "--repeat", "4"});
        ::_exit(0);
    }
    ::setpgid(lab, lab);
    const std::size_t at_once = std::min<std::size_t>(cores(), 4);
    std::vector<pid_t> programs;
    const auto all_run = [&] {
        programs.clear();
        std::error_code none_yet;
        for (const auto& entry : fs::directory_iterator(student.file(".pids"), none_yet))
            programs.push_back(std::stoi(entry.path().filename()));
        return programs.size() == at_once;
    };
    REQUIRE(comes_true(all_run));
    CHECK(std::none_of(programs.begin(), programs.end(), is_gone));

    ::kill(-lab, SIGINT);  // as Ctrl-C does: to everyone in the foreground
    ::waitpid(lab, nullptr, 0);
    CHECK(comes_true([&] { return std::all_of(programs.begin(), programs.end(), is_gone); }));
    CHECK(comes_true([&] { return fs::is_empty(temporary.path()); }));
}
