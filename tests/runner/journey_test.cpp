// The `lab` command as a student calls it, rightly and wrongly.

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <csignal>
#include <nlohmann/json.hpp>

#include "toy_checkout.hpp"
#include "waiting.hpp"

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using nlohmann::json;
using runner_test::comes_true;
using runner_test::is_gone;
using runner_test::read_file;
using runner_test::ToyCheckout;
using runner_test::write_file;

namespace fs = std::filesystem;

TEST_CASE("the board of a fresh checkout says how to begin", "[journey]") {
    const ToyCheckout checkout;
    const auto outcome = checkout.lab({});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.output, StartsWith("Socket Lab\n") && ContainsSubstring("▸ 1.1 listen") &&
                                   ContainsSubstring("0 of 100 points") &&
                                   ContainsSubstring("next   ./lab start 01"));
    CHECK_THAT(outcome.output, !ContainsSubstring("\033"));
    CHECK_FALSE(fs::exists(checkout.progress_file()));
}

TEST_CASE("the first test copies the starter, and finds it not started", "[journey]") {
    const ToyCheckout checkout;
    const auto outcome = checkout.lab({"test"});
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.output,
               ContainsSubstring("copied from the starter") &&
                   ContainsSubstring("1.1 Open the door") && ContainsSubstring("NOT_STARTED") &&
                   ContainsSubstring("write it at labs/01-tcp-echo/echo_server.cpp:"));
    const auto board = checkout.lab({});
    CHECK_THAT(board.output,
               ContainsSubstring("next   1.1 listen, in labs/01-tcp-echo/echo_server.cpp:"));
}

TEST_CASE("what does not compile is told by its first error", "[journey]") {
    const ToyCheckout checkout;
    write_file(checkout.student_file(), "int main() {\n    retrun 0;\n    xyz();\n}\n");
    const auto outcome = checkout.lab({"test", "1"});
    CHECK(outcome.status == 3);
    CHECK_THAT(outcome.output,
               ContainsSubstring("it does not build") && ContainsSubstring("BUILD") &&
                   ContainsSubstring("\nlabs/01-tcp-echo/echo_server.cpp:2:5: error:") &&
                   !ContainsSubstring("echo_server.cpp:3:5"));
    CHECK_THAT(outcome.output, ContainsSubstring("1 more"));
    CHECK(json::parse(checkout.lab({"test", "1", "--json"}).output).at("build").at("verdict") ==
          "BUILD");
}

TEST_CASE("a finished lab is full of points", "[journey]") {
    const ToyCheckout checkout;
    checkout.use_solution();
    const auto outcome = checkout.lab({"test", "--all"});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.output, ContainsSubstring("✓ 1.8 Out into the world") &&
                                   ContainsSubstring("All stages of lab 1 pass"));
    CHECK_THAT(checkout.lab({}).output, ContainsSubstring("100 of 100 points"));
}

TEST_CASE("stages follow one another, and what worked is tried again", "[journey]") {
    const ToyCheckout checkout;
    checkout.use_solution();
    CHECK_THAT(checkout.lab({"test"}).output, ContainsSubstring("next   1.2 echo-once"));
    const auto second = checkout.lab({"test"});
    CHECK_THAT(second.output, ContainsSubstring("✓ 1.2") && ContainsSubstring("✓ 1.1"));

    std::string text = read_file(checkout.student_file());
    text.replace(text.find("announce(listener);"), 19, "return 0;");
    write_file(checkout.student_file(), text);
    const auto broken = checkout.lab({"test"});
    CHECK(broken.status == 1);
    CHECK_THAT(broken.output, ContainsSubstring("works no more:\n✗ 1.1 Open the door") &&
                                  ContainsSubstring("EXITED"));
    CHECK_THAT(checkout.lab({}).output,
               ContainsSubstring("✗ 1.1 listen") && ContainsSubstring("works no more: EXITED"));

    checkout.use_solution();
    const auto mended = checkout.lab({"test"});
    CHECK_THAT(mended.output, ContainsSubstring("✓ 1.1") && ContainsSubstring("✓ 1.2") &&
                                  ContainsSubstring("✓ 1.3") && ContainsSubstring("next   1.4"));
}

TEST_CASE("a stage can be named in every short way", "[journey]") {
    const ToyCheckout checkout;
    checkout.use_solution();
    using Words = std::vector<std::string>;
    auto words = GENERATE(Words{"1.2"}, Words{"echo-once"}, Words{"01", "echo-once"},
                          Words{"1", "2"}, Words{"tcp-echo", "echo-once"});
    words.insert(words.begin(), "test");
    const auto outcome = checkout.lab(words);
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.output, StartsWith("✓ 1.2 Say it back"));
}

TEST_CASE("the results can be had as JSON", "[journey]") {
    const ToyCheckout checkout;
    checkout.use_solution();
    const auto result = json::parse(checkout.lab({"test", "1.1", "--json", "--seed", "7"}).output);
    CHECK(result.at("lab") == "01-tcp-echo");
    CHECK(result.at("stages").at(0).at("verdict") == "PASS");
    CHECK(result.at("stages").at(0).at("seed") == 7);
}

TEST_CASE("repeated runs are summed up", "[journey]") {
    const ToyCheckout checkout;
    checkout.use_solution();
    const auto outcome = checkout.lab({"test", "1.1", "--repeat", "3"});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.output,
               ContainsSubstring("PASS") && ContainsSubstring("3 of 3 runs passed"));
}

TEST_CASE("what cannot be followed is wrong use, with what is known", "[journey]") {
    const ToyCheckout checkout;
    const auto unknown = checkout.lab({"test", "ehco-once"});
    CHECK(unknown.status == 2);
    CHECK_THAT(unknown.output, ContainsSubstring("ehco-once") && ContainsSubstring("echo-once"));
    CHECK(checkout.lab({"frobnicate"}).status == 2);
    CHECK(checkout.lab({"test", "--sede", "1"}).status == 2);
    CHECK(checkout.lab({"start"}).status == 2);
    CHECK(checkout.lab({"start", "9"}).status == 2);
    CHECK_FALSE(fs::exists(checkout.student_file()));
}

TEST_CASE("outside a checkout the command says where it belongs", "[journey]") {
    const runner_test::TempDir elsewhere;
    const auto outcome = runner::run({.words = {LAB_BUILD "/lab"},
                                      .folder = elsewhere.path(),
                                      .environment = {{"LAB_ROOT", elsewhere.path().string()}}});
    CHECK(outcome.status == 2);
    CHECK_THAT(outcome.output, ContainsSubstring("not in a checkout of Socket Lab"));
}

TEST_CASE("help lists the commands", "[journey]") {
    const ToyCheckout checkout;
    const auto outcome = checkout.lab({"--help"});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.output, ContainsSubstring("start") && ContainsSubstring("test") &&
                                   ContainsSubstring("verify"));
}

TEST_CASE("start copies once, and says so when there is nothing to do", "[journey]") {
    const ToyCheckout checkout;
    CHECK_THAT(checkout.lab({"start", "1"}).output, ContainsSubstring("echo_server.cpp: copied"));
    write_file(checkout.student_file(), "mine");
    const auto again = checkout.lab({"start", "1"});
    CHECK(again.status == 0);
    CHECK_THAT(again.output, ContainsSubstring("started already"));
    CHECK(read_file(checkout.student_file()) == "mine");
}

TEST_CASE("a broken lab is named and does not stop the others", "[journey]") {
    const ToyCheckout checkout;
    write_file(checkout.root() / "labs" / "02-broken" / "lab.json", R"({ "id": "02-broken",, })");
    fs::create_directories(checkout.root() / "labs" / "03-half-made");
    const auto board = checkout.lab({});
    CHECK(board.status == 0);
    CHECK_THAT(board.output,
               ContainsSubstring("left out: labs/02-broken/lab.json: line 1, column") &&
                   ContainsSubstring("left out: labs/03-half-made") &&
                   ContainsSubstring("1.1 listen"));
    CHECK(checkout.lab({"test", "2"}).status == 2);
}

TEST_CASE("a progress file that cannot be read is put aside, not lost", "[journey]") {
    const ToyCheckout checkout;
    write_file(checkout.progress_file(), "{ half a fi");
    const auto board = checkout.lab({});
    CHECK(board.status == 0);
    CHECK_THAT(board.output, ContainsSubstring("progress.json.unreadable-") &&
                                 ContainsSubstring("0 of 100 points"));
    std::size_t kept = 0;
    for (const auto& entry : fs::directory_iterator(checkout.root() / ".lab")) {
        if (entry.path().string().find("unreadable") != std::string::npos)
            kept += read_file(entry.path()) == "{ half a fi" ? 1 : 0;
    }
    CHECK(kept == 1);
}

TEST_CASE("a wrong number is told with those that are right", "[journey]") {
    const ToyCheckout checkout;
    const auto seed =
        checkout.lab({"test", "--seed", GENERATE("x", "", "-1", "4294967296", "0x1")});
    CHECK(seed.status == 2);
    CHECK_THAT(seed.output, StartsWith("lab: --seed: \"") &&
                                ContainsSubstring("\" is not a whole number from 0 to 4294967295"));
    const auto repeat = checkout.lab({"test", "--repeat", GENERATE("x", "0", "1000001")});
    CHECK(repeat.status == 2);
    CHECK_THAT(repeat.output, ContainsSubstring("is not a whole number from 1 to 1000000"));
}

TEST_CASE("every command that reads the progress says so when it was put aside", "[journey]") {
    const ToyCheckout checkout;
    using Words = std::vector<std::string>;
    const auto words =
        GENERATE(Words{}, Words{"test", "1.1"}, Words{"next"}, Words{"hint"},
                 Words{"solution", "1.1", "--yes"}, Words{"reset", "1"}, Words{"pack"});
    write_file(checkout.progress_file(), "{ half a fi");
    CHECK_THAT(checkout.lab(words).output,
               ContainsSubstring("it was renamed to " + checkout.progress_file().string()));
}

TEST_CASE("an interrupted test leaves no process behind", "[journey]") {
    const ToyCheckout checkout;
    const fs::path told = checkout.root() / "pid";
    checkout.use_script("#!/bin/sh\ntrap '' TERM INT\necho $$ >'" + told.string() + ".new'; mv '" +
                        told.string() + ".new' '" + told.string() + "'\nwhile :; do :; done\n");
    const pid_t lab = ::fork();
    REQUIRE(lab != -1);
    if (lab == 0) {
        std::signal(SIGINT, SIG_DFL);  // Catch2 has a handler of its own
        ::setpgid(0, 0);
        (void)checkout.lab({"test", "1.1"});
        ::_exit(0);
    }
    ::setpgid(lab, lab);
    REQUIRE(comes_true([&] { return fs::exists(told); }));
    const pid_t program = std::stoi(read_file(told));
    CHECK_FALSE(is_gone(program));

    ::kill(-lab, SIGINT);  // as Ctrl-C does: to everyone in the foreground
    int status = 0;
    ::waitpid(lab, &status, 0);
    CHECK(comes_true([&] { return is_gone(program); }));
}
