#include "harness/programs/program.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <csignal>
#include <filesystem>

#include "expect_failure.hpp"
#include "harness/programs/tool.hpp"

using namespace harness;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("a server that ends instead of listening has EXITED", "[program]") {
    const auto failure = failure_of([] { auto server = toy_server("exit-3"); });
    CHECK(failure.verdict == Verdict::exited);
    CHECK_THAT(failure.says, ContainsSubstring("exited with status 3"));
}

TEST_CASE("a first line that is no announcement is wrong OUTPUT", "[program]") {
    const auto hello = failure_of([] { auto server = toy_server("says-hello"); });
    CHECK(hello.verdict == Verdict::output);
    CHECK_THAT(hello.says, ContainsSubstring("\"hello\""));
    CHECK(failure_of([] { auto server = toy_server("announces-nonsense"); }).verdict ==
          Verdict::output);
}

TEST_CASE("port 0 is no port to announce", "[program]") {
    const auto failure = failure_of([] { auto server = toy_server("announces-port-0"); });
    CHECK(failure.verdict == Verdict::output);
    CHECK_THAT(failure.means, ContainsSubstring("getsockname"));
}

TEST_CASE("a server that has announced but does not listen is REFUSED", "[program]") {
    const auto failure = failure_of([] {
        auto server = toy_server("announces-only");
        auto client = server.connect();
    });
    CHECK(failure.verdict == Verdict::refused);
    CHECK_THAT(failure.says, ContainsSubstring("Connection refused"));
}

TEST_CASE("a crash is told by its signal, whatever the test was about", "[program]") {
    const auto failure = failure_of([] {
        auto program = toy("crash");
        program.expect_exit(0);
    });
    CHECK(failure.verdict == Verdict::crash);
    CHECK_THAT(failure.says, ContainsSubstring("SIGSEGV"));
}

TEST_CASE("a crash after the last check still counts", "[program]") {
    const auto failure = failure_of([] {
        auto program = toy("crash");
        program.let_end();
        (void)program.next_line(patience::to_answer);
    });
    CHECK(failure.verdict == Verdict::crash);
}

TEST_CASE("the report of a sanitizer comes first, cut to the student's frames", "[program]") {
    const auto failure = failure_of([] {
        auto program = toy("sanitizer-report");
        program.expect_exit(0);
    });
    CHECK(failure.verdict == Verdict::sanitizer);
    CHECK_THAT(failure.says,
               ContainsSubstring(
                   "AddressSanitizer: heap-use-after-free in echo(int), echo_server.cpp:82"));
    CHECK(failure.details == std::vector<std::string>{"in main, echo_server.cpp:99"});
}

TEST_CASE("a flood of output is stopped by the LIMIT", "[program]") {
    const auto failure = failure_of([] {
        auto program = toy("flood");
        program.expect_exit(0);
    });
    CHECK(failure.verdict == Verdict::limit);
}

TEST_CASE("exit statuses are told from each other", "[program]") {
    auto right = toy("exit-3");
    right.expect_exit(3);
    const auto failure = failure_of([] {
        auto wrong = toy("exit-3");
        wrong.expect_exit(1);
    });
    CHECK(failure.verdict == Verdict::output);
    CHECK_THAT(failure.says,
               ContainsSubstring("exited with status 3") && ContainsSubstring("is 1"));
}

TEST_CASE("an error is one last line with program and reason, in any case of letters",
          "[program]") {
    auto program = toy("error-line");
    program.expect_exit(1);
    program.expect_error_line("no such FILE");
    CHECK_THAT(failure_of([&] { program.expect_error_line("permission denied"); }).says,
               ContainsSubstring("odd"));
}

TEST_CASE("the marks of later stages are nothing that a program says", "[program]") {
    auto program = toy("error-line-and-mark");
    program.expect_exit(1);
    program.expect_error_line("no such FILE");
    CHECK(program.said() == "toy: open /x: No such file or directory\n");
    CHECK_THAT(program.err(), ContainsSubstring("not written yet"));
}

TEST_CASE("a program that ignores SIGTERM is ended all the same", "[program]") {
    {
        auto program = toy("ignores-sigterm");
        REQUIRE(program.next_line(patience::to_start) == "ready");
        program.signal(SIGTERM);
        const auto failure = failure_of([&] { program.expect_exit(0); });
        CHECK(failure.verdict == Verdict::output);
        CHECK_THAT(failure.says, ContainsSubstring("goes on running"));
    }
    CHECK(current_run().processes().empty());
}

TEST_CASE("a process that outlives the program is a LEAK, and is ended", "[program]") {
    const auto failure = failure_of([] {
        auto program = toy("leaves-daemon");
        program.expect_exit(0);
    });
    CHECK(failure.verdict == Verdict::leak);
    CHECK_THAT(failure.says, ContainsSubstring("1 process behind: toy"));
}

TEST_CASE("a program that is not there is the fault of the course", "[program]") {
    CHECK_THROWS_WITH(Program("no_such_program").run({}), ContainsSubstring("no_such_program"));
}

TEST_CASE("a random loopback host is one", "[program]") {
    const std::string host = random_loopback_host();
    CHECK(host.starts_with("127."));
    CHECK(net::resolve(host, "1", net::Use::connect).front().host() == host);
}

TEST_CASE("an orphan that has ended is not left behind", "[program]") {
    {
        auto process = toy("leaves-nobody");
        process.expect_exit(0);
    }
    CHECK_FALSE(current_run().failure().has_value());
}

TEST_CASE("a program starts with no signal ignored, whoever has started the tests", "[program]") {
    auto shell = Tool("sh", "dash").run({"-c", "grep SigIgn /proc/self/status"});
    CHECK(shell.next_line(patience::to_start) == "SigIgn:\t0000000000000000");
}
