// The verbs that help somebody who learns alone: next, hint, run; the board and the closing page.

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <nlohmann/json.hpp>

#include "runner/machine/terminal.hpp"
#include "runner/student/progress.hpp"
#include "runner/verbs/board.hpp"
#include "toy_checkout.hpp"

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using runner::Progress;
using runner_test::read_file;
using runner_test::ToyCheckout;
using runner_test::write_file;

namespace fs = std::filesystem;

namespace {

void remember(const ToyCheckout& checkout, const std::string& stage, const std::string& verdict) {
    auto progress = Progress::load(checkout.progress_file());
    progress.set("01-tcp-echo", stage,
                 {.passed = verdict == "PASS", .verdict = verdict, .when = runner::now_utc()});
    progress.save();
}

void remember_all_passed(const ToyCheckout& checkout) {
    const auto course = runner::load_course(checkout.root());
    for (const auto& stage : course.labs.front().stages) remember(checkout, stage.id, "PASS");
}

std::string board_of(const ToyCheckout& checkout, std::size_t width) {
    const runner::Workspace workspace(checkout.root(), "dev");
    const auto course = runner::load_course(checkout.root());
    return runner::draw_board(workspace, course, Progress::load(checkout.progress_file()), width);
}

}  // namespace

TEST_CASE("next prints the open stage of the handout", "[learner]") {
    const ToyCheckout checkout;
    const auto first = checkout.lab({"next"});
    CHECK(first.status == 0);
    CHECK_THAT(first.output, StartsWith("1.1 listen\nOpen the door\n") &&
                                 ContainsSubstring("\nWhat to build: `open_listener()`") &&
                                 ContainsSubstring("next   ./lab start 01") &&
                                 !ContainsSubstring("**") && !ContainsSubstring("Say it back"));
    remember(checkout, "listen", "PASS");
    CHECK_THAT(checkout.lab({"next", "1"}).output, StartsWith("1.2 echo-once\nSay it back\n"));
    CHECK_THAT(checkout.lab({"next", "send-all"}).output,
               StartsWith("1.4 send-all\nEvery last byte\n") &&
                   ContainsSubstring("next   ./lab start 01"));
    CHECK(checkout.lab({"next", "9"}).status == 2);
}

TEST_CASE("a finished lab ends with a page of its own", "[learner]") {
    const ToyCheckout checkout;
    remember_all_passed(checkout);
    const auto closing = checkout.lab({"next"});
    CHECK(closing.status == 0);
    CHECK_THAT(closing.output,
               StartsWith("All stages of lab 1 pass: TCP echo.") &&
                   ContainsSubstring("100 points, with echo_server and echo_client") &&
                   ContainsSubstring("solutions/01-tcp-echo/README.md") &&
                   ContainsSubstring("./lab hint 1.1") && ContainsSubstring("whole course"));
    for (const int number : {1, 2, 3}) {
        CHECK_THAT(checkout.lab({"hint", "1.1"}).output,
                   StartsWith("hint " + std::to_string(number) +
                              " of 3 for 1.1 listen, which passes: worth reading\n"));
    }
    CHECK_THAT(checkout.lab({"next"}).output,
               ContainsSubstring("./lab hint 1.2") && !ContainsSubstring("./lab hint 1.1"));
}

TEST_CASE("hints come one by one, and then all again", "[learner]") {
    const ToyCheckout checkout;
    const auto first = checkout.lab({"hint"});
    CHECK(first.status == 0);
    CHECK_THAT(first.output, StartsWith("hint 1 of 3 for 1.1 listen\n\nThree steps") &&
                                 ContainsSubstring("\n2 more: ./lab hint 1.1\n") &&
                                 !ContainsSubstring("details"));
    CHECK_THAT(checkout.lab({"hint"}).output, StartsWith("hint 2 of 3"));
    CHECK_THAT(checkout.lab({"hint", "1", "listen"}).output,
               StartsWith("hint 3 of 3") && ContainsSubstring("    const int listener") &&
                   ContainsSubstring("that was the last one; the solution: ./lab solution 1.1"));
    const auto again = checkout.lab({"hint"});
    CHECK_THAT(again.output, StartsWith("all hints for listen have been read") &&
                                 ContainsSubstring("hint 1 of 3") &&
                                 ContainsSubstring("hint 2 of 3") &&
                                 ContainsSubstring("hint 3 of 3"));
}

TEST_CASE("a hint that fits the verdict comes first", "[learner]") {
    const ToyCheckout checkout;
    remember(checkout, "next-client", "SIGPIPE");
    CHECK_THAT(checkout.lab({"hint", "next-client"}).output,
               StartsWith("hint 2 of 3 for 1.5 next-client, first for SIGPIPE\n"));
    CHECK_THAT(checkout.lab({"hint", "next-client"}).output,
               StartsWith("hint 1 of 3 for 1.5 next-client\n") && ContainsSubstring("\n1 more"));
    CHECK_THAT(checkout.lab({"hint", "next-client"}).output, StartsWith("hint 3 of 3"));
}

TEST_CASE("a hint of nothing is wrong use", "[learner]") {
    const ToyCheckout checkout;
    CHECK(checkout.lab({"hint", "sen-all"}).status == 2);
    CHECK_THAT(checkout.lab({"hint", "sen-all"}).output, ContainsSubstring("send-all"));
    remember_all_passed(checkout);
    const auto done = checkout.lab({"hint"});
    CHECK(done.status == 2);
    CHECK_THAT(done.output, ContainsSubstring("all stages of lab 1 pass") &&
                                ContainsSubstring("./lab hint 1.1"));
}

TEST_CASE("what was read is kept beside what was tested", "[learner]") {
    const ToyCheckout checkout;
    remember(checkout, "listen", "REFUSED");
    (void)checkout.lab({"hint"});
    remember(checkout, "listen", "PASS");
    const auto last = Progress::load(checkout.progress_file()).find("01-tcp-echo", "listen");
    REQUIRE(last);
    CHECK(last->verdict == "PASS");
    CHECK(last->hints == std::set<int>{1});
}

TEST_CASE("a hint that is saved late does not bring an old verdict back", "[learner]") {
    const ToyCheckout checkout;
    remember(checkout, "listen", "REFUSED");
    auto late = Progress::load(checkout.progress_file());
    late.add_hint("01-tcp-echo", "listen", 2);
    remember(checkout, "listen", "PASS");
    late.save();
    const auto last = Progress::load(checkout.progress_file()).find("01-tcp-echo", "listen");
    REQUIRE(last);
    CHECK(last->verdict == "PASS");
    CHECK(last->hints == std::set<int>{2});
}

TEST_CASE("run becomes the program, and says what to talk to it with", "[learner]") {
    const ToyCheckout checkout;
    checkout.use_script("#!/bin/sh\necho \"it got $*\"\nexit 7\n");
    const auto plain = checkout.lab({"run", "echo_server"});
    CHECK(plain.status == 7);
    CHECK_THAT(plain.output, ContainsSubstring("in another terminal: nc 127.0.0.1 5050 ") &&
                                 ContainsSubstring("it got \n"));
    const auto with_port = checkout.lab({"run", "echo_server", "--", "--port", "6000", "--hi"});
    CHECK_THAT(with_port.output, ContainsSubstring("nc 127.0.0.1 6000 ") &&
                                     ContainsSubstring("it got --port 6000 --hi\n"));
    CHECK_THAT(
        checkout.lab({"run", "echo_server", "--port=0", "--host", "::1"}).output,
        ContainsSubstring("nc ::1 PORT ") && ContainsSubstring("it got --port=0 --host ::1"));
    CHECK_THAT(checkout.lab({"run", "echo_server", "--help"}).output,
               StartsWith("it got --help\n"));
    CHECK_THAT(checkout.lab({"run", "echo_client"}).output,
               ContainsSubstring("nc -l 127.0.0.1 5050 "));
}

TEST_CASE("run copies the starter first, and does not run what does not build", "[learner]") {
    const ToyCheckout checkout;
    const auto help = checkout.lab({"run", "echo_client", "--", "--help"});
    CHECK(help.status == 0);
    CHECK_THAT(help.output, ContainsSubstring("echo_client.cpp: copied from the starter") &&
                                ContainsSubstring("--port"));
    write_file(checkout.student_file(), "int main() { retrun 0; }\n");
    const auto broken = checkout.lab({"run", "echo_server"});
    CHECK(broken.status == 3);
    CHECK_THAT(broken.output,
               ContainsSubstring("it does not build") && ContainsSubstring("retrun"));
}

TEST_CASE("run knows the programs", "[learner]") {
    const ToyCheckout checkout;
    const auto unknown = checkout.lab({"run", "echo_sever"});
    CHECK(unknown.status == 2);
    CHECK_THAT(unknown.output, ContainsSubstring("no lab has a program \"echo_sever\"") &&
                                   ContainsSubstring("echo_server, echo_client"));
    CHECK(checkout.lab({"run"}).status == 2);
    CHECK_FALSE(fs::exists(checkout.student_file()));
}

TEST_CASE("the board shows the stages of the lab to go on with, and of one that works no more",
          "[learner]") {
    const ToyCheckout checkout;
    const fs::path second = checkout.root() / "labs" / "02-second";
    fs::create_directories(second);
    for (const char* part : {"README.md", "HINTS.md", "starter", "tests"}) {
        fs::copy(checkout.lab() / part, second / part, fs::copy_options::recursive);
    }
    std::string manifest = read_file(checkout.lab() / "lab.json");
    manifest.replace(manifest.find("01-tcp-echo"), 11, "02-second");
    write_file(second / "lab.json", manifest);

    CHECK_THAT(board_of(checkout, 80), ContainsSubstring("1.1 listen") &&
                                           ContainsSubstring(" 2  TCP echo") &&
                                           !ContainsSubstring("2.1 listen"));
    remember_all_passed(checkout);
    CHECK_THAT(board_of(checkout, 80),
               !ContainsSubstring("1.1 listen") && ContainsSubstring("2.1 listen"));
    remember(checkout, "echo-once", "WRONG_BYTES");
    fs::copy(second / "starter", second, fs::copy_options::recursive);
    CHECK_THAT(board_of(checkout, 80),
               ContainsSubstring("works no more: WRONG_BYTES") && ContainsSubstring("2.1 listen"));
}

TEST_CASE("the board fits into every window", "[learner]") {
    const ToyCheckout checkout;
    remember(checkout, "listen", "PASS");
    remember(checkout, "echo-once", "PASS");
    remember(checkout, "echo-once", "WRONG_BYTES");
    for (std::size_t width = 40; width <= 100; ++width) {
        std::istringstream board(board_of(checkout, width));
        for (std::string line; std::getline(board, line) && !line.starts_with("next");) {
            CAPTURE(width, line);
            CHECK(runner::columns(line) <= width);
        }
    }
    for (const std::size_t width : {40U, 80U}) {
        CHECK_THAT(board_of(checkout, width),
                   ContainsSubstring("works no more: WRONG_BYTES") && ContainsSubstring("✓ 1.1") &&
                       ContainsSubstring(" 10 of 100 points") && ContainsSubstring("~20 min"));
    }
    CHECK_THAT(board_of(checkout, 80), ContainsSubstring("10 of 100 points   ~4 h 20 min"));
}
