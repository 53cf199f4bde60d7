// A student's program halted by a debugger in the middle of a test.

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <csignal>
#include <fstream>
#include <future>
#include <regex>

#include "runner/doctor/probes.hpp"
#include "toy_checkout.hpp"
#include "waiting.hpp"

using Catch::Matchers::ContainsSubstring;
using runner_test::comes_true;
using runner_test::is_gone;
using runner_test::read_file;
using runner_test::TempDir;
using runner_test::ToyCheckout;
using runner_test::write_file;

namespace fs = std::filesystem;

namespace {

void need_debugger() {
    if (const std::string why = runner::try_tracing(); !why.empty()) SKIP(why);
    if (runner::run({.words = {"gdb", "--version"}}).status != 0) SKIP("there is no gdb");
}

/// The reference solution as the student's work, with a known mistake if it has a name.
void write_program(const ToyCheckout& checkout, const std::string& mistake) {
    checkout.use_solution();
    if (mistake.empty()) return;
    const fs::path patch =
        fs::path(LAB_SOURCE) / "tests" / "submissions" / "01-tcp-echo" / "wrong" / mistake;
    const auto patched =
        runner::run({.words = {"patch", "--strip=1", "--input=" + patch.string() + ".patch"},
                     .folder = checkout.lab()});
    REQUIRE(patched.status == 0);
}

runner::Outcome gdb(const std::string& pid, const std::vector<std::string>& commands) {
    runner::Command command{.words = {"gdb", "-batch", "-p", pid},
                            .environment = {{"DEBUGINFOD_URLS", ""}}};
    for (const std::string& one : commands) command.words.insert(command.words.end(), {"-ex", one});
    return runner::run(command);
}

struct Debugged {
    runner::Outcome test;
    runner::Outcome debugger;
};

/// `lab test STAGE --debug=wait`, and gdb with these commands once the program waits.
Debugged debug(const ToyCheckout& checkout, const std::string& stage,
               const std::vector<std::string>& commands) {
    std::future<runner::Outcome> debugger;
    runner::Command command = checkout.command({"test", stage, "--debug=wait"});
    command.on_line = [&](const std::string& line) {
        static const std::regex waits("your \\w+ waits for a debugger: process (\\d+)");
        std::smatch match;
        if (!std::regex_match(line, match, waits)) return;
        debugger = std::async(std::launch::async, gdb, match[1].str(), commands);
    };
    Debugged result{.test = runner::run(command), .debugger = {}};
    INFO(result.test.output);
    REQUIRE(debugger.valid());
    result.debugger = debugger.get();
    return result;
}

}  // namespace

TEST_CASE("a debugger reaches main and the student's line, and then the failure", "[debug]") {
    need_debugger();
    const ToyCheckout checkout;
    write_program(checkout, "one-message");
    const auto [test, debugger] = debug(checkout, "1.3",
                                        {"break main", "continue", "break echo", "continue",
                                         "print client", "continue", "backtrace"});
    INFO(debugger.output);
    CHECK_THAT(debugger.output, ContainsSubstring("Breakpoint 1, main (argc=3") &&
                                    ContainsSubstring("Breakpoint 2, echo (client=4)"));
    // When the check has failed, the program is shown again, wherever it is by then.
    CHECK_THAT(debugger.output,
               ContainsSubstring("received signal SIGINT") && ContainsSubstring("in main ("));
    CHECK_THAT(test.output, ContainsSubstring("the test has failed: CLOSED_EARLY") &&
                                ContainsSubstring("✗ 1.3 Until the end") &&
                                ContainsSubstring("one recv is not one message"));
    CHECK(test.status == 1);
    CHECK_FALSE(fs::exists(checkout.progress_file()));
}

TEST_CASE("a right program passes however long it is halted", "[debug]") {
    need_debugger();
    const ToyCheckout checkout;
    write_program(checkout, "");
    // Longer than the two seconds that an answer may take.
    const auto [test, debugger] =
        debug(checkout, "1.2", {"break echo", "continue", "shell sleep 3", "delete", "continue"});
    INFO(debugger.output);
    CHECK_THAT(debugger.output, ContainsSubstring("Breakpoint 1, echo"));
    CHECK_THAT(test.output, ContainsSubstring("passes; its first test is") &&
                                ContainsSubstring("✓ 1.2") &&
                                ContainsSubstring("the test is over, and ends your program"));
    CHECK(test.status == 0);
}

TEST_CASE("what a debugger leaves goes on by itself, and is judged as always", "[debug]") {
    need_debugger();
    const ToyCheckout checkout;
    write_program(checkout, "forgets-what-was-sent");
    const std::string stage = "1.4";
    const auto alone = checkout.lab({"test", stage, "--seed", "7"});
    const auto [test, debugger] = debug(checkout, stage, {"break main", "continue"});
    CHECK_THAT(debugger.output, ContainsSubstring("Breakpoint 1, main"));
    // "✗ 1.4 Every last byte   WRONG_BYTES": the same verdict.
    const auto headline = [](const std::string& output) {
        const auto start = output.find("✗ ");
        return start == std::string::npos ? output
                                          : output.substr(start, output.find('\n', start) - start);
    };
    CHECK(headline(test.output) == headline(alone.output));
    CHECK(test.status == 1);
}

TEST_CASE("of several programs that a test starts, the one that fails is debugged", "[debug]") {
    need_debugger();
    const ToyCheckout checkout;
    write_program(checkout, "");
    std::string text = read_file(checkout.student_file());
    const std::string begin = "int main(int argc, char* argv[]) {\n";
    text.insert(text.find(begin) + begin.size(),
                "if (argc == 3 && std::strcmp(argv[2], \"80x\") == 0) return 0;\n");
    write_file(checkout.student_file(), text);
    // Other wrong arguments come before this one.
    const auto [test, debugger] =
        debug(checkout, "1.1", {"break main", "continue", "print argv[2]"});
    INFO(test.output);
    CHECK_THAT(debugger.output,
               ContainsSubstring("Breakpoint 1, main") && ContainsSubstring("\"80x\""));
    CHECK_THAT(test.output, ContainsSubstring("OUTPUT"));
}

TEST_CASE("on a terminal gdb is started, at main, and the verdict follows", "[debug]") {
    need_debugger();
    const ToyCheckout checkout;
    write_program(checkout, "one-message");
    const TempDir scripted;
    const fs::path gdb = scripted.path() / "gdb";
    write_file(gdb, "#!/bin/sh\nPATH=${PATH#*:}\nexec gdb -batch \"$@\" -ex 'backtrace 1'\n");
    fs::permissions(gdb, fs::perms::owner_all);
    const auto outcome = runner::run(
        {.words = {"script", "-qec", "'" LAB_BUILD "/lab' test 1.3 --debug", "/dev/null"},
         .folder = checkout.root(),
         .environment = {{"LAB_ROOT", checkout.root().string()},
                         {"NO_COLOR", "1"},
                         {"PATH", scripted.path().string() + ':' + std::getenv("PATH")}}});
    CHECK_THAT(outcome.output,
               ContainsSubstring("Breakpoint 1, main") && ContainsSubstring("#0  main") &&
                   ContainsSubstring("CLOSED_EARLY") && ContainsSubstring("again   ./lab test"));
    CHECK(outcome.status == 1);
}

TEST_CASE("a debugger that cannot attach does not keep the test for ever", "[debug]") {
    const ToyCheckout checkout;
    write_program(checkout, "");
    const TempDir broken;
    write_file(broken.path() / "gdb",
               "#!/bin/sh\necho 'ptrace: Operation not permitted.'\n"
               "[ \"$1\" = --version ]\n");
    fs::permissions(broken.path() / "gdb", fs::perms::owner_all);
    const auto outcome = runner::run(
        {.words = {"script", "-qec", "'" LAB_BUILD "/lab' test 1.1 --debug", "/dev/null"},
         .folder = checkout.root(),
         .environment = {{"LAB_ROOT", checkout.root().string()},
                         {"PATH", broken.path().string() + ':' + std::getenv("PATH")}}});
    CHECK_THAT(outcome.output, ContainsSubstring("ptrace: Operation not permitted") &&
                                   ContainsSubstring("gdb has not come to your program"));
    CHECK(outcome.status != 0);
}

TEST_CASE("Ctrl-C ends a test whose program waits for a debugger", "[debug]") {
    const ToyCheckout checkout;
    write_program(checkout, "");
    const fs::path told = checkout.root() / "told";
    const pid_t lab = ::fork();
    REQUIRE(lab != -1);
    if (lab == 0) {
        std::signal(SIGINT, SIG_DFL);  // Catch2 has a handler of its own
        ::setpgid(0, 0);
        runner::Command command = checkout.command({"test", "1.1", "--debug=wait"});
        command.on_line = [&](const std::string& line) {
            const auto at = line.find("process ");
            if (at == std::string::npos) return;
            write_file(checkout.root() / "half", line.substr(at + 8));
            fs::rename(checkout.root() / "half", told);
        };
        (void)runner::run(command);
        ::_exit(0);
    }
    ::setpgid(lab, lab);
    REQUIRE(comes_true([&] { return fs::exists(told); }));
    const pid_t program = std::stoi(read_file(told));
    CHECK_FALSE(is_gone(program));
    ::kill(-lab, SIGINT);
    ::waitpid(lab, nullptr, 0);
    CHECK(comes_true([&] { return is_gone(program); }));
}

TEST_CASE("what cannot be debugged is wrong use", "[debug]") {
    const ToyCheckout checkout;
    CHECK(checkout.lab({"test", "1.1", "--debug=frob"}).status == 2);
    CHECK(checkout.lab({"test", "1", "--all", "--debug"}).status == 2);
    CHECK(checkout.lab({"test", "1.1", "--repeat", "2", "--debug"}).status == 2);
    CHECK(checkout.lab({"test", "1.1", "--json", "--debug"}).status == 2);
    checkout.use_script("#!/bin/sh\nexit 1\n");
    const auto script = checkout.lab({"test", "1.1", "--debug=wait"});
    CHECK(script.status == 2);
    CHECK_THAT(script.output, ContainsSubstring("--debug is for compiled programs"));
}
