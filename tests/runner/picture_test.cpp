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
