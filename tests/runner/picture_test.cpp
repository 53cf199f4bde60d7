#include "runner/testing/picture.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <sstream>

#include "runner/machine/terminal.hpp"

using namespace runner;
using Catch::Matchers::ContainsSubstring;
using std::chrono::microseconds;

namespace {

Lab one_lab() {
    return {.id = "01-tcp-echo",
            .title = "TCP echo",
            .stages = {{.id = "listen", .title = "Open the door"},
                       {.id = "echo-once", .title = "Say it back", .program = "echo_server"}}};
}

StageResult failure_in(const Lab& lab) {
    return {
        .stage = &lab.stages[1],
        .verdict = "WRONG_BYTES",
        .told = {.test = "the server returns what it is sent",
                 .says = "3 bytes more than are due",
                 .means = "you returned more than you received: send as many bytes as recv "
                          "returned, not as many "
                          "as the buffer holds",
                 .details = {"expected  \"a\""},
                 .events = {{microseconds(0), false, "connect"},
                            {microseconds(1234), false, "send 5 bytes \"hello\""},
                            {microseconds(2000), true, R"(send 8 bytes "hello\x00\x00\x00")"}},
                 .outputs = {{"echo_server", "listening on 127.0.0.1:4000\n", "debug: got 5\n"}}},
        .seed = 7351};
}

std::size_t widest(const std::string& text) {
    std::size_t width = 0;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) width = std::max(width, columns(line));
    return width;
}

}  // namespace

TEST_CASE("a failure is drawn as what both sides did, what it means, and where to look",
          "[picture]") {
    const Lab lab = one_lab();
    CHECK(draw_failure(lab, failure_in(lab), 80) ==
          R"(✗ 1.2 Say it back                                                    WRONG_BYTES
  claim   the server returns what it is sent
  the test did                         your echo_server did
   0.000 connect                     →
   0.001 send 5 bytes "hello"        →
   0.002                             ← send 8 bytes "hello\x00\x00\x00"
  seen    3 bytes more than are due
          expected  "a"
  your echo_server wrote on stderr:
  │ debug: got 5
  means   you returned more than you received: send as many bytes as recv
          returned, not as many as the buffer holds
  look    labs/01-tcp-echo/README.md#echo-once
  hint    ./lab hint 01 echo-once
  again   ./lab test 01 echo-once --seed 7351
)");
}

TEST_CASE("a picture fits into the terminal", "[picture]") {
    const Lab lab = one_lab();
    StageResult result = failure_in(lab);
    result.told.says = std::string(300, 'x');
    result.told.events[2].what = std::string(300, 'y');
    result.told.outputs[0].err = std::string(300, 'z');
    const std::size_t width = GENERATE(60U, 80U, 100U);
    CHECK(widest(draw_failure(lab, result, width)) <= width);
}

TEST_CASE("of a long conversation the middle is left out", "[picture]") {
    const Lab lab = one_lab();
    StageResult result = failure_in(lab);
    result.told.events.clear();
    for (int i = 0; i < 100; ++i)
        result.told.events.push_back({microseconds(i), false, "step " + std::to_string(i)});
    const std::string picture = draw_failure(lab, result, 80);
    CHECK_THAT(picture, ContainsSubstring("step 3 ") && ContainsSubstring("86 steps left out") &&
                            ContainsSubstring("step 90 ") && ContainsSubstring("step 99 "));
    CHECK_THAT(picture, !ContainsSubstring("step 4 ") && !ContainsSubstring("step 89 "));
}

TEST_CASE("of much output the last lines are shown", "[picture]") {
    const Lab lab = one_lab();
    StageResult result = failure_in(lab);
    result.told.outputs[0].err.clear();
    for (int i = 0; i < 100; ++i) result.told.outputs[0].err += "line " + std::to_string(i) + '\n';
    CHECK_THAT(draw_failure(lab, result, 80),
               ContainsSubstring("… 92 lines before …") && ContainsSubstring("│ line 99"));
}

namespace {

/// Much of everything that can be left out.
StageResult long_failure_in(const Lab& lab) {
    StageResult result = failure_in(lab);
    result.told.events.clear();
    for (int i = 0; i < 40; ++i)
        result.told.events.push_back({microseconds(i), i % 2 == 1, "step " + std::to_string(i)});
    for (int i = 0; i < 40; ++i) result.told.outputs[0].err += "word " + std::to_string(i) + '\n';
    return result;
}

std::string drawn_in(const Lab& lab, std::size_t width, std::size_t rows) {
    std::string text;
    std::size_t count = 0;
    for (const std::string& line : draw_failure_in(lab, long_failure_in(lab), width, rows)) {
        text += line + '\n';
        ++count;
    }
    CHECK(count <= rows);
    CHECK(widest(text) <= width);
    return text;
}

}  // namespace

TEST_CASE("a picture fits into a window, with what matters", "[picture]") {
    const Lab lab = one_lab();
    const std::size_t width = GENERATE(40U, 60U, 80U, 100U);
    const std::size_t rows = GENERATE(9U, 12U, 15U, 22U, 23U, 30U, 60U);
    const std::string text = drawn_in(lab, width, rows);
    CAPTURE(width, rows, text);
    CHECK_THAT(text, ContainsSubstring("✗ 1.2 Say it back") && ContainsSubstring("WRONG_BYTES\n") &&
                         ContainsSubstring("\n  seen    3 bytes") &&
                         ContainsSubstring("\n  means   you returned"));
}

TEST_CASE("of a long picture the middle of the conversation is left out first", "[picture]") {
    const Lab lab = one_lab();
    const std::string high = drawn_in(lab, 80, 100);
    CHECK_THAT(high, ContainsSubstring("step 20") && !ContainsSubstring("left out"));
    const std::string text = drawn_in(lab, 80, 23);
    CHECK_THAT(text, ContainsSubstring("step 0 ") && ContainsSubstring("step 39") &&
                         ContainsSubstring("steps left out") && !ContainsSubstring("step 20") &&
                         ContainsSubstring("word 39") && ContainsSubstring("  again "));
    CHECK_THAT(drawn_in(lab, 80, 15), ContainsSubstring("step 39") &&
                                          ContainsSubstring("word 39") &&
                                          !ContainsSubstring("  look "));
}
