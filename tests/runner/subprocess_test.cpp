#include "runner/machine/subprocess.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "temp_dir.hpp"

using namespace runner;
using Catch::Matchers::ContainsSubstring;
using runner_test::TempDir;

TEST_CASE("a command's output and status come back", "[subprocess]") {
    const Outcome outcome = run({.words = {"sh", "-c", "echo out; echo err >&2; exit 3"}});
    CHECK(outcome.output == "out\nerr\n");
    CHECK(outcome.status == 3);
    CHECK(run({.words = {"sh", "-c", "kill -9 $$"}}).status == 128 + 9);
}

TEST_CASE("a command that is not there says so", "[subprocess]") {
    const Outcome outcome = run({.words = {"no-such-command-here"}});
    CHECK(outcome.status == 127);
    CHECK(outcome.output == "no-such-command-here: No such file or directory");
}

TEST_CASE("folder and environment are as told, and stdin is empty", "[subprocess]") {
    const TempDir folder;
    const Outcome outcome = run({.words = {"sh", "-c", "pwd; echo $WORD; cat"},
                                 .folder = folder.path(),
                                 .environment = {{"WORD", "hi"}}});
    CHECK_THAT(outcome.output, ContainsSubstring(folder.path().filename().string() + "\nhi\n"));
}

TEST_CASE("lines are handed on as they come", "[subprocess]") {
    std::vector<std::string> lines;
    (void)run({.words = {"printf", "one\\ntwo\\nrest"},
               .on_line = [&](const std::string& line) { lines.push_back(line); }});
    CHECK(lines == std::vector<std::string>{"one", "two"});
}

TEST_CASE("a command that takes too long is ended", "[subprocess]") {
    const Outcome outcome =
        run({.words = {"sleep", "1000"}, .limit = std::chrono::milliseconds(20)});
    CHECK(outcome.timed_out);
    CHECK(outcome.status == 128 + 15);
}

TEST_CASE("a command is ended on request", "[subprocess]") {
    std::stop_source source;
    Command command{.words = {"sh", "-c", "echo begun; exec sleep 1000"},
                    .on_line = [&](const std::string&) { source.request_stop(); },
                    .stop = source.get_token()};
    CHECK_THROWS_AS(run(command), Cancelled);
    CHECK_THROWS_AS(run(command), Cancelled);  // nor does it begin
}
